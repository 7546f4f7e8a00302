"""Changes to a survey's rows: rows in, rows out. What they make is looked at afterwards (`survey_checks`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flows.building import NAME
from flows.cells import Reader, bounds
from flows.expressions import ExpressionError, compile_expression
from flows.rows import LANGUAGES, Cells, Form
from flows.survey import SELECTS, Instrument, Kind
from flows.xlsform.written import row_of

NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
ASKED = (
    Kind.TEXT, Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.INTEGER, Kind.DECIMAL, Kind.DATE,
    Kind.RANK, Kind.ACKNOWLEDGE, Kind.NOTE, Kind.AUDIO, Kind.IMAGE, Kind.GEOPOINT,
)  # fmt: skip
"""What can be added in a form; what is worked out comes in a spreadsheet."""

Edit = Callable[[Form], Form]


class Sort(StrEnum):
    """What a row is."""

    QUESTION = "question"
    INSTRUMENT = "instrument"
    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its stable code, and what people read."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a page shows it.

    Attributes:
        place: in the form, from 0.
        sort: what it is.
        name: of the question, the scale or the group.
        kind: of the answer; None for what is no question.
        label: what it asks.
        depth: how many groups stand around it.
        first, last: whether nothing stands before it, or after it.
    """

    place: int
    sort: Sort
    name: str
    kind: Kind | None
    label: str
    depth: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A question as its author writes it.

    Attributes:
        label: what it asks.
        hint: what helps to answer it.
        required: whether leaving it is asked about.
        relevant: on which condition it is asked; empty for everybody.
        constraint: which answers are taken; empty for all.
        constraint_message: what is said about an answer that is not.
        low, high: the least and the most of a number, as they were typed.
        randomize: whether the options stand in an order drawn for each person.
        options: in order.
    """

    label: str
    hint: str = ""
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    low: str = ""
    high: str = ""
    randomize: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question that can be changed, and what can be changed of it.

    Attributes:
        row: where it stands.
        written: what it says.
        purpose: what it opens the way to, if it does.
        has_options: whether its options are written here.
        fills_itself: whether its options are the languages of the conversation.
        fixed_codes: whether what its options are is known from elsewhere: yes and no at a gate.
        shared: names of the other questions with the same options.
        has_bounds: whether a least and a most is all that its constraint says.
    """

    row: Row
    written: Written
    purpose: str = ""
    has_options: bool = False
    fills_itself: bool = False
    fixed_codes: bool = False
    shared: tuple[str, ...] = ()
    has_bounds: bool = False


@dataclass(frozen=True)
class Scale:
    """A validated scale in a survey: its words are its own."""

    row: Row
    instrument: Instrument
    relevant: str
    items: tuple[str, ...] = field(default_factory=tuple)


def _type(row: Cells) -> tuple[str, str]:
    kind, _, list_name = str(row.get("type", "")).removesuffix(" or_other").partition(" ")
    return kind, list_name


def _sort(row: Cells) -> Sort:
    kind, rest = _type(row)
    move = f"{kind} {rest}".replace("_", " ").partition(" ")[0]
    if kind == "instrument":
        return Sort.INSTRUMENT
    return Sort(move) if move in (Sort.BEGIN, Sort.END) else Sort.QUESTION


def rows(form: Form) -> list[Row]:
    """Every row, in order."""
    found: list[Row] = []
    depth = 0
    for place, row in enumerate(form.survey):
        sort = _sort(row)
        depth -= sort is Sort.END and depth > 0
        kind, rest = _type(row)
        found.append(
            Row(
                place=place,
                sort=sort,
                name=rest if sort is Sort.INSTRUMENT else str(row.get("name", "")),
                kind=Kind(kind) if sort is Sort.QUESTION and kind in set(Kind) else None,
                label=" ".join(str(row.get("label", "")).split()),
                depth=depth,
                first=place == 0,
                last=place == len(form.survey) - 1,
            )
        )
        depth += sort is Sort.BEGIN
    return found


def scale(form: Form, place: int, instruments: Mapping[str, Instrument]) -> Scale | None:
    """The validated scale at a place; None for what is none, or none that there is."""
    row = rows(form)[place]
    if row.sort is not Sort.INSTRUMENT or row.name not in instruments:
        return None
    cells = form.survey[place]
    items = tuple(str(cells.get("items", "")).split())
    return Scale(row, instruments[row.name], str(cells.get("relevant") or ""), items)


def question(form: Form, place: int) -> Asked | None:
    """The question at a place; None for what is none."""
    row = rows(form)[place]
    if row.sort is not Sort.QUESTION:
        return None
    cells = form.survey[place]
    _, list_name = _type(cells)
    selects = row.kind in SELECTS
    constraint = str(cells.get("constraint") or "")
    low, high = _bounds(constraint)
    has_bounds = row.kind in NUMBERS and constraint == bounds_text(low, high)
    others = [
        str(other.get("name", ""))
        for number, other in enumerate(form.survey)
        if number != place and selects and _type(other)[1] == list_name
    ]
    written = Written(
        label=str(cells.get("label") or "").strip(),
        hint=str(cells.get("hint") or "").strip(),
        required=Reader.truth(cells, "required"),
        relevant=str(cells.get("relevant") or ""),
        constraint="" if has_bounds else constraint,
        constraint_message=str(cells.get("constraint_message") or "").strip(),
        low=low,
        high=high,
        randomize="randomize=true" in str(cells.get("parameters", "")).replace(" ", ""),
        options=tuple(
            Option(str(one.get("name", "")), str(one.get("label", "")).strip())
            for one in form.choices.get(list_name, ())
            if selects
        ),
    )
    return Asked(
        row=row,
        written=written,
        purpose=str(cells.get("purpose") or ""),
        has_options=selects and list_name != LANGUAGES,
        fills_itself=selects and list_name == LANGUAGES,
        fixed_codes="purpose" in cells,
        shared=tuple(others) if list_name != LANGUAGES else (),
        has_bounds=has_bounds,
    )


def _bounds(constraint: str) -> tuple[str, str]:
    try:
        found = bounds(compile_expression(constraint)) if constraint else (None, None)
    except ExpressionError:
        return "", ""
    return tuple("" if number is None else str(number) for number in found)  # type: ignore[return-value]


def bounds_text(low: str, high: str) -> str:
    """A least and a most as a constraint."""
    parts = [f". >= {low}" if low else "", f". <= {high}" if high else ""]
    return " and ".join(filter(None, parts))


def _put(row: Cells, column: str, value: Any) -> None:
    if value in ("", None, False):
        row.pop(column, None)
    else:
        row[column] = value


def write(place: int, written: Written) -> Edit:
    """Put what an author wrote into a question; other cells of its row stay as they are."""

    def edit(form: Form) -> Form:
        asked = question(form, place)
        assert asked is not None  # whoever changes a question has opened one
        row = Cells(form.survey[place])
        for column in ("label", "hint", "relevant", "constraint_message"):
            _put(row, column, getattr(written, column))
        if Reader.truth(row, "required") is not written.required:
            _put(row, "required", written.required)
        constraint = written.constraint
        if asked.row.kind in NUMBERS and not constraint:
            constraint = bounds_text(written.low, written.high)
        _put(row, "constraint", constraint)
        if asked.has_options and written.randomize is not asked.written.randomize:
            _put(row, "parameters", "randomize=true" if written.randomize else "")
        choices = dict(form.choices)
        if asked.has_options:
            list_name = _type(row)[1]
            choices[list_name] = _options(choices.get(list_name, ()), written.options)
        return replace(form, survey=_with(form.survey, place, row), choices=choices)

    return edit


def _with(rows_: Sequence[Cells], place: int, row: Cells) -> list[Cells]:
    return [row if number == place else one for number, one in enumerate(rows_)]


def _options(before: Sequence[Cells], after: Sequence[Option]) -> list[Cells]:
    """A list's rows, each with the cells that it had."""
    known = {str(row.get("name", "")): row for row in before}
    return [
        Cells({**known.get(option.code, {}), "name": option.code, "label": option.label})
        for option in after
    ]


def condition(place: int, relevant: str) -> Edit:
    """Put a condition on a scale."""

    def edit(form: Form) -> Form:
        row = Cells(form.survey[place])
        _put(row, "relevant", relevant)
        return replace(form, survey=_with(form.survey, place, row))

    return edit


def title(text: str) -> Edit:
    """Call the survey something else."""
    return lambda form: replace(form, settings=Cells({**form.settings, "form_title": text}))


def version(text: str) -> Edit:
    """Call this version something else."""
    return lambda form: replace(form, settings=Cells({**form.settings, "version": text}))


def move(place: int, by: int) -> Edit:
    """Let a row change places with its neighbour: `by` is -1 or 1."""

    def edit(form: Form) -> Form:
        found = list(form.survey)
        other = place + by
        if 0 <= other < len(found):
            found[place], found[other] = found[other], found[place]
        return replace(form, survey=found)

    return edit


def remove(place: int) -> Edit:
    """Take a question or a scale out, and the options that nothing asks any more."""

    def edit(form: Form) -> Form:
        found = [row for number, row in enumerate(form.survey) if number != place]
        used = {_type(row)[1] for row in found}
        gone = _type(form.survey[place])[1]
        choices = {
            name: rows_ for name, rows_ in form.choices.items() if name in used or name != gone
        }
        return replace(form, survey=found, choices=choices)

    return edit


def add(after: int, kind: Kind, label: str, yes: str, no: str) -> Edit:
    """A new question behind a row (-1: before all others); one with options begins with two."""

    def edit(form: Form) -> Form:
        name = free_name(code_of(label, "question"), _taken(form))
        row = Cells({"type": kind.value, "name": name, "label": label})
        choices = dict(form.choices)
        if kind in SELECTS:
            list_name = free_name(f"{name}_options", choices)
            row["type"] = f"{kind.value} {list_name}"
            choices[list_name] = [
                Cells({"name": "yes", "label": yes}), Cells({"name": "no", "label": no}),
            ]  # fmt: skip
        return replace(form, survey=_inserted(form.survey, after, row), choices=choices)

    return edit


def add_scale(after: int, name: str) -> Edit:
    """A validated scale behind a row, as a whole."""
    row = Cells({"type": f"instrument {name}"})
    return lambda form: replace(form, survey=_inserted(form.survey, after, row))


def _inserted(found: Sequence[Cells], after: int, row: Cells) -> list[Cells]:
    place = min(max(after + 1, 0), len(found))
    return [*found[:place], row, *found[place:]]


def _taken(form: Form) -> Iterator[str]:
    return (str(row.get("name", "")) for row in form.survey)


def code_of(label: str, otherwise: str) -> str:
    """A short code in Latin letters for words in any script."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    code = ""
    for word in words:
        if len(code) + len(word) > 24:
            break
        code = f"{code}_{word}".strip("_")
    return code if code and NAME.fullmatch(code) else otherwise


def free_name(wanted: str, taken: Iterator[str] | Mapping[str, Any] | Sequence[str]) -> str:
    """A name that nothing else has."""
    known = set(taken)
    number, name = 2, wanted
    while name in known:
        name, number = f"{wanted}_{number}", number + 1
    return name


def reordered(options: Sequence[Option], do: str) -> tuple[Option, ...]:
    """Options after a button was pressed: `up:2`, `down:2` or `remove:2`; anything else changes nothing."""
    found = list(options)
    verb, _, number = do.partition(":")
    place = int(number) if number.isdecimal() and len(number) < 4 else len(found)
    other = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if place < len(found) and verb == "remove":
        del found[place]
    elif place < len(found) and 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return tuple(found)


def options_of(found: Scale) -> list[str]:
    """What people choose from at a scale's questions, each once."""
    asked = [choice.label.source for one in found.instrument.questions for choice in one.choices]
    return list(dict.fromkeys(asked))


def items_of(found: Scale) -> list[Row]:
    """The questions of a scale, as rows that nobody changes."""
    wanted = [
        one for one in found.instrument.questions if not found.items or one.name in found.items
    ]
    return [
        Row(
            place,
            Sort.QUESTION,
            one.name,
            one.kind,
            str(row_of(one).get("label", "")),
            0,
            False,
            False,
        )
        for place, one in enumerate(wanted)
    ]
