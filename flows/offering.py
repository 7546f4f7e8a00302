"""Which options of a question a participant sees now, in which order, under which numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from flows.expressions import ExpressionError
from flows.state import State
from flows.survey import Choice, Question


def choices_now(question: Question, state: State, now: datetime) -> Sequence[Choice]:
    """The options that the `choice_filter` lets through, in the order they are shown in.

    A filter that fails on these answers hides nothing: no question is lost to it.
    """
    choices = question.choices
    if question.choice_filter is not None:
        condition = question.choice_filter
        try:
            choices = tuple(
                choice
                for choice in choices
                if condition.holds(state.answers, now=now, row=choice.columns)
            )
        except ExpressionError:
            choices = question.choices
    if question.randomize:
        salt = _salt(question, state, now)
        return sorted(choices, key=lambda choice: _draw(salt, choice.name))
    return choices


def _salt(question: Question, state: State, now: datetime) -> str:
    """What the order is drawn from: the form's seed, the same for everyone, or the participant's own.

    With the same seed, lists with the same options stand in the same order, as in ODK.
    """
    if question.seed is not None:
        try:
            seed = question.seed.evaluate(state.answers, now=now)
        except ExpressionError:
            seed = ""
        if seed != "":
            return str(seed)
    return f"{state.seed}/{question.name}"


def _draw(salt: str, code: str) -> bytes:
    """A number that depends on nothing but the seed and the option: a shuffle without a generator."""
    return hashlib.sha256(f"{salt}\x04{code}".encode()).digest()
