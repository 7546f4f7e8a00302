"""Survey and instrument files: YAML in XLSForm's words, made into values.

Three keys, after XLSForm's three sheets: `settings`, `survey` (a list of rows) and `choices` (lists of
options by name). `type: instrument who5` stands for the instrument's own rows, or those in `items`.
Every problem of a file is found in one pass and names the file, the line and the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from flows.building import Builder, build_survey, check_names
from flows.cells import bounds
from flows.rows import LANGUAGES, UNUSABLE, Cells, Form, Problem, Report, SurveyError, rows_of
from flows.survey import Instrument, Score, Survey

__all__ = [
    "LANGUAGES",
    "Cells",
    "Problem",
    "SurveyError",
    "bounds",
    "form_of",
    "load_document",
    "parse_instrument",
    "parse_survey",
    "rows_of",
]

_SCORE_KEYS = frozenset(["name", "items", "multiply", "table", "bands"])


class _Twice(yaml.constructor.ConstructorError):
    """A key that stands in a mapping twice."""


class _Loader(yaml.SafeLoader):
    """Safe YAML in which every mapping knows its line and a repeated key is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = True) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _Twice(None, None, f"the key `{key}` stands here twice", key_node.start_mark)
            seen.add(key)
        cells = Cells({str(k): v for k, v in super().construct_mapping(node, deep=True).items()})
        cells.line = node.start_mark.line + 1
        return cells

    def construct_cells(self, node: yaml.MappingNode) -> Any:
        return self.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_cells)


def load_document(text: str, source: str) -> Cells:
    """A file's YAML, every mapping with its line; raises SurveyError."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        rule = "duplicate-code" if isinstance(error, _Twice) else UNUSABLE
        raise SurveyError([Problem(source, line, None, str(error.problem), rule=rule)]) from error
    except yaml.YAMLError as error:
        raise SurveyError([Problem(source, 1, None, str(error))]) from error
    if not isinstance(document, Cells):
        raise SurveyError([Problem(source, 1, None, "a survey has `settings` and `survey`")])
    return document


def form_of(text: str, *, source: str) -> Form:
    """A survey file's rows, before anything in them is understood.

    Raises:
        SurveyError: the file is no YAML, or not of a survey's shape.
    """
    document = load_document(text, source)
    report = Report(source)
    for unknown in sorted(set(document) - {"settings", "survey", "choices"}):
        report.add(document, None, f"`{unknown}` is not one of settings, survey, choices")
    lists = document.get("choices") or {}
    if not isinstance(lists, dict):
        report.add(document, None, "`choices` must be lists of options by name")
        lists = {}
    report.check()
    settings = document.get("settings")
    return Form(
        source=source,
        settings=settings if isinstance(settings, Cells) else Cells(),
        survey=rows_of(document.get("survey")),
        choices={str(name): rows_of(rows) for name, rows in lists.items()},
        line=document.line,
    )


def parse_survey(text: str, *, source: str, instruments: Mapping[str, Instrument]) -> Survey:
    """A survey from its YAML text.

    Args:
        text: the file's content.
        source: the file's name, for messages.
        instruments: name -> instrument, for `type: instrument NAME` rows.

    Raises:
        SurveyError: with every problem of the file.
    """
    return build_survey(form_of(text, source=source), instruments)


def parse_instrument(text: str, *, source: str) -> Instrument:
    """An instrument from its YAML text; raises SurveyError with every problem of the file."""
    document = load_document(text, source)
    name = str(document.get("instrument", ""))
    rows = rows_of(document.get("survey"))
    lists = document.get("choices")
    choices = {str(key): rows_of(value) for key, value in lists.items()} if lists else {}
    builder = Builder(Form(source, Cells(), rows, choices), name)
    for key in ("instrument", "title", "citation", "licence"):
        if not document.get(key):
            builder.report.add(document, None, f"an instrument needs `{key}`")
    builder.lists.read(choices, rows)
    found = [(row, question) for row in rows if (question := builder.question(row)) is not None]
    questions = [question for _, question in found]
    check_names(builder, questions, {question.name: row for row, question in found})
    scores = [_score(builder.report, row) for row in rows_of(document.get("scores"))]
    builder.report.check()
    change = document.get("meaningful_change")
    return Instrument(
        name=name,
        title=str(document["title"]),
        citation=str(document["citation"]).strip(),
        licence=str(document["licence"]).strip(),
        open=document.get("open") is True,
        questions=tuple(replace(question, instrument=name) for question in questions),
        scores=tuple(scores),
        meaningful_change=None if change is None else float(change),
    )


def _score(report: Report, row: Cells) -> Score:
    for unknown in sorted(set(row) - _SCORE_KEYS):
        report.add(row, row.get("name"), f"`{unknown}` is not a column of a score")
    if not row.get("items") or not row.get("name"):
        report.add(row, row.get("name"), "a score needs `name` and `items`")
    return Score(
        name=str(row.get("name")),
        items=tuple(str(row.get("items", "")).split()),
        multiply=int(row.get("multiply", 1)),
        table=tuple((int(raw), float(metric)) for raw, metric in (row.get("table") or {}).items()),
        bands=tuple((float(top), str(label)) for top, label in (row.get("bands") or {}).items()),
    )
