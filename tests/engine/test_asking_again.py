"""What can not be read is asked again, plainer each time, and then left out; nobody is thrown out."""

import pytest

from bot.gateways.voices import Voices
from flows import phrases, reading
from flows.asking import help_for
from flows.effects import Answered, AskedAgain, Finished, LeftOut, Missing, Outcome, Say
from flows.reading import Read, Unread, Why
from flows.state import Phase
from tests.support.talk import marked, small

INTEGER = """
  - {type: integer, name: size, label: "How many people live with you?", hint: Count yourself.}
  - {type: text, name: why, label: "Why?"}
"""


def test_three_unread_replies_lead_to_plainer_words_and_then_to_the_next_question(talk) -> None:
    household = talk(INTEGER)
    household.send("hello")
    assert household.said == ["How many people live with you?\nCount yourself."]

    first = household.send("lots")
    assert phrases.NOT_UNDERSTOOD.source in first[0]
    assert "whole number, for example 4." in first[0]
    assert first[0].endswith("How many people live with you?")  # the hint has had its chance
    assert household.only(AskedAgain).attempt == 1

    second = household.send("loads and loads")
    assert "Send only one number and nothing else, like this: 4" in second[0]
    assert len(second[0]) < len(first[0])
    assert household.only(AskedAgain).attempt == 2

    third = household.send("many")
    assert phrases.MOVING_ON.source in third[0]
    assert third[0].endswith("Why?")
    assert household.only(AskedAgain).attempt == 3
    assert household.only(LeftOut) == LeftOut("size", Missing.NOT_UNDERSTOOD, "many")
    assert household.state.missing == {"size": Missing.NOT_UNDERSTOOD}
    assert household.state.tries == 0


def test_an_answer_after_two_unread_replies_is_taken(talk) -> None:
    household = talk(INTEGER)
    for text in ("hello", "lots", "many", "4"):
        household.send(text)
    assert household.only(Answered) == Answered("size", 4, "4", "digit")
    assert household.state.tries == 0
    assert household.state.position == "why"


def test_a_question_may_ask_more_often_than_three_times(talk) -> None:
    patient = talk("  - {type: integer, name: size, label: 'Size?', max_retries: 5}")
    patient.send("hello")
    for _ in range(4):
        patient.send("lots")
        assert patient.state.position == "size"
    patient.send("lots")
    assert patient.state.outcome is Outcome.COMPLETE


KINDS = [
    ("type: select_one yes_no", "Please reply yes or no.", "Send only the number: 1 for yes"),
    (
        "type: select_one colour",
        "the number of one answer",
        "one number from this list, like this: 2",
    ),
    ("type: select_multiple colour", "numbers of your answers, for example 1, 2", "a comma"),
    ("type: integer", "whole number, for example 4", "Send only one number"),
    ("type: decimal", "with a number, for example 4", "Send only one number"),
    ("type: date", "with a date: day, month as a word, year", "Send only the date"),
]


@pytest.mark.parametrize(("kind", "first", "second"), KINDS, ids=[kind for kind, _, _ in KINDS])
def test_every_kind_of_question_says_what_it_expects_and_then_says_it_plainer(
    talk, kind: str, first: str, second: str
) -> None:
    asked = talk(f"  - {{{kind}, name: q, label: 'Question?'}}")
    asked.send("hello")
    asked.send("purple sky thinking")
    assert first in asked.words
    asked.send("purple sky thinking")
    assert second in asked.words
    asked.send("purple sky thinking")
    assert asked.told(Finished) == [Finished(Outcome.COMPLETE)]


@pytest.mark.parametrize(
    ("kind", "help_words"), [("text", "in your own words"), ("acknowledge", "Reply OK")]
)
def test_an_empty_message_is_no_answer_even_to_a_question_that_takes_anything(
    talk, kind: str, help_words: str
) -> None:
    asked = talk(f"  - {{type: {kind}, name: q, label: 'Question?'}}")
    asked.send("hello")
    asked.send("   ")
    assert help_words in asked.words
    asked.send("\u200f")
    asked.send("")
    assert not [effect for effect in asked.history if isinstance(effect, Answered)]
    assert asked.state.phase is Phase.FINISHED


def test_an_acknowledgement_takes_any_words(talk) -> None:
    asked = talk("  - {type: acknowledge, name: ready, label: 'Ready?'}")
    asked.send("hello")
    asked.send("jee haan bilkul")
    assert asked.only(Answered) == Answered("ready", "OK", "jee haan bilkul", "acknowledged")


def test_a_number_with_bounds_says_the_bounds(talk) -> None:
    asked = talk(
        "  - {type: integer, name: n, label: 'How satisfied?', constraint: . >= 0 and . <= 10}"
    )
    asked.send("hello")
    asked.send("very")
    assert "a number from 0 to 10" in asked.words
    asked.send("11")
    assert phrases.NUMBER_PLAIN.source.format(example=5) in asked.words


def test_a_number_out_of_range_is_named_as_such(talk) -> None:
    asked = talk(
        "  - {type: integer, name: n, label: 'How satisfied?', constraint: . >= 0 and . <= 10}"
    )
    asked.send("hello")
    asked.send("11")
    assert phrases.NOT_IN_RANGE.source in asked.words
    assert asked.state.answers == {}


def test_two_answers_in_one_message_are_asked_about(talk) -> None:
    asked = talk("  - {type: select_one colour, name: c, label: 'Which colour?'}")
    asked.send("hello")
    asked.send("red and green")
    assert phrases.ONE_ONLY.source in asked.words or "Did you mean Red, or Green?" in asked.words
    assert asked.state.position == "c"


def test_a_word_with_two_meanings_is_shown_with_both(talk) -> None:
    # Bengali নয় is "nine" and "is not": the bot asks which, it does not guess.
    asked = talk(
        "  - {type: integer, name: n, label: 'How satisfied?', constraint: . >= 0 and . <= 10}",
        languages=["bn"],
    )
    asked.send("hello")
    asked.send("নয়")
    assert asked.state.answers == {}
    assert asked.only(AskedAgain).why in ("homograph", "negated", "unknown", "conflict")


def test_a_constraint_says_in_its_own_words_what_is_wrong(talk) -> None:
    asked = talk("""
  - type: integer
    name: known
    label: How many do you know?
    constraint: . mod 2 = 0
    constraint_message: Please give an even number.
""")
    asked.send("hello")
    asked.send("3")
    assert asked.words.startswith("Please give an even number.")
    asked.send("4")
    assert asked.state.answers == {"known": 4}


def test_a_constraint_without_words_of_its_own_gets_the_usual_help(talk) -> None:
    asked = talk("  - {type: integer, name: n, label: 'Even?', constraint: . mod 2 = 0}")
    asked.send("hello")
    asked.send("3")
    assert phrases.NOT_IN_RANGE.source in asked.words


def test_a_constraint_that_fails_on_an_answer_refuses_it(talk) -> None:
    asked = talk(
        """  - {type: text, name: t, label: 'Say!', constraint: "regex(., concat('(', .))"}"""
    )
    asked.send("hello")
    asked.send("anything")
    assert asked.told(Answered) == []
    assert asked.only(AskedAgain).attempt == 1


def test_a_scale_is_numbered_by_its_codes_and_its_example_is_one_of_them(talk) -> None:
    asked = talk("  - {type: instrument who5, items: who5_1}")
    asked.send("hello")
    assert "5. All of the time" in asked.words
    assert "0. At no time" in asked.words
    asked.send("purple")
    asked.send("purple")
    assert "like this: 1" in asked.words


def test_the_language_menu_gives_an_example_too(talk) -> None:
    asked = talk(
        """
  - {type: select_one languages, name: l, label: "Language?", max_retries: 9}
  - {type: text, name: why, label: "Why?"}
""",
        languages=["en", "bn"],
    )
    for text in ("hello", "purple", "purple"):
        asked.send(text)
    assert "like this: 2" in asked.words


def test_a_question_asked_again_says_which_question_it_is(talk) -> None:
    asked = talk(INTEGER)
    asked.send("hello")
    asked.send("lots")
    assert asked.told(Say)[-1].question == "size"


def test_the_example_of_a_date_can_be_sent_back_in_every_language(
    voices: Voices,
) -> None:
    row = '  - {type: date, name: day, label: "Which day?"}\n'
    codes = list(voices.files.vocabularies)
    for code, language in marked(voices, small(row), codes).items():
        if language.spoken:
            continue  # a recording says it in words of its own
        again = help_for(small(row).by_name["day"], Unread(Why.UNKNOWN), 2, language, ())
        example = again[0].text.rpartition(": ")[2]
        found = reading.read_date(example, language.speech, today=None)
        assert isinstance(found, Read), f"{code}: {example}"
        assert found.value == "2026-03-14"
