"""FLOIP Flow Results, 1.0.0-rc1: a descriptor, and a JSON array of rows of seven.

The specification's rows are [timestamp, row id, contact id, session id, question id, response,
metadata]. A question without an answer has no row: what is missing is not a response.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO

from bot.research.codebook import Codebook
from bot.research.columns import Merged
from bot.research.labelled import said
from bot.research.levels import allowed, when
from bot.research.tables import AnswerRow, Design, Run
from flows.survey import SEVERAL, Kind

VERSION = "1.0.0-rc1"
DATA = "data.json"

_TYPES: Mapping[Kind, str] = {
    Kind.SELECT_ONE: "select_one",
    Kind.SELECT_MULTIPLE: "select_many",
    Kind.RANK: "select_many",
    Kind.INTEGER: "numeric",
    Kind.DECIMAL: "numeric",
    Kind.DATE: "date",
    Kind.AUDIO: "audio",
    Kind.IMAGE: "image",
}
"""Everything else is text: a place may also be typed in words, a calculation may give either."""

_ISO_639_3 = {
    "am": "amh", "ar": "ara", "bn": "ben", "en": "eng", "fa": "fas", "fr": "fra", "pa": "pan",
    "pl": "pol", "pnb": "pnb", "ps": "pus", "ro": "ron", "so": "som", "sw": "swa", "syl": "syl",
    "ti": "tir", "ur": "urd", "zh": "zho",
}  # fmt: skip

_FIELDS = (
    ("timestamp", "Timestamp", "datetime"),
    ("row_id", "Row ID", "string"),
    ("contact_id", "Contact ID", "string"),
    ("session_id", "Session ID", "string"),
    ("question_id", "Question ID", "string"),
    ("response", "Response", "any"),
    ("response_metadata", "Response Metadata", "object"),
)


def language_code(code: str) -> str | None:
    """ISO 639-3 for one of our codes: `ben` for `bn`; `prs` is Dari."""
    return "prs" if code == "fa-AF" else _ISO_639_3.get(code.partition("-")[0])


def descriptor(book: Codebook, name: str) -> str:
    """The package's descriptor as JSON.

    Args:
        book: what is told.
        name: of the package: lower case letters, digits, dots, dashes.
    """
    moment = _moment(when(book.newest, book.contents))
    content = "\n".join((name, *book.versions, *(campaign.slug for campaign in book.campaigns)))
    schema: dict[str, Any] = {
        "fields": [{"name": n, "title": t, "type": kind} for n, t, kind in _FIELDS],
        "questions": {
            q.name: _question(q, book.labels, whole=book.contents.dates) for q in book.questions
        },
    }
    language = language_code(book.labels)
    if language is not None:
        schema["language"] = language
    package = {
        "profile": "flow-results-package",
        "name": name,
        "title": book.title,
        "flow_results_specification_version": VERSION,
        "created": moment,
        "modified": moment,
        "id": str(uuid.UUID(bytes=hashlib.sha256(content.encode()).digest()[:16], version=4)),
        "resources": [
            {
                "name": f"{name}-data",
                "path": DATA,
                "access_method": "file",
                "format": "json",
                "mediatype": "application/json",
                "encoding": "utf-8",
                "schema": schema,
            }
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _question(merged: Merged, language: str, *, whole: bool) -> dict[str, Any]:
    question = merged.question
    options: dict[str, Any] = {}
    kind = type_of(merged)
    if kind == "date" and not whole:
        kind = "text"  # a year is no date
    if merged.options and kind in ("select_one", "select_many"):
        options["choices"] = [option.code for option in merged.options]
        options["choice_labels"] = {o.code: said(o.labels, language) for o in merged.options}
    if kind == "numeric" and question.minimum is not None and question.maximum is not None:
        options["range"] = [question.minimum, question.maximum]
    return {
        "type": kind,
        "label": said(merged.labels, language) or question.name,
        "type_options": options,
    }


def type_of(merged: Merged) -> str:
    """The specification's type for a question; a list that is not in the survey gives text."""
    kind = merged.question.kind
    if (kind is Kind.SELECT_ONE or kind in SEVERAL) and not merged.options:
        return "text"
    return _TYPES.get(kind, "text")


def write_rows(file: BinaryIO, design: Design, runs: Iterable[Run]) -> int:
    """Write the rows as a JSON array, a line each; how many."""
    count = 0
    file.write(b"[")
    for count, row in enumerate(_rows(design, runs), 1):
        file.write(b",\n" if count > 1 else b"\n")
        file.write(json.dumps(row, ensure_ascii=False).encode())
    file.write(b"\n]\n")
    return count


def _rows(design: Design, runs: Iterable[Run]) -> Iterator[list[Any]]:
    types = {merged.name: type_of(merged) for merged in design.questions}
    for run in runs:
        for question in run.survey.questions:
            answer = run.answers.get(question.name)
            if answer is None or answer.missing:
                continue
            value = allowed(question, answer.value, design.contents)
            if value is not None:
                yield _row(design, run, answer, _response(value, types[question.name]))


def _row(design: Design, run: Run, answer: AnswerRow, response: Any) -> list[Any]:
    session = str(run.columns["conversation"])
    metadata = {
        "language": language_code(answer.language),
        "how": answer.how,
        "wording": answer.wording,
        "survey_version": run.columns["survey_version"],
        "campaign": run.columns["campaign"],
        "channel": run.columns["channel"],
        "mode": run.columns["mode"],
    }
    if design.contents.raw:
        metadata["raw"] = answer.raw
    return [
        _moment(when(answer.answered, design.contents)),
        f"{session}-{answer.question}",
        run.columns["pseudonym"],
        session,
        answer.question,
        response,
        metadata,
    ]


def _response(value: Any, kind: str) -> Any:
    if kind == "select_many":
        return [str(code) for code in value] if isinstance(value, list | tuple) else [str(value)]
    return value if kind == "numeric" else str(value)


def _moment(moment: datetime | date | None) -> str | None:
    """RFC 3339 with its offset; a day is its midnight in UTC."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return moment.isoformat(timespec="seconds")
