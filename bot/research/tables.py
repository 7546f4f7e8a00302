"""Long and wide tables of answers. A long row is one answer; a wide row is one participant's run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.effects import Missing
from flows.survey import Kind, Question, Survey

MISSING_CODES: Mapping[str, int] = {
    Missing.REFUSED: -99,
    Missing.NOT_RELEVANT: -88,
    Missing.UNSURE: -98,
    Missing.SKIPPED: -97,
    Missing.NOT_UNDERSTOOD: -96,
}
NOT_REACHED = -77
"""The conversation ended before this question."""

RUN_COLUMNS = (
    "pseudonym",
    "campaign",
    "survey",
    "survey_version",
    "conversation",
    "channel",
    "mode",
    "conversation_language",
    "started",
    "finished",
    "outcome",
)
ANSWER_COLUMNS = (
    "question",
    "kind",
    "raw",
    "value",
    "code",
    "label",
    "missing",
    "how",
    "language_answered",
    "wording",
    "asked_at",
    "answered_at",
)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as stored; `value` is None when `missing` says why."""

    question: str
    value: Any
    missing: str | None
    raw: str
    how: str
    language: str
    wording: str
    asked: datetime | None
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One conversation with its latest answers and its scores."""

    survey: Survey
    columns: Mapping[str, Any]
    answers: Mapping[str, AnswerRow]
    scores: Mapping[str, tuple[float | None, str | None]] = field(default_factory=dict)


def questions_of(surveys: Iterable[Survey]) -> list[Question]:
    """The questions that take answers, merged over versions by name, in order of first appearance."""
    merged: dict[str, Question] = {}
    for survey in surveys:
        for question in survey.questions:
            if question.kind is not Kind.NOTE:
                merged[question.name] = question
    return list(merged.values())


def long_header() -> list[str]:
    """Columns of the long table."""
    return [*RUN_COLUMNS, *ANSWER_COLUMNS]


def long_rows(runs: Iterable[Run]) -> Iterator[list[Any]]:
    """One row an answer, then one row a score; a question that was not reached has no row."""
    for run in runs:
        head = [_cell(run.columns[name]) for name in RUN_COLUMNS]
        for question in run.survey.questions:
            row = run.answers.get(question.name)
            if row is not None:
                yield [*head, *_answer_cells(run.survey, question, row)]
        for name, (value, band) in run.scores.items():
            cells = {"question": name, "kind": "score", "value": value, "label": band}
            yield [*head, *(cells.get(column) for column in ANSWER_COLUMNS)]


def _answer_cells(survey: Survey, question: Question, row: AnswerRow) -> list[Any]:
    value = _shown(row.value)
    code = MISSING_CODES.get(row.missing) if row.missing else value
    return [
        question.name,
        question.kind.value,
        row.raw,
        value,
        code,
        _label(survey, question, row.value),
        row.missing,
        row.how,
        row.language,
        row.wording,
        _cell(row.asked),
        _cell(row.answered),
    ]


def wide_header(questions: Sequence[Question], scores: Sequence[str]) -> list[str]:
    """Columns of the wide table: the run, each question's code and raw text, each score."""
    answers = [name for q in questions for name in (q.name, f"{q.name}_raw", f"{q.name}_at")]
    return [*RUN_COLUMNS, *answers, *(n for s in scores for n in (s, f"{s}_band"))]


def wide_rows(
    runs: Iterable[Run], questions: Sequence[Question], scores: Sequence[str]
) -> Iterator[list[Any]]:
    """One row a conversation; what is missing carries its code."""
    for run in runs:
        row: list[Any] = [_cell(run.columns[name]) for name in RUN_COLUMNS]
        for question in questions:
            row += _wide_cells(run.answers.get(question.name))
        for score in scores:
            row += run.scores.get(score, (None, None))
        yield row


def _wide_cells(answer: AnswerRow | None) -> list[Any]:
    if answer is None:
        return [NOT_REACHED, None, None]
    code = MISSING_CODES[answer.missing] if answer.missing else _shown(answer.value)
    return [code, answer.raw, _cell(answer.answered)]


def _shown(value: Any) -> Any:
    """Several choices in one cell, as XLSForm writes them: codes with spaces between."""
    return " ".join(value) if isinstance(value, list | tuple) else value


def _label(survey: Survey, question: Question, value: Any) -> str | None:
    codes = value if isinstance(value, list | tuple) else [value]
    labels = (survey.labels.get((question.name, str(code))) for code in codes)
    found = [label.source for label in labels if label is not None]
    return "; ".join(found) if found else None


def _cell(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
