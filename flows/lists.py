"""The lists of options of one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regex

from flows.expressions import Expression, ExpressionError, compile_expression, renamed
from flows.rows import LANGUAGES, UNUSABLE, Cells, Report
from flows.survey import Choice
from flows.wording import Wording

REPLY_SEPARATORS = regex.compile(r"[|;,،؛、\n]+")
"""What stands between the further words of an option, so none of those words can hold it."""

CHOICE_COLUMNS = ("name", "label", "whatsapp_button", "replies")
LONGEST_CODE = 100
OTHER = "Other"
"""The label of the option that `or_other` adds to a list which has none of that name."""


class Lists:
    """Reads `choices` once; hands out the options of a question with what it asks of its list."""

    def __init__(self, report: Report, owner: str, language: str) -> None:
        self._report, self._owner, self._language = report, owner, language
        self._lists: dict[str, tuple[Choice, ...]] = {}
        self._columns: dict[str, set[str]] = {}
        self._rows: Mapping[str, Sequence[Cells]] = {}

    def read(self, lists: Mapping[str, Sequence[Cells]], survey: Iterable[Cells] = ()) -> None:
        """Read every list; a further column is right when a `choice_filter` looks at it."""
        self._rows = lists
        looked_at = _looked_at(survey)
        for list_name, rows in lists.items():
            further = {str(key) for row in rows for key in row} - set(CHOICE_COLUMNS)
            self._columns[list_name] = further | {"name"}
            found: dict[str, Choice] = {}
            for row in rows:
                choice = self._choice(list_name, row, looked_at.get(list_name, ""))
                if choice is not None and choice.name in found:
                    message = f"the option `{choice.name}` stands here twice"
                    self._report.add(row, list_name, message, column="name", rule="duplicate-code")
                elif choice is not None:
                    found[choice.name] = choice
            self._lists[list_name] = tuple(found.values())

    def _choice(self, list_name: str, row: Cells, filters: str) -> Choice | None:
        name, label = str(row.get("name", "")), row.get("label")
        further = [column for column in row if column not in CHOICE_COLUMNS]
        idle = [column for column in further if not regex.search(rf"\b{column}\b", filters)]
        if not name or label is None or idle:
            message = "an option has a `name` and a `label`"
            if idle:
                message += f"; no `choice_filter` looks at `{idle[0]}`"
            column = idle[0] if idle else "label" if name else "name"
            self._report.add(row, list_name, message, column=column)
            return None
        if len(name) > LONGEST_CODE:
            message = f"the code of an option has at most {LONGEST_CODE} characters"
            self._report.add(row, list_name, message, column="name")
        context = f"{self._owner}/{list_name}/{name}"
        button = row.get("whatsapp_button")
        return Choice(
            name,
            Wording(context, str(label).strip(), self._language),
            None
            if button is None
            else Wording(f"{context}/button", str(button).strip(), self._language),
            self._replies(list_name, row),
            tuple((column, str(row[column])) for column in further),
        )

    def _replies(self, list_name: str, row: Cells) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: dict[str, tuple[str, ...]] = {}
        value: Any = row.get("replies")
        if value is None:
            return ()
        cells = value if isinstance(value, dict) else {self._language: value}
        for code, words in cells.items():
            listed = words if isinstance(words, list) else split_replies(str(words))
            if any(REPLY_SEPARATORS.search(str(word)) for word in listed):
                message = "no further word of an option can hold a comma, a semicolon or |"
                self._report.add(row, list_name, message, column="replies")
            found[str(code)] = tuple(str(word).strip() for word in listed)
        return tuple(found.items())

    def of(
        self, row: Cells, about: str, list_name: str, *, or_other: bool = False
    ) -> tuple[Choice, ...]:
        """The options of a question; with `or_other` there is one called `other`."""
        choices = self._lists.get(list_name, ())
        if not choices and not self._rows.get(list_name):  # of a list with problems those were told
            message = f"there is no list `{list_name}` under `choices`"
            self._report.add(row, about, message, column="type", rule="no-options")
        if not str(row.get("type", "")).startswith("select_one"):
            for choice in choices:
                if len(choice.name.split()) != 1:
                    message = f"the code `{choice.name}` has a space: several can not be told apart"
                    self._report.add(row, about, message, column="type")
        if or_other and choices and all(choice.name != "other" for choice in choices):
            context = f"{self._owner}/{list_name}/other"
            label = str(row.get("other_label", OTHER)).strip()
            choices = (*choices, Choice("other", Wording(context, label, self._language)))
        return choices

    def filter(
        self, row: Cells, about: str, list_name: str | None, names: Mapping[str, str]
    ) -> Expression | None:
        """The condition on which an option of this question's list is shown."""
        source, rule = row.get("choice_filter"), UNUSABLE
        if source is None:
            return None
        if list_name in (None, LANGUAGES):
            message = "a `choice_filter` needs a list of options to look at"
        elif str(row["type"]).endswith(" or_other"):
            message = "`or_other` and `choice_filter` do not go together"
        else:
            columns = self._columns.get(str(list_name), set())
            try:
                return compile_expression(renamed(str(source), names), columns=sorted(columns))
            except ExpressionError as error:
                message, rule = f"`choice_filter`: {error}", "expression"
        self._report.add(row, about, message, column="choice_filter", rule=rule)
        return None


def _looked_at(survey: Iterable[Cells]) -> dict[str, str]:
    """List name -> the text of every filter over it."""
    found: dict[str, str] = {}
    for row in survey:
        list_name = str(row.get("type", "")).partition(" ")[2]
        if row.get("choice_filter") is not None:
            found[list_name] = f"{found.get(list_name, '')} {row['choice_filter']}"
    return found


def split_replies(text: str) -> list[str]:
    """The further words of an option from one cell."""
    return [word.strip() for word in REPLY_SEPARATORS.split(text) if word.strip()]
