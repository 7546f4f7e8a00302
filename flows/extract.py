"""Babel's extractor for survey and instrument files: msgctxt is the question, msgid its English.

Named in `pyproject.toml` under `[tool.babel]`; `pybabel extract` calls it for every `flows/**/*.yaml`.
The contexts are those of `flows.wording.Wording`, so that what is extracted is what is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

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
    for row in rows_of(document.get("survey")):
        for column in TEXT_COLUMNS:
            if row.get(column) is not None:
                context = f"{owner}/{row.get('name')}"
                yield row.line, "pgettext", (context, str(row[column]).strip()), note
    for list_name, choices in (document.get("choices") or {}).items():
        for choice in rows_of(choices):
            context = f"{owner}/{list_name}/{choice.get('name')}"
            yield choice.line, "pgettext", (context, str(choice.get("label")).strip()), note
