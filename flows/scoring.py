"""Scores of instruments, by their own published rules. The rules' parameters stand in `instruments/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.expressions import Value
from flows.survey import Score, Survey


@dataclass(frozen=True, slots=True)
class Scored:
    """One computed score.

    Attributes:
        name: the score's column.
        raw: sum of the items, or None when an item is missing.
        value: the published metric of that sum, or None when an item is missing.
        band: the published category of the value, if there are any.
    """

    name: str
    raw: int | None
    value: float | None
    band: str | None


def score(rule: Score, answers: Mapping[str, Value | None]) -> Scored:
    """Apply one rule. One item missing leaves the score missing: nothing is imputed."""
    items: list[int] = []
    for item in rule.items:
        answer = answers.get(item)
        if answer is None:
            return Scored(rule.name, None, None, None)
        items.append(int(answer))  # type: ignore[arg-type]  # items are numbers or codes of digits
    raw = sum(items)
    value = dict(rule.table)[raw] if rule.table else float(raw * rule.multiply)
    band = next((label for highest, label in rule.bands if value <= highest), None)
    return Scored(rule.name, raw, value, band)


def scores(survey: Survey, answers: Mapping[str, Value | None]) -> tuple[Scored, ...]:
    """Every score of a survey, in the order of its instruments."""
    return tuple(score(rule, answers) for rule in survey.scores)
