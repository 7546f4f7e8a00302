"""Workbooks on disk: .xlsx and .xls, .csv, and tables in Markdown, as sheets of cells.

A file comes from outside: it may be anything, of any size. What is not a workbook, or too large to be a
survey, is refused before it is taken apart.
"""

from __future__ import annotations

import csv
import html
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import regex
from python_calamine import CalamineWorkbook

from bot.gateways.csv_cells import bounded
from flows.xlsform import Sheet
from flows.xlsform.sheets import Cell

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 100_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 500
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".md")
_BESIDE = ("choices", "settings")

_CELL = regex.compile(
    rb'<c\s[^>]*?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(?:/>|>(.*?)</c>)', regex.DOTALL
)
_FORMULA = regex.compile(rb"<f[\s>/]")
_RESULT = regex.compile(rb"<v>[^<]|<is>")
_SHEET = regex.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_TARGET = regex.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = regex.compile(r'([\w:]+)\s*=\s*"([^"]*)"')

# pyxform's Markdown tables: the sheet's name stands in the first column.
_TABLE_ROW = regex.compile(r"\s*\|(.*)\|\s*")
_TABLE_RULE = regex.compile(r"[|\s:-]+")
_REMARK = regex.compile(r"^(.*\|)\s*#[^|]*$")
_PIPE = regex.compile(r"(?<!\\)\|")


class UnreadableWorkbook(ValueError):
    """A file that is no workbook, or not one of a survey's size; the message is one line."""


def read_workbook(path: Path) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        UnreadableWorkbook: with what to do about it.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UnreadableWorkbook(f"{path.name}: give a file that ends in one of {known}.")
    raw = _read(path)
    if not raw.strip():
        raise UnreadableWorkbook(f"{path.name}: this file is empty.")
    if suffix == ".md":
        sheets = _markdown(_text(raw, path))
    elif suffix == ".csv":
        sheets = _csv(path, raw)
    else:
        sheets = _spreadsheet(path.name, raw)
    for sheet in sheets:
        widest = max((len(cells) for _, cells in sheet.rows), default=0)
        _check_size(path.name, sheet.name, len(sheet.rows), widest)
    return sheets


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            megabytes = LARGEST_FILE // 1_000_000
            raise UnreadableWorkbook(
                f"{path.name}: this file is larger than the {megabytes} MB that a survey can have."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableWorkbook(f"{path} can not be read: {error.strerror}.") from None


def _text(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableWorkbook(
            f"{path.name}: this is not UTF-8; save it as `CSV UTF-8` or as .xlsx."
        ) from None


def _check_size(name: str, sheet: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise UnreadableWorkbook(
            f"{name}: the sheet {sheet} reaches to row {rows} and column {columns}; a survey has at most "
            f"{MOST_ROWS} rows and {MOST_COLUMNS} columns."
        )


def _spreadsheet(name: str, raw: bytes) -> list[Sheet]:
    unfinished = _look_into(name, raw) if zipfile.is_zipfile(io.BytesIO(raw)) else {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as workbook:
            return [_sheet(workbook, title, unfinished) for title in workbook.sheet_names]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the parser is no Exception
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise UnreadableWorkbook(
            f"{name}: this is not a workbook that can be read ({reason}); save it as .xlsx again."
        ) from None


def _sheet(
    workbook: CalamineWorkbook, title: str, unfinished: dict[str, frozenset[tuple[int, int]]]
) -> Sheet:
    sheet = workbook.get_sheet_by_name(title)
    rows: list[Sequence[Cell]] = list(sheet.to_python(skip_empty_area=False))
    waiting = unfinished.get(title, frozenset())
    # A formula without a result may stand below the last row that the reader gives a place.
    rows += [()] * (max((row for row, _ in waiting), default=0) - len(rows))
    merged: set[int] = set()
    for (top, left), (_, right) in sheet.merged_cell_ranges or ():
        if top == _heading_row(rows) and right > left:
            merged.update(range(left, right + 1))
    return Sheet(
        name=title,
        rows=list(enumerate(rows, 1)),
        merged=frozenset(merged),
        unfinished=waiting,
    )


def _heading_row(rows: Sequence[Sequence[Cell]]) -> int:
    return next((at for at, cells in enumerate(rows) if any(cell != "" for cell in cells)), 0)


def _look_into(name: str, raw: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Sheet -> cells whose formula has no result. Refuses what would not fit into memory.

    The reader of workbooks gives every cell up to the last one a place, so that one cell far out would
    take gigabytes, and it leaves a formula without a result out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableWorkbook(
                    f"{name}: this file unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB."
                )
            # Reading to the end also finds a size that is not what the archive says.
            parts = {member.filename: archive.read(member) for member in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError, EOFError) as error:
        if isinstance(error, UnreadableWorkbook):
            raise
        raise UnreadableWorkbook(f"{name}: this file is damaged; save it again.") from None
    found = {}
    for title, part in _parts(parts):
        content = parts.get(part, b"")
        last_row = last_column = 0
        waiting = set()
        for cell in _CELL.finditer(content):
            if not cell[3]:
                continue
            row, column = int(cell[2]), _column(cell[1])
            last_row, last_column = max(last_row, row), max(last_column, column)
            if _FORMULA.search(cell[3]) and not _RESULT.search(cell[3]):
                waiting.add((row, column - 1))
        _check_size(name, title, last_row, last_column)
        found[title] = frozenset(waiting)
    return found


def _parts(parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each sheet's name, and the part of the archive that holds it."""
    targets = {}
    for match in _TARGET.finditer(
        parts.get("xl/_rels/workbook.xml.rels", b"").decode(errors="replace")
    ):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    for match in _SHEET.finditer(parts.get("xl/workbook.xml", b"").decode(errors="replace")):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        target = targets.get(attributes.get("r:id", ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        yield html.unescape(attributes.get("name", "")), part


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _csv(path: Path, raw: bytes) -> list[Sheet]:
    """One sheet with its headings, or several with their names in the first column, as pyxform has it.

    Beside `survey.csv` lie `choices.csv` and `settings.csv`; beside `clinic.csv`, `clinic_choices.csv`.
    """
    text = _text(raw, path)
    rows = list(_csv_rows(path, text))
    head = next((cells for _, cells in rows if any(cells)), ())
    if not any("".join(cell.lower().split()) == "type" for cell in head):
        return _named_in_first_column(rows)
    sheets = [Sheet("survey", rows)]
    for name in _BESIDE:
        stem = name if path.stem.lower() == "survey" else f"{path.stem}_{name}"
        other = path.with_name(f"{stem}.csv")
        if other.is_file():
            sheets.append(Sheet(name, list(_csv_rows(other, _text(_read(other), other)))))
    return sheets


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in bounded(reader):
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableWorkbook(f"{path.name}:{reader.line_num}: {error}.") from None


def _named_in_first_column(rows: Sequence[tuple[int, list[str]]]) -> list[Sheet]:
    sheets: dict[str, list[tuple[int, list[str]]]] = {}
    name = None
    for number, cells in rows:
        if cells and cells[0]:
            name = cells[0]
            sheets.setdefault(name, [])
        if name is not None and any(cells[1:]):
            # The first column stays as an empty one, so that the others keep their letters.
            sheets[name].append((number, ["", *cells[1:]]))
    return [Sheet(name, found) for name, found in sheets.items()]


def _markdown(text: str) -> list[Sheet]:
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        remark = _REMARK.match(line)
        match = _TABLE_ROW.fullmatch(remark[1] if remark else line)
        if match is None or _TABLE_RULE.fullmatch(match[1]):
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in _PIPE.split(match[1])]
        rows.append((number, cells))
    return _named_in_first_column(rows)


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write sheets of text as .xlsx; every cell is text, so that none is taken for a formula.

    Raises:
        OSError: the file can not be written.
    """
    content = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415

    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.set_column(0, MOST_COLUMNS, 24)
            for number, cells in sheet.rows:
                for column, text in enumerate(cells):
                    if text not in (None, ""):
                        page.write_string(
                            number - 1, column, str(text), bold if number == 1 else wrapped
                        )
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content.getvalue())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
