"""What is concluded from a ledger: pure, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import PHRASES
from flows import meaning
from flows.meaning import Entry, Maker, Status, Step, Translation
from flows.wording import Wording
from tests.support.talk import small

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LABEL = Wording("small/why", "Why do you come here?")
TEXT = "আপনি এখানে কেন আসেন?"
HERE = Translation(LABEL.context, LABEL.source, TEXT)
DRAFTED = Translation(LABEL.context, LABEL.source, TEXT, machine=True)


def entry(step: Step, who: str, text: str = TEXT, maker: Maker = Maker.HUMAN) -> Entry:
    return Entry(step, maker, who, LABEL.source, text, START)


def test_a_text_is_missing_until_somebody_writes_it() -> None:
    assert meaning.status_of(LABEL, None, []) is Status.MISSING
    blank = Translation(LABEL.context, LABEL.source, "  ")
    assert meaning.status_of(LABEL, blank, []) is Status.MISSING


def test_a_text_is_stale_when_its_english_was_another() -> None:
    before = Translation(LABEL.context, "Why do you go there?", "আগের কথা")
    assert meaning.status_of(LABEL, None, [], previous=before) is Status.STALE


def test_an_unfinished_translation_of_the_very_english_is_missing_not_stale() -> None:
    before = Translation(LABEL.context, LABEL.source, "আধা", finished=False)
    assert meaning.status_of(LABEL, None, [], previous=before) is Status.MISSING


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], Status.DRAFT),
        ([Step.DRAFT], Status.DRAFT),
        ([Step.DRAFT, Step.REVIEW], Status.REVIEWED),
        ([Step.REVIEW, Step.ADJUDICATION], Status.ADJUDICATED),
        ([Step.PRETEST, Step.REVIEW], Status.PRETESTED),
        ([Step.DRAFT, Step.SIGN_OFF, Step.REVIEW], Status.SIGNED_OFF),
    ],
)
def test_a_text_stands_at_the_furthest_step_that_was_taken(
    steps: list[Step], status: Status
) -> None:
    assert meaning.status_of(LABEL, HERE, [entry(step, "Amina") for step in steps]) is status


def test_steps_taken_with_other_words_count_for_nothing() -> None:
    made = [entry(Step.SIGN_OFF, "Amina", "অন্য কথা")]
    assert meaning.status_of(LABEL, HERE, made) is Status.DRAFT


def test_a_machine_draft_is_one_until_a_person_has_done_something_with_it() -> None:
    by_machine = entry(Step.DRAFT, "machine", maker=Maker.MACHINE)
    assert meaning.status_of(LABEL, DRAFTED, []) is Status.MACHINE_DRAFT
    assert meaning.status_of(LABEL, HERE, [by_machine]) is Status.MACHINE_DRAFT
    assert meaning.status_of(LABEL, DRAFTED, [entry(Step.DRAFT, "Amina")]) is Status.DRAFT
    reviewed = [by_machine, entry(Step.REVIEW, "Amina")]
    assert meaning.status_of(LABEL, DRAFTED, reviewed) is Status.REVIEWED


def test_a_machine_takes_no_step_but_drafting() -> None:
    made = [entry(Step.SIGN_OFF, "machine", maker=Maker.MACHINE)]
    assert meaning.status_of(LABEL, HERE, made) is Status.MACHINE_DRAFT


def test_what_keeps_a_text_from_being_sent_comes_before_its_steps() -> None:
    signed = [entry(Step.SIGN_OFF, "Amina")]
    assert meaning.status_of(LABEL, HERE, signed, too_long=True) is Status.TOO_LONG
    filled = Wording("small/why", "Why, ${name}?")
    assert meaning.status_of(filled, HERE, signed) is Status.PLACEHOLDERS


@pytest.mark.parametrize(
    ("source", "text", "same"),
    [
        ("Why, ${name}?", "কেন, ${ name }?", True),
        ("Why, ${name}?", "কেন, ${nam}?", False),
        ("Why, ${name}?", "কেন?", False),
        ("Why?", "কেন, ${name}?", False),
        ("Why?", "কেন?", True),
    ],
)
def test_the_placeholders_of_a_survey_stay(source: str, text: str, same: bool) -> None:
    assert meaning.same_placeholders(Wording("small/why", source), text) is same


@pytest.mark.parametrize(
    ("text", "same"),
    [("যেমন {example}।", True), ("যেমন {exampel}।", False), ("যেমন {example।", False)],
)
def test_the_placeholders_of_a_phrase_stay(text: str, same: bool) -> None:
    phrase = Wording("bot/number", "For example {example}.")
    assert meaning.same_placeholders(phrase, text) is same


def test_every_text_of_every_survey_has_a_place(surveys: SurveyFiles) -> None:
    for name in surveys.names():
        survey = surveys.load(name).survey
        found = meaning.places(survey, PHRASES)
        expected = {*survey.wordings(), *survey.short_wordings(), *PHRASES}
        assert set(found) == expected
        for wording, place in found.items():
            if place.question is None:
                assert place.kind == "phrase"
                assert wording.context.startswith("bot/")
            else:
                assert wording in meaning.places_of(survey.by_name[place.question])


def test_a_place_says_what_a_text_is_for() -> None:
    survey = small(
        "  - {type: select_one colour, name: one, label: 'Which?', hint: Only one.}\n"
        "  - {type: select_one colour, name: other, label: 'Which other?', sms: 'Other?'}\n"
        "  - {type: integer, name: age, label: 'Age?', constraint: . > 1, constraint_message: More.}\n"
    )
    found = {wording.source: place for wording, place in meaning.places(survey, []).items()}
    assert found["Which?"] == meaning.Place("one", None, "label")
    assert found["Only one."] == meaning.Place("one", None, "hint")
    assert found["Red"] == meaning.Place("one", "red", "option", 3)
    assert found["Other?"] == meaning.Place("other", None, "text for SMS", optional=True)
    assert found["More."] == meaning.Place("age", None, "constraint message")


def test_a_button_has_a_place_of_its_own() -> None:
    survey = small("  - {type: select_one colour, name: one, label: 'Which?'}\n")
    (question,) = survey.questions
    red = replace(question.choices[0], button=Wording("small/colour/red/button", "R"))
    changed = replace(question, choices=(red, *question.choices[1:]))
    place = meaning.places_of(changed)[Wording("small/colour/red/button", "R")]
    assert place == meaning.Place("one", "red", "button", 3, optional=True)


def test_two_texts_that_are_one_wording_have_the_first_ones_place() -> None:
    survey = small('  - {type: text, name: why, label: "Why?", hint: "Why?"}\n')
    assert [place.kind for place in meaning.places(survey, []).values()] == ["label"]


def test_a_question_is_too_long_with_everything_that_stands_in_its_message() -> None:
    survey = small("  - {type: select_one colour, name: one, label: 'Which?', hint: Only one.}\n")
    (asked,) = survey.questions
    said = {"Which?": "ক" * 600, "Only one.": "খ" * 30, "Red": "লাল", "Green": "সবুজ", "Blue": "নীল"}
    assert not meaning.overlong(asked, lambda wording: said[wording.source])
    said["Blue"] = "নীল" * 10
    assert meaning.overlong(asked, lambda wording: said[wording.source])


def test_a_shorter_text_for_sms_is_what_is_measured() -> None:
    (asked,) = small("  - {type: text, name: why, label: Long, sms: Short}\n").questions
    said: dict[str, str | None] = {"Long": "ক" * 700, "Short": None}
    assert meaning.overlong(asked, lambda wording: said[wording.source])
    said["Short"] = "কেন?"
    assert not meaning.overlong(asked, lambda wording: said[wording.source])


def test_a_text_that_is_not_there_takes_no_room() -> None:
    (asked,) = small("  - {type: select_one colour, name: one, label: 'Which?'}\n").questions
    assert not meaning.overlong(asked, lambda wording: None)


def test_a_label_that_no_button_holds_is_only_warned_about() -> None:
    assert meaning.label_warning("a" * 20, 3) is None
    assert meaning.label_warning("a" * 21, 4) is None
    warning = meaning.label_warning("a" * 21, 3)
    assert warning is not None
    assert "21 characters" in warning
    assert meaning.label_warning("a" * 25, 4) is not None


def test_the_one_text_of_a_place_follows_whatever_stood_there() -> None:
    before = Translation("small/why", "Something else altogether", "অন্য কিছু")
    assert meaning.predecessors([LABEL], [before]) == {LABEL: before}


def test_label_and_hint_are_paired_with_what_they_were() -> None:
    label = Wording("small/why", "Why do you come to us?")
    hint = Wording("small/why", "Take all the time you need.")
    old_label = Translation("small/why", "Why do you come here?", "কেন আসেন?")
    old_hint = Translation("small/why", "Take all the time you want.", "সময় নিন।")
    found = meaning.predecessors([label, hint], [old_hint, old_label])
    assert found == {label: old_label, hint: old_hint}


def test_a_new_hint_is_not_taken_for_an_old_label() -> None:
    hint = Wording("small/why", "0 to 10.")
    old = Translation("small/why", "Why on earth would anybody ever come here?", "কেন?")
    assert meaning.predecessors([LABEL, hint], [HERE, old]) == {}


def test_one_old_text_has_one_successor() -> None:
    other = Wording("small/why", "Why do you come there?")
    old = Translation("small/why", "Why do you come here??", "কেন?")
    assert meaning.predecessors([LABEL, other], [old]) == {LABEL: old}


def test_of_two_old_texts_that_are_equally_alike_the_later_one_counts() -> None:
    first = Translation("small/why", "Why do you go here?", "এক")
    later = Translation("small/why", "Why do you go here?", "দুই")
    assert meaning.predecessors([LABEL], [first, later]) == {LABEL: later}


def test_places_that_are_gone_and_empty_texts_have_no_successor() -> None:
    gone = Translation("small/gone", "Why do you come here?", "কেন?")
    empty = Translation("small/why", "Why?", "")
    assert meaning.predecessors([LABEL], [gone, empty]) == {}


@pytest.mark.parametrize(
    "name", ["Amina Begum", " amina  BEGUM", "Amina\u00a0Begum", "AminaBegum\u200b"]
)
def test_a_name_is_the_same_however_it_is_typed(name: str) -> None:
    assert meaning.person(name) == meaning.person("Amina Begum")
    assert meaning.person(name) != meaning.person("Amina Begam")


@pytest.mark.parametrize("name", ["", "  ", "42", "Machine", " MACHINE ", "ma chine"])
def test_nobody_and_a_machine_are_no_names(name: str) -> None:
    assert meaning.why_not_named(name)


@pytest.mark.parametrize("name", ["Amina", "রোকেয়া খাতুন", "X."])
def test_a_name_is_in_any_script(name: str) -> None:
    assert meaning.why_not_named(name) is None


def test_who_drafted_or_reviewed_had_a_hand_in_the_words() -> None:
    made = [
        entry(Step.DRAFT, "Amina Begum", "একটা"),
        entry(Step.DRAFT, "Salma Ali"),
        entry(Step.REVIEW, "Nadia Uddin"),
        entry(Step.ADJUDICATION, "Hasan Rahman"),
        entry(Step.PRETEST, "Farid Miah"),
    ]
    for name in ("AMINA begum", "Salma Ali", "nadia uddin"):
        assert meaning.wrote(name, made), name
    for name in ("Hasan Rahman", "Farid Miah", "Rokeya Khatun"):
        assert not meaning.wrote(name, made), name


def test_an_adjudicator_who_brings_in_new_words_wrote_them() -> None:
    made = [entry(Step.DRAFT, "Amina", "একটা"), entry(Step.ADJUDICATION, "Hasan", "আরেকটা")]
    assert meaning.wrote("Hasan", made)
