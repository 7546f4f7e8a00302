"""Commands: BACK, SKIP, REPEAT, HELP, LANGUAGE, DELETE, "prefer not to say", "don't know"."""

import pytest

from flows import phrases
from flows.effects import (
    Answered,
    ConsentWithdrawn,
    ErasureRequested,
    Finished,
    LeftOut,
    LocaleChosen,
    Missing,
    Outcome,
)
from flows.keywords import Command
from flows.state import Phase

TWO = """
  - {type: integer, name: size, label: "How many people?"}
  - {type: select_one colour, name: shade, label: "Which colour?"}
  - {type: text, name: why, label: "Why?"}
"""


def test_help_explains_and_asks_again_without_counting_a_try(talk) -> None:
    asked = talk(TWO)
    asked.send("hello")
    asked.send("HELP")
    assert asked.words.startswith(phrases.HELP.source)
    assert asked.words.endswith("How many people?")
    assert asked.state.tries == 0


def test_help_as_the_first_word_explains_and_begins(talk) -> None:
    asked = talk(TWO)
    asked.send("HELP")
    assert phrases.HELP.source in asked.words
    assert asked.state.position == "size"


def test_help_after_the_end_explains_and_asks_nothing(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    asked.send("hello")
    asked.send("because")
    assert asked.send("HELP") == [phrases.HELP.source]
    assert asked.state.outcome is Outcome.COMPLETE


def test_repeat_puts_the_question_again_with_its_hint(talk) -> None:
    asked = talk("  - {type: integer, name: size, label: 'How many?', hint: Count yourself.}")
    asked.send("hello")
    assert asked.send("repeat") == ["How many?\nCount yourself."]


def test_back_goes_to_the_question_before_and_a_new_answer_replaces_the_old_one(talk) -> None:
    asked = talk(TWO)
    for text in ("hello", "4"):
        asked.send(text)
    asked.send("back")
    assert asked.state.position == "size"
    assert asked.state.answers == {"size": 4}  # kept until another one replaces it
    asked.send("5")
    assert asked.state.answers == {"size": 5}
    assert asked.state.position == "shade"


def test_going_back_to_look_does_not_lose_what_was_answered_later(talk) -> None:
    asked = talk(TWO)
    for text in ("hello", "4", "red", "back", "back", "5"):
        asked.send(text)
    assert asked.state.position == "why"  # the colour has its answer already
    assert asked.state.answers == {"size": 5, "shade": "red"}


def test_back_at_the_first_question_says_so(talk) -> None:
    asked = talk(TWO)
    asked.send("hello")
    asked.send("back")
    assert asked.words.startswith(phrases.NOTHING_BEFORE.source)
    assert asked.state.position == "size"


def test_back_steps_over_notes_and_questions_left_out(talk) -> None:
    asked = talk("""
  - {type: integer, name: size, label: "How many people?"}
  - {type: note, name: between, label: Nearly there.}
  - {type: select_one colour, name: shade, label: "Which colour?"}
""")
    for text in ("hello", "4", "back"):
        asked.send(text)
    assert asked.state.position == "size"
    asked.send("3")
    assert asked.words == "Which colour?\n1. Red\n2. Green\n3. Blue"  # the note was read already


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("skip", Missing.SKIPPED),
        ("prefer not to say", Missing.REFUSED),
        ("don't know", Missing.UNSURE),
    ],
)
def test_a_question_can_be_left_without_an_answer(talk, text: str, why: Missing) -> None:
    asked = talk(TWO)
    asked.send("hello")
    asked.send(text)
    assert asked.only(LeftOut) == LeftOut("size", why, text)
    assert asked.words.startswith(phrases.SKIPPED.source)
    assert asked.state.position == "shade"
    assert asked.state.missing == {"size": why}


def test_a_question_that_was_left_can_be_answered_after_all(talk) -> None:
    asked = talk(TWO)
    for text in ("hello", "skip", "back", "4"):
        asked.send(text)
    assert asked.state.missing == {}
    assert asked.state.answers == {"size": 4}


@pytest.mark.parametrize("text", ["skip", "don't know"])
def test_a_required_question_is_not_skipped(talk, text: str) -> None:
    asked = talk("  - {type: integer, name: size, label: 'How many?', required: yes}")
    asked.send("hello")
    asked.send(text)
    assert asked.words.startswith(phrases.REQUIRED.source)
    assert asked.state.position == "size"


def test_even_a_required_question_may_be_refused(talk) -> None:
    asked = talk("  - {type: integer, name: size, label: 'How many?', required: yes}")
    asked.send("hello")
    asked.send("prefer not to say")
    assert asked.only(LeftOut).why is Missing.REFUSED


def test_not_knowing_is_an_answer_in_ones_own_words(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    asked.send("hello")
    asked.send("don't know")
    assert asked.only(Answered).value == "don't know"


def test_a_command_typed_as_an_option_that_is_offered_is_an_answer(talk) -> None:
    asked = talk(
        "  - {type: select_one last, name: word, label: 'How did it end?'}".replace(
            "last", "yes_no"
        )
    )
    asked.send("hello")
    asked.send("no")
    assert asked.only(Answered).value == "no"


def test_a_payload_is_never_read_as_a_command(talk) -> None:
    asked = talk(TWO)
    for text in ("hello", "4"):
        asked.send(text)
    asked.send("help", payload="shade:red")
    assert asked.state.answers["shade"] == "red"


@pytest.mark.parametrize("text", ["back", "skip", "repeat", "prefer not to say", "don't know"])
def test_a_command_about_a_question_means_nothing_before_the_first_one(talk, text: str) -> None:
    asked = talk(TWO)
    asked.send(text)
    assert asked.state.position == "size"
    assert asked.state.missing == {}


def test_start_in_the_middle_is_no_command(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    asked.send("hello")
    asked.send("start")
    assert asked.only(Answered).value == "start"


def test_the_language_can_be_changed_by_name_at_any_time(talk) -> None:
    asked = talk(TWO, languages=["en", "bn", "ur"])
    asked.send("hello")
    asked.send("اردو")
    assert asked.told(LocaleChosen) == [LocaleChosen("ur")]
    assert asked.said == ["ur: How many people?"]
    assert asked.state.position == "size"


def test_the_word_language_shows_the_menu_and_a_number_chooses(talk) -> None:
    asked = talk(TWO, languages=["en", "bn", "ur"])
    asked.send("hello")
    assert asked.send("language") == ["Choose your language.\n1. English\n2. বাংলা\n3. اردو"]
    assert asked.state.phase is Phase.CHOOSING_LANGUAGE
    assert asked.send("2") == ["bn: How many people?"]
    assert asked.state.phase is Phase.ASKING


def test_an_unread_choice_of_language_keeps_the_language_and_asks_on(talk) -> None:
    asked = talk(TWO, languages=["en", "bn"])
    for text in ("hello", "language", "purple"):
        asked.send(text)
    assert asked.said == ["How many people?"]
    assert asked.told(LocaleChosen) == []


def test_a_language_that_is_not_offered_is_named_and_the_menu_shown(talk) -> None:
    asked = talk(TWO, languages=["en", "bn"])
    asked.send("hello")
    asked.send("polski")
    assert "not ready in polski yet" in asked.words
    assert "1. English" in asked.words
    assert asked.state.phase is Phase.CHOOSING_LANGUAGE


def test_a_language_that_is_not_offered_begins_in_the_one_that_is(talk) -> None:
    asked = talk(TWO, languages=["en", "bn"])
    asked.send("polski")
    assert "not ready in polski yet" in asked.words
    assert asked.state.position == "size"


def test_changing_the_language_at_the_language_menu_answers_it(talk) -> None:
    rows = """
  - {type: select_one languages, name: language, purpose: language, label: "Language?"}
  - {type: text, name: why, label: "Why?"}
"""
    asked = talk(rows, languages=["en", "bn"])
    asked.send("hello")
    asked.send("বাংলা")
    assert asked.said == ["bn: Why?"]


def test_the_language_is_not_changed_after_the_end(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}", languages=["en", "bn"])
    for text in ("hello", "because", "বাংলা"):
        asked.send(text)
    assert asked.said == [phrases.ALREADY_FINISHED.source]
    assert asked.state.language == "en"


def test_deletion_is_asked_for_twice_and_then_done(talk) -> None:
    asked = talk(TWO)
    for text in ("hello", "4"):
        asked.send(text)
    assert asked.send("delete my data") == [phrases.CONFIRM_ERASURE.source]
    assert asked.state.phase is Phase.CONFIRMING_ERASURE
    assert asked.send("yes") == [phrases.ERASURE_REQUESTED.source]
    assert asked.told(ErasureRequested) == [ErasureRequested()]
    assert asked.told(ConsentWithdrawn) == [ConsentWithdrawn("yes")]
    assert asked.told(Finished) == [Finished(Outcome.ERASED)]
    assert asked.send("hello again") == []


@pytest.mark.parametrize("text", ["no", "maybe", "4"])
def test_deletion_needs_a_clear_yes(talk, text: str) -> None:
    asked = talk(TWO)
    for word in ("hello", "delete my data", text):
        asked.send(word)
    assert asked.told(ErasureRequested) == []
    assert asked.words.startswith(phrases.ERASURE_DROPPED.source)
    assert asked.words.endswith("How many people?")


def test_deletion_can_be_asked_for_and_dropped_after_the_end(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    for text in ("hello", "because", "delete my data"):
        asked.send(text)
    assert asked.send("no") == [phrases.ERASURE_DROPPED.source]
    assert asked.state.phase is Phase.FINISHED
    assert asked.state.outcome is Outcome.COMPLETE


def test_deletion_before_the_first_question_that_is_dropped_begins(talk) -> None:
    asked = talk(TWO)
    asked.send("delete my data")
    asked.send("no")
    assert asked.words == f"{phrases.ERASURE_DROPPED.source}\n\nHow many people?"
    asked.send("4")
    assert asked.state.answers == {"size": 4}


def test_a_wish_to_be_deleted_that_was_stopped_is_not_carried_out_later(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    for text in ("hello", "because", "delete my data", "STOP", "START", "yes"):
        asked.send(text)
    assert asked.told(ErasureRequested) == []
    assert asked.state.outcome is Outcome.COMPLETE


def test_the_end_of_the_window_does_not_change_how_a_conversation_ended(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    for text in ("hello", "because", "delete my data"):
        asked.send(text)
    asked.expired()
    assert asked.told(Finished) == []
    assert asked.state.outcome is Outcome.COMPLETE


def test_deletion_wins_over_the_language_menu(talk) -> None:
    asked = talk(TWO, languages=["en", "bn"])
    for text in ("hello", "language", "delete my data"):
        asked.send(text)
    assert asked.state.phase is Phase.CONFIRMING_ERASURE


def test_every_command_is_tried_here_or_in_the_tests_of_stop(talk) -> None:
    known = {"stop", "start", "help", "back", "skip", "repeat", "language", "delete", "refuse"}
    assert set(Command) == known | {"unsure"}
