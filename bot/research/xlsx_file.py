"""XLSX, a row at a time: text as text, numbers as numbers, times as times; nothing becomes a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from bot.research.losses import LossReport, Lost
from bot.research.tables import Table

CELL_CHARACTERS = 32_767
SHEET_ROWS = 1_048_576
"""Excel's limits. XlsxWriter leaves out, without an error, what is longer or lower down."""

_OPTIONS: Mapping[str, Any] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write(
    file: BinaryIO,
    table: Table,
    losses: LossReport,
    *,
    made: datetime,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write a table and return the number of rows; what is more than a sheet holds goes on in the next.

    Args:
        file: open for writing bytes.
        table: what to write.
        losses: gets a line for every column with cells that are longer than Excel's.
        made: the moment that stands in the file as when it was made.
        sheet_rows: rows of a sheet, its heading included.
    """
    import xlsxwriter  # noqa: PLC0415

    workbook = xlsxwriter.Workbook(file, dict(_OPTIONS))
    workbook.set_properties({"created": made.replace(tzinfo=None)})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    count = 0
    for number, rows in enumerate(_sheets(table, sheet_rows - 1), 1):
        sheet = workbook.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(table.header):
            sheet.write_string(0, place, heading)
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                _write(sheet, (line, place), cell, (day, moment), (losses, table))
            count += 1
    workbook.close()
    return count


def _sheets(table: Table, most: int) -> Iterator[Iterator[list[Any]]]:
    """The rows in parts that fit on a sheet; one part even where there are none."""
    rows = iter(table.rows)
    row = next(rows, None)

    def part() -> Iterator[list[Any]]:
        nonlocal row
        for _ in range(most):
            if row is None:
                return
            yield row
            row = next(rows, None)

    yield part()
    while row is not None:
        yield part()


def _write(
    sheet: Any,
    place: tuple[int, int],
    cell: Any,
    formats: Sequence[Any],
    report: tuple[LossReport, Table],
) -> None:
    if isinstance(cell, str):
        losses, table = report
        if _units(cell) > CELL_CHARACTERS:
            losses.cell(f"{table.name}.xlsx", Lost.TEXT, table.header[place[1]])
            cell = _fitting(cell)
        if cell:
            sheet.write_string(*place, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(*place, cell.replace(tzinfo=None), formats[1])
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, formats[0])
    elif cell is not None:
        sheet.write_number(*place, cell)


def _units(text: str) -> int:
    """Excel counts UTF-16 units: an emoji is two."""
    return len(text) if len(text) * 2 <= CELL_CHARACTERS else len(text.encode("utf-16-le")) // 2


def _fitting(text: str) -> str:
    half = text.encode("utf-16-le")[: (CELL_CHARACTERS - 1) * 2]
    return f"{half.decode('utf-16-le', 'ignore')}…"
