"""A state is a small value that survives JSON."""

import json

import pytest

from flows.effects import Missing, Outcome
from flows.state import Phase, State

FULL = State(
    language="bn",
    language_chosen=True,
    phase=Phase.PAUSED,
    position="size",
    answers={"a": "হ্যাঁ", "b": 4, "c": 1.5, "d": ("red", "blue"), "e": ()},
    missing={"f": Missing.REFUSED},
    asked=("a", "b"),
    tries=2,
    outcome=Outcome.EXPIRED,
    stopped=True,
)


def test_a_full_state_survives_json() -> None:
    stored = FULL.to_json()
    assert State.from_json(stored) == FULL
    assert "\n" not in stored
    assert "হ্যাঁ" in stored  # readable by whoever looks into the database


def test_every_part_of_a_state_is_stored() -> None:
    assert set(json.loads(FULL.to_json())) == set(State.__slots__)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"language": "en"}'])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        State.from_json(text)


def test_a_question_is_settled_when_it_was_answered_or_left() -> None:
    state = State("en").with_answer("a", 1).without_answer("b", Missing.SKIPPED)
    state = state.without_answer("c", Missing.NOT_RELEVANT)
    assert state.settled("a")
    assert state.settled("b")
    assert not state.settled("c")  # it can become relevant
    assert not state.settled("d")


def test_answering_and_leaving_replace_each_other() -> None:
    left = State("en", tries=2).with_answer("a", 1).without_answer("a", Missing.UNSURE)
    assert (left.answers, left.missing, left.tries) == ({}, {"a": Missing.UNSURE}, 0)
    assert left.with_answer("a", 2).missing == {}
