"""Every survey walked to its end in languages that nobody speaks."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.gateways import pseudo
from bot.gateways.files import SurveyFiles
from bot.gateways.pseudo import ACCENTED, MIRRORED, accented, mirrored
from bot.gateways.voices import PHRASES, Voices
from flows.effects import Finished, LeftOut, Outcome, Say
from flows.meaning import marks
from flows.survey import Kind, Question
from tests.support.talk import Talk

SURVEYS = SurveyFiles().names()
CHANGES = {ACCENTED: accented, MIRRORED: mirrored}
_BIDI = {"\N{RIGHT-TO-LEFT OVERRIDE}": 1, "\N{POP DIRECTIONAL FORMATTING}": -1}


def reply(question: Question) -> str:
    """An answer that a question of this kind takes in any language."""
    if question.purpose is not None:
        return "1"  # agree: yes is the first option
    match question.kind:
        case Kind.SELECT_ONE:
            return str(question.number_of(question.choices[-1]))
        case Kind.SELECT_MULTIPLE:
            return str(question.number_of(question.choices[0]))
        case Kind.RANK:
            return ", ".join(str(question.number_of(choice)) for choice in question.choices)
        case Kind.INTEGER | Kind.DECIMAL:
            return str(question.maximum if question.maximum is not None else 7)
        case Kind.DATE:
            return "2026-03-14"
        case Kind.ACKNOWLEDGE:
            return "OK"
        case _:
            return "B69"


def walk(voices: Voices, name: str, code: str) -> Talk:
    survey = SURVEYS_BY_NAME[name]
    talk = Talk(survey, {code: pseudo.language(voices, survey, code)}, code)
    talk.invited()
    for _ in range(2 * len(survey.questions)):
        if talk.state.position is None:
            return talk
        talk.send(reply(survey.by_name[talk.state.position]))
    raise AssertionError(f"{name} does not end: it stands at {talk.state.position}")


SURVEYS_BY_NAME = {name: SurveyFiles().load(name).survey for name in SURVEYS}


@pytest.mark.parametrize("code", [ACCENTED, MIRRORED])
@pytest.mark.parametrize("name", SURVEYS)
def test_every_survey_of_the_library_ends_in_a_pseudo_language(
    voices: Voices, name: str, code: str
) -> None:
    talk = walk(voices, name, code)
    assert talk.state.outcome is Outcome.COMPLETE
    assert [effect for effect in talk.history if isinstance(effect, Finished)]
    assert not [effect for effect in talk.history if isinstance(effect, LeftOut)]


@pytest.mark.parametrize("code", [ACCENTED, MIRRORED])
@pytest.mark.parametrize("name", SURVEYS)
def test_no_word_reaches_the_participant_that_could_not_be_translated(
    voices: Voices, name: str, code: str
) -> None:
    talk = walk(voices, name, code)
    said = "\n".join(effect.text for effect in talk.history if isinstance(effect, Say))
    if code == ACCENTED:
        bare = regex.sub(r"(?:lorem|ipsum|dolor|sit|amet|consectetur|adipiscing|elit)\b", "", said)
    else:
        bare = regex.sub("\N{RIGHT-TO-LEFT OVERRIDE}[^\u202c]*\u202c", "", said)
    # What is left in plain letters are the words that she wrote herself.
    assert set(regex.findall(r"[A-Za-z]{2,}", bare)) <= {"OK"}


@pytest.mark.parametrize("code", [ACCENTED, MIRRORED])
def test_help_and_asking_again_are_said_in_it_too(voices: Voices, code: str) -> None:
    survey = SURVEYS_BY_NAME["wellbeing"]
    talk = Talk(survey, {code: pseudo.language(voices, survey, code)}, code)
    talk.invited()
    change = CHANGES[code]
    assert change("Please reply yes or no.") in "\n".join(talk.send("lots and lots"))
    assert talk.send("STOP") == [change(phrase("bot/stopped"))]


def phrase(context: str) -> str:
    return next(found.source for found in PHRASES if found.context == context)


@pytest.mark.parametrize("change", [accented, mirrored])
@given(text=st.text(st.sampled_from("abcÉ ${}x_1290.,'ক"), min_size=1, max_size=60))
def test_placeholders_and_numbers_stay_as_they_are(change, text: str) -> None:
    changed = change(text)
    assert marks(changed) == marks(text)
    outside = regex.sub(r"\$?\{[^{}]*\}", "", text)
    assert regex.findall(r"\d+", regex.sub(r"\$?\{[^{}]*\}", "", changed)) == regex.findall(
        r"\d+", outside
    )


@given(text=st.text(st.sampled_from("abc xyz{}1\n"), min_size=1, max_size=80))
def test_an_accented_text_is_in_brackets_and_at_least_twice_as_long(text: str) -> None:
    changed = accented(text)
    assert len(changed) >= 2 * len(text)
    assert changed[0] == "["
    assert changed[-1] == "]"


@given(text=st.text(st.sampled_from("abc xyz{}1\nআ'"), min_size=1, max_size=80))
def test_what_is_turned_around_is_turned_back_at_the_end_of_every_word(text: str) -> None:
    depth = 0
    for character in mirrored(text):
        depth += _BIDI.get(character, 0)
        assert depth in (0, 1)
        if character in "\n ":
            assert depth == 0
    assert depth == 0


def test_the_two_look_as_they_should() -> None:
    assert accented("Yes") == "[Ýéš lorem]"
    assert accented("From {low} to 10.") == "[Ƒŕöṁ {low} ţö 10. lorem ipsum dolor]"
    assert mirrored("Yes, {low} or 10") == ("\u200f\u202eYes\u202c, {low} \u202eor\u202c 10\u200f")


def test_their_direction_and_their_replies_are_borrowed(voices: Voices) -> None:
    survey = SURVEYS_BY_NAME["wellbeing"]
    made = {code: pseudo.language(voices, survey, code) for code in pseudo.LANGUAGES}
    assert [made[code].direction for code in (ACCENTED, MIRRORED)] == ["ltr", "rtl"]
    assert [made[code].speech.language for code in (ACCENTED, MIRRORED)] == ["en", "ar"]
    assert list(made[ACCENTED].offered) == [ACCENTED]


def test_they_are_on_nobodys_menu(voices: Voices) -> None:
    assert not set(pseudo.LANGUAGES) & set(voices.files.vocabularies)
    assert not set(pseudo.LANGUAGES) & set(voices.complete(SURVEYS_BY_NAME["wellbeing"]))
