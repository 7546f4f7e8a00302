"""Forms as they really arrive: half filled, half broken, huge, or no form at all."""

from __future__ import annotations

import csv
import datetime as dt
import struct
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from bot.gateways import workbooks
from bot.gateways.voices import Voices
from bot.gateways.workbooks import UnreadableWorkbook, read_workbook
from bot.gateways.xlsform_files import XlsForms
from flows.rows import SurveyError
from flows.survey import Kind
from tests.xlsform.robot import hold
from tests.xlsform.workbooks import CHOICES, SETTINGS, SURVEY, simple, write


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "clinic.xlsx"


def said(imported) -> str:
    return "\n".join(map(str, imported.notes))


def problems(xlsforms: XlsForms, path: Path) -> list[str]:
    with pytest.raises(SurveyError) as refused:
        xlsforms.load(path)
    return str(refused.value).splitlines()


def test_the_plain_form_is_right(xlsforms: XlsForms, voices: Voices, book: Path) -> None:
    imported = xlsforms.load(write(book, simple()))
    assert [q.kind for q in imported.survey.questions] == [Kind.SELECT_ONE, Kind.TEXT]
    assert hold(voices, imported.survey).state.answers == {"well": "yes", "why": "an answer"}


# Sheets


def test_no_survey_sheet(xlsforms: XlsForms, book: Path) -> None:
    write(book, {"surveys": SURVEY, "choices": CHOICES})
    (problem,) = problems(xlsforms, book)
    assert problem == (
        "clinic.xlsx:1: there is no sheet `survey` in this file; its sheets are: surveys, choices; "
        "is `surveys` meant to be it?"
    )


def test_a_single_sheet_of_another_name_is_the_survey(xlsforms: XlsForms, book: Path) -> None:
    write(book, {"Sheet1": [SURVEY[0], SURVEY[2]]})
    assert [q.name for q in xlsforms.load(book).survey.questions] == ["why"]


def test_sheets_in_capitals_and_with_spaces(xlsforms: XlsForms, book: Path) -> None:
    write(book, {" Survey ": SURVEY, "CHOICES": CHOICES, "Settings": SETTINGS})
    assert xlsforms.load(book).survey.form_id == "clinic"


def test_further_sheets_are_said_unless_they_are_put_aside(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(Notes=[["hello"]], _private=[["x"]], entities=[["list_name"]], Empty=[]))
    text = said(xlsforms.load(book))
    assert "sheet Notes, row 1: this sheet is not read: its name is none of XLSForm's" in text
    assert "sheet entities, row 1: this sheet is not read: there are no entities here" in text
    assert "_private" not in text
    assert "Empty" not in text


def test_a_survey_sheet_without_anything(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[]))
    (problem,) = problems(xlsforms, book)
    assert "sheet survey, row 1: the first row has to name the columns" in problem


def test_a_survey_sheet_with_headings_alone(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=SURVEY[:1]))
    (problem,) = problems(xlsforms, book)
    assert "`survey` has no questions" in problem


def test_a_choices_sheet_that_is_missing(xlsforms: XlsForms, book: Path) -> None:
    write(book, {"survey": SURVEY, "settings": SETTINGS})
    (problem,) = problems(xlsforms, book)
    assert 'sheet survey, row 2, column A "type" (well): there is no list `yes_no`' in problem


# Headings


def test_merged_headings(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[["type", "name", "label", None], ["text", "q", "Q", "ক"]]))
    loaded = load_workbook(book)
    loaded["survey"].merge_cells("C1:D1")
    loaded.save(book)
    first, second = problems(xlsforms, book)
    assert "column C: this heading is merged with another" in first
    assert "column D: this heading is merged with another" in second


def test_merged_cells_below_the_headings_do_no_harm(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple())
    loaded = load_workbook(book)
    loaded["survey"].merge_cells("A1:A1")
    loaded["survey"].merge_cells("D5:E6")
    loaded.save(book)
    assert len(xlsforms.load(book).survey.questions) == 2


def test_columns_that_stand_twice(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[["type", "name", "label", "Label "], ["text", "q", "Q", "R"]]))
    (problem,) = problems(xlsforms, book)
    assert 'column D "Label": this says the same as column C "label"' in problem


def test_cells_without_a_heading_are_said(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[*SURVEY, ["text", "more", "More", None, "look here"]]))
    text = said(xlsforms.load(book))
    assert "sheet survey, row 4, column E: this column has no heading" in text


def test_headings_in_a_later_row(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[[], [], *SURVEY]))
    assert [q.line for q in xlsforms.load(book).survey.questions] == [4, 5]


def test_a_title_above_the_headings(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[["Our questions"], *SURVEY]))
    (problem,) = problems(xlsforms, book)
    assert "has to name the columns, `type` and `name` among them; it has: Our questions" in problem


def test_blank_rows_and_trailing_spaces(xlsforms: XlsForms, book: Path) -> None:
    rows = [["type ", " name", "label\xa0"], [], ["  "], [" text ", "why ", " Why? "], [None] * 3]
    write(book, simple(survey=rows))
    (question,) = xlsforms.load(book).survey.questions
    assert (question.name, question.label.source, question.line) == ("why", "Why?", 4)


# Cells


def test_numbers_dates_and_boxes_in_cells(xlsforms: XlsForms, book: Path) -> None:
    survey = [
        ["type", "name", "label", "required", "default", "max_retries", "repeat_count"],
        ["select_one scale", "s", 2026.0, True, 3.0, 2.0],
        ["date", "d", "When?", False, dt.date(2026, 3, 14)],
        ["begin repeat", "r", None, None, None, None, 2],
        ["decimal", "x", "X", None, 0.5],
        ["end repeat"],
    ]
    choices = [["list_name", "name", "label"], *(["scale", n, f"Number {n}"] for n in range(6))]
    write(book, {"survey": survey, "choices": choices, "settings": [["version"], [5.0]]})
    imported = xlsforms.load(book)
    scale, when, first, second = imported.survey.questions
    assert scale.label.source == "2026"
    assert (scale.required, scale.default, scale.attempts) == (True, "3", 2)
    assert [choice.name for choice in scale.choices] == ["0", "1", "2", "3", "4", "5"]
    assert scale.numbered_by_value
    assert (when.required, when.default) == (False, "2026-03-14")
    assert (first.name, second.default) == ("x_1", 0.5)
    assert imported.survey.version == "5"


def test_times_and_moments_in_cells_are_text(xlsforms: XlsForms, book: Path) -> None:
    survey = [
        ["type", "name", "label"],
        ["text", "a", dt.time(9, 30)],
        ["text", "b", dt.datetime(2026, 3, 14, 9, 30)],  # noqa: DTZ001
        ["text", "c", dt.timedelta(hours=30)],
    ]
    write(book, simple(survey=survey))
    labels = [q.label.source for q in xlsforms.load(book).survey.questions]
    assert labels[:2] == ["09:30:00", "2026-03-14 09:30:00"]
    assert len(labels) == 3


def test_a_formula_that_was_never_worked_out(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[*SURVEY, ["text", "more", '=CONCATENATE("Mo","re")']]))
    (problem,) = problems(xlsforms, book)
    assert 'row 4, column C "label": this formula has no result yet' in problem


def test_a_formula_with_its_result_is_read_as_the_result(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[*SURVEY, ["text", "more", "=1+1"]]))
    with_result = book.with_name("worked.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(with_result, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(
                member, content.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
            )
    assert xlsforms.load(with_result).survey.questions[2].label.source == "2"


def test_a_formula_outside_of_the_table_is_said_too(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[*SURVEY, [None, None, None, None, "=A1"]]))
    assert "sheet survey, row 4, column E: this column has no heading" in said(xlsforms.load(book))


def test_right_to_left_text_emoji_and_rare_letters_survive(
    xlsforms: XlsForms, voices: Voices, book: Path
) -> None:
    words = ["کیا آپ ٹھیک ہیں؟", "\u202bمرحبا\u202c", "👍🏽 হ্যাঁ 𝔘𝔫𝔦", "_x0041_ <b>&amp;</b>", "=1+1"]
    survey = [["type", "name", "label"], *(["text", f"q{n}", word] for n, word in enumerate(words))]
    write(book, simple(survey=survey))
    loaded = load_workbook(book)
    for row in loaded["survey"].iter_rows(min_row=2):
        row[2].data_type = "s"
        row[2].font = Font(bold=True)
    loaded.save(book)
    imported = xlsforms.load(book)
    labels = [question.label.source for question in imported.survey.questions]
    assert labels[0] == words[0]
    assert labels[1:3] == words[1:3]
    assert labels[4] == "=1+1"
    hold(voices, imported.survey)


def test_names_with_spaces_and_in_other_scripts(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[["type", "name", "label"], ["text", "my name", "N"]]))
    (problem,) = problems(xlsforms, book)
    assert 'row 2, column B "name" (my name): a row needs a `name`' in problem
    rows = [
        ["type", "name", "label", "relevant"],
        ["integer", "বয়স", "Age"],
        ["text", "q", "${বয়স}?", "${বয়স} > 1"],
    ]
    imported = xlsforms.load(write(book, simple(survey=rows)))
    assert imported.survey.questions[1].relevant[0].references == {"বয়স"}


def test_names_that_stand_twice(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple(survey=[*SURVEY, ["text", "why", "Again"]]))
    (problem,) = problems(xlsforms, book)
    assert 'row 4, column B "name" (why): this name stands here twice' in problem


def test_questions_that_look_at_each_other_in_a_circle(xlsforms: XlsForms, book: Path) -> None:
    rows = [
        ["type", "name", "label", "relevant"],
        ["text", "a", "A", "${b} = 1"],
        ["text", "b", "B", "${a} = 1"],
        ["calculate", "c", None, "${c} = 1"],
    ]
    found = problems(xlsforms, write(book, simple(survey=rows)))
    assert any(
        "row 2" in line and "looks at `b`, which is not asked before it" in line for line in found
    )
    assert any("row 4" in line and "`calculation`" in line for line in found)


def test_deeply_nested_brackets(xlsforms: XlsForms, book: Path) -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    rows = [["type", "name", "label", "relevant"], ["text", "a", "A", deep]]
    (problem,) = problems(xlsforms, write(book, simple(survey=rows)))
    assert 'row 2, column D "relevant" (a)' in problem
    assert len(problem) < 400


def test_a_pattern_that_never_ends_does_not_hold_up_a_conversation(
    xlsforms: XlsForms, voices: Voices, book: Path
) -> None:
    rows = [["type", "name", "label", "constraint"], ["text", "a", "A", "regex(., '(a+)+$')"]]
    hold(voices, xlsforms.load(write(book, simple(survey=rows))).survey)


def test_three_hundred_options(xlsforms: XlsForms, book: Path) -> None:
    options = [
        ["list_name", "name", "label"],
        *(["yes_no", f"o{n}", f"Option {n}"] for n in range(300)),
    ]
    write(book, simple(choices=options))
    (problem,) = problems(xlsforms, book)
    assert 'row 2, column C "label" (well): this makes a message of' in problem
    assert "300 options are too many, so filter or group them" in problem
    filtered = [
        ["type", "name", "label", "choice_filter"],
        ["select_one yes_no", "w", "W", "name = 'o1'"],
    ]
    assert (
        len(
            xlsforms.load(write(book, simple(survey=filtered, choices=options)))
            .survey.questions[0]
            .choices
        )
        == 300
    )


def test_a_question_longer_than_a_message(xlsforms: XlsForms, book: Path) -> None:
    head = ["type", "name", "label::English (en)", "label::Bengali (bn)"]
    write(book, simple(survey=[head, ["text", "q", "x" * 1601, "ক"]]))
    (problem,) = problems(xlsforms, book)
    assert "this makes a message of 1601 characters: one holds 1600" in problem
    write(book, simple(survey=[head, ["text", "q", "x", "ক" * 700], ["calculate", "c", None]]))
    write(book, simple(survey=[head, ["text", "q", "x", "ক" * 700]]))
    assert "in bn this makes a message of 700 characters" in said(xlsforms.load(book))


def test_circular_and_broken_instruments(xlsforms: XlsForms, book: Path) -> None:
    head = ["type", "name", "label", "instrument"]
    write(book, simple(survey=[head, ["text", "q", "Q", "nonsense"]]))
    assert "there is no instrument `nonsense` here" in said(xlsforms.load(book))
    write(book, simple(survey=[head, ["instrument swemwbs"]]))
    (problem,) = problems(xlsforms, book)
    assert "the licence of Short Warwick-Edinburgh Mental Wellbeing Scale is closed" in problem


# Files


def test_a_file_that_is_no_workbook(xlsforms: XlsForms, book: Path) -> None:
    book.write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(UnreadableWorkbook, match=r"clinic\.xlsx: this is not a workbook"):
        xlsforms.load(book)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "clinic.docx"
    path.write_bytes(b"PK")
    with pytest.raises(UnreadableWorkbook, match=r"give a file that ends in one of \.xlsx, \.xlsm"):
        read_workbook(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.md", "a.xls"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b" \n")
    with pytest.raises(UnreadableWorkbook, match="this file is empty"):
        read_workbook(tmp_path / name)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook, match="can not be read"):
        read_workbook(tmp_path / "none.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(UnreadableWorkbook, match="can not be read"):
        read_workbook(tmp_path / "folder.xlsx")


def test_a_damaged_archive(book: Path) -> None:
    write(book, simple())
    raw = bytearray(book.read_bytes())
    raw[200:240] = b"x" * 40
    book.write_bytes(raw)
    with pytest.raises(UnreadableWorkbook, match=r"this file is damaged|is not a workbook"):
        read_workbook(book)


def test_an_archive_that_is_no_workbook(book: Path) -> None:
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableWorkbook, match="this is not a workbook"):
        read_workbook(book)


def test_a_file_that_unpacks_to_more_than_a_survey(book: Path, monkeypatch) -> None:
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.LARGEST_UNPACKED + 1))
    assert book.stat().st_size < 1_000_000
    with pytest.raises(UnreadableWorkbook, match="unpacks to more than 100 MB"):
        read_workbook(book)


def test_an_archive_that_lies_about_its_size(book: Path) -> None:
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 1_000_000)
    raw = bytearray(book.read_bytes())
    size = struct.pack("<I", 1_000_000)
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = struct.pack("<I", 10)
    book.write_bytes(raw)
    with pytest.raises(UnreadableWorkbook, match="this file is damaged"):
        read_workbook(book)


def test_a_file_that_is_too_large(book: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_FILE", 100)
    write(book, simple())
    with pytest.raises(UnreadableWorkbook, match="larger than the 0 MB that a survey can have"):
        read_workbook(book)


def test_a_cell_far_out_does_not_fill_the_memory(book: Path) -> None:
    far = Workbook()
    far.active.title = "survey"
    far.active["A1"] = "type"
    far.active["XFD1048576"] = "far"
    far.save(book)
    with pytest.raises(UnreadableWorkbook, match="reaches to row 1048576 and column 16384"):
        read_workbook(book)


def test_a_form_with_more_rows_than_a_survey(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 50)
    path = tmp_path / "a.md"
    path.write_text("| survey |\n" + "| | text | a | A |\n" * 60, encoding="utf-8")
    with pytest.raises(UnreadableWorkbook, match="reaches to row 60"):
        read_workbook(path)


def test_formats_in_far_cells_do_no_harm(xlsforms: XlsForms, book: Path) -> None:
    write(book, simple())
    loaded = load_workbook(book)
    loaded["survey"]["ZZ900"].font = Font(bold=True)
    loaded.save(book)
    assert len(xlsforms.load(book).survey.questions) == 2


def test_csv_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("type,name,label\ntext,q,caf\xe9".encode("latin-1"))
    with pytest.raises(UnreadableWorkbook, match="this is not UTF-8; save it as `CSV UTF-8`"):
        read_workbook(path)


def test_csv_with_its_sheets_beside_it(xlsforms: XlsForms, tmp_path: Path) -> None:
    def text(rows) -> str:
        return "\n".join(";".join(map(str, row)) for row in rows)

    for stem, beside in [("survey", "choices"), ("clinic", "clinic_choices")]:
        (tmp_path / f"{stem}.csv").write_text(f"\ufeff{text(SURVEY)}", encoding="utf-8")
        (tmp_path / f"{beside}.csv").write_text(text(CHOICES), encoding="utf-8")
        imported = xlsforms.load(tmp_path / f"{stem}.csv")
        assert imported.survey.form_id == stem
        assert len(imported.survey.questions) == 2


def test_csv_with_its_sheets_in_the_first_column(xlsforms: XlsForms, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '"survey"\n,"type","name","label"\n,"text","q","Why,\nthen?"\n\n"settings"\n,"form_id"\n,"b"\n',
        encoding="utf-8",
    )
    imported = xlsforms.load(path)
    assert imported.survey.form_id == "b"
    assert imported.survey.questions[0].label.source == "Why,\nthen?"
    assert imported.survey.questions[0].line == 3


@pytest.mark.parametrize("limit", [131_072, sys.maxsize])
def test_csv_that_breaks_its_own_rules(
    tmp_path: Path, limit: int, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(limit)))
    path = tmp_path / "a.csv"
    path.write_text('type,name\ntext,"' + "x" * 140_000 + '"\n', encoding="utf-8")
    with pytest.raises(UnreadableWorkbook, match=r"a\.csv:2: field larger than field limit"):
        read_workbook(path)


def test_markdown_with_remarks_and_rules(xlsforms: XlsForms, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Our form\n\n| survey | | | |\n|---|---|---|---|\n| | type | name | label |\n"
        "  # | | text | no | No |\n| | text | q | A \\| B | # a remark\n\nThe end.\n",
        encoding="utf-8",
    )
    (question,) = xlsforms.load(path).survey.questions
    assert (question.label.source, question.line) == ("A | B", 7)


def test_markdown_without_a_table(xlsforms: XlsForms, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("just words", encoding="utf-8")
    (problem,) = problems(xlsforms, path)
    assert problem == "a.md:1: there is no sheet `survey` in this file; its sheets are: none"


@pytest.mark.parametrize(
    "text", ["x", "()", "${", "$(", "''", "1 +", "a b c", "\x00", "🙂", "]" * 9]
)
@pytest.mark.parametrize(
    "column", ["relevant", "constraint", "calculation", "choice_filter", "default"]
)
def test_no_text_in_an_expression_crashes(
    xlsforms: XlsForms, tmp_path: Path, column: str, text: str
) -> None:
    path = tmp_path / "a.csv"
    kind = "select_one x" if column == "choice_filter" else "integer"
    path.write_text(
        f'survey\n,type,name,label,{column}\n,{kind},q,Q,"{text}"\nchoices\n'
        ",list_name,name,label\n,x,a,A\n",
        encoding="utf-8",
    )
    if text == "''":  # an empty text is an expression, but no number
        if column == "default":
            problems(xlsforms, path)
        elif column != "calculation":
            xlsforms.load(path)
    else:
        (first, *_) = problems(xlsforms, path)
        assert "a.csv: sheet survey, row 3, column " in first
