"""Which reader a question's reply goes to, and what the question itself demands of the value read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from flows import reading
from flows.events import Received
from flows.expressions import ExpressionError
from flows.language import Language
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
    if isinstance(found, Read) and question.constraint is not None:
        try:
            holds = question.constraint.holds(state.answers, now=event.now, current=found.value)
        except ExpressionError:
            holds = False
        if not holds:
            return Refused(Why.OUT_OF_RANGE)
    return found


def _tapped(question: Question, event: Received, offered: Sequence[Option]) -> Read | None:
    """The option a button carries. The engine has already put taps on other questions aside."""
    if event.payload is None:
        return None
    code = event.payload.partition(":")[2]
    if code not in {option.value for option in offered}:
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
        case _:
            assert_never(question.kind)


def _whole(number: int | float | None) -> int | None:
    return None if number is None else int(number)
