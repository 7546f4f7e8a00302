"""What goes into a file comes out of it, read by other people's programs."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from bot.research import csv_file, parquet_file, xlsx_file
from bot.research.columns import Column, Edition, Type, english
from bot.research.csv_file import Profile
from bot.research.losses import LossReport, Lost
from bot.research.tables import Table, long_table, wide_table
from tests.research.made import NASTY, NOON, design, edition, nasty_runs, run

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture(scope="module")
def made(surveys: SurveyFiles, voices: Voices) -> Edition:
    return edition(surveys, voices)


def column(name: str, kind: Type = Type.TEXT) -> Column:
    return Column(name, kind, english(name))


def through_csv(rows: list[list[Any]], header: list[str], profile: Profile) -> list[list[str]]:
    file = io.StringIO(newline="")
    assert csv_file.write(file, header, rows, profile) == len(rows)
    text = file.getvalue().removeprefix("\ufeff" if profile is Profile.EXCEL else "")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def through_xlsx(table: Table, losses: LossReport | None = None, **more: Any) -> Any:
    file = io.BytesIO()
    xlsx_file.write(file, table, LossReport() if losses is None else losses, made=NOON, **more)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


@given(ANY_TEXT, ANY_TEXT)
@example("=1+1", "'=1+1")
@example("a\rb", "\r")
@example("\n", "a\x00b")
def test_csv_gives_back_every_text(heading: str, text: str) -> None:
    raw = through_csv([[text, 1]], [heading, "n"], Profile.RAW)
    assert raw == [[heading, "n"], [text, "1"]]
    excel = through_csv([[text, 1]], [heading, "n"], Profile.EXCEL)
    shown = [cell for row in excel for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in shown)
    assert [cell.removeprefix("'") for cell in shown] == [heading, "n", text, "1"]


@given(ANY_TEXT, ANY_TEXT)
@example("=1+1", "_x0041_")
@example("+1", "a\rb\x00\x1f")
def test_xlsx_gives_back_every_text(heading: str, text: str) -> None:
    table = Table("data", [column(heading or "h"), column("n", Type.INTEGER)], [[text, 1]])
    sheet = through_xlsx(table).active
    cell = sheet["A2"]
    assert unescape(sheet["A1"].value) == (heading or "h")
    assert unescape(cell.value or "") == text.replace("\ufffe", "_xFFFE_").replace(
        "\uffff", "_xFFFF_"
    )
    assert cell.data_type in ("s", "n")  # never a formula; an empty cell is called a number
    assert (sheet["B2"].value, sheet["B2"].data_type) == (1, "n")


def test_every_format_gives_back_what_people_write(made: Edition) -> None:
    def table() -> Table:
        return wide_table(design(made), nasty_runs(made))

    rows = list(table().rows)
    place = table().header.index("why")
    assert [row[place] for row in rows] == list(NASTY)
    read = through_csv(rows, table().header, Profile.RAW)[1:]
    assert [row[place] for row in read] == list(NASTY)
    sheet = through_xlsx(table()).active
    found = [unescape(sheet.cell(line, place + 1).value) for line in range(2, len(rows) + 2)]
    assert found == list(NASTY)
    file = io.BytesIO()
    losses = LossReport()
    assert parquet_file.write(file, table(), losses) == len(NASTY)
    frame = pl.read_parquet(io.BytesIO(file.getvalue()))
    assert frame["why"].to_list() == list(NASTY)
    assert frame["times"].to_list() == [row[table().header.index("times")] for row in rows]
    assert frame["hours"].dtype == pl.Float64
    assert len(losses) == 0


def test_times_are_times_and_days_are_days(made: Edition) -> None:
    runs = nasty_runs(made, ["x"])
    sheet = through_xlsx(wide_table(design(made), runs)).active
    header = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, header.index("started") + 1).value == datetime.fromisoformat(
        "2026-03-01T13:00"
    )
    table = Table("data", [column("day", Type.DAY)], [[date(2026, 3, 1)], [None]])
    assert through_xlsx(table).active["A2"].value == datetime.fromisoformat("2026-03-01")


def test_a_cell_that_is_too_long_for_excel_is_cut_and_reported() -> None:
    texts = ["x" * 32_767, "x" * 32_768, "😀" * 20_000]
    losses = LossReport()
    table = Table("data", [column("why")], [[text] for text in texts])
    sheet = through_xlsx(table, losses).active
    found = [sheet.cell(line, 1).value for line in (2, 3, 4)]
    assert found[0] == texts[0]
    assert found[1] == "x" * 32_766 + "…"
    assert found[2] == "😀" * 16_383 + "…"
    assert [(loss.kind, loss.column, loss.count) for loss in losses] == [(Lost.TEXT, "why", 2)]


def test_more_rows_than_a_sheet_has_go_on_in_the_next() -> None:
    table = Table("data", [column("n", Type.INTEGER)], [[n] for n in range(7)])
    book = through_xlsx(table, sheet_rows=4)
    assert book.sheetnames == ["data", "data 2", "data 3"]
    values = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert values == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_a_table_without_rows_is_a_header(made: Edition) -> None:
    table = wide_table(design(made), [])
    assert through_csv([], table.header, Profile.RAW) == [table.header]
    sheet = through_xlsx(table).active
    assert [cell.value for cell in sheet[1]] == table.header
    file = io.BytesIO()
    assert parquet_file.write(file, wide_table(design(made), []), LossReport()) == 0
    assert pl.read_parquet(io.BytesIO(file.getvalue())).columns == table.header


def test_what_does_not_fit_a_typed_column_is_left_empty_and_reported(made: Edition) -> None:
    runs = [
        run(made, 1, {"times": "lots"}),
        run(made, 2, {"times": 2**60}),
        run(made, 3, {"times": 3}),
    ]
    file, losses = io.BytesIO(), LossReport()
    parquet_file.write(file, wide_table(design(made), runs), losses)
    assert pl.read_parquet(io.BytesIO(file.getvalue()))["times"].to_list() == [None, None, 3]
    assert [(loss.kind, loss.column, loss.count) for loss in losses] == [(Lost.UNFIT, "times", 2)]


def test_an_answer_that_is_a_missing_code_is_reported(made: Edition) -> None:
    runs = [run(made, 1, {"times": -99}), run(made, 2, {"times": ("missing", "refused")})]
    losses = LossReport()
    rows = list(wide_table(design(made), runs, losses).rows)
    place = wide_table(design(made), []).header.index("times")
    assert [row[place] for row in rows] == [-99, -99]
    assert [(loss.kind, loss.column, loss.count) for loss in losses] == [
        (Lost.AMBIGUOUS, "times", 1)
    ]
    table = long_table(design(made), runs)
    told = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    assert [(row["value"], row["code"], row["missing"]) for row in told] == [
        (-99, -99, None),
        (None, -99, "refused"),
    ]


def test_columns_that_would_have_one_name_get_numbers(surveys: SurveyFiles, voices: Voices) -> None:
    text = """
settings: {form_id: twice}
choices: {l: [{name: b, label: B}, {name: c, label: C}]}
survey:
  - {type: text, name: campaign, label: "Which?"}
  - {type: select_multiple l, name: a, label: "A?"}
  - {type: text, name: a__b, label: "B?"}
"""
    header = wide_table(design(edition(surveys, voices, text)), []).header
    assert len(header) == len(set(header))
    assert {"campaign", "campaign_2", "a__b", "a__b_2"} <= set(header)
