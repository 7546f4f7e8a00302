"""A person who has read a reply herself puts another value in the place of what the bot read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.answering import allows, calculated
from flows.cells import value_of
from flows.expressions import Value
from flows.offering import choices_now
from flows.state import State
from flows.survey import SELECTS, SEVERAL, Kind, Question, Survey

HOW = "corrected"
"""The rule that an answer was read by, when a person read it."""

_NOT_BY_HAND = frozenset(
    {Kind.NOTE, Kind.CALCULATE, Kind.ACKNOWLEDGE, Kind.AUDIO, Kind.IMAGE, Kind.GEOPOINT}
)


class NotAnAnswer(ValueError):
    """A value that the question can not be answered with."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction leads to.

    Attributes:
        value: the new answer, as the question stores it.
        state: the conversation's state with it.
        worked_out: calculations that come out differently now, question -> value.
    """

    value: Value
    state: State
    worked_out: Mapping[str, Value] = field(default_factory=dict)


def may_be_corrected(question: Question) -> bool:
    """Whether a person may put another value: never for consent, privacy or the language.

    Those are hers to say. What was sent as a file or a place has nothing to be read differently.
    """
    return question.purpose is None and question.kind not in _NOT_BY_HAND


def correct(
    survey: Survey, state: State, name: str, typed: str | tuple[str, ...], now: datetime
) -> Corrected:
    """The state with another answer; the way she took through the survey stays as it was.

    Args:
        survey: the conversation's own frozen survey.
        state: where the conversation stands, or how it ended.
        name: of the question.
        typed: the codes of options, in order for a ranking; else a number, a day (2026-05-04) or a text.
        now: this moment.

    Raises:
        NotAnAnswer: the question takes no such answer.
    """
    question = survey.by_name[name]
    if not may_be_corrected(question):
        raise NotAnAnswer(name)
    value = _value(question, state, typed, now)
    if value is None or not allows(question, value, state, now):
        raise NotAnAnswer(name)
    state = state.with_answer(name, value)
    worked_out: dict[str, Value] = {}
    for other in survey.questions:
        if other.kind is not Kind.CALCULATE or other.name not in state.answers:
            continue
        found = calculated(other, state, now)
        if found != state.answers[other.name]:
            worked_out[other.name] = found
            state = state.with_answer(other.name, found)
    return Corrected(value, state, worked_out)


def _value(
    question: Question, state: State, typed: str | tuple[str, ...], now: datetime
) -> Value | None:
    offered = choices_now(question, state, now) if question.kind in SELECTS else ()
    codes = {choice.name for choice in offered}
    text = " ".join(dict.fromkeys(typed)) if isinstance(typed, tuple) else typed
    value = value_of(text, question.kind, codes)
    if question.kind not in SEVERAL or not isinstance(value, tuple):
        return value
    if question.kind is Kind.RANK:
        whole = question.constraint is not None or set(value) == codes
        return value if whole and len(set(value)) == len(value) else None
    # Several options stand in the list's order, however they were ticked.
    return tuple(choice.name for choice in offered if choice.name in value)
