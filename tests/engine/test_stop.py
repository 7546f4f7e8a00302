"""STOP wins, at once, in every state and every language; START opens the conversation again."""

import pytest

from flows import phrases
from flows.effects import (
    Answered,
    ConsentRestored,
    ConsentWithdrawn,
    Finished,
    Outcome,
    Say,
)
from flows.state import Phase, State

ROWS = """
  - {type: select_one languages, name: language, purpose: language, label: "Language?"}
  - {type: select_one yes_no, name: private, purpose: privacy, label: "Alone?"}
  - {type: integer, name: n, label: "How many?"}
  - {type: text, name: why, label: "Why?"}
"""
WAYS = {
    "new": [],
    "language menu": ["hello"],
    "asking": ["hello", "1", "yes"],
    "asked again": ["hello", "1", "yes", "lots"],
    "open question": ["hello", "1", "yes", "4"],
    "paused": ["hello", "1", "no"],
    "choosing a language": ["hello", "1", "yes", "language"],
    "confirming erasure": ["hello", "1", "yes", "delete my data"],
    "finished": ["hello", "1", "yes", "4", "because"],
}


@pytest.mark.parametrize("way", WAYS)
def test_stop_wins_in_every_state(talk, way: str) -> None:
    asked = talk(ROWS, languages=["en", "bn"])
    for text in WAYS[way]:
        asked.send(text)
    before = asked.state.outcome
    assert asked.send("STOP") == [phrases.STOPPED.source]
    assert asked.only(ConsentWithdrawn) == ConsentWithdrawn("STOP")
    assert asked.state.stopped
    assert asked.state.outcome is (before or Outcome.STOPPED)
    assert asked.told(Finished) == ([] if before else [Finished(Outcome.STOPPED)])


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "unsubscribe"), ("en", "please stop"), ("en", "Stop!"), ("bn", "বন্ধ"), ("ur", "بند"),
        ("ur", "روکیں"), ("so", "jooji"), ("en", "jooji"), ("en", "বন্ধ"), ("bn", "STOP"),
        ("so", "arrêt"), ("ur", "توقف"),
    ],
)  # fmt: skip
def test_stop_is_understood_in_every_language_whatever_is_spoken(
    talk, language: str, word: str
) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}", languages=[language])
    asked.send("hello")
    asked.send(word)
    assert asked.told(ConsentWithdrawn) == [ConsentWithdrawn(word)]


def test_an_answer_that_merely_holds_the_word_stays_an_answer(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    asked.send("hello")
    asked.send("we have got to STOP this bill")
    assert asked.only(Answered).value == "we have got to STOP this bill"
    assert asked.told(ConsentWithdrawn) == []


def test_nothing_is_said_after_stop_until_start(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes", "STOP"):
        asked.send(text)
    for text in ("hello?", "4", "HELP", "STOP", "i want to kill myself", ""):
        assert asked.send(text) == []
        assert asked.effects == ()


def test_start_goes_on_where_it_stopped(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes", "STOP"):
        asked.send(text)
    asked.send("START")
    assert asked.told(ConsentRestored) == [ConsentRestored("START")]
    assert asked.words == f"{phrases.WELCOME_BACK.source}\n\nHow many?"
    assert asked.state.outcome is None
    asked.send("4")
    assert asked.state.answers["n"] == 4


def test_start_after_a_stop_before_the_first_question_begins(talk) -> None:
    asked = talk(ROWS)
    asked.send("STOP")
    asked.send("START")
    assert asked.words == "Alone?\n1. Yes\n2. No"


def test_start_after_a_stop_that_followed_the_end_restores_consent_and_asks_nothing(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    for text in ("hello", "because", "STOP"):
        asked.send(text)
    assert asked.send("START") == [phrases.ALREADY_FINISHED.source]
    assert asked.told(ConsentRestored) == [ConsentRestored("START")]
    assert asked.state.outcome is Outcome.COMPLETE


def test_stop_in_danger_is_still_one_farewell(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("stop")
    assert len(asked.told(Say)) == 1


def test_a_stopped_state_stays_stopped_when_the_window_closes(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "STOP"):
        asked.send(text)
    assert asked.expired() == []
    assert asked.timed_out() == []
    assert asked.invited() == []
    assert asked.state == State.from_json(asked.state.to_json())
    assert asked.state.phase is Phase.FINISHED
