"""The `survey` sheet: its rows under our names, and what a conversation can not do refused."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import regex

from flows.expressions import references
from flows.rows import UNUSABLE, Cells, Report
from flows.survey import Kind
from flows.xlsform import words
from flows.xlsform.choices import ListNames
from flows.xlsform.sheets import Heading, Table, plain_quotes
from flows.xlsform.texts import Texts

_SELECT = regex.compile(
    rf"(?P<select>{'|'.join(sorted(map(regex.escape, words.SELECTS), key=len, reverse=True))})"
    r"\s+(?P<list>\S+)(?P<other>\s+(?:or_other|or other|or specify other))?",
    regex.IGNORECASE,
)
_BLOCK = regex.compile(
    r"(?P<move>begin|end)[\s_]+(?P<kind>group|repeat|lgroup|looped group|loop)(?:\s.*)?",
    regex.IGNORECASE,
)
_INSTRUMENT = regex.compile(r"instrument\s+(?P<name>[\w-]+)", regex.IGNORECASE)
_FALSE = frozenset({"no", "false", "false()"})
_TRUE = frozenset({"yes", "true", "true()"})
_SETTING_ROWS = frozenset({"form_id", "form_title", "set form id", "set form title", "prefix"})
_BLOCK_CELLS = frozenset({"type", "name", "label", "relevant", "repeat_count", "instrument"})
_PLAIN = (
    *("relevant", "constraint", "calculation", "choice_filter", "default", "parameters"),
    *("repeat_count", "purpose", "max_retries", "items", "instrument", "instrument_changed"),
)
_NO_DEFAULT = frozenset({Kind.NOTE, Kind.CALCULATE, Kind.AUDIO, Kind.IMAGE})


def read_questions(
    found: Table, lists: ListNames, texts: Texts, report: Report, notes: Report
) -> list[Cells]:
    """The rows of the form, in order."""
    mentioned = {
        name for _, row in found.rows for text in row.values() for name in references(text)
    }
    reader = _Rows(lists, texts, report, notes, mentioned)
    return [cells for place, row in found.rows for cells in reader.read(place, row)]


class _Rows:
    def __init__(
        self, lists: ListNames, texts: Texts, report: Report, notes: Report, mentioned: set[str]
    ) -> None:
        self._lists, self._texts = lists, texts
        self._report, self._notes = report, notes
        self._mentioned = mentioned

    def read(self, place: Cells, row: dict[Heading, str]) -> Iterator[Cells]:
        """One row of the sheet as a row of the form, or as none."""
        given = self._given(place, row)
        if given.pop("disabled", "no").lower() in _TRUE:
            self._notes.add(place, given.get("name"), "this row is disabled, so it is not read")
            return
        written = " ".join(given.get("type", "").split())
        if not written:
            if "name" in given or any(one.column == "label" for one in row):
                self._refuse(place, given, "a row needs a `type`", "type")
            else:
                self._notes.add(place, None, "a row without a `type` is a remark: it is not read")
            return
        if (block := _BLOCK.fullmatch(written)) is not None:
            yield from self._block(place, row, given, block)
        elif (select := _SELECT.fullmatch(written)) is not None:
            kind = words.SELECTS[select["select"].lower()]
            if "${" in select["list"]:
                message = "a conversation can not offer earlier answers: put options into `choices`"
                self._refuse(place, given, message, "type")
                return
            other = " or_other" if select["other"] else ""
            given["type"] = f"{kind} {self._lists.of(select['list'])}{other}"
            yield self._question(place, row, given, Kind(kind))
        elif (instrument := _INSTRUMENT.fullmatch(written)) is not None:
            given["type"] = f"instrument {instrument['name']}"
            wanted = {"type", "relevant", "items"}
            self._idle(place, given, set(given) - wanted - {"name"}, "an instrument")
            yield Cells({k: v for k, v in given.items() if k in wanted}).placed(place)
        else:
            yield from self._other(place, row, given, written)

    def _given(self, place: Cells, row: dict[Heading, str]) -> dict[str, str]:
        """The row's cells that are not words; those that mean nothing here are noted."""
        given: dict[str, str] = {}
        for one, text in row.items():
            if one.column in words.TEXTS or one.column in words.PER_LANGUAGE:
                continue
            if one.column == "appearance" and "search(" in text.replace(" ", ""):
                message = f"`search()` is refused: {words.FUNCTIONS['pulldata']}"
                self._refuse(place, given, message, one.column)
            elif one.column in words.NOT_USED:
                self._at(place, one, words.NOT_USED[one.column])
            elif one.language is not None or one.column not in _READ:
                self._at(place, one, f"`{one.text}` is not a column of XLSForm, so it is not read")
            else:
                exact = one.column in words.EXPRESSIONS
                given[one.column] = plain_quotes(text) if exact else text
        return given

    def _block(
        self, place: Cells, row: dict[Heading, str], given: dict[str, str], block: regex.Match[str]
    ) -> Iterator[Cells]:
        move, kind = block["move"].lower(), block["kind"].lower()
        if kind == "loop":
            if move == "begin":
                message = f"a loop can not be asked: {words.REFUSED['begin_loop']}"
                self._refuse(place, given, message, "type")
            return
        kind = "group" if kind == "group" else "repeat"
        if move == "end":
            kept = {"instrument"} & set(given)
            cells = {"type": f"end_{kind}", **{column: given[column] for column in kept}}
            yield Cells(cells).placed(place)
            return
        given["type"] = f"begin_{kind}"
        self._idle(place, given, set(given) - _BLOCK_CELLS, f"a {kind}")
        cells = Cells({k: v for k, v in given.items() if k in _BLOCK_CELLS}).placed(place)
        if "instrument" not in given:
            name = given.get("name", "")
            self._texts.take(cells, row, {"label": f"{self._texts.owner}/{name}"})
        _whole(cells, "repeat_count")
        if kind == "group" and cells.pop("repeat_count", None) is not None:
            self._idle(place, given, {"repeat_count"}, "a group")
        yield cells

    def _other(
        self, place: Cells, row: dict[Heading, str], given: dict[str, str], written: str
    ) -> Iterator[Cells]:
        plain = written.lower()
        first = plain.partition(" ")[0]
        if plain in words.TYPES:
            kind = Kind(words.TYPES[plain])
            given["type"] = kind.value
            cells = self._question(place, row, given, kind)
            if kind is Kind.NOTE and "label" not in cells:
                self._notes.add(place, cells["name"], "a note without words is not said")
            else:
                yield cells
        elif plain == "range" or plain in words.BOUNDED:
            yield self._question(place, row, self._bounded(place, given, plain), Kind.INTEGER)
        elif plain == "phone number":
            given["type"] = "text"
            given.setdefault("constraint", "regex(., '[+]?[0-9 ()-]{6,20}')")
            yield self._question(place, row, given, Kind.TEXT)
        elif plain in words.METADATA:
            yield from self._metadata(place, given, plain)
        elif plain in words.REFUSED or first in words.REFUSED:
            advice = words.REFUSED.get(plain) or words.REFUSED[first]
            message = f"`{written}` can not be asked in a conversation: {advice}"
            self._refuse(place, given, message, "type")
        elif plain in _SETTING_ROWS:
            message = f"`{written}` belongs to the sheet `settings`: write it there"
            self._refuse(place, given, message, "type")
        else:
            self._refuse(place, given, _unknown(written), "type", rule="unknown-type")

    def _bounded(self, place: Cells, given: dict[str, str], plain: str) -> dict[str, str]:
        """A number between two ends: `range`, and older types like it."""
        low, high = (str(end) for end in words.BOUNDED.get(plain, (1, 10)))
        step = "1"
        if plain == "range":
            found = dict(regex.findall(r"([\w-]+)\s*=\s*([^\s,;]+)", given.pop("parameters", "")))
            low, high = found.pop("start", low), found.pop("end", high)
            step = found.pop("step", step)
            if found:
                more = ", ".join(f"`{name}`" for name in found)
                self._notes.add(place, given.get("name"), f"{more}: there is no scale to draw")
        given["type"] = "integer" if all(_is_whole(n) for n in (low, high, step)) else "decimal"
        ends = f". >= {low} and . <= {high}"
        if _is_number(step) and float(step) not in (0.0, 1.0) and given["type"] == "integer":
            ends = f"{ends} and (. - {low}) mod {step} = 0"
        own = given.get("constraint")
        given["constraint"] = f"({own}) and {ends}" if own else ends
        message = f"`{plain}` is asked as a number from {low} to {high}"
        self._notes.add(place, given.get("name"), message, column="type")
        return given

    def _metadata(self, place: Cells, given: dict[str, str], plain: str) -> Iterator[Cells]:
        name = given.get("name", "")
        worked_out = words.METADATA[plain]
        if name in self._mentioned and worked_out:
            message = f"`{plain}` is worked out as `{worked_out}` when the conversation passes it"
            self._notes.add(place, name, message, column="type")
            cells = {"type": "calculate", "name": name, "calculation": worked_out}
            yield Cells(cells).placed(place)
            return
        message = (
            f"`{plain}` is left out: a conversation has its own record of when and through what"
        )
        if name in self._mentioned:
            message = (
                f"`{plain}` is not known in a conversation: take `${{{name}}}` out of the form"
            )
            self._refuse(place, given, message, "type")
        else:
            self._notes.add(place, name, message, column="type")

    def _question(
        self, place: Cells, row: dict[Heading, str], given: dict[str, str], kind: Kind
    ) -> Cells:
        """A row of the form, in our columns."""
        if kind is Kind.NOTE and "name" not in given:
            given["name"] = f"generated_note_name_{place.line}"
        name = given.get("name", "")
        cells = Cells({k: given[k] for k in ("type", "name") if k in given}).placed(place)
        own = f"{self._texts.owner}/{name}"
        contexts = dict.fromkeys(("label", "hint", "constraint_message", "no_message"), own)
        contexts["sms"] = f"{own}/sms"
        if str(given["type"]).endswith(" or_other"):
            list_name = str(given["type"]).split(" ")[1]
            contexts["other_label"] = f"{self._texts.owner}/{list_name}/other"
            contexts["or_other_label"] = f"{own}_other"
        worded = self._worded(place, row, given, kind)
        self._texts.take(cells, worded, contexts, borrowed="instrument" in given)
        self._texts.resources(cells, row, ("media::audio", "template"))
        for column in _PLAIN:
            if column in given:
                cells[column] = given[column]
        self._required(cells, given)
        self._calculation(cells, given, kind)
        self._default(cells, given, kind)
        self._parameters(cells, given)
        for column in ("max_retries", "repeat_count"):
            _whole(cells, column)
        if cells.pop("repeat_count", None) is not None:
            self._idle(place, given, {"repeat_count"}, "a question")
        if "purpose" in cells:
            cells["purpose"] = cells["purpose"].strip().lower()
        return cells

    def _worded(
        self, place: Cells, row: dict[Heading, str], given: dict[str, str], kind: Kind
    ) -> dict[Heading, str]:
        """The row's words; a calculation has none, and a hint alone is the question."""
        worded = {one: text for one, text in row.items() if one.column in words.TEXTS}
        if kind is Kind.CALCULATE:
            for one in worded:
                self._at(place, one, "a calculation is never shown, so this is not said")
            return {}
        if worded and not any(one.column == "label" for one in worded):
            hints = [one for one in worded if one.column == "hint"]
            for one in hints:
                self._at(place, one, "there is no label, so the hint is the question")
            labels = {
                Heading(one.place, one.text, "label", one.language): worded.pop(one)
                for one in hints
            }
            self._texts.treat_alike(zip(labels, hints, strict=True))
            worded |= labels
        return worded

    def _required(self, cells: Cells, given: dict[str, str]) -> None:
        written = given.get("required", "no").strip().lower()
        if written in _TRUE:
            cells["required"] = True
        elif written not in _FALSE:
            message = "`required` that depends on answers is not used: the question may be skipped"
            self._notes.add(cells, cells.get("name"), message, column="required")

    def _calculation(self, cells: Cells, given: dict[str, str], kind: Kind) -> None:
        """A question that is calculated: never asked, whatever its type."""
        if kind is Kind.CALCULATE:
            default = cells.pop("default", None)
            if "calculation" not in cells and default is not None:
                cells["calculation"] = default
            return
        readonly = given.get("readonly", "no").strip().lower() in _TRUE
        if "calculation" in cells:
            if "label" in cells and not readonly:
                message = "what is calculated is not asked: make this a `calculate`, or take it out"
                self._report.add(cells, cells.get("name"), message, column="calculation")
                return
            cells["type"] = Kind.CALCULATE.value
            for column in ("label", "hint", "default"):
                if cells.pop(column, None) is not None:
                    message = f"what is calculated is never asked, so its `{column}` is not used"
                    self._notes.add(cells, cells.get("name"), message, column=column)
            for column in ("required", "constraint", "constraint_message"):
                cells.pop(column, None)
        elif readonly and kind is not Kind.NOTE:
            message = "what is read only is said, not asked: it becomes a `note`"
            self._notes.add(cells, cells.get("name"), message, column="readonly")
            cells["type"] = Kind.NOTE.value
            for column in ("required", "constraint", "constraint_message", "choice_filter"):
                cells.pop(column, None)

    def _default(self, cells: Cells, given: dict[str, str], kind: Kind) -> None:
        if "default" in cells and (kind in _NO_DEFAULT or cells["type"] == Kind.NOTE.value):
            del cells["default"]
            self._idle(cells, given, {"default"}, f"a `{kind}`")

    def _parameters(self, cells: Cells, given: dict[str, str]) -> None:
        """Keep what concerns the order of options; note what concerns a screen or a file."""
        found = regex.findall(r"([\w-]+)\s*=\s*([^\s,;]+)", given.get("parameters", ""))
        if not found:
            return
        kept = [f"{name}={value}" for name, value in found if name.lower() in ("randomize", "seed")]
        idle = [name for name, _ in found if name.lower() not in ("randomize", "seed")]
        if idle:
            message = f"{', '.join(f'`{name}`' for name in idle)} in `parameters` is not used"
            self._notes.add(cells, cells.get("name"), message, column="parameters")
        cells.pop("parameters", None)
        if kept:
            cells["parameters"] = " ".join(kept)

    def _refuse(
        self,
        place: Cells,
        given: dict[str, str],
        message: str,
        column: str,
        *,
        rule: str = UNUSABLE,
    ) -> None:
        self._report.add(place, given.get("name"), message, column=column, rule=rule)

    def _idle(self, place: Cells, given: dict[str, str], columns: set[str], what: str) -> None:
        for column in sorted(columns & set(given)):
            message = f"`{column}` does nothing on {what}"
            self._notes.add(place, given.get("name"), message, column=column)

    def _at(self, place: Cells, heading: Heading, message: str) -> None:
        where = Cells().placed(place)
        where.headings = {"": heading.shown}
        self._notes.add(where, None, message, column="")


_READ = frozenset({"type", "name", "required", "readonly", "disabled", *_PLAIN})


def _unknown(written: str) -> str:
    known = [*words.TYPES, *words.SELECTS, *words.REFUSED, *words.METADATA, "begin group", "range"]
    close = get_close_matches(written.lower(), known, 1, 0.75)
    hint = f"; is `{close[0]}` meant?" if close else ""
    if written.lower() in words.SELECTS:
        hint = ": it needs the name of a list in `choices` after it"
    return f"`{written}` is not a type of question{hint}"


def _whole(cells: Cells, column: str) -> None:
    """A count as a number, if it is one: a spreadsheet's text and a YAML number are the same."""
    text = str(cells.get(column, ""))
    if _is_whole(text) and not text.startswith("-"):
        cells[column] = int(float(text))


def _is_number(text: str) -> bool:
    return regex.fullmatch(r"-?\d+(\.\d+)?", text, regex.ASCII) is not None


def _is_whole(text: str) -> bool:
    return _is_number(text) and float(text).is_integer()
