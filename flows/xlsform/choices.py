"""The `choices` sheet: lists of options, their words, and the columns that filters look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from flows.lists import CHOICE_COLUMNS, split_replies
from flows.rows import LANGUAGES, Cells, Form, Report
from flows.xlsform import words
from flows.xlsform.sheets import Heading, Table
from flows.xlsform.texts import Texts


class ListNames:
    """The lists' names. `languages` is ours: the menu of a conversation's own languages."""

    def __init__(self, survey: Table, choices: Table | None) -> None:
        self.known = set(_names(choices)) if choices is not None else set()
        self.has_menu = any(_is_menu(row) for _, row in survey.rows)
        own, theirs = _users(survey)
        self.borrowed = theirs - own
        """Lists that only the rows of instruments use: their words are the instruments'."""
        self.renamed = f"{LANGUAGES}_list"

    @property
    def not_ours(self) -> set[str]:
        """Lists whose words are not the form's: an instrument's, and the language menu."""
        return {*self.borrowed, LANGUAGES} if self.has_menu else self.borrowed

    def of(self, name: str) -> str:
        """The name that a list has here."""
        return self.renamed if name == LANGUAGES and not self.has_menu else name


def _names(choices: Table) -> list[str]:
    return [
        text for _, row in choices.rows for one, text in row.items() if one.column == "list_name"
    ]


def _users(survey: Table) -> tuple[set[str], set[str]]:
    """The lists that the form's own rows use, and those that rows of instruments use."""
    own: set[str] = set()
    theirs: set[str] = set()
    for _, row in survey.rows:
        cells = {one.column: text for one, text in row.items()}
        named = set(cells.get("type", "").split()[1:])
        (theirs if "instrument" in cells else own).update(named)
    return own, theirs


def _is_menu(row: dict[Heading, str]) -> bool:
    cells = {one.column: text for one, text in row.items()}
    is_menu = cells.get("purpose", "").strip().lower() == "language"
    return is_menu and cells.get("type", "").split()[-1:] == [LANGUAGES]


def read_choices(
    found: Table | None, lists: ListNames, texts: Texts, notes: Report
) -> dict[str, list[Cells]]:
    """List name -> its options, as rows of a form."""
    choices: dict[str, list[Cells]] = {}
    for place, row in found.rows if found else ():
        given = {one.column: text for one, text in row.items() if one.language is None}
        name = given.get("list_name")
        if name is None:
            notes.add(place, None, "an option without a `list_name` is in no list: it is not read")
            continue
        list_name = lists.of(name)
        if list_name == LANGUAGES:
            continue  # the menu knows its languages
        cells = Cells({"name": given["name"]} if "name" in given else {}).placed(place)
        context = f"{texts.owner}/{list_name}/{given.get('name', '')}"
        contexts = {"label": context, "whatsapp_button": f"{context}/button"}
        texts.take(cells, row, contexts, borrowed=name in lists.borrowed)
        texts.resources(cells, row, ("replies",))
        if "replies" in cells:
            cells["replies"] = {c: split_replies(text) for c, text in cells["replies"].items()}
        _further(cells, row, notes)
        choices.setdefault(list_name, []).append(cells)
    if lists.renamed in choices:
        first = choices[lists.renamed][0]
        message = (
            f"the list `{LANGUAGES}` becomes `{lists.renamed}`: that name is the language menu's"
        )
        notes.add(first, None, message)
    return choices


def _further(cells: Cells, row: dict[Heading, str], notes: Report) -> None:
    """The list's other columns, and those that mean nothing here."""
    for one, text in row.items():
        if one.column in ("list_name", "name", "replies", *words.TEXTS):
            continue
        if one.column in words.NOT_USED or one.language is not None:
            place = Cells().placed(cells)
            place.headings = {"": one.shown}
            message = words.NOT_USED.get(one.column, f"`{one.text}` means nothing for an option")
            notes.add(place, cells.get("name"), message, column="")
        else:
            cells[one.column] = text


def without_idle(form: Form, notes: Report) -> Form:
    """The form without lists that no question uses and columns that no filter looks at; all noted."""
    filters: dict[str, str] = {}
    for row in form.survey:
        list_name = str(row.get("type", "")).removesuffix(" or_other").partition(" ")[2]
        filters[list_name] = f"{filters.get(list_name, '')} {row.get('choice_filter', '')}"
    kept: dict[str, Sequence[Cells]] = {}
    for list_name, rows in form.choices.items():
        if list_name not in filters:
            notes.add(rows[0], list_name, "no question uses this list, so it is not kept")
            continue
        kept[list_name] = [_without(row, filters.get(list_name, ""), notes) for row in rows]
    return replace(form, choices=kept)


def _without(row: Cells, filters: str, notes: Report) -> Cells:
    cells = Cells().placed(row)
    for column, value in row.items():
        looked_at = regex.search(rf"(?<![\w.-]){regex.escape(column)}(?![\w.-])", filters)
        if column in CHOICE_COLUMNS or looked_at:
            cells[column] = value
        else:
            message = f"no `choice_filter` looks at `{column}`, so it is not kept"
            notes.add(row, row.get("name"), message, column=column)
    return cells
