"""A condition taken apart, so that it can be said in words: "the answer to … is …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flows.survey import Survey

_OF = r"\$\{\s*([\w.-]+)\s*\}"
_TEXT = r"""['"]([^'"]*)['"]"""
_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"


class Is(StrEnum):
    """What is asked of an answer."""

    EQUAL = "is"
    OTHER = "is not"
    CHOSEN = "is among the answers"
    NOT_CHOSEN = "is not among the answers"
    GIVEN = "was given"
    NOT_GIVEN = "was not given"
    LESS = "is less than"
    AT_MOST = "is at most"
    MORE = "is more than"
    AT_LEAST = "is at least"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked of one answer.

    Attributes:
        question: its name.
        label: its words.
        relation: what is asked.
        value: of which value, in the words of its option if it is one.
    """

    question: str
    label: str
    relation: Is
    value: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its text, and what it comes to.

    Attributes:
        source: as it was written.
        clauses: what it asks; nothing when it can not be said in words.
        every: whether all of them have to hold, not just one.
    """

    source: str
    clauses: tuple[Clause, ...] = ()
    every: bool = True


_SIGNS = {
    "=": Is.EQUAL, "!=": Is.OTHER, "<": Is.LESS, "<=": Is.AT_MOST, ">": Is.MORE, ">=": Is.AT_LEAST,
}  # fmt: skip
_EMPTY = {Is.EQUAL: Is.NOT_GIVEN, Is.OTHER: Is.GIVEN}
_COMPARED = re.compile(rf"{_OF}\s*(!=|<=|>=|=|<|>)\s*(?:{_TEXT}|{_NUMBER})")
_CHOSEN = re.compile(rf"selected\(\s*{_OF}\s*,\s*{_TEXT}\s*\)")
_NOT = re.compile(rf"not\(\s*selected\(\s*{_OF}\s*,\s*{_TEXT}\s*\)\s*\)")


def explain(survey: Survey | None, source: str) -> Condition:
    """What a condition comes to, with the words of the survey where it can be read."""
    for word, every in ((" and ", True), (" or ", False)):
        clauses = [_clause(survey, part.strip()) for part in source.split(word)]
        known = [clause for clause in clauses if clause is not None]
        if len(known) == len(clauses):
            return Condition(source, tuple(known), every)
    return Condition(source)


def _clause(survey: Survey | None, part: str) -> Clause | None:
    for pattern, relation in ((_NOT, Is.NOT_CHOSEN), (_CHOSEN, Is.CHOSEN)):
        if found := pattern.fullmatch(part):
            return _said(survey, found[1], relation, found[2])
    found = _COMPARED.fullmatch(part)
    if found is None:
        return None
    relation = _SIGNS[found[2]]
    value = found[4] if found[3] is None else found[3]
    if value == "":
        empty = _EMPTY.get(relation)
        return None if empty is None else _said(survey, found[1], empty, "")
    return _said(survey, found[1], relation, value)


def _said(survey: Survey | None, name: str, relation: Is, value: str) -> Clause:
    question = None if survey is None else survey.by_name.get(name)
    if question is None:
        return Clause(name, name, relation, value)
    label = name if question.label is None else question.label.source
    words = {choice.name: choice.label.source for choice in question.choices}
    return Clause(name, label, relation, words.get(value, value))


def explain_all(survey: Survey, sources: Sequence[str]) -> tuple[Condition, ...]:
    """Several conditions, which all have to hold."""
    return tuple(explain(survey, source) for source in sources)
