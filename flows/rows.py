"""A survey's raw rows, each with its place: what a YAML file and a spreadsheet have in common.

A `Form` is a survey before anything in it is understood: settings, rows and lists of options, under
XLSForm's column names. Whoever reads a file makes a Form; `flows.building` makes the survey from it, and
what is wrong is reported where the author can find it: a line of a file, or a cell of a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = "languages"
"""The choice list of a language menu: filled in by the languages that a conversation is offered."""

UNUSABLE = "survey-file"
"""The rule of a problem that no rule of its own is about."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a survey, and where.

    Attributes:
        source: the file's name.
        line: line of the file, or row of the sheet, from 1.
        question: the question or list it is about.
        message: what is wrong, and what to do.
        sheet: the sheet, when the file is a workbook.
        column: the cell's column as an author sees it, such as `F "relevant"`.
        more: further rows with the same problem in the same column.
        rule: the rule in `docs/checking.md` that it breaks.
    """

    source: str
    line: int
    question: str | None
    message: str
    sheet: str | None = None
    column: str | None = None
    more: tuple[int, ...] = ()
    rule: str = UNUSABLE

    def __str__(self) -> str:
        about = f" ({self.question})" if self.question else ""
        if self.sheet is None:
            return f"{self.source}:{self.line}{about}: {self.message}"
        rows = f"row {self.line}"
        if self.more:
            rows = f"rows {', '.join(map(str, (self.line, *self.more)))}"
        column = f", column {self.column}" if self.column else ""
        return f"{self.source}: sheet {self.sheet}, {rows}{column}{about}: {self.message}"


class SurveyError(ValueError):
    """A survey or instrument file that can not be used; `problems` lists every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Cells(dict[str, Any]):
    """A row: column name -> what stands there. It remembers its place; equality is that of a dict."""

    line = 0
    sheet: str | None = None
    headings: Mapping[str, str] = {}
    """Column name -> the column as its author sees it, in a sheet."""

    def placed(self, other: Cells) -> Cells:
        """This row, at the place of another one."""
        self.line, self.sheet, self.headings = other.line, other.sheet, other.headings
        return self


@dataclass(frozen=True)
class Form:
    """A survey's rows, whatever they were read from.

    Attributes:
        source: the file's name, for messages.
        settings: the settings.
        survey: the rows, in order.
        choices: list name -> its options, in order.
        line: where the file's content begins.
    """

    source: str
    settings: Cells
    survey: Sequence[Cells]
    choices: Mapping[str, Sequence[Cells]]
    line: int = 1


@dataclass
class Report:
    """The problems of one file, collected in one pass."""

    source: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        row: Cells,
        about: str | None,
        message: str,
        *,
        column: str | None = None,
        rule: str = UNUSABLE,
    ) -> None:
        """Note a problem of a row, and of one of its columns if that is where it is."""
        heading = None if column is None else row.headings.get(column)
        self.problems.append(
            Problem(self.source, row.line, about or None, message, row.sheet, heading, rule=rule)
        )

    def check(self) -> None:
        """Raise SurveyError if there are any, in the order of the file."""
        if self.problems:
            raise self.error()

    def error(self) -> SurveyError:
        """All of them as one error."""
        return SurveyError(sorted(dict.fromkeys(self.problems), key=_place))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.sheet or "", problem.line


def rows_of(value: Any) -> list[Cells]:
    """The rows of a list; anything that is not a row is not there."""
    return [row for row in value if isinstance(row, Cells)] if isinstance(value, list) else []


@dataclass
class Block:
    """A group or a repeat: its opening row, and what stands in it."""

    row: Cells
    kind: str
    children: list[Cells | Block] = field(default_factory=list)


def blocks(rows: Sequence[Cells], report: Report) -> list[Cells | Block]:
    """The rows as a tree: what stands between `begin_group` and `end_group` (or repeat) in one Block."""
    top: list[Cells | Block] = []
    open_blocks: list[Block] = []
    for row in rows:
        around = open_blocks[-1].children if open_blocks else top
        move, _, kind = str(row.get("type", "")).replace(" ", "_", 1).partition("_")
        if kind not in ("group", "repeat") or move not in ("begin", "end"):
            around.append(row)
        elif move == "begin":
            block = Block(row, kind)
            around.append(block)
            open_blocks.append(block)
        elif open_blocks and open_blocks[-1].kind == kind:
            open_blocks.pop()
        else:
            message = f"`end_{kind}` without a `begin_{kind}` before it"
            if open_blocks:
                message += f" (the open one is `begin_{open_blocks[-1].kind}`)"
            report.add(row, None, message, column="type")
    for block in open_blocks:
        message = f"`begin_{block.kind}` without an `end_{block.kind}` after it"
        report.add(block.row, block.row.get("name"), message, column="type")
    return top
