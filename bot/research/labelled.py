"""SPSS and Stata: names, labels, value labels, missing values and formats, and what of them was lost.

pyreadstat cuts labels that are too long for a .sav without a word (value labels at 120 bytes, labels of
variables at 255, in the middle of a character if need be) and refuses them for a .dta. So nothing too
long ever gets to it: labels are cut here, between graphemes, and each cut is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import regex

from bot.research.columns import Column, Part, Texts, Type
from bot.research.frames import frames
from bot.research.losses import LABEL_CHARACTERS, LossReport, Lost, cut, shorten
from bot.research.tables import MISSING_HIGH, MISSING_LABELS, MISSING_LOW, Table, physical

if TYPE_CHECKING:
    import polars as pl


class Program(StrEnum):
    """Whose file it is; the value is its suffix."""

    SPSS = "sav"
    STATA = "dta"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file format holds: bytes of texts, names and labels."""

    text: int
    name: int
    label: int
    value_label: int
    name_pattern: str


LIMITS: Mapping[Program, Limits] = {
    Program.SPSS: Limits(32_767, 64, 255, 120, r"[^\p{L}\p{Nd}_.@#$]"),
    Program.STATA: Limits(2_000_000_000, 32, 320, 32_000, r"[^\p{L}\p{Nd}_]"),
}
"""SPSS: IBM's "Variable names", "String width". Stata: dta_118 (names 32 and labels 80 characters)."""

# What SPSS and Stata keep for themselves.
_RESERVED = frozenset(
    """all and by eq ge gt le lt ne not or to with byte double float if in int long strl using
    _all _b _coef _cons _n _pi _pred _rc _se _skip""".split()  # noqa: SIM905 - words, as they are read
)

_SURVEYS_OWN = (Part.VALUE, Part.INDICATOR)


@dataclass
class Labelled:
    """A frame, and everything that pyreadstat needs to know about its columns."""

    program: Program
    frame: pl.DataFrame
    column_labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[int | float, str]] = field(default_factory=dict)
    missing_ranges: dict[str, list[dict[str, int]]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def labelled(table: Table, program: Program, language: str, losses: LossReport) -> Labelled:
    """A table as a frame with labels; the whole of it is in memory.

    Args:
        table: what to write.
        program: for whom.
        language: of the labels.
        losses: gets a line for each label and name that is not what it was, and for columns with cut cells.
    """
    file = f"{table.name}.{program}"
    names = dict(zip(table.header, short_names(table.header, program), strict=True))
    for full, written in names.items():
        if full != written:
            losses.add(file, Lost.NAME, full, full=full, written=written)
    import polars as pl  # noqa: PLC0415

    parts = [
        frame.with_columns(
            _held(column, frame[column.name], (program, file, losses)) for column in table.columns
        )
        for frame in frames(_numbered(table), losses, file)
    ]
    frame = pl.concat(parts) if parts else _empty(table)
    made = Labelled(program, frame.rename(names), names=names)
    for column in table.columns:
        _describe(made, column, names[column.name], language, (file, losses))
    return made


def _numbered(table: Table) -> Table:
    """Options by their numbers: only numbers have labels in every version of these programs."""
    numbers = [
        {option.code: option.number for option in column.options}
        if column.type is Type.CODE and physical(column) == "text" else None
        for column in table.columns
    ]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        for row in table.rows:
            yield [
                cell if known is None else known.get(cell, cell)
                for cell, known in zip(row, numbers, strict=True)
            ]

    return Table(table.name, [_as_numbers(column) for column in table.columns], rows())


def _as_numbers(column: Column) -> Column:
    return replace(column, type=Type.INTEGER) if column.type is Type.CODE else column


def _empty(table: Table) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    kinds = {c.name: physical(_as_numbers(c)) for c in table.columns}
    types: dict[str, Any] = {"text": pl.String, "day": pl.Date, "moment": pl.Datetime("ms")}
    return pl.DataFrame(schema={name: types.get(kind, pl.Float64) for name, kind in kinds.items()})


def _held(column: Column, cells: pl.Series, place: tuple[Program, str, LossReport]) -> pl.Series:
    """A column's cells as the program holds them: texts that fit, times without zone."""
    import polars as pl  # noqa: PLC0415

    program, file, losses = place
    if column.type is Type.MOMENT:
        return cells.dt.replace_time_zone(None)
    if cells.dtype == pl.Int64:
        return cells.cast(pl.Float64)
    if cells.dtype != pl.String:
        return cells
    held = [_text(cell or "", column.name, (program, file, losses)) for cell in cells]
    return pl.Series(column.name, held, dtype=pl.String)


def _text(cell: str, name: str, place: tuple[Program, str, LossReport]) -> str:
    program, file, losses = place
    if not cell:
        return cell
    if "\0" in cell:  # both programs end a text there
        losses.cell(file, Lost.CHARACTERS, name)
        cell = cell.replace("\0", "␀")
    most = LIMITS[program].text
    if len(cell) * 4 > most and len(cell.encode()) > most:
        losses.cell(file, Lost.TEXT, name)
        cell = cut(cell, characters=None, octets=most)
    if program is Program.SPSS and cell.endswith(" "):  # it fills every text up with spaces
        losses.cell(file, Lost.SPACES, name)
        cell = cell.rstrip(" ")
    return cell


def _describe(
    made: Labelled, column: Column, name: str, language: str, place: tuple[str, LossReport]
) -> None:
    file, losses = place
    limits = LIMITS[made.program]
    at = (file, losses, column.name, "")
    title = said(column.titles, language)
    if title and language not in column.titles and column.question and column.part in _SURVEYS_OWN:
        losses.add(file, Lost.UNTRANSLATED, column.name, full=title, written=title)
    if title:
        made.column_labels[name] = _short(title, limits.label, at)
    if column.options or column.missing:
        made.value_labels[name] = _value_labels(column, language, limits, place)
    import polars as pl  # noqa: PLC0415

    if made.frame[name].dtype == pl.String:
        made.value_labels.pop(name, None)
        made.measures[name] = "nominal"
        made.widths[name] = 20
        return
    made.measures[name] = column.measure.value
    if column.missing:
        made.missing_ranges[name] = [{"lo": MISSING_LOW, "hi": MISSING_HIGH}]
    if column.type in (Type.CODE, Type.INTEGER):
        made.formats[name] = "F8.0" if made.program is Program.SPSS else "%12.0f"
    elif column.type is Type.NUMBER:
        made.formats[name] = "F12.4" if made.program is Program.SPSS else "%12.0g"


def _value_labels(
    column: Column, language: str, limits: Limits, place: tuple[str, LossReport]
) -> dict[int | float, str]:
    file, losses = place
    found: dict[int | float, str] = {}
    for option in column.options:
        at = (file, losses, column.name, option.code)
        text = said(option.labels, language) or option.code
        if language not in option.labels and column.part is Part.VALUE:
            losses.add(
                file, Lost.UNTRANSLATED, column.name, code=option.code, full=text, written=text
            )
        found[float(option.number)] = _short(text, limits.value_label, at)
    if column.missing:
        found |= {float(code): label for code, label in MISSING_LABELS.items()}
    return found


_At = tuple[str, LossReport, str, str]


def said(texts: Texts, language: str) -> str:
    """The text in a language, else in the one it was written in."""
    return texts.get(language) or next(iter(texts.values()), "")


def _short(text: str, octets: int, at: _At) -> str:
    written = shorten(text, characters=LABEL_CHARACTERS, octets=octets)
    if written != text:
        file, losses, name, code = at
        losses.add(file, Lost.LABEL, name, code=code, full=text, written=written)
    return written


def short_names(names: Sequence[str], program: Program) -> list[str]:
    """Names that the program takes, as like the given ones as can be, and each only once."""
    limits, used = LIMITS[program], set[str]()
    found = []
    for name in names:
        base = regex.sub(limits.name_pattern, "_", name).rstrip(".")
        if not regex.match(r"\p{L}", base) or base.casefold() in _RESERVED:
            base = f"v_{base}"
        written, number = _within(base, limits.name), 2
        while written.casefold() in used:
            end = f"_{number}"
            written, number = f"{_within(base, limits.name - len(end))}{end}", number + 1
        used.add(written.casefold())
        found.append(written)
    return found


def _within(name: str, octets: int) -> str:
    while len(name.encode()) > octets:
        name = name[:-1]
    return name


def response_sets(table: Table, made: Labelled) -> Mapping[str, list[str]]:
    """Question -> the columns of its options, for those of which several can be chosen."""
    sets: dict[str, list[str]] = {}
    for column in table.columns:
        if column.part is Part.INDICATOR and column.options:
            sets.setdefault(str(column.question), []).append(made.names[column.name])
    return sets
