"""Lists as files: any encoding, any delimiter, workbooks, and things that are no list at all."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from datetime import date
from functools import partial

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some

from bot.gateways import people_files
from bot.gateways.people_files import UnreadablePeople, read

BENGALI = [["ফোন", "নাম"], ["০৭৭০০৯০০১২৩", "আমিনা"]]
LATIN = [["Téléphone", "Prénom"], ["07700900123", "Zoë Müller"], ["07700900124", "Noël à côté"]]
ARABIC = [
    ["هاتف", "اسم"],
    ["07700900123", "محمد علي والسلام عليكم"],
    ["07700900124", "فاطمة من المجموعة"],
]
CHINESE = [["電話", "姓名"], ["07700900123", "王小明"], ["07700900124", "張麗華是我們的老師"]]
SIMPLE = [["电话", "姓名"], ["07700900123", "王小明"], ["07700900124", "张丽华是我们的老师"]]


def cells(raw: bytes, name: str = "list.csv") -> list[list[str]]:
    return [row for _, row in read(name, raw).rows()]


def workbook(rows: list[list[object]], *, sheets: tuple[str, ...] = ("People",)) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "dd/mm/yy"}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "rows"),
    [("utf-8", BENGALI), ("utf-8-sig", BENGALI), ("utf-16", BENGALI), ("utf-16-le", BENGALI),
     ("utf-16-be", BENGALI), ("utf-32", BENGALI), ("cp1252", LATIN), ("cp1256", ARABIC), ("big5",
     CHINESE),
     ("gb18030", SIMPLE)],
)  # fmt: skip
def test_any_encoding_and_any_delimiter_give_the_same_cells(
    encoding: str, rows: list[list[str]], delimiter: str
) -> None:
    text = "".join(f"{delimiter.join(row)}\r\n" for row in rows)
    assert cells(text.encode(encoding)) == rows


def test_a_pasted_list_has_a_number_a_line() -> None:
    assert cells(b"07700 900123\n\n07700 900124\r\n") == [["07700 900123"], ["07700 900124"]]
    assert [number for number, _ in read("x", b"07700 900123\n\n07700 900124").rows()] == [1, 3]


def test_excels_own_line_about_the_delimiter_is_followed() -> None:
    assert cells(b"sep=|\r\na;b|c\n") == [["a;b", "c"]]
    assert cells(b'sep="\r\na,b\n') == [["a", "b"]] or cells(b'sep="\r\na,b\n')


def test_a_quote_that_is_never_closed_swallows_nobody() -> None:
    assert len(cells(b'Amina "Mimi,07700900123\n"Bilal,07700900124\nC,07700900125\n')) == 3


def test_a_quoted_cell_keeps_its_comma_and_its_lines() -> None:
    assert cells(b'"Begum, Amina","a\nb"\nx,y\n') == [["Begum, Amina", "a\nb"], ["x", "y"]]


def test_a_workbooks_numbers_come_back_as_digits() -> None:
    rows = [
        ["phone", "when", "yes"],
        [447700900123, date(2026, 3, 14), True],
        [7700900123.0, 1.5, False],
    ]
    assert cells(workbook(rows)) == [
        ["phone", "when", "yes"],
        ["447700900123", "2026-03-14", "yes"],
        ["7700900123", "1.5", "no"],
    ]


def test_a_workbooks_shortened_number_is_told_as_shortened() -> None:
    ((_, row),) = read("x", workbook([[4.477e11]])).rows()
    assert row == ["4.477E+11"]


def test_the_first_sheet_with_something_in_it_is_read_and_the_others_are_told() -> None:
    found = read("x.xlsx", workbook([["07700900123"]], sheets=("A", "B")))
    assert found.notes == ("Only the sheet A was read, not B.",)
    assert found.count == 1


def far_away() -> bytes:
    """A workbook with one cell at its far end: a reader that gives every cell a place would die."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write(1_048_575, 16_383, "x")
    return buffer.getvalue()


def archive(*names: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "has no rows"), (b"\n ,,\n", "has no rows"), (workbook([]), "has no rows"),
        (far_away(), "split it"), (archive("word/document.xml"), "save it as .xlsx"),
        (archive("xl/workbook.xml"), "is not a workbook that can be read"),
        (workbook([["a"]])[:400], "damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing",
        "is not a workbook"),
        (b"," * 300, "columns"), (b'"' + b"x" * 200_000 + b'"', "can not be read as a table"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_one_line(raw: bytes, said: str) -> None:
    with pytest.raises(UnreadablePeople, match=said) as refused:
        read("list.xlsx", raw)
    assert "\n" not in str(refused.value)


def test_an_open_quote_is_refused_although_a_library_has_lifted_the_bound_of_csv(
    request: pytest.FixtureRequest,
) -> None:
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(sys.maxsize)))
    with pytest.raises(UnreadablePeople, match="can not be read as a table"):
        read("list.csv", b'"' + b"x" * 200_000 + b'"')


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_files, "LARGEST_FILE", 10)
    with pytest.raises(UnreadablePeople, match="split it"):
        read("x", b"07700 900123")
    monkeypatch.undo()
    monkeypatch.setattr(people_files, "MOST_ROWS", 2)
    with pytest.raises(UnreadablePeople, match="split it"):
        read("x", b"1\n2\n3\n")
    with pytest.raises(UnreadablePeople, match="split it"):
        read("x", workbook([["1"], ["2"], ["3"]]))
    monkeypatch.undo()
    monkeypatch.setattr(people_files, "LARGEST_UNPACKED", 10)
    with pytest.raises(UnreadablePeople, match="unpacks"):
        read("x", workbook([["1"]]))


@given(some.binary(max_size=400))
def test_any_bytes_are_a_list_or_refused(raw: bytes) -> None:
    try:
        found = read("x", raw)
    except UnreadablePeople:
        return
    assert found.count == len(list(found.rows())) > 0
