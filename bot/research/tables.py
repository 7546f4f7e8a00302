"""Long and wide tables of answers. A long row is one answer; a wide row is one participant's run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.research.columns import (
    ANSWER_COLUMNS,
    RUN_COLUMNS,
    Column,
    Merged,
    Option,
    by_number,
    long_columns,
    wide_columns,
)
from bot.research.levels import CONTENTS, WITHHELD, Contents, Level, allowed, when
from bot.research.losses import LossReport, Lost
from flows.effects import Missing
from flows.survey import SEVERAL, Kind, Question, Score, Survey

MISSING_CODES: Mapping[str, int] = {
    Missing.REFUSED: -99,
    Missing.UNSURE: -98,
    Missing.SKIPPED: -97,
    Missing.NOT_UNDERSTOOD: -96,
    WITHHELD: -95,
    Missing.NOT_RELEVANT: -88,
}
"""Why there is no answer to a question that a conversation came to."""

NOT_IN_VERSION = -78
"""The version of the survey that this conversation ran does not have the question."""

NOT_REACHED = -77
"""The conversation ended, or waits, before this question."""

MISSING_LABELS: Mapping[int, str] = {
    -99: "refused",
    -98: "unsure",
    -97: "skipped by the participant",
    -96: "not understood",
    -95: "withheld at this level",
    -88: "skipped by routing",
    -78: "not in this version",
    -77: "not reached",
}
MISSING_LOW, MISSING_HIGH = -99, -77
"""SPSS allows a range of missing values: this one."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as stored; `value` is None when `missing` says why.

    `language_asked` and `delivery` are those of the message that asked; `late` whether it came after
    the campaign's end.
    """

    question: str
    value: Any
    missing: str | None
    raw: str
    how: str
    language: str
    wording: str
    asked: datetime | None
    answered: datetime | None
    language_asked: str | None = None
    delivery: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One conversation with its latest answers and its scores."""

    survey: Survey
    columns: Mapping[str, Any]
    answers: Mapping[str, AnswerRow]
    scores: Mapping[str, tuple[float | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Design:
    """What a table is made of, whatever its shape.

    Attributes:
        questions: merged over versions.
        scores: every score that one of the surveys gives.
        contents: the level.
        labels: language of the labels.
        weights: pseudonym -> weight; None where there are none.
    """

    questions: tuple[Merged, ...]
    scores: tuple[Score, ...] = ()
    contents: Contents = CONTENTS[Level.FULL]
    labels: str = "en"
    weights: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Table:
    """Columns, and rows that can be read once."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[list[Any]]

    @property
    def header(self) -> list[str]:
        """The headings."""
        return [column.name for column in self.columns]


def long_table(design: Design, runs: Iterable[Run]) -> Table:
    """One row an answer, then one row a score; a question that was not reached has no row."""
    columns = long_columns(design.contents, weights=design.weights is not None)
    return Table("long", columns, _long_rows(design, runs))


def wide_table(design: Design, runs: Iterable[Run], losses: LossReport | None = None) -> Table:
    """One row a conversation; what is missing carries its code.

    An answer that is itself the number of a missing code is reported: only the long table tells them
    apart.
    """
    columns = wide_columns(
        design.questions, design.scores, design.contents, weights=design.weights is not None
    )
    # An empty report is false: only None means that nobody wants one.
    report = LossReport() if losses is None else losses
    return Table("wide", columns, _wide_rows(design, runs, report))


def _head(design: Design, run: Run) -> list[Any]:
    cells = [run.columns.get(name) for name in RUN_COLUMNS]
    cells = [when(c, design.contents) if isinstance(c, datetime) else c for c in cells]
    if design.weights is not None:
        cells.append(design.weights.get(run.columns["pseudonym"]))
    return cells


def _long_rows(design: Design, runs: Iterable[Run]) -> Iterator[list[Any]]:
    names = [name for name in ANSWER_COLUMNS if name != "raw" or design.contents.raw]
    labels = _labels(design)
    for run in runs:
        head = _head(design, run)
        for question in run.survey.questions:
            row = run.answers.get(question.name)
            if row is not None:
                cells = _answer_cells(design, question, row, labels)
                yield [*head, *(cells.get(name) for name in names)]
        for name, (value, band) in run.scores.items():
            cells = {"question": name, "kind": "score", "value": value, "number": value}
            cells |= {"code": value, "label": band}
            yield [*head, *(cells.get(name) for name in names)]


def _labels(design: Design) -> dict[tuple[str, str], str]:
    """(question, code) -> label in the language of the labels, else in the source's."""
    return {
        (merged.name, option.code): label_of(option, design.labels)
        for merged in design.questions
        for option in merged.options
    }


def label_of(option: Option, language: str) -> str:
    """The label in a language; where it has none the source's words."""
    return option.labels.get(language) or next(iter(option.labels.values()), option.code)


def _answer_cells(
    design: Design, question: Question, row: AnswerRow, labels: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    value, missing = _shown(design, question, row)
    codes = value if isinstance(value, list | tuple) else [value]
    found = [
        labels[question.name, str(code)] for code in codes if (question.name, str(code)) in labels
    ]
    value = _flat(value)
    return {
        "question": question.name,
        "kind": question.kind.value,
        "raw": row.raw,
        "value": value,
        "number": number_of(value),
        "code": MISSING_CODES[missing] if missing else value,
        "label": "; ".join(found) if found else None,
        "missing": missing,
        "how": row.how,
        "language_asked": row.language_asked,
        "language_answered": row.language,
        "wording": row.wording,
        "delivery": row.delivery,
        "asked_at": when(row.asked, design.contents),
        "answered_at": when(row.answered, design.contents),
        "late": int(row.late),
    }


def _shown(design: Design, question: Question, row: AnswerRow) -> tuple[Any, str | None]:
    """(value, why it is missing) at this level."""
    if row.missing:
        return None, row.missing
    value = allowed(question, row.value, design.contents)
    return (None, WITHHELD) if value is None else (value, None)


def _flat(value: Any) -> Any:
    """Several choices in one cell, as XLSForm writes them: codes with spaces between."""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value


def number_of(value: Any) -> float | None:
    """The value as a number, where it is one: 4, 4.5, or a code of digits."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value)
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _wide_rows(design: Design, runs: Iterable[Run], losses: LossReport) -> Iterator[list[Any]]:
    cells = [(merged, _cells_of(merged, design)) for merged in design.questions]
    names = [score.name for score in design.scores]
    for run in runs:
        row = _head(design, run)
        for merged, of in cells:
            answer = run.answers.get(merged.name)
            if answer is None:
                there = merged.name in run.survey.by_name
                row += of(NOT_REACHED if there else NOT_IN_VERSION, None)
            else:
                value, missing = _shown(design, merged.question, answer)
                if isinstance(value, int | float) and MISSING_LOW <= value <= MISSING_HIGH:
                    losses.cell("wide", Lost.AMBIGUOUS, merged.name)
                row += of(MISSING_CODES[missing] if missing else value, answer)
        for name in names:
            row += run.scores.get(name, (None, None))
        yield row


def _cells_of(merged: Merged, design: Design) -> Callable[[Any, AnswerRow | None], list[Any]]:
    """What makes a question's cells: the value, its indicators, what was typed, and when."""
    several = merged.question.kind in SEVERAL
    codes = [option.code for option in merged.options] if several else []
    ranked = merged.question.kind is Kind.RANK

    def cells(value: Any, answer: AnswerRow | None) -> list[Any]:
        made = [_flat(value), *_indicators(codes, value, ranked=ranked)]
        if design.contents.raw:
            made.append(None if answer is None else answer.raw)
        made.append(None if answer is None else when(answer.answered, design.contents))
        return made

    return cells


def _indicators(codes: Sequence[str], value: Any, *, ranked: bool) -> list[int | None]:
    """1 or 0 for each option; the place for a ranking; the code that says why there is neither."""
    if not isinstance(value, list | tuple):
        return [value if isinstance(value, int) else None] * len(codes)
    chosen = [str(code) for code in value]
    if ranked:
        return [chosen.index(code) + 1 if code in chosen else None for code in codes]
    return [int(code in chosen) for code in codes]


def physical(column: Column) -> str:
    """How a typed format holds a column: `text`, `integer`, `number`, `day` or `moment`."""
    if column.type.value == "code":
        return "integer" if by_number(column.options) else "text"
    return column.type.value
