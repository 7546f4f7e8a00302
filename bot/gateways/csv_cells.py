"""The bound on a cell of a CSV that somebody sends."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

LONGEST_CELL = 131_072
"""Characters, as `csv` has it. Four times what a spreadsheet's cell holds: beyond it a quote is open."""


def bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """`rows` as they come; raises csv.Error at a cell over LONGEST_CELL.

    `csv.field_size_limit` is no bound to build on: it belongs to the whole process, and libraries lift
    it when they are imported.
    """
    for cells in rows:
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise csv.Error(f"field larger than field limit ({LONGEST_CELL})")
        yield cells
