"""A person reads a reply again: what a question takes from her hand, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.correcting import NotAnAnswer, correct, may_be_corrected
from flows.parsing import parse_survey
from flows.state import State

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

SURVEY = parse_survey(
    """
settings: {form_id: small}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
  need:
    - {name: housing, label: Housing}
    - {name: jobs, label: Jobs}
    - {name: health, label: Health}
  county:
    - {name: king, label: King, state: wa}
    - {name: bexar, label: Bexar, state: tx}
survey:
  - {type: select_one yes_no, name: consent, label: "May we?", purpose: consent}
  - {type: integer, name: size, label: "Size?", constraint: ". >= 1 and . <= 20"}
  - {type: integer, name: children, label: "Children?", constraint: ". < ${size}"}
  - {type: calculate, name: adults, calculation: "${size} - ${children}"}
  - {type: calculate, name: large, calculation: "${size} > 5"}
  - {type: calculate, name: never, calculation: "1", relevant: "${size} = 99"}
  - {type: select_one need, name: first, label: "First?"}
  - {type: select_multiple need, name: needs, label: "Needs?"}
  - {type: rank need, name: order, label: "Order?"}
  - {type: rank need, name: top, label: "Top two?", constraint: "count-selected(.) = 2"}
  - {type: text, name: state, label: "State?"}
  - {type: select_one county, name: county, label: "County?", choice_filter: "state = ${state}"}
  - {type: date, name: day, label: "Day?"}
  - {type: text, name: words, label: "Words?"}
  - {type: audio, name: voice, label: Say it.}
""",
    source="small.yaml",
    instruments={},
)
STATE = State(
    language="en",
    answers={"size": 4, "children": 2, "adults": 2, "large": "false", "state": "wa"},
)


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        ("size", "6", 6),
        ("children", "3", 3),
        ("first", "jobs", "jobs"),
        ("needs", ("health", "housing", "health"), ("housing", "health")),
        ("needs", "health housing", ("housing", "health")),
        ("order", "jobs health housing", ("jobs", "health", "housing")),
        ("top", "jobs health", ("jobs", "health")),
        ("county", "king", "king"),
        ("day", "2026-05-04", "2026-05-04"),
        ("words", " My neighbours. ", "My neighbours."),
    ],
)
def test_a_question_takes_what_is_an_answer_to_it(
    question: str, typed: str | tuple[str, ...], value: object
) -> None:
    found = correct(SURVEY, STATE, question, typed, NOW)
    assert found.value == value
    assert found.state.answers[question] == value
    assert State.from_json(found.state.to_json()) == found.state


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("size", "0"),
        ("size", "21"),
        ("size", "4.5"),
        ("size", "four"),
        ("size", ""),
        ("children", "4"),
        ("first", "sunshine"),
        ("needs", ()),
        ("needs", ("jobs", "sunshine")),
        ("order", "jobs health"),
        ("order", "jobs jobs health housing"),
        ("top", "jobs"),
        ("county", "bexar"),
        ("day", "yesterday"),
        ("words", "  "),
        ("voice", "a voice note"),
        ("adults", "3"),
        ("consent", "yes"),
    ],
)
def test_a_question_refuses_what_is_none(question: str, typed: str | tuple[str, ...]) -> None:
    with pytest.raises(NotAnAnswer):
        correct(SURVEY, STATE, question, typed, NOW)


def test_what_was_worked_out_from_an_answer_is_worked_out_again() -> None:
    found = correct(SURVEY, STATE, "size", "6", NOW)
    assert found.worked_out == {"adults": 4, "large": "true"}
    assert found.state.answers == STATE.answers | {"size": 6, "adults": 4, "large": "true"}
    assert correct(SURVEY, STATE, "words", "Peace.", NOW).worked_out == {}


def test_consent_and_what_was_sent_as_a_file_are_nobody_elses_to_correct() -> None:
    wrong = {name for name, one in SURVEY.by_name.items() if not may_be_corrected(one)}
    assert wrong == {"consent", "adults", "large", "never", "voice"}
