"""Sheets for translators: XLSX and PO, out and in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from python_calamine import CalamineError, CalamineWorkbook

from bot.gateways.catalogues import MACHINE_DRAFT, CatalogueError, parse
from flows.handover import Row
from flows.wording import Wording

FORMATS = ("xlsx", "po")

COLUMNS = ("id", "context", "source", "note", "limit", "translation", "comment")
"""What a translator works with; what comes after them is for whoever looks closer, and for us."""

_MORE_COLUMNS = ("back translation", "status", "language", "exported")
_WIDTHS = (14, 30, 50, 40, 14, 50, 30, 40, 16, 10, 14)
_MOST_BYTES = 20_000_000
_MOST_UNPACKED = 200_000_000
_MOST_ROWS = 20_000
_EXPORTED = "exported: "
_LANGUAGE = regex.compile(r'^"Language: *([\w-]+)', regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One text on its way to a translator; the fields are the columns."""

    id: str
    context: str
    kind: str
    source: str
    note: str
    limit: str
    translation: str
    status: str
    exported: str
    machine: bool


def write(path: Path, language: str, lines: Sequence[Line], *, rtl: bool) -> None:
    """Write a sheet in the format that the file's name ends in.

    Raises:
        CatalogueError: there is such a file already, or it can not be written.
    """
    if path.exists():
        raise CatalogueError(f"{path} is there already: choose another name, or move it away.")
    try:
        path.write_bytes(content(path.suffix.lstrip("."), language, lines, rtl=rtl))
    except OSError as error:
        raise CatalogueError(f"{path} can not be written: {error.strerror}.") from None


def content(kind: str, language: str, lines: Sequence[Line], *, rtl: bool) -> bytes:
    """A sheet in one of the `FORMATS`."""
    return _workbook(language, lines, rtl=rtl) if kind == "xlsx" else _po(language, lines)


def _workbook(language: str, lines: Sequence[Line], *, rtl: bool) -> bytes:
    buffer = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415

    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet(f"translation {language}"[:31])
        bold = book.add_format({"bold": True, "bg_color": "#e8e4da", "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        # Right to left inside the cell; the sheet itself stays as its English columns are read.
        theirs = book.add_format(
            {"text_wrap": True, "valign": "top", "reading_order": 2 if rtl else 1}
        )
        sheet.freeze_panes(1, 2)
        for column, (name, width) in enumerate(
            zip((*COLUMNS, *_MORE_COLUMNS), _WIDTHS, strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, bold)
        for number, line in enumerate(lines, 1):
            for column, text in enumerate(_cells(line, language)):
                # As text, whatever it begins with: a translation is never a formula.
                sheet.write_string(number, column, text, theirs if column == 5 else plain)
        sheet.autofilter(0, 0, max(1, len(lines)), len(_WIDTHS) - 1)
    return buffer.getvalue()


def _cells(line: Line, language: str) -> tuple[str, ...]:
    context = f"{line.context} ({line.kind})"
    asked = (line.id, context, line.source, line.note, line.limit, line.translation, "")
    return (*asked, "", line.status, language, line.exported)


def _po(language: str, lines: Sequence[Line]) -> bytes:
    catalog = Catalog(charset="utf-8")
    for line in lines:
        notes = [f"{line.kind}; {line.status}", *filter(None, [line.note])]
        if line.limit:
            notes.append(f"limit: {line.limit}")
        if line.exported:
            notes.append(f"{_EXPORTED}{line.exported}")
        catalog.add(
            line.source,
            line.translation,
            context=line.context,
            auto_comments=notes,
            user_comments=[MACHINE_DRAFT] if line.machine else [],
        )
    body = io.BytesIO()
    write_po(body, catalog, width=100, omit_header=True)
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Awaaz\\n"\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return head.encode() + body.getvalue()


def read(path: Path) -> list[Row]:
    """What a translator hands back, in the order of the file.

    Raises:
        CatalogueError: it is no such file, or lacks a column; the message is one line.
    """
    _check_name(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"{path} can not be read: {error.strerror}.") from None
    return rows_of(path, raw)


def _check_name(path: Path) -> None:
    if path.suffix not in (".xlsx", ".po"):
        raise CatalogueError(f"{path} is neither .xlsx nor .po.")


def rows_of(path: Path, raw: bytes) -> list[Row]:
    """The same from a file's name and content; raises CatalogueError."""
    _check_name(path)
    if len(raw) > _MOST_BYTES:
        raise CatalogueError(
            f"{path} has {len(raw):,} bytes: no sheet of translations is so large."
        )
    return _read_po(path, raw) if path.suffix == ".po" else _read_workbook(path, raw)


def _read_workbook(path: Path, raw: bytes) -> list[Row]:
    table = _table(path, raw)
    header = [_text(cell).strip().casefold() for cell in table[0]] if table else []
    for name in ("id", "translation"):
        if header.count(name) != 1:
            what = "lacks the column" if name not in header else "has more than one column"
            raise CatalogueError(f"{path.name} {what} {name!r} in its first row.")
    rows: list[Row] = []
    for number, cells in enumerate(table[1:], 2):
        values = {title: _text(cell) for title, cell in zip(header, cells, strict=False)}
        if any(text.strip() for text in values.values()):
            rows.append(_row(number, values))
    return rows


def _row(number: int, values: Mapping[str, str]) -> Row:
    return Row(
        line=number,
        id=values["id"],
        context=values.get("context", ""),
        source=values.get("source", ""),
        translation=values["translation"],
        comment=values.get("comment", ""),
        back_translation=values.get("back translation", ""),
        language=values.get("language", ""),
        exported=values.get("exported", ""),
    )


def _table(path: Path, raw: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise CatalogueError(f"{path.name} unpacks to {unpacked:,} bytes: that is no sheet.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError) as error:
        raise CatalogueError(f"{path.name} is not an XLSX workbook: {error}") from None
    if len(table) > _MOST_ROWS:
        raise CatalogueError(f"{path.name} has {len(table):,} rows: no survey has so many texts.")
    return table


def _text(cell: object) -> str:
    """A cell as text: spreadsheets make a number of "5" and hand it back as 5.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _read_po(path: Path, raw: bytes) -> list[Row]:
    catalog = parse(raw, path.name)
    found = _LANGUAGE.search(raw.decode("utf-8"))
    language = found[1] if found else ""
    rows: list[Row] = []
    for message in catalog:
        if not message.id or not isinstance(message.id, str):
            continue
        exported = [c for c in message.auto_comments if c.startswith(_EXPORTED)]
        comments = [c for c in message.user_comments if MACHINE_DRAFT not in c]
        rows.append(
            Row(
                line=message.lineno or 0,
                id=Wording(message.context or "", message.id).digest,
                context=message.context or "",
                source=message.id,
                translation=message.string if isinstance(message.string, str) else "",
                comment=" ".join(comments),
                language=language,
                exported=exported[0].removeprefix(_EXPORTED) if exported else "",
                finished=not message.fuzzy,
            )
        )
    return rows
