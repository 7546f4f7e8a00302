"""A form as the text of a survey file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from flows.building import COLUMNS, SETTINGS
from flows.rows import Cells, Form


def form_text(form: Form, *, remark: str = "") -> str:
    """YAML that `flows.parsing.form_of` reads as the same form.

    Args:
        form: the rows.
        remark: a line for whoever opens the file.
    """
    document: dict[str, Any] = {"settings": _ordered(form.settings, SETTINGS)}
    if form.choices:
        document["choices"] = {
            name: [_plain(row) for row in rows] for name, rows in form.choices.items()
        }
    document["survey"] = [_ordered(row, COLUMNS) for row in form.survey]
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# {remark}\n{body}" if remark else body


def _ordered(row: Cells, order: tuple[str, ...]) -> dict[str, Any]:
    return {column: _plain(row[column]) for column in order if column in row}


def _plain(value: Any) -> Any:
    """Rows and lists as the plain values that YAML's safe writer knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
