"""Parquet, a batch at a time, through polars' streaming engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from bot.research.frames import frames, schema
from bot.research.losses import LossReport
from bot.research.tables import Table

if TYPE_CHECKING:
    import polars as pl

_ROW_GROUP = 100_000


def write(file: BinaryIO, table: Table, losses: LossReport) -> int:
    """Write a table and return the number of rows.

    Args:
        file: open for writing bytes, and seekable.
        table: what to write.
        losses: gets a line for every column with cells that do not fit its type.
    """
    from polars.io.plugins import register_io_source  # noqa: PLC0415

    count = 0

    def batches(_columns: Any, _predicate: Any, _rows: Any, _size: Any) -> Iterator[pl.DataFrame]:
        nonlocal count
        for frame in frames(table, losses, f"{table.name}.parquet"):
            count += len(frame)
            yield frame

    source = register_io_source(batches, schema=schema(table), is_pure=True)
    source.sink_parquet(file, compression="zstd", row_group_size=_ROW_GROUP)
    return count
