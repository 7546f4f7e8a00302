"""The words of a workbook: which language is the source, and what the others say in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flows.expressions import references
from flows.rows import Cells, Report
from flows.survey import Survey
from flows.wording import SOURCE
from flows.xlsform import words
from flows.xlsform.sheets import Heading, Table
from flows.xlsform.tongues import Tongues

Key: TypeAlias = tuple[str, str]
"""A text as catalogues find it: context and source."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A translation, and the cell it stands in."""

    text: str
    row: Cells
    heading: Heading


class Texts:
    """Takes the words out of rows: the source's for the form, the others' for their catalogues."""

    def __init__(
        self,
        tables: Sequence[Table],
        settings: Mapping[str, str],
        tongues: Tongues,
        report: Report,
        notes: Report,
        *,
        borrowed: Collection[str] = (),
    ) -> None:
        """Find out which languages are there.

        Args:
            tables: the sheets.
            settings: the form's settings.
            tongues: the languages of the house.
            report: takes the problems.
            notes: takes what has no effect.
            borrowed: lists of instruments, which are in English whatever the form is in.
        """
        self._tongues, self._report, self._notes = tongues, report, notes
        self.owner = ""
        self._said: dict[str, dict[Key, _Said]] = {}
        self._codes: dict[Heading, str] = {}
        self._columns: dict[tuple[str, str, str], Heading] = {}
        used = list(dict.fromkeys(one for found in tables for one in _spoken(found, borrowed)))
        tags = [one.language for one in used if one.language is not None]
        spoken = list(dict.fromkeys(tongues.code(tag) for tag in tags))
        plain = any(one.language is None for one in used if one.column == "label")
        named = settings.get("default_language", "")
        self.default = self._default(named, spoken, plain=plain)
        everything = [*spoken, self.default] if plain or not spoken else spoken
        self.source = SOURCE if SOURCE in everything else self.default
        written_in = (
            tongues.code(settings["source_language"]) if "source_language" in settings else ""
        )
        if written_in in everything:
            self.source = written_in
        self.languages = list(dict.fromkeys((self.source, *everything)))
        if self.default not in self.languages:
            self._note(tables, f"no words are in `{named}`, which `default_language` names")
            self.default = self.source
        for found in tables:
            self._settle(found)
        assumed = not named and plain and SOURCE not in spoken
        self._say_what_is_assumed(tables, assumed=assumed or not (named or spoken))

    def _default(self, named: str, spoken: Sequence[str], *, plain: bool) -> str:
        """The language that cells without one are in, and that a conversation begins in."""
        if named and named.strip().lower() != "default":
            return self._tongues.code(named)
        if not spoken or (plain and SOURCE not in spoken):
            return SOURCE
        return SOURCE if SOURCE in spoken else spoken[0]

    def _settle(self, found: Table) -> None:
        """Give every column of words of a sheet its language; each language has one of a kind."""
        for one in sorted(_worded(found), key=lambda heading: heading.language is None):
            code = self.default if one.language is None else self._tongues.code(one.language)
            if self._columns.setdefault((found.sheet, one.column, code), one) is one:
                self._codes[one] = code

    def _say_what_is_assumed(self, tables: Sequence[Table], *, assumed: bool) -> None:
        if assumed:
            message = (
                "words that no language is named for are taken to be English; `default_language` in "
                "the settings names another language"
            )
            self._note(tables, message)
        if self.source != SOURCE:
            message = (
                f"there is no English here, so the words in {self._tongues.heading(self.source)} are "
                "the source, and the survey can not be offered in English"
            )
            self._note(tables, message)
        for code in self.languages:
            if code not in self._tongues.names:
                message = (
                    f"`{code}` is not one of our languages: its words are kept, but no conversation "
                    "can be held in it yet"
                )
                self._note(tables, message)

    def _note(self, tables: Sequence[Table], message: str) -> None:
        row = Cells()
        row.line, row.sheet = 1, tables[0].sheet
        self._notes.add(row, None, message)

    def code(self, heading: Heading) -> str | None:
        """The language of a column of words; None for one that another column takes the place of."""
        return self._codes.get(heading)

    def treat_alike(self, pairs: Iterable[tuple[Heading, Heading]]) -> None:
        """Give headings the languages of others, whose words they take over."""
        for new, old in pairs:
            if old in self._codes:
                self._codes[new] = self._codes[old]

    def take(
        self,
        cells: Cells,
        row: Mapping[Heading, str],
        contexts: Mapping[str, str],
        *,
        borrowed: bool = False,
    ) -> None:
        """Put the source's words into a row, and keep the other languages' under its contexts.

        Args:
            cells: the row to be; its name is in it.
            row: the sheet's cells.
            contexts: column -> context, for the columns that mean something here.
            borrowed: whether the row is an instrument's, whose words are in English.
        """
        source = SOURCE if borrowed else self.source
        by_column: dict[str, dict[str, tuple[Heading, str]]] = {}
        for heading, text in row.items():
            if heading.column not in words.TEXTS:
                continue
            code = self.code(heading)
            if heading.column not in contexts:
                self._idle(cells, heading, f"`{heading.column}` does nothing here")
            elif code is None:
                self._idle(cells, heading, "another column has the words of this language")
            else:
                by_column.setdefault(heading.column, {})[code] = (heading, text)
        for column in words.TEXTS:  # the label first, which shorter words stand in for
            if column in by_column:
                self._take_column(cells, column, contexts[column], by_column[column], source)

    def _take_column(
        self,
        cells: Cells,
        column: str,
        context: str,
        said: dict[str, tuple[Heading, str]],
        language: str,
    ) -> None:
        own = said.get(language)
        # A shorter wording may exist in one language alone: there the label is what it stands for.
        stands_for = cells.get("label") if column in ("sms", "whatsapp_button") else None
        source = own[1] if own else stands_for
        if source is None:
            heading, _ = next(iter(said.values()))
            name = self._tongues.heading(language)
            message = f"there is no `{column}` in {name} here for this to be a translation of"
            # Without its own words a question can not be asked; a hint can be done without.
            report = self._report if column == "label" else self._notes
            self._at(report, cells, heading, message)
            return
        cells[column] = source
        for code in self.languages:
            if code == language:
                continue
            if code not in said:
                self._missing(cells, column, code)
                continue
            heading, text = said[code]
            if references(text) != references(source):
                message = f"{code} mentions other questions than {language}, so it is left out"
                self._at(self._notes, cells, heading, message)
                continue
            key = (context, source)
            first = self._said.setdefault(code, {}).setdefault(key, _Said(text, cells, heading))
            if first.text != text:
                message = f"the same {language} words stand for other {code} ones: those are used"
                self._at(self._notes, cells, heading, message)

    def _missing(self, cells: Cells, column: str, code: str) -> None:
        if column in ("sms", "whatsapp_button"):
            return
        message = f"there is no `{column}` in {self._tongues.heading(code)}, so it is incomplete"
        heading = self._columns.get((cells.sheet or "", column, code))
        if heading is None:
            self._notes.add(cells, cells.get("name"), message)
        else:
            self._at(self._notes, cells, heading, message)

    def resources(self, cells: Cells, row: Mapping[Heading, str], columns: Sequence[str]) -> None:
        """Put what differs from language to language, and is no translation, into a row."""
        for column in columns:
            found: dict[str, str] = {}
            for heading, text in row.items():
                if heading.column != column:
                    continue
                code = self.code(heading)
                if code is None:
                    self._idle(cells, heading, "another column has this for the same language")
                else:
                    found[code] = text
            if found:
                cells[column] = found

    def forget(self, prefix: str) -> dict[str, dict[Key, str]]:
        """Take the translations under a context out again, and return them."""
        gone: dict[str, dict[Key, str]] = {}
        for code, said in self._said.items():
            for key in [key for key in said if key[0] == prefix or key[0].startswith(f"{prefix}/")]:
                gone.setdefault(code, {})[key] = said.pop(key).text
        return gone

    def _idle(self, cells: Cells, heading: Heading, message: str) -> None:
        self._at(self._notes, cells, heading, message)

    @staticmethod
    def _at(report: Report, cells: Cells, heading: Heading, message: str) -> None:
        place = Cells().placed(cells)
        place.headings = {"": heading.shown}
        report.add(place, cells.get("name"), message, column="")

    def catalogues(self, survey: Survey) -> dict[str, dict[Key, tuple[str, Cells]]]:
        """Language code -> the translations of what the survey says."""
        used = {(w.context, w.source) for w in (*survey.wordings(), *survey.short_wordings())}
        return {
            code: {key: (said.text, said.row) for key, said in found.items() if key in used}
            for code, found in self._said.items()
        }


def _spoken(found: Table, borrowed: Collection[str]) -> Iterator[Heading]:
    """The columns that a sheet says something in, but for what instruments say."""
    for _, row in found.rows if found.name != "settings" else ():
        cells = {one.column: text for one, text in row.items()}
        if "instrument" in cells or cells.get("list_name") in borrowed:
            continue
        yield from (one for one in row if one.column in words.TEXTS)


def _worded(found: Table) -> Iterator[Heading]:
    """The columns of a sheet that differ from language to language."""
    for one in found.headings if found.name != "settings" else ():
        if one.column in words.TEXTS or one.column in words.PER_LANGUAGE:
            yield one
