"""Hiding small numbers in a table so that no sum gives them back.

A cell below the threshold is hidden (zero too: "nobody" is news about everybody). Then, for each of them, the
narrowest interval that its rows, columns and totals allow is worked out by linear programming, and further
cells are hidden until that interval is at least as wide as the threshold. The matrix is that of a network, so
the ends that linear programming finds are whole numbers: they are exactly what an attacker can find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

THRESHOLD = 10
"""Fewer people than this are never shown."""

TOTAL = ""
"""The row of the column totals in `Grid.cells`; no label of a row is empty."""

Cell = tuple[str, str]


@dataclass(frozen=True)
class Grid:
    """A protected table. None is a hidden number.

    Attributes:
        rows: labels of populations; a single one for a table that is not broken down.
        columns: labels of answers.
        cells: (row, column) -> people; the row `TOTAL` has the column totals when there are several rows.
        totals: row -> people in it.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    totals: Mapping[str, int | None]

    @property
    def all(self) -> dict[str, int | None]:
        """Column -> people, of everybody together."""
        row = TOTAL if len(self.rows) > 1 else next(iter(self.rows), TOTAL)
        return {column: self.cells.get((row, column)) for column in self.columns}

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells that are not shown."""
        return frozenset(cell for cell, value in self.cells.items() if value is None)


def suppress(
    counts: Mapping[str, Mapping[str, int]],
    columns: Sequence[str],
    threshold: int = THRESHOLD,
) -> Grid:
    """Protect a table: row label -> column label -> people.

    Rows are populations that may be spoken of (see `disclosure.protect`); a row of fewer people than the
    threshold hides the whole table.
    """
    rows = tuple(counts)
    true = {(row, column): counts[row].get(column, 0) for row in rows for column in columns}
    totals = {row: sum(true[row, column] for column in columns) for row in rows}
    if len(rows) > 1:
        true |= {(TOTAL, c): sum(true[row, c] for row in rows) for c in columns}
        totals[TOTAL] = sum(totals.values())
    if not rows or min(totals.values()) < threshold:
        return Grid(rows, tuple(columns), dict.fromkeys(true), dict.fromkeys(totals))
    hidden = _hide(true, totals, tuple(columns), threshold)
    shown = {cell: None if cell in hidden else value for cell, value in true.items()}
    return Grid(rows, tuple(columns), shown, dict(totals))


def _hide(
    true: Mapping[Cell, int], totals: Mapping[str, int], columns: tuple[str, ...], threshold: int
) -> set[Cell]:
    small = [cell for cell, value in true.items() if value < threshold]
    hidden = set(small)
    for cell in small:
        while _width(true, hidden, totals, cell) < threshold:
            open_cells = _neighbours(true, hidden, cell, columns)
            # The smallest first; of equals the one that stands first.
            hidden.add(min(open_cells, key=lambda found: (true[found], list(true).index(found))))
    # A number that can be computed from the others may as well be shown: it hides nothing.
    return {cell for cell in hidden if _width(true, hidden, totals, cell) > 0}


def _neighbours(
    true: Mapping[Cell, int], hidden: set[Cell], cell: Cell, columns: tuple[str, ...]
) -> list[Cell]:
    """Cells still shown in the row and column of a cell, else any: what hiding could help with."""
    row, column = cell
    near = [found for found in true if found not in hidden and found[0] == row]
    near += [found for found in true if found not in hidden and found[1] == column]
    return near or [found for found in true if found not in hidden]


def _width(
    true: Mapping[Cell, int], hidden: set[Cell], totals: Mapping[str, int], cell: Cell
) -> float:
    shown = {c: None if c in hidden else value for c, value in true.items()}
    low, high = interval(shown, totals, cell)
    return high - low


def interval(
    cells: Mapping[Cell, int | None], totals: Mapping[str, int | None], cell: Cell
) -> tuple[float, float]:
    """The smallest and largest number of people that a cell can hold, by all that is shown around it."""
    rows = list(dict.fromkeys(row for row, _ in cells if row != TOTAL or len(totals) == 1))
    columns = list(dict.fromkeys(column for _, column in cells))
    place = {(r, c): i for i, (r, c) in enumerate((r, c) for r in rows for c in columns)}
    equations: list[tuple[list[int], int]] = []
    for known, value in cells.items():
        if value is not None:
            equations.append((_places(known, rows, place), value))
    for row, total in totals.items():
        if total is not None:
            members = [i for (r, _), i in place.items() if row in (r, TOTAL)]
            equations.append((members, total))
    matrix = np.zeros((len(equations), len(place)))
    for line, (members, _) in enumerate(equations):
        matrix[line, members] = 1
    goal = np.zeros(len(place))
    goal[_places(cell, rows, place)] = 1
    ends = []
    for sign in (1, -1):
        found = scipy.optimize.linprog(
            sign * goal, A_eq=matrix, b_eq=[v for _, v in equations], method="highs"
        )
        assert found.fun is not None, found.message  # the true numbers always fit
        ends.append(sign * float(found.fun))
    return round(ends[0], 6), round(ends[1], 6)


def _places(cell: Cell, rows: Sequence[str], place: Mapping[Cell, int]) -> list[int]:
    row, column = cell
    if row in rows:
        return [place[row, column]]
    return [place[r, column] for r in rows]
