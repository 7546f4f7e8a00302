"""Which reader a question's reply goes to, and what the question itself demands of the value read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from flows import reading
from flows.attachments import read_attachment, read_place
from flows.cells import value_of
from flows.events import Media, Received
from flows.expressions import Expression, ExpressionError, Value
from flows.language import Language
from flows.ranking import read_ranking
from flows.reading import Option, Read, Reading, Unread, Why
from flows.reading.folding import fold
from flows.state import State
from flows.survey import Kind, Question


class Refused(Unread):
    """A value that was read for sure but that the question's `constraint` does not allow."""


def interpret(
    question: Question,
    event: Received,
    state: State,
    language: Language,
    offered: Sequence[Option],
) -> Reading:
    """What a reply means as an answer to this question, constraint included."""
    found = _tapped(question, event, offered) or _read(question, event, language, offered)
    if isinstance(found, Read) and not allows(question, found.value, state, event.now):
        return Refused(Why.OUT_OF_RANGE)
    return found


def allows(question: Question, value: Value, state: State, now: datetime) -> bool:
    """Whether a value meets the question's constraint; one that can not be worked out is not met."""
    if question.constraint is None:
        return True
    try:
        return question.constraint.holds(state.answers, now=now, current=value)
    except ExpressionError:
        return False


def calculated(question: Question, state: State, now: datetime) -> Value:
    """What a calculation comes to over the answers given so far; nothing where it fails on them."""
    assert question.calculation is not None
    try:
        value = question.calculation.evaluate(state.answers, now=now)
    except ExpressionError:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else value


def default_of(
    question: Question, state: State, now: datetime, offered: Sequence[Option]
) -> Read | None:
    """What skipping the question answers, if its `default` is an answer it could be given."""
    value = question.default
    if isinstance(value, Expression):
        try:
            found = value.evaluate(state.answers, now=now)
        except ExpressionError:
            return None
        raw = str(found).lower() if isinstance(found, bool) else found
        value = value_of(raw, question.kind, {option.value for option in offered})
    if value is None:
        return None
    read = Read(value, "default")
    return read if allows(question, value, state, now) else None


def _tapped(question: Question, event: Received, offered: Sequence[Option]) -> Read | None:
    """The option a button carries, if it is a button of this very question."""
    if event.payload is None:
        return None
    name, _, code = event.payload.partition(":")
    if name != question.name or code not in {option.value for option in offered}:
        return None
    if question.kind is Kind.RANK:  # one tap puts nothing in order
        return None
    return Read((code,) if question.kind is Kind.SELECT_MULTIPLE else code, "payload")


def _read(
    question: Question, event: Received, language: Language, offered: Sequence[Option]
) -> Reading:
    text, speech = event.text, language.speech
    match question.kind:
        case Kind.SELECT_ONE:
            return reading.read_choice(text, offered, speech)
        case Kind.SELECT_MULTIPLE:
            return reading.read_choices(text, offered, speech)
        case Kind.INTEGER:
            return reading.read_integer(
                text, speech, minimum=_whole(question.minimum), maximum=_whole(question.maximum)
            )
        case Kind.DECIMAL:
            return reading.read_decimal(
                text, speech, minimum=question.minimum, maximum=question.maximum
            )
        case Kind.DATE:
            return reading.read_date(text, speech, today=event.now.date())
        case Kind.TEXT | Kind.NOTE | Kind.CALCULATE:
            return Read(text, "as typed") if fold(text) else Unread(Why.EMPTY)
        case Kind.ACKNOWLEDGE:
            return Read("OK", "acknowledged") if fold(text) else Unread(Why.EMPTY)
        case Kind.RANK:
            every = question.constraint is None
            return read_ranking(text, offered, speech, every=every)
        case Kind.AUDIO:
            return read_attachment(event, Media.AUDIO, "voice note")
        case Kind.IMAGE:
            return read_attachment(event, Media.PICTURE, "picture")
        case Kind.GEOPOINT:
            return read_place(event)
        case _:
            assert_never(question.kind)


def _whole(number: int | float | None) -> int | None:
    return None if number is None else int(number)
