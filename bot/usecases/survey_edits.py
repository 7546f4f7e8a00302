"""Changes to a survey's rows: rows in, rows out. What they make is looked at afterwards (`survey_checks`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.usecases.survey_rows import (
    NUMBERS,
    Option,
    Written,
    bounds_text,
    question,
    type_of,
)
from flows.building import NAME
from flows.cells import Reader
from flows.rows import Cells, Form
from flows.survey import SELECTS, Kind

ASKED = (
    Kind.TEXT, Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.INTEGER, Kind.DECIMAL, Kind.DATE,
    Kind.RANK, Kind.ACKNOWLEDGE, Kind.NOTE, Kind.AUDIO, Kind.IMAGE, Kind.GEOPOINT,
)  # fmt: skip
"""What can be added in a form; what is worked out comes in a spreadsheet."""

Edit = Callable[[Form], Form]


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
            list_name = type_of(row)[1]
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
        used = {type_of(row)[1] for row in found}
        gone = type_of(form.survey[place])[1]
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
