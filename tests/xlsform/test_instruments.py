"""Validated scales on their way through a spreadsheet: found again word for word, or marked as changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.gateways.xlsform_files import XlsForms
from flows.xlsform import Imported


@pytest.fixture
def sheet(xlsforms: XlsForms, tmp_path: Path) -> Callable[..., Imported]:
    """`sheet(change)` is the wellbeing survey after someone changed its survey sheet."""

    def make(change: Callable, name: str = "wellbeing", page: str = "survey") -> Imported:
        path = tmp_path / f"{name}.xlsx"
        xlsforms.export(name, path)
        book = load_workbook(path)
        change(book[page])
        book.save(path)
        return xlsforms.load(path)

    return make


def row_of(page, name: str) -> int:
    return next(cell.row for cell in page["B"] if cell.value == name)


def column_of(page, heading: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == heading)


def types(imported: Imported) -> list[str]:
    return [row["type"] for row in imported.form.survey]


def test_an_instrument_is_written_out_and_found_again(sheet) -> None:
    seen = []
    imported = sheet(lambda page: seen.extend(cell.value for cell in page["B"]))
    assert [name for name in seen if str(name).startswith("who5_")][:3] == [
        "who5_introduction",
        "who5_1",
        "who5_2",
    ]
    assert types(imported)[3:5] == ["instrument who5", "instrument ons4"]
    assert [i.name for i in imported.survey.instruments] == ["who5", "ons4"]
    assert "who5_frequency" not in imported.form.choices


@pytest.mark.parametrize(
    ("name", "heading", "value", "difference"),
    [
        ("who5_1", "label::English (en)", "I have been cheerful", "`label` is different"),
        ("who5_2", "type", "select_one yes_no", "the options are different"),
        ("who5_3", "name", "who5_6", "it has no item `who5_6`"),
        ("who5_4", "required", "yes", "`required` is different"),
    ],
)
def test_a_changed_word_is_marked_and_not_scored(sheet, name, heading, value, difference) -> None:
    def change(page) -> None:
        page.cell(row_of(page, name), column_of(page, heading)).value = value

    def with_column(page) -> None:
        if heading == "required":
            page.cell(1, page.max_column + 1).value = "required"
        change(page)

    imported = sheet(with_column)
    said = "\n".join(map(str, imported.notes))
    assert f"this is not WHO-5 Well-Being Index as published ({difference})" in said
    assert [i.name for i in imported.survey.instruments] == ["ons4"]
    changed = [q for q in imported.survey.questions if q.instrument_changed]
    assert len(changed) == 6
    assert {q.instrument_changed for q in changed} == {"who5"}
    assert "who5" not in {score.name for score in imported.survey.scores}


def test_items_in_another_order_are_a_change(sheet) -> None:
    def swap(page) -> None:
        first, second = row_of(page, "who5_1"), row_of(page, "who5_2")
        for column in range(1, page.max_column + 1):
            one, other = page.cell(first, column), page.cell(second, column)
            one.value, other.value = other.value, one.value

    imported = sheet(swap)
    assert "its items stand in another order" in "\n".join(map(str, imported.notes))


def test_an_item_left_out_leaves_the_others_as_published(sheet) -> None:
    imported = sheet(lambda page: page.delete_rows(row_of(page, "who5_5")))
    row = imported.form.survey[3]
    assert row["items"] == "who5_introduction who5_1 who5_2 who5_3 who5_4"
    assert "who5" not in {score.name for score in imported.survey.scores}


def test_a_changed_option_is_a_change_of_the_scale(sheet) -> None:
    def change(page) -> None:
        for row in page.iter_rows(min_row=2):
            if row[0].value == "who5_frequency" and row[1].value == "5":
                row[2].value = "Always"

    imported = sheet(change, page="choices")
    assert "the options are different" in "\n".join(map(str, imported.notes))
    assert imported.survey.by_name["who5_1"].choices[0].label.source == "Always"


def test_a_translation_of_a_scale_is_ours(sheet, languages) -> None:
    def change(page) -> None:
        page.cell(row_of(page, "who5_1"), column_of(page, "label::Bengali (bn)")).value = "অন্য কথা"

    imported = sheet(change)
    assert "the bn words of WHO-5 Well-Being Index are ours, not these" in (
        "\n".join(map(str, imported.notes))
    )
    assert not any(context.startswith("who5") for context, _ in imported.catalogues["bn"])


def test_a_condition_around_an_instrument_survives(xlsforms, surveys, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        """
settings: {form_id: small}
choices:
  who5_frequency:
    - {name: "1", label: Mine}
survey:
  - {type: select_one who5_frequency, name: q, label: Q}
  - {type: instrument who5, relevant: "${q} = 1", items: who5_1 who5_2}
  - {type: instrument phq4}
""",
        encoding="utf-8",
    )
    book = tmp_path / "small.xlsx"
    xlsforms.export(str(path), book)
    imported = xlsforms.load(book)
    assert types(imported) == ["select_one who5_frequency", "instrument who5", "instrument phq4"]
    assert imported.form.survey[1] == {
        "type": "instrument who5",
        "relevant": "${q} = 1",
        "items": "who5_1 who5_2",
    }
    # The survey's own list of that name and the instrument's do not get into each other's way.
    assert [choice.label.source for choice in imported.survey.by_name["q"].choices] == ["Mine"]


def test_a_scale_in_a_form_that_is_not_in_english(xlsforms, tmp_path: Path) -> None:
    path = tmp_path / "petit.yaml"
    path.write_text(
        """
settings: {form_id: petit, source_language: fr}
survey:
  - {type: text, name: q, label: Pourquoi}
  - {type: instrument who5}
""",
        encoding="utf-8",
    )
    book = tmp_path / "petit.xlsx"
    assert xlsforms.export(str(path), book)[0] == "fr"
    imported = xlsforms.load(book)
    assert imported.survey.source_language == "fr"
    assert types(imported) == ["text", "instrument who5"]


HAPPY = """
| survey |
| | type | name | label | constraint | hint | instrument |
| | integer | ons4_happy | Overall, how happy did you feel yesterday? | . >= 0 and . <= %s | %s | ons4 |
"""
HINT = "0 is not at all happy, 10 is completely happy."


def test_rows_of_an_instrument_need_no_group_around_them(load) -> None:
    (row,) = load(HAPPY % (10, HINT)).form.survey
    assert row == {"type": "instrument ons4", "items": "ons4_happy"}


@pytest.mark.parametrize(("highest", "hint"), [(9, HINT), (10, "Ten is best.")])
def test_other_bounds_or_another_hint_are_a_change(load, highest: int, hint: str) -> None:
    (question,) = load(HAPPY % (highest, hint)).survey.questions
    assert question.instrument_changed == "ons4"
