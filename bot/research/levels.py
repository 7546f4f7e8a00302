"""What a download holds, level by level, as in REDCap: one table, read by every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flows.survey import Kind, Question

WITHHELD = "withheld"
"""The reason that stands for an answer which was given but is not part of this level."""


class Level(StrEnum):
    """How much of what people wrote is in a download."""

    NONE = "none"
    DEIDENTIFIED = "deidentified"
    NO_IDENTIFIERS = "no_identifiers"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Contents:
    """What one level holds.

    Attributes:
        answers: whether there is anything at all.
        free_text: answers in people's own words, and calculations that give text.
        raw: what was typed, for every question, and names of recordings and places on the map.
        moments: times to the second in UTC; else the day.
        dates: answers that are dates, whole; else the year.
        approved: whether somebody else than the person who asks has to approve it.
    """

    answers: bool = True
    free_text: bool = False
    raw: bool = False
    moments: bool = False
    dates: bool = False
    approved: bool = False


CONTENTS: Mapping[Level, Contents] = {
    Level.NONE: Contents(answers=False),
    Level.DEIDENTIFIED: Contents(),
    Level.NO_IDENTIFIERS: Contents(free_text=True, dates=True),
    Level.FULL: Contents(free_text=True, raw=True, moments=True, dates=True, approved=True),
}

_NEVER_WITHOUT_RAW = frozenset({Kind.AUDIO, Kind.IMAGE, Kind.GEOPOINT})


def allowed(question: Question, value: Any, contents: Contents) -> Any:
    """An answer as a level shows it: whole, made coarser, or None where it is withheld."""
    if question.kind in _NEVER_WITHOUT_RAW:
        return value if contents.raw else None
    if question.kind is Kind.TEXT or (question.kind is Kind.CALCULATE and isinstance(value, str)):
        return value if contents.free_text else None
    if question.kind is Kind.DATE and not contents.dates:
        return str(value)[:4]
    return value


def when(moment: datetime | None, contents: Contents) -> datetime | date | None:
    """A time as a level shows it: to the second, or the day (both in UTC)."""
    if moment is None:
        return None
    return moment.replace(microsecond=0) if contents.moments else moment.date()
