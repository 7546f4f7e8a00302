"""Frictionless Data Package: what the bundle's tables hold, for machines; languages in a side file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.research.codebook import Codebook
from bot.research.columns import Column, Part, Type
from bot.research.tables import MISSING_LABELS, physical

_TYPES = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "day": "date",
    "moment": "datetime",
}


def descriptor(
    book: Codebook,
    name: str,
    files: Mapping[str, str],
    digests: Mapping[str, str],
    sizes: Mapping[str, int],
) -> str:
    """`datapackage.json`.

    Args:
        book: what is told.
        name: of the package.
        files: `long` and `wide` -> path of the CSV.
        digests: path -> SHA-256 in hexadecimal digits.
        sizes: path -> bytes.
    """
    columns = {"long": book.long, "wide": book.wide}
    package = {
        "profile": "data-package",
        "name": name,
        "title": book.title,
        "version": "; ".join(book.versions),
        "languages": "languages.json",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table,
                "path": path,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "hash": f"sha256:{digests[path]}",
                "bytes": sizes[path],
                "schema": _schema(columns[table], book.labels),
            }
            for table, path in files.items()
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _schema(columns: Sequence[Column], language: str) -> dict[str, Any]:
    wide = any(column.missing for column in columns)
    codes = [str(code) for code in MISSING_LABELS] if wide else []
    schema: dict[str, Any] = {
        "fields": [_field(column, language) for column in columns],
        "missingValues": ["", *codes],
    }
    if wide:
        schema["primaryKey"] = ["conversation"]
    return schema


def _field(column: Column, language: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[physical(column)],
        "title": column.titles.get(language) or next(iter(column.titles.values()), column.name),
    }
    if column.type is Type.CODE:
        codes: list[Any] = [option.code for option in column.options]
        field["constraints"] = {
            "enum": list(map(int, codes)) if field["type"] == "integer" else codes
        }
    elif column.part is Part.INDICATOR and column.options:
        field["constraints"] = {"enum": [0, 1]}
    return field


def languages(book: Codebook) -> str:
    """The side file: title and options of every column, by language."""
    told = {
        tongue.code: {
            "name": tongue.name,
            "direction": tongue.direction,
            "fields": {
                column.name: _told(column, tongue.code)
                for column in book.wide
                if tongue.code in column.titles
            },
        }
        for tongue in book.tongues
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _told(column: Column, code: str) -> dict[str, Any]:
    told: dict[str, Any] = {"title": column.titles[code]}
    options = {o.code: o.labels[code] for o in column.options if code in o.labels}
    return told | {"options": options} if options else told
