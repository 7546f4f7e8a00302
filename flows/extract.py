"""Babel's extractor for survey and instrument files: msgctxt is the question, msgid its English.

Named in `pyproject.toml` under `[tool.babel]`; `pybabel extract` calls it for every `flows/**/*.yaml`.
The contexts are those of `flows.wording.Wording`, so that what is extracted is what is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

from flows.building import SAY_WHICH, Builder
from flows.lists import OTHER
from flows.parsing import Cells, load_document, rows_of

TEXT_COLUMNS = ("label", "hint", "constraint_message", "no_message")

Message = tuple[int, str, tuple[str, str], list[str]]


def extract(
    file: BinaryIO,
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Message]:
    """Yield (line, "pgettext", (context, English), notes for the translator) for every text."""
    document = load_document(file.read().decode(), getattr(file, "name", "survey"))
    settings = document.get("settings") or Cells()
    instrument = document.get("instrument")
    owner = str(instrument or settings.get("form_id", ""))
    note = [f"{document['title']}: exact wording of a validated scale."] if instrument else []
    rows = rows_of(document.get("survey"))
    for row in rows:
        for context, text in _texts(row, f"{owner}/{row.get('name')}"):
            yield row.line, "pgettext", (context, text), note
    others = {str(row["type"]).split(" ")[1]: row for row in rows if Builder.has_other(row)}
    for list_name, choices in (document.get("choices") or {}).items():
        for choice in rows_of(choices):
            context = f"{owner}/{list_name}/{choice.get('name')}"
            yield choice.line, "pgettext", (context, str(choice.get("label")).strip()), note
            if choice.get("whatsapp_button") is not None:
                short = str(choice["whatsapp_button"]).strip()
                yield choice.line, "pgettext", (f"{context}/button", short), note
        if list_name in others and all(row.get("name") != "other" for row in rows_of(choices)):
            other = others[list_name]
            label = str(other.get("other_label", OTHER)).strip()
            yield other.line, "pgettext", (f"{owner}/{list_name}/other", label), note


def _texts(row: Cells, context: str) -> Iterator[tuple[str, str]]:
    """A row's own texts, each with its context."""
    for column in TEXT_COLUMNS:
        if row.get(column) is not None:
            yield context, str(row[column]).strip()
    if row.get("sms") is not None:
        yield f"{context}/sms", str(row["sms"]).strip()
    if Builder.has_other(row):
        yield f"{context}_other", str(row.get("or_other_label", SAY_WHICH)).strip()
