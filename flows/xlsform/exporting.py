"""From a form and its catalogues to the sheets of a workbook that ODK and KoboToolbox can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.building import COLUMNS, SAY_WHICH, SETTINGS, Builder
from flows.lists import CHOICE_COLUMNS, OTHER
from flows.rows import LANGUAGES, Cells, Form
from flows.survey import Instrument, Question
from flows.wording import SOURCE
from flows.xlsform import words
from flows.xlsform.sheets import Sheet
from flows.xlsform.texts import Key
from flows.xlsform.tongues import Tongues
from flows.xlsform.written import row_of, rows_of_list

_ORDER = (*COLUMNS[: COLUMNS.index("instrument_changed")], "instrument", "instrument_changed")
_SEPARATOR = " | "

Catalogues = Mapping[str, Mapping[Key, str]]


@dataclass(frozen=True)
class _Line:
    """A row to be written, and where its words are found in the catalogues."""

    cells: Mapping[str, Any]
    contexts: Mapping[str, str]
    language: str


def write_form(
    form: Form, catalogues: Catalogues, *, tongues: Tongues, instruments: Mapping[str, Instrument]
) -> list[Sheet]:
    """The sheets `survey`, `choices` and `settings` of a form.

    Args:
        form: the rows; instruments in it are written out.
        catalogues: language code -> (context, source) -> translation.
        tongues: the languages of the house.
        instruments: name -> instrument.
    """
    return _Writer(form, catalogues, tongues, instruments).sheets()


class _Writer:
    def __init__(
        self,
        form: Form,
        catalogues: Catalogues,
        tongues: Tongues,
        instruments: Mapping[str, Instrument],
    ) -> None:
        self._form, self._catalogues = form, catalogues
        self._tongues, self._instruments = tongues, instruments
        self._owner = str(form.settings.get("form_id", ""))
        self._source = str(form.settings.get("source_language", SOURCE))
        self._lists = {name: list(rows) for name, rows in form.choices.items()}
        self._owners = {name: (self._owner, name) for name in self._lists}
        self._has_menu = False

    def sheets(self) -> list[Sheet]:
        lines = [line for row in self._form.survey for line in self._survey_lines(row)]
        options = [
            self._option(list_name, row) for list_name, rows in self._lists.items() for row in rows
        ]
        if self._has_menu:
            options = [*self._menu(), *options]
        further = [
            column
            for column in dict.fromkeys(key for line in options for key in line.cells)
            if column not in (*CHOICE_COLUMNS, "list_name")
        ]
        order = ("list_name", *CHOICE_COLUMNS, *further)
        return [
            self._sheet("survey", lines, _ORDER),
            self._sheet("choices", options, order),
            self._sheet("settings", [self._settings()], SETTINGS),
        ]

    def _settings(self) -> _Line:
        cells = dict(self._form.settings)
        cells.setdefault("form_title", cells.get("form_id"))
        cells.setdefault("version", "1")
        default = str(cells.get("default_language", self._source))
        cells["default_language"] = self._tongues.heading(default)
        return _Line(cells, {}, self._source)

    def _survey_lines(self, row: Cells) -> Iterable[_Line]:
        written = str(row.get("type", ""))
        if written.startswith("instrument "):
            yield from self._instrument_lines(row, written.partition(" ")[2].strip())
            return
        name = row.get("name", "")
        own = f"{self._owner}/{name}"
        contexts = dict.fromkeys(words.TEXTS, own)
        contexts |= {"sms": f"{own}/sms", "or_other_label": f"{own}_other"}
        if Builder.has_other(row):
            row = self._other_said(row, contexts)
        if written == f"select_one {LANGUAGES}":
            self._has_menu = True
        yield _Line(row, contexts, self._source)

    def _other_said(self, row: Cells, contexts: dict[str, str]) -> Cells:
        """A row with the words that `or_other` goes by, so that they can be translated."""
        list_name = str(row["type"]).split(" ")[1]
        contexts["other_label"] = f"{self._owner}/{list_name}/other"
        said = {"or_other_label": SAY_WHICH, **row}
        taken = {option.get("name") for option in self._lists.get(list_name, ())}
        return Cells(said if "other" in taken else {"other_label": OTHER, **said})

    def _instrument_lines(self, row: Cells, name: str) -> Iterable[_Line]:
        instrument = self._instruments[name]
        wanted = str(row.get("items", "")).split()
        begin = {"type": "begin_group", "name": name, "instrument": name}
        if row.get("relevant") is not None:
            begin["relevant"] = row["relevant"]
        yield _Line(begin, {}, SOURCE)
        for question in instrument.questions:
            if not wanted or question.name in wanted:
                cells = row_of(question, self._list(instrument, question))
                contexts = dict.fromkeys(words.TEXTS, f"{name}/{question.name}")
                yield _Line({**cells, "instrument": name}, contexts, SOURCE)
        yield _Line({"type": "end_group", "instrument": name}, {}, SOURCE)

    def _list(self, instrument: Instrument, question: Question) -> str | None:
        """The list of an instrument's question among ours, under a name that is free."""
        if question.list_name is None:
            return None
        owner = (instrument.name, question.list_name)
        name = question.list_name
        while self._owners.get(name, owner) != owner:
            name = f"{instrument.name}_{name}"
        if name not in self._lists:
            self._lists[name] = rows_of_list(question.choices)
            self._owners[name] = owner
        return name

    def _option(self, list_name: str, row: Cells) -> _Line:
        owner, own_name = self._owners[list_name]
        context = f"{owner}/{own_name}/{row.get('name')}"
        contexts = {"label": context, "whatsapp_button": f"{context}/button"}
        language = self._source if owner == self._owner else SOURCE
        return _Line({"list_name": list_name, **row}, contexts, language)

    def _menu(self) -> list[_Line]:
        """The language menu's options: here it fills itself, elsewhere it needs them written."""
        return [
            _Line({"list_name": LANGUAGES, "name": code, "label": self._tongues.names.get(code, code)},
                  {"label": ""}, self._source)
            for code in self._codes()
        ]  # fmt: skip

    def _sheet(self, name: str, lines: Sequence[_Line], order: Sequence[str]) -> Sheet:
        columns = [
            column
            for column in order
            if any(line.cells.get(column) not in (None, "", False) for line in lines)
            or column in ("type", "name", "list_name")
        ]
        spoken = {
            column: self._languages(column, lines)
            for column in columns
            if column in words.TEXTS or column in words.PER_LANGUAGE
        }
        head: list[str] = []
        for column in columns:
            codes = spoken.get(column)
            head += (
                [column] if codes is None else [self._heading(name, column, code) for code in codes]
            )
        rows = [head]
        for line in lines:
            cells: list[str] = []
            for column in columns:
                if column in spoken:
                    cells += [self._said(line, column, code) for code in spoken[column]]
                else:
                    cells.append(_written(line.cells.get(column)))
            rows.append(cells)
        return Sheet(name, [(number, row) for number, row in enumerate(rows, 1)])

    def _heading(self, sheet: str, column: str, code: str) -> str:
        # What pyxform does not know in a list becomes an element of its name, which has no `::`.
        dotted = sheet == "choices" and column in words.DOTTED
        return f"{column}.{code}" if dotted else f"{column}::{self._tongues.heading(code)}"

    def _languages(self, column: str, lines: Sequence[_Line]) -> list[str]:
        """The languages that a column is written in: the source, and those that have some of it."""
        if column in words.PER_LANGUAGE:
            named = [code for line in lines for code in _by_language(line, column, self._source)]
            return list(dict.fromkeys(named))
        return [
            code
            for code in dict.fromkeys((*self._codes(), *(line.language for line in lines)))
            if code == self._source or any(self._said(line, column, code) for line in lines)
        ]

    def _codes(self) -> list[str]:
        """The form's languages, its source first."""
        return list(dict.fromkeys((self._source, *self._catalogues)))

    def _said(self, line: _Line, column: str, code: str) -> str:
        """What a row says in a language."""
        if column in words.PER_LANGUAGE:
            return _by_language(line, column, self._source).get(code, "")
        text = line.cells.get(column)
        if text is None:
            return ""
        source = str(text).strip()
        if code == line.language or line.contexts.get(column) == "":
            return source
        return self._catalogues.get(code, {}).get((line.contexts[column], source), "")


def _by_language(line: _Line, column: str, source: str) -> dict[str, str]:
    value = line.cells.get(column)
    if value is None:
        return {}
    cells = value if isinstance(value, dict) else {source: value}
    return {
        str(code): _SEPARATOR.join(text) if isinstance(text, list) else str(text)
        for code, text in cells.items()
    }


def _written(value: Any) -> str:
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)
