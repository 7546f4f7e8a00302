"""A workbook as values: sheets, cells as text, and headings as the columns they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from flows.rows import Cells, Report
from flows.xlsform.words import DOTTED

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

_SMART_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was read.

    Attributes:
        name: its name.
        rows: (row number as a spreadsheet counts, cells from column A on).
        merged: places of the columns whose heading is merged with another one, from 0.
        unfinished: (row number, column) of cells whose formula has no stored result.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    merged: frozenset[int] = frozenset()
    unfinished: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its place from 0, its text, the column it names, and the language if it says one."""

    place: int
    text: str
    column: str
    language: str | None = None

    @property
    def shown(self) -> str:
        """The column as its author finds it."""
        return f'{letters(self.place)} "{self.text}"'


@dataclass
class Table:
    """A sheet with its headings understood.

    Attributes:
        name: which of the sheets of a form it is.
        sheet: what its author calls it.
        headings: its columns.
        rows: what stands in it, without empty rows: heading -> text.
    """

    name: str
    sheet: str
    headings: Sequence[Heading] = ()
    rows: list[tuple[Cells, dict[Heading, str]]] = field(default_factory=list)

    def columns(self, column: str) -> list[Heading]:
        """The headings that name a column, one for each language."""
        return [heading for heading in self.headings if heading.column == column]


def letters(place: int) -> str:
    """A column's letters, as spreadsheets write them: A, B, ... Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cell_text(value: Cell) -> str:
    """A cell's content as its author sees it: 5.0 is 5, a date is 2026-03-14, a box is TRUE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    # A line break inside a cell is the author's; a hard space is her keyboard's.
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()


def plain_quotes(text: str) -> str:
    """An expression without the typographic quotes that word processors put in."""
    return text.translate(_SMART_QUOTES)


def snake(text: str) -> str:
    """A heading's spelling without case and spaces."""
    return "_".join(text.split()).lower()


def heading(place: int, text: str, known: Mapping[str, str], *, double: bool) -> Heading:
    """What a heading names: `label::English (en)`, `label:en`, `media::audio::bn`, `list name`.

    Args:
        place: the column's, from 0.
        text: the heading.
        known: spelling -> column.
        double: whether some heading of the sheet divides by `::`; else a single colon divides too.
    """
    whole = snake(text)
    if whole in known:
        return Heading(place, text, known[whole])
    first, dot, code = text.partition(".")
    if dot and snake(first) in DOTTED and snake(first) in known:
        return Heading(place, text, known[snake(first)], code)
    parts = [part.strip() for part in text.split("::" if double or "::" in text else ":")]
    if "jr" in parts[:-1]:  # a single colon divides `jr:constraintMsg` too
        at = parts.index("jr")
        parts[at : at + 2] = [f"jr:{parts[at + 1]}"]
    for length in (2, 1):
        name = "::".join(snake(part) for part in parts[:length])
        if len(parts) >= length and name in known:
            language = "::".join(parts[length:]) or None
            return Heading(place, text, known[name], language)
    return Heading(place, text, text)


def table(
    sheet: Sheet, name: str, known: Mapping[str, str], report: Report, notes: Report
) -> Table:
    """A sheet as a table. The first row that is not empty holds the headings.

    Problems go to `report`: headings that are merged or stand twice, formulas that were never worked
    out. Cells without a heading are not read, which `notes` says.
    """
    found = Table(name, sheet.name)
    head: Cells | None = None
    for number, cells in sheet.rows:
        texts = [cell_text(cell) for cell in cells]
        place = Cells()
        place.line, place.sheet = number, sheet.name
        if head is None:
            if any(texts):
                head = place
                found.headings = _headings(texts, known)
                _check_headings(sheet, found, place, report)
            continue
        # A formula without a result may stand beyond the last cell that has one.
        width = max((place + 1 for row, place in sheet.unfinished if row == number), default=0)
        texts += [""] * (width - len(texts))
        if not any(texts) and not width:
            continue
        by_place = {one.place: one for one in found.headings}
        place.headings = {one.column: one.shown for one in reversed(found.headings)}
        _check_cells(sheet, by_place, texts, place, report, notes)
        row = {by_place[at]: text for at, text in enumerate(texts) if text and at in by_place}
        if row:
            found.rows.append((place, row))
    return found


def _headings(texts: Sequence[str], known: Mapping[str, str]) -> list[Heading]:
    double = any("::" in text for text in texts)
    return [heading(place, text, known, double=double) for place, text in enumerate(texts) if text]


def _check_headings(sheet: Sheet, found: Table, row: Cells, report: Report) -> None:
    row.headings = {str(one.place): one.shown for one in found.headings}
    row.headings |= {f"merged {place}": letters(place) for place in sheet.merged}
    for place in sorted(sheet.merged):
        message = "this heading is merged with another: give every column a heading of its own"
        report.add(row, None, message, column=f"merged {place}")
    seen: dict[tuple[str, str | None], Heading] = {}
    for one in found.headings:
        first = seen.setdefault((one.column, one.language), one)
        if first is not one:
            message = f"this says the same as column {first.shown}: keep one of the two"
            report.add(row, None, message, column=str(one.place))


def _check_cells(
    sheet: Sheet,
    by_place: Mapping[int, Heading],
    texts: Sequence[str],
    row: Cells,
    report: Report,
    notes: Report,
) -> None:
    where = Cells().placed(row)
    where.headings = {str(place): one.shown for place, one in by_place.items()}
    for place, text in enumerate(texts):
        unfinished = (row.line, place) in sheet.unfinished
        if place not in by_place and (text or unfinished):
            where.headings = {**where.headings, str(place): letters(place)}
            message = "this column has no heading: what stands here is not read"
            notes.add(where, None, message, column=str(place))
        elif unfinished and not text:
            message = "this formula has no result yet: write the value, or save the file in Excel"
            report.add(where, None, message, column=str(place))
