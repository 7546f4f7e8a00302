"""What a reader of a before and after has to know before she believes it: found in the data, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SMALL = 30
"""Below this many pairs, a caution says how large a change would have been needed to show."""

SHIFT = 0.10
"""A mode's or language's share that moves by more than this between waves is worth a caution."""


class Caution(StrEnum):
    """A reason to be careful. `verdicts` has the sentence of each."""

    NO_CONTROL = "no_control"
    REGRESSION = "regression_to_the_mean"
    SMALL = "small_n"
    DROPPED_OUT = "dropped_out"
    MODE = "mode_mix"
    LANGUAGE = "language_mix"
    RAMADAN = "ramadan"
    RAMADAN_WHO5 = "ramadan_who5"


@dataclass(frozen=True, slots=True)
class Wave:
    """How one wave was answered by the people who are compared.

    Attributes:
        days: the day of each person's answers.
        modes, languages: label -> people.
    """

    days: Sequence[date]
    modes: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


def cautions(
    before: Wave,
    after: Wave,
    *,
    n: int,
    lost: int,
    score: str,
    ramadan: Sequence[tuple[date, date]],
) -> tuple[Caution, ...]:
    """Every caution that applies; the first two always do, in a study without a control group.

    Args:
        n: people in both waves.
        lost: people with a first score and no second.
        score: the score's name; WHO-5 asks about sleep, which Ramadan changes.
        ramadan: (first day, last day) of each year's month.
    """
    found = [Caution.NO_CONTROL, Caution.REGRESSION]
    if n < SMALL:
        found.append(Caution.SMALL)
    if lost:
        found.append(Caution.DROPPED_OUT)
    if shifted(before.modes, after.modes):
        found.append(Caution.MODE)
    if shifted(before.languages, after.languages):
        found.append(Caution.LANGUAGE)
    if (fasting(before.days, ramadan) > 0) != (fasting(after.days, ramadan) > 0):
        found.append(Caution.RAMADAN_WHO5 if score == "who5" else Caution.RAMADAN)
    return tuple(found)


def shifted(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether any label's share moved by more than `SHIFT`."""
    total, other = sum(before.values()), sum(after.values())
    if not total or not other:
        return False
    labels = before.keys() | after.keys()
    return any(
        abs(before.get(label, 0) / total - after.get(label, 0) / other) > SHIFT for label in labels
    )


def fasting(days: Sequence[date], ramadan: Sequence[tuple[date, date]]) -> float:
    """The share of days that lie in Ramadan, from 0 to 1; 0 of none."""
    if not days:
        return 0.0
    inside = sum(any(first <= day <= last for first, last in ramadan) for day in days)
    return inside / len(days)
