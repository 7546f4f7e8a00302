"""What came of reading a list of people, as a page tells it: counted, and the first bad rows one by one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.usecases.people import Imported
from bot.usecases.people_problems import Problem

SHOWN = 200
"""Bad rows that a page shows one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of reading a list, or what would.

    Attributes:
        rows: people in it.
        good: rows that can be taken, or were.
        bad_rows: those that can not.
        bad: the first problems, row by row.
        reasons: code of a reason -> how many problems have it, the commonest first.
        columns: heading or letter of each column that is used, and what it holds.
        not_kept: headings of the columns that are not.
        notes: what else should be known, in English.
        why: why the whole list was refused, in English; empty if it was not.
    """

    rows: int = 0
    good: int = 0
    bad_rows: int = 0
    bad: tuple[Problem, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    not_kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


def report_of(found: Imported) -> Report:
    """What a page tells of it."""
    reasons = Counter(one.reason for one in found.bad)
    return Report(
        rows=found.rows,
        good=found.good,
        bad_rows=found.bad_rows,
        bad=found.bad[:SHOWN],
        reasons=tuple(reasons.most_common()),
        columns=found.columns,
        not_kept=found.not_kept,
        notes=found.notes,
    )


def packed(report: Report) -> str:
    """A report as JSON; the last digits of numbers are in it, so that it is kept encrypted."""
    bad = [[one.row, one.column, one.reason, one.say, one.number, one.values] for one in report.bad]
    values = {name: getattr(report, name) for name in Report.__slots__ if name != "bad"}
    return json.dumps(values | {"bad": bad})


def opened(text: str) -> Report:
    """A report from its JSON."""
    stored = json.loads(text)

    def pairs(name: str) -> tuple[tuple[str, Any], ...]:
        return tuple((one[0], one[1]) for one in stored[name])

    return Report(
        rows=stored["rows"],
        good=stored["good"],
        bad_rows=stored["bad_rows"],
        bad=tuple(
            Problem(
                row, column, reason, sentence, number, tuple((name, said) for name, said in values)
            )
            for row, column, reason, sentence, number, values in stored["bad"]
        ),
        reasons=pairs("reasons"),
        columns=pairs("columns"),
        not_kept=tuple(stored["not_kept"]),
        notes=tuple(stored["notes"]),
        why=stored["why"],
    )
