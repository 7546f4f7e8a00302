"""Workbooks as a hand in Excel makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Rows = Iterable[Sequence[Any]]


def write(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of these sheets; every row a list of cells."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path


SURVEY = [
    ["type", "name", "label"],
    ["select_one yes_no", "well", "Are you well?"],
    ["text", "why", "Why?"],
]
CHOICES = [["list_name", "name", "label"], ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]]
SETTINGS = [["form_id", "form_title"], ["clinic", "At the clinic"]]


def simple(**changes: Rows) -> dict[str, Rows]:
    """A small form that is right, with some of its sheets changed or added."""
    return {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, **changes}
