"""The rows of a survey, as forms show them: what each asks, and what of it can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.cells import Reader, bounds
from flows.expressions import ExpressionError, compile_expression
from flows.rows import LANGUAGES, Cells, Form
from flows.survey import SELECTS, Instrument, Kind
from flows.xlsform.written import row_of

NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
"""What has a least and a most."""


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


def type_of(row: Cells) -> tuple[str, str]:
    """The kind of a row, and the list of its options."""
    kind, _, list_name = str(row.get("type", "")).removesuffix(" or_other").partition(" ")
    return kind, list_name


def _sort(row: Cells) -> Sort:
    kind, rest = type_of(row)
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
        kind, rest = type_of(row)
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
    _, list_name = type_of(cells)
    selects = row.kind in SELECTS
    constraint = str(cells.get("constraint") or "")
    low, high = _bounds(constraint)
    has_bounds = row.kind in NUMBERS and constraint == bounds_text(low, high)
    others = [
        str(other.get("name", ""))
        for number, other in enumerate(form.survey)
        if number != place and selects and type_of(other)[1] == list_name
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
