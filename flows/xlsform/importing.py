"""From sheets to a form and its catalogues.

The texts of the source language (English where a form has it, else the form's default language) become the
form's own; every other language becomes a catalogue. What is wrong is refused by sheet, row and column,
what has no effect is noted the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import regex

from flows.building import SETTINGS, build_survey
from flows.rows import Cells, Form, Problem, Report, SurveyError
from flows.survey import Instrument, Survey
from flows.wording import SOURCE
from flows.xlsform import words
from flows.xlsform.checks import check
from flows.xlsform.choices import ListNames, read_choices, without_idle
from flows.xlsform.collapsing import collapse
from flows.xlsform.questions import read_questions
from flows.xlsform.sheets import Sheet, Table, snake, table
from flows.xlsform.texts import Key, Texts
from flows.xlsform.tongues import Tongues

_SHEETS = ("survey", "choices", "settings")
_OTHER_SHEETS = {
    "external_choices": "a conversation has no data files: put the options into `choices`",
    "entities": "there are no entities here",
    "osm": "there are no map tags here",
}
_KNOWN_SURVEY = {
    **{name: name for name in (*words.NOT_USED, *words.TEXTS, *words.PER_LANGUAGE)},
    **{
        name: name
        for name in (
            *("type", "name", "relevant", "required", "constraint", "calculation", "default"),
            *("choice_filter", "parameters", "repeat_count", "purpose", "max_retries", "items"),
            *("instrument", "instrument_changed", "readonly", "disabled"),
        )
    },
    **words.COLUMNS,
}
_KNOWN_CHOICES = {
    **{name: name for name in ("list_name", "name", "label", "whatsapp_button", "replies")},
    **words.CHOICE_COLUMNS,
}
_KNOWN_SETTINGS = {**{name: name for name in SETTINGS}, **words.SETTINGS}


@dataclass(frozen=True)
class Imported:
    """What a workbook came to.

    Attributes:
        form: the rows, in the source language.
        survey: the survey they make.
        catalogues: language code -> (context, source) -> (translation, where it stood).
        notes: what has no effect here, or was changed on the way in, by row and column.
    """

    form: Form
    survey: Survey
    catalogues: Mapping[str, Mapping[Key, tuple[str, Cells]]]
    notes: Sequence[Problem] = field(default_factory=tuple)


def read_form(
    sheets: Sequence[Sheet],
    *,
    source: str,
    tongues: Tongues,
    instruments: Mapping[str, Instrument],
    known: Mapping[str, Mapping[Key, str]],
) -> Imported:
    """A survey from a workbook.

    Args:
        sheets: the workbook's sheets.
        source: the file's name.
        tongues: the languages of the house.
        instruments: name -> instrument.
        known: language code -> the house's own translations, which instruments are said in.

    Raises:
        SurveyError: with every problem that can be seen; a row that can not be read hides none of another.
    """
    report, notes = Report(source), Report(source)
    tables = _tables(sheets, source, report, notes)
    report.check()  # with columns in doubt, every further problem would be noise
    if not tables["survey"].columns("type"):
        row = Cells()
        row.line, row.sheet = 1, tables["survey"].sheet
        report.add(row, None, _no_type(tables["survey"]))
        report.check()
    settings = _settings(tables.get("settings"), source, report, notes)
    lists = ListNames(tables["survey"], tables.get("choices"))
    sheets_read = list(tables.values())
    texts = Texts(sheets_read, settings, tongues, report, notes, borrowed=lists.not_ours)
    settings.pop("source_language", None)
    if texts.source != SOURCE:
        settings["source_language"] = texts.source
    if texts.default != texts.source:
        settings["default_language"] = texts.default
    else:
        settings.pop("default_language", None)
    texts.owner = str(settings["form_id"])
    choices = read_choices(tables.get("choices"), lists, texts, notes)
    survey = read_questions(tables["survey"], lists, texts, report, notes)
    form = Form(source, settings, survey, choices)
    form = collapse(form, instruments, known, texts, notes)
    form = without_idle(form, notes)
    built = _build(form, instruments, report)
    catalogues = texts.catalogues(built)
    check(built, form, texts, report, notes)
    report.check()
    return Imported(form, built, catalogues, grouped(notes.problems))


def _build(form: Form, instruments: Mapping[str, Instrument], report: Report) -> Survey:
    """The survey of a form; its problems come together with those found before."""
    try:
        built = build_survey(form, instruments)
    except SurveyError as error:
        # That nothing is left to ask is no news where every row was refused.
        nothing = "`survey` has no questions"
        told = [p for p in error.problems if p.message != nothing or not report.problems]
        hinted = [replace(one, message=_with_advice(one.message)) for one in told]
        known = {(one.sheet, one.line, one.question) for one in report.problems}
        # A row that was refused in XLSForm's terms is not refused again in ours.
        report.problems += [p for p in hinted if (p.sheet, p.line, p.question) not in known]
        raise report.error() from error
    return built


def _with_advice(message: str) -> str:
    unknown = regex.search(r"unknown function '([\w:-]+)'|prefix '(\w+)' is not declared", message)
    if "${last-saved#" in message:
        return f"{message}; {words.FUNCTIONS['last-saved']}"
    called = regex.findall(r"([\w:-]+)\s*\(", message)
    if unknown is None and not called:
        return message
    for name in (unknown[1] or "" if unknown else "", *called):
        if name in words.FUNCTIONS:
            return f"{message}; {words.FUNCTIONS[name]}"
    return message


def _tables(
    sheets: Sequence[Sheet], source: str, report: Report, notes: Report
) -> dict[str, Table]:
    """The three sheets of a form, by the names they have in XLSForm."""
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        name = snake(sheet.name)
        if name in _SHEETS and name not in found:
            found[name] = sheet
    if not found and len(sheets) == 1:
        found["survey"] = sheets[0]  # as pyxform takes a workbook with a single sheet
    if "survey" not in found:
        names = ", ".join(sheet.name for sheet in sheets[:8]) or "none"
        close = get_close_matches("survey", [sheet.name.lower() for sheet in sheets], 1, 0.6)
        hint = f"; is `{close[0]}` meant to be it?" if close else ""
        message = f"there is no sheet `survey` in this file; its sheets are: {names}{hint}"
        raise SurveyError([Problem(source, 1, None, message)])
    for sheet in sheets:
        if sheet not in found.values() and not sheet.name.startswith("_") and any(sheet.rows):
            row = Cells()
            row.line, row.sheet = 1, sheet.name
            why = _OTHER_SHEETS.get(snake(sheet.name), "its name is none of XLSForm's")
            notes.add(row, None, f"this sheet is not read: {why}")
    known = {"survey": _KNOWN_SURVEY, "choices": _KNOWN_CHOICES, "settings": _KNOWN_SETTINGS}
    return {name: table(found[name], name, known[name], report, notes) for name in found}


def _no_type(survey: Table) -> str:
    columns = ", ".join(one.text for one in survey.headings) or "none"
    return f"the first row has to name the columns, `type` and `name` among them; it has: {columns}"


def _settings(found: Table | None, source: str, report: Report, notes: Report) -> Cells:
    """The settings, under our names, with a `form_id` that can be part of a file's name."""
    settings = Cells()
    for number, (place, row) in enumerate(found.rows if found else ()):
        if number:
            notes.add(place, None, "only the first row of settings is read")
            continue
        settings.placed(place)
        for heading, text in row.items():
            if heading.column in SETTINGS and heading.language is None:
                settings[heading.column] = text
            else:
                message = f"`{heading.text}` does nothing here"
                place.headings = {**place.headings, heading.column: heading.shown}
                notes.add(place, None, message, column=heading.column)
    given = settings.get("form_id", regex.sub(r"\.[A-Za-z]+$", "", source))
    form_id = _plain(given)
    if "form_id" in settings and form_id != given:
        notes.add(settings, None, f"`{given}` becomes `{form_id}` as `form_id`", column="form_id")
    return Cells(
        {"form_id": form_id, **{k: v for k, v in settings.items() if k != "form_id"}}
    ).placed(settings)


def _plain(given: str) -> str:
    """A `form_id` that can be a name and part of a file's name."""
    if regex.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", given):
        return given
    plain = regex.sub(r"[^A-Za-z0-9_-]+", "_", given).strip("_-")
    return (plain if regex.match(r"[A-Za-z]", plain) else f"form_{plain}".rstrip("_"))[:64]


def grouped(problems: Sequence[Problem]) -> list[Problem]:
    """The same thing said about several rows of a column is said once, with all its rows."""
    rows: dict[Problem, list[int]] = {}
    first: dict[Problem, Problem] = {}
    for problem in problems:
        key = replace(problem, line=0, question=None) if problem.sheet else problem
        first.setdefault(key, problem)
        rows.setdefault(key, []).append(problem.line)
    return [
        replace(
            problem,
            question=problem.question if len(rows[key]) == 1 else None,
            more=tuple(dict.fromkeys(rows[key][1:])) if problem.sheet else (),
        )
        for key, problem in first.items()
    ]
