"""CSV in two profiles: safe to open in a spreadsheet, or raw for R and Python."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# An apostrophe of her own gets another one, so that taking one away gives what was there.
_GUARDED = (*_FORMULA, "'")


class Profile(StrEnum):
    """How text is written. Both are RFC 4180 in UTF-8.

    EXCEL starts with a byte order mark, so that scripts survive, and puts an apostrophe before text
    that a spreadsheet would run as a formula (and before text that begins with an apostrophe, so that
    taking one away always gives the text back). RAW writes what was typed, to the letter.
    """

    EXCEL = "excel"
    RAW = "raw"


def write(
    file: TextIO, header: Sequence[str], rows: Iterable[Sequence[Any]], profile: Profile
) -> int:
    """Write a table as it comes, a row at a time; returns the number of rows."""
    clean = _safe if profile is Profile.EXCEL else _raw
    if profile is Profile.EXCEL:
        file.write("\ufeff")
    # With any other end of line, Python 3.11 leaves a carriage return in a cell without quotes.
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([clean(cell) for cell in header])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the count
        writer.writerow([clean(cell) for cell in row])
    return count


def _raw(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell


def _safe(cell: Any) -> Any:
    """Numbers stay numbers; text never becomes a formula."""
    if isinstance(cell, str) and cell.startswith(_GUARDED):
        return f"'{cell}"
    return _raw(cell)
