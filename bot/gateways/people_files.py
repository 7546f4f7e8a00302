"""Lists of people as files: CSV in any encoding with any delimiter, XLSX, and lists that were pasted.

A file comes from outside: it may be anything, of any size. What can not be a list of people is refused in one
line before anything of it is taken; everything else becomes rows of text.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import charset_normalizer
from python_calamine import CalamineWorkbook

from bot.gateways.csv_cells import bounded

LARGEST_FILE = 40_000_000
LARGEST_UNPACKED = 400_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 200

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet shows it, from 1; and its cells as text."""

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_SAMPLE_BYTES = 65_536
# Single bytes first where they agree; every one of these writes ASCII digits as ASCII.
_ENCODINGS = ["cp1252", "cp1256", "cp1250", "gb18030", "big5", "big5hkscs", "mac_roman"]
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
_NUMBER_BELOW = re.compile(r"\n.*?(?:\d[ ().-]*){7}")
_SEPARATOR = re.compile(r"sep=(.)\r?\n?")


class UnreadablePeople(ValueError):
    """A file that is no list of people, or too large a one; the message is one line."""


@dataclass(frozen=True)
class PeopleFile:
    """A list as it lies in a file.

    Attributes:
        name: the file's name.
        count: rows with something in them.
        notes: what somebody should know who expected more to be read.
    """

    name: str
    count: int
    notes: tuple[str, ...]
    _cells: Sequence[Sequence[object]] | None
    _text: str
    _delimiter: str
    _quoted: bool

    def rows(self) -> Iterator[Row]:
        """Every row with something in it, in order; may be called again."""
        found = _csv(self._text, self._delimiter, quoted=self._quoted)
        if self._cells is not None:
            found = ([_cell(one) for one in row] for row in self._cells)
        for number, cells in enumerate(found, 1):
            if any(cell.strip() for cell in cells):
                yield number, cells


def read(name: str, raw: bytes) -> PeopleFile:
    """A list of people from a file's content.

    Args:
        name: the file's name; what it is, its content says.
        raw: the content.

    Raises:
        UnreadablePeople: with what to do about it.
    """
    if len(raw) > LARGEST_FILE:
        raise UnreadablePeople(
            f"{name} is larger than {LARGEST_FILE // 1_000_000} MB: split it into several lists."
        )
    if raw.startswith(b"PK\x03\x04"):
        _check_archive(name, raw)
        file = _workbook(name, raw)
    elif raw.startswith(_OLE):
        file = _workbook(name, raw)
    else:
        file = _table(name, decode(raw))
    if not file.count:
        raise UnreadablePeople(f"{name} has no rows: is it the right file?")
    return file


def decode(raw: bytes) -> str:
    """A file's text: by its byte order mark, as UTF-8 or UTF-16, else as what it most looks like."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace").replace("\0", "")
    head = raw[:_SAMPLE_BYTES]
    if (nulls := head.count(0)) > len(head) // 200:
        # UTF-16 without its mark: delimiters and line ends, if nothing else, have a zero on one side.
        even = head[::2].count(0)
        encoding = "utf-16-be" if even * 2 > nulls else "utf-16-le"
        return raw.decode(encoding, errors="replace").replace("\0", "")
    try:
        return raw.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return raw.decode(_guess(head), errors="replace").replace("\0", "")


def _guess(head: bytes) -> str:
    # A letter of several bytes that is cut in two would speak against its encoding.
    whole = head[: head.rfind(b"\n") + 1] or head
    best = charset_normalizer.from_bytes(whole, cp_isolation=_ENCODINGS).best()
    return "cp1252" if best is None else best.encoding


def _table(name: str, text: str) -> PeopleFile:
    separator = _SEPARATOR.match(text)
    if separator is not None:
        text, delimiter = text[separator.end() :], separator[1]
        if delimiter in '\r\n"':
            delimiter = ","
    else:
        delimiter = _delimiter(text)
    try:
        quoted = not any(_swallows(cells) for cells in _csv(text, delimiter, quoted=True))
    except csv.Error:
        quoted = False
    count = 0
    try:
        for cells in _csv(text, delimiter, quoted=quoted):
            count += any(cell.strip() for cell in cells)
            _check_size(name, count, len(cells))
    except csv.Error:
        raise UnreadablePeople(
            f"{name} can not be read as a table: save it as CSV UTF-8 or as .xlsx again."
        ) from None
    return PeopleFile(name, count, (), None, text, delimiter, quoted)


def _swallows(cells: Sequence[str]) -> bool:
    """Whether a quote that was never closed has made one cell of several people."""
    return any("\n" in cell and _NUMBER_BELOW.search(cell) is not None for cell in cells)


def _csv(text: str, delimiter: str, *, quoted: bool) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline=None)
    rows = csv.reader(
        lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    for cells in bounded(rows):
        yield cells if quoted else [cell.strip('"') for cell in cells]


def _delimiter(text: str) -> str:
    """The sign that cuts most lines into the same number of pieces, and into more than one."""
    lines = list(_first_lines(text))

    def how_even(delimiter: str) -> tuple[float, int]:
        try:
            rows = list(_csv("\n".join(lines), delimiter, quoted=text.count('"') % 2 == 0))
        except csv.Error:
            return (0.0, 0)
        ((width, often),) = Counter(len(row) for row in rows if row).most_common(1) or [(0, 0)]
        return (often / len(rows), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=how_even)


def _first_lines(text: str) -> Iterator[str]:
    lines = io.StringIO(text[: 4 * _SAMPLE_BYTES], newline=None)
    filled = (line.rstrip("\n") for line in lines if line.strip())
    for _, line in zip(range(_SAMPLE_LINES), filled, strict=False):
        yield line


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise UnreadablePeople(
            f"{name} has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns: split it into several "
            "lists, and keep the columns that are needed."
        )


def _check_archive(name: str, raw: bytes) -> None:
    """Refuse what would not fit into memory: the reader gives every cell up to the last one a place."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise UnreadablePeople(
                    f"{name} unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB: split it."
                )
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise UnreadablePeople(f"{name} is not a list that can be read: save it as .xlsx.")
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.file_size:
                    _check_sheet(name, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        raise UnreadablePeople(f"{name} is damaged: save it again.") from None


def _check_sheet(name: str, content: bytes) -> None:
    rows = columns = 0
    for cell in _CELL.finditer(content):
        rows, columns = max(rows, int(cell[2])), max(columns, _column(cell[1]))
    _check_size(name, rows, columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _workbook(name: str, raw: bytes) -> PeopleFile:
    """The first sheet with something in it."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            sheets = [
                (title, book.get_sheet_by_name(title).to_python(skip_empty_area=False))
                for title in book.sheet_names
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the parser is no Exception
        raise UnreadablePeople(
            f"{name} is not a workbook that can be read: save it as .xlsx."
        ) from None
    filled = [(title, rows) for title, rows in sheets if _filled(rows)]
    if not filled:
        return PeopleFile(name, 0, (), (), "", ",", True)
    title, rows = filled[0]
    for row in rows:
        _check_size(name, 0, len(row))
    count = _filled(rows)
    _check_size(name, count, 0)
    others = ", ".join(other for other, _ in filled[1:])
    notes = (f"Only the sheet {title} was read, not {others}.",) if others else ()
    return PeopleFile(name, count, notes, rows, "", ",", True)


def _filled(rows: Sequence[Sequence[object]]) -> int:
    return sum(any(str(cell).strip() for cell in row) for row in rows)


def _cell(cell: object) -> str:
    """A cell as text: a spreadsheet makes a number of 07700900123, and loses its nought."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        # Six noughts at the end of a long number are digits that were lost on the way.
        shortened = cell >= 1e9 and cell % 1e6 == 0
        return f"{cell:.6G}" if shortened else str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
