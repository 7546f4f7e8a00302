"""Rows as polars frames, a batch at a time, every column of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.research.columns import Column
from bot.research.losses import LossReport, Lost
from bot.research.tables import Table, physical

if TYPE_CHECKING:
    import polars as pl

BATCH = 10_000
"""Rows held in memory at a time."""

Convert = Callable[[Any], Any]
"""A cell as the column's type holds it; raises ValueError for what the type can not hold."""


def schema(table: Table) -> dict[str, Any]:
    """Heading -> polars' type."""
    # Here as in the other writers: half a second that processes which write no file do without.
    import polars as pl  # noqa: PLC0415

    types: Mapping[str, Any] = {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "day": pl.Date,
        "moment": pl.Datetime("ms", "UTC"),
    }
    return {column.name: types[physical(column)] for column in table.columns}


def frames(
    table: Table, losses: LossReport, file: str, *, batch: int = BATCH
) -> Iterator[pl.DataFrame]:
    """The rows of a table in frames; what does not fit its column is left empty and reported."""
    import polars as pl  # noqa: PLC0415

    rows, types = iter(table.rows), schema(table)
    converts = [(column.name, converter(column)) for column in table.columns]
    while chunk := list(islice(rows, batch)):
        cells = zip(*chunk, strict=True)
        data = {
            name: [_fitting(cell, convert, (losses, file, name)) for cell in column]
            for (name, convert), column in zip(converts, cells, strict=True)
        }
        yield pl.DataFrame(data, schema=types)


def _fitting(cell: Any, convert: Convert, place: tuple[LossReport, str, str]) -> Any:
    if cell is None:
        return None
    try:
        return convert(cell)
    except ValueError:
        losses, file, name = place
        losses.cell(file, Lost.UNFIT, name)
        return None


def converter(column: Column) -> Convert:
    """How a cell becomes what its column holds."""
    return _CONVERTERS[physical(column)]


def _whole(cell: Any) -> int:
    if isinstance(cell, int):
        number = cell
    elif isinstance(cell, float) and cell.is_integer():
        number = int(cell)
    else:
        number = int(str(cell))
    if not -(2**53) <= number <= 2**53:
        raise ValueError(f"more than a floating point number holds exactly: {number}")
    return number


def _day(cell: Any) -> date:
    return cell.date() if isinstance(cell, datetime) else date.fromisoformat(str(cell))


def _moment(cell: Any) -> datetime:
    return cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))


_CONVERTERS: Mapping[str, Convert] = {
    "text": str,
    "integer": _whole,
    "number": float,
    "day": _day,
    "moment": _moment,
}
