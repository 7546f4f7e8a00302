"""What goes out as a workbook comes back as the same survey, in every language; pyxform reads it too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as some
from pyxform.xls2xform import convert

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import Voices
from bot.gateways.workbooks import read_workbook, write_workbook
from bot.gateways.xlsform_files import XlsForms, tongues_of
from flows.building import build_survey
from flows.expressions import references
from flows.form_text import form_text
from flows.parsing import form_of
from flows.rows import Cells, Form
from flows.survey import Survey
from flows.xlsform import read_form, write_form
from flows.xlsform.sheets import Sheet

LIBRARY = SurveyFiles().names()
FILES = LanguageFiles()
TONGUES = tongues_of(FILES.vocabularies)
INSTRUMENTS = SurveyFiles().instruments
KNOWN = {code: FILES.translations(code) for code in FILES.vocabularies}


def placeless(survey: Survey) -> Survey:
    """A survey without its lines, which are those of another file."""
    questions = tuple(replace(question, line=0) for question in survey.questions)
    return Survey(**{**vars_of(survey), "questions": questions})


def vars_of(survey: Survey) -> dict[str, Any]:
    names = Survey.__dataclass_fields__
    return {name: getattr(survey, name) for name in names}


@pytest.mark.parametrize("name", LIBRARY)
def test_every_survey_of_the_library_comes_back_in_every_language(
    name: str, surveys: SurveyFiles, voices: Voices, xlsforms: XlsForms, tmp_path: Path
) -> None:
    book = tmp_path / f"{name}.xlsx"
    codes = xlsforms.export(name, book)
    imported = xlsforms.load(book)
    saved = xlsforms.save(imported, tmp_path)
    before, after = surveys.load(name), surveys.load(str(saved.script))
    assert placeless(after.survey) == placeless(before.survey)
    assert after.survey.digest == before.survey.digest
    assert [note for note in imported.notes if "is not read" in note.message] == []
    assert set(codes) >= {"en", "bn", "ur", "so", "ar"}
    with_files = voices.family(codes, own=after.catalogues)
    as_before = voices.family(codes, own=before.catalogues)
    own = [w for w in before.survey.wordings() if w.context.startswith(f"{name}/")]
    for code in codes:
        # Its words come from the workbook alone, not from the house's catalogues.
        beside = after.catalogues.get(code, {})
        missing = as_before[code].untranslated(own)
        spoken = [w for w in own if w not in missing and code != "en"]
        assert all((w.context, w.source) in beside for w in spoken)
        for wording in before.survey.wordings():
            if wording not in missing:
                assert with_files[code].text(wording) == as_before[code].text(wording)


@pytest.mark.parametrize("name", LIBRARY)
def test_pyxform_takes_every_survey_of_the_library(
    name: str, xlsforms: XlsForms, tmp_path: Path
) -> None:
    book = tmp_path / f"{name}.xlsx"
    xlsforms.export(name, book)
    result = convert(xlsform=str(book), validate=False)
    assert [warning for warning in result.warnings if not harmless(warning)] == []
    assert f'id="{name}"' in result.xform
    assert "Bengali (bn)" in result.xform


def harmless(warning: str) -> bool:
    """pyxform knows two-letter codes only; `fa-AF` and Easy Read English are none."""
    return "do not contain valid machine-readable codes" in warning


# Any form

CODES = ("bn", "ur", "en-easy", "zh-Hant-HK")
WORDS = some.text(
    some.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Co"),
        exclude_characters="\xa0\ufffe\uffff${}",
    ),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip() != "")
NAMES = some.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)


@some.composite
def forms(draw: some.DrawFn) -> tuple[Form, dict[str, dict[tuple[str, str], str]]]:
    """A form of every type, its words translated into some languages here and there."""
    names = draw(some.lists(NAMES, min_size=3, max_size=9, unique=True))
    names = [f"q{place}_{name}" for place, name in enumerate(names)]
    lists = draw(_lists())
    rows: list[Cells] = []
    asked: list[str] = []
    for name in names:
        rows += draw(_row(name, lists, asked))
    if draw(some.booleans()):
        rows = [
            Cells({"type": "begin_group", "name": "g", **draw(_optional(label=WORDS))}),
            *rows,
            Cells({"type": "end_group"}),
        ]
    if draw(some.booleans()):
        rows.insert(0, Cells({"type": "instrument who5"}))
    if draw(some.booleans()):
        rows.append(Cells({"type": "instrument ons4", "items": "ons4_happy ons4_anxious"}))
    used = {str(row["type"]).split(" ")[1] for row in rows if " " in row["type"]}
    form_settings = Cells({"form_id": draw(NAMES), "form_title": draw(WORDS)})
    form_settings["version"] = draw(some.integers(1, 99).map(str))
    choices = {name: options for name, options in lists.items() if name in used}
    codes = draw(some.lists(some.sampled_from(CODES), unique=True, max_size=3))
    source = draw(some.sampled_from(["en", "en", "fr"]))
    if source != "en":
        form_settings["source_language"] = source
    form = Form("any.xlsx", form_settings, rows, choices)
    survey = build_survey(form, INSTRUMENTS)
    said = {
        code: {
            (w.context, w.source): " ".join([code, str(number), *_mentioned(w.source)])
            for number, w in enumerate((*survey.wordings(), *survey.short_wordings()))
            if not w.context.startswith(("who5/", "ons4/")) and draw(some.integers(0, 5))
        }
        for code in codes
    }
    spoken = {code: texts for code, texts in said.items() if texts}
    if spoken and draw(some.booleans()):
        form_settings["default_language"] = draw(some.sampled_from(sorted(spoken)))
    return form, spoken


def _mentioned(text: str) -> list[str]:
    return [f"${{{name}}}" for name in sorted(references(text))]


@some.composite
def _lists(draw: some.DrawFn) -> dict[str, list[Cells]]:
    lists = {}
    for name in ("colours", "days", "who5_frequency"):
        codes = draw(some.lists(NAMES, min_size=1, max_size=4, unique=True))
        options = []
        for code in codes:
            option = Cells({"name": code, "label": draw(WORDS)})
            option |= draw(_optional(whatsapp_button=WORDS))
            if name == "days":
                option["kind"] = draw(some.sampled_from(["work", "rest"]))
            if draw(some.integers(0, 3)) == 0:
                option["replies"] = {"en": ["one", "two words"], "bn": ["এক"]}
            options.append(option)
        lists[name] = options
    return lists


@some.composite
def _optional(draw: some.DrawFn, **columns: some.SearchStrategy[Any]) -> dict[str, Any]:
    return {
        name: draw(values) for name, values in columns.items() if draw(some.integers(0, 2)) == 0
    }


@some.composite
def _row(
    draw: some.DrawFn, name: str, lists: dict[str, list[Cells]], asked: list[str]
) -> list[Cells]:
    kind = draw(
        some.sampled_from(
            [
                *("text", "integer", "decimal", "date", "note", "calculate", "acknowledge"),
                *("audio", "image", "geopoint", "rank", "select_one", "select_multiple"),
                *("repeat", "select_one languages", "select_one or_other"),
            ]
        )
    )
    if kind == "repeat":
        inner = Cells({"type": "text", "name": name, "label": draw(WORDS)})
        begin = Cells({"type": "begin_repeat", "name": f"r_{name}", "repeat_count": 2})
        begin |= draw(_optional(label=WORDS))
        return [begin, inner, Cells({"type": "end_repeat"})]
    row = Cells({"type": kind, "name": name})
    if kind == "calculate":
        row["calculation"] = f"concat(${{{asked[-1]}}}, 'x')" if asked else "1 + 1"
        asked.append(name)
        return [row]
    row["label"] = draw(WORDS)
    row |= draw(
        _optional(
            hint=WORDS,
            sms=WORDS,
            required=some.just(True),
            max_retries=some.integers(1, 9),
            template=some.just({"en": "HX1", "ur": "HX2"}),
        )
    )
    row |= draw(_optional(**{"media::audio": some.just({"bn": "q.ogg"})}))
    if asked and draw(some.booleans()):
        other = draw(some.sampled_from(asked))
        row |= draw(some.sampled_from([{"relevant": f"${{{other}}} != 'x'"}, {}]))
        row["label"] += draw(some.sampled_from([f" ${{{other}}}", ""]))
    row |= draw(_about(kind, lists, row))
    if kind not in ("audio", "image", "note"):
        asked.append(name)
    return [row]


@some.composite
def _about(
    draw: some.DrawFn, kind: str, lists: dict[str, list[Cells]], row: Cells
) -> dict[str, Any]:
    """What only some types have."""
    if kind == "select_one languages":
        return {"purpose": "language"}
    if kind in ("rank", "select_one", "select_multiple", "select_one or_other"):
        other = kind.endswith("or_other")
        name = draw(some.sampled_from(["colours", "who5_frequency"] if other else sorted(lists)))
        more: dict[str, Any] = {"type": f"{kind.partition(' ')[0]} {name}"}
        if other:
            more["type"] += " or_other"
            more |= draw(_optional(other_label=WORDS, or_other_label=WORDS))
        elif name == "days":
            more["choice_filter"] = "kind = 'work' or name = 'x'"
        more |= draw(
            _optional(parameters=some.sampled_from(["randomize=true", "randomize=true seed=7"]))
        )
        return more | draw(_optional(default=some.just(str(lists[name][0]["name"]))))
    numbers = {"default": some.integers(0, 9).map(str)}
    bounded = {"constraint": some.just(". >= 0 and . <= 9"), "constraint_message": WORDS}
    if kind in ("integer", "decimal"):
        return draw(_optional(**numbers, **bounded))
    if kind == "date":
        return draw(_optional(default=some.sampled_from(["2026-03-14", "today()"])))
    return draw(_optional(constraint=some.just("string-length(.) < 99")))


quickly = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def came_back(sheets: list[Sheet], form: Form, said: dict[str, dict[tuple[str, str], str]]) -> None:
    imported = read_form(
        sheets, source=form.source, tongues=TONGUES, instruments=INSTRUMENTS, known=KNOWN
    )
    note(form_text(form))
    expected = build_survey(form, INSTRUMENTS)
    assert placeless(imported.survey) == placeless(expected)
    texts = {
        code: {key: text for key, (text, _) in entries.items()}
        for code, entries in imported.catalogues.items()
        if entries
    }
    assert texts == said


@quickly
@given(forms())
def test_any_form_comes_back_from_its_sheets(
    made: tuple[Form, dict[str, dict[tuple[str, str], str]]],
) -> None:
    form, said = made
    came_back(write_form(form, said, tongues=TONGUES, instruments=INSTRUMENTS), form, said)


@settings(quickly, max_examples=15)
@given(made=forms())
def test_any_form_comes_back_from_a_workbook(
    made: tuple[Form, dict[str, dict[tuple[str, str], str]]], tmp_path_factory: Any
) -> None:
    form, said = made
    path = tmp_path_factory.mktemp("book") / "any.xlsx"
    write_workbook(write_form(form, said, tongues=TONGUES, instruments=INSTRUMENTS), path)
    came_back(read_workbook(path), form, said)


@quickly
@given(forms())
def test_any_form_comes_back_from_its_text(
    made: tuple[Form, dict[str, dict[tuple[str, str], str]]],
) -> None:
    form, _ = made
    again = form_of(form_text(form, remark="A remark."), source=form.source)
    assert (again.settings, list(again.survey)) == (form.settings, list(form.survey))
    assert {name: list(rows) for name, rows in again.choices.items()} == dict(form.choices)
    assert placeless(build_survey(again, INSTRUMENTS)) == placeless(build_survey(form, INSTRUMENTS))


@settings(quickly, max_examples=12)
@given(made=forms())
@example(made=(Form("a", Cells({"form_id": "a"}), [Cells({"type": "instrument phq4"})], {}), {}))
def test_pyxform_takes_any_form(
    made: tuple[Form, dict[str, dict[tuple[str, str], str]]], tmp_path_factory: Any
) -> None:
    form, said = made
    path = tmp_path_factory.mktemp("book") / "any.xlsx"
    write_workbook(write_form(form, said, tongues=TONGUES, instruments=INSTRUMENTS), path)
    convert(xlsform=str(path), validate=False)
