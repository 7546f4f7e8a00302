"""A question's rows as an author would write them: what an instrument looks like in a sheet."""

from __future__ import annotations

from flows.rows import Cells
from flows.survey import SELECTS, Choice, Question


def row_of(question: Question, list_name: str | None = None) -> Cells:
    """The row that makes this question; its list may go by another name there."""
    kind = question.kind.value
    named = list_name or question.list_name
    cells = Cells({"type": f"{kind} {named}" if question.kind in SELECTS else kind})
    cells["name"] = question.name
    for column in ("label", "hint", "constraint_message", "no_message"):
        wording = getattr(question, column)
        if wording is not None:
            cells[column] = wording.source
    if question.required:
        cells["required"] = True
    own = [expression.source for expression in question.relevant]
    if own:
        cells["relevant"] = " and ".join(f"({source})" for source in own) if own[1:] else own[0]
    for column in ("constraint", "calculation"):
        expression = getattr(question, column)
        if expression is not None:
            cells[column] = expression.source
    return cells


def options_of(question: Question) -> list[tuple[str, str]]:
    """The codes and words of a question's options."""
    return [(choice.name, choice.label.source) for choice in question.choices]


def rows_of_list(choices: tuple[Choice, ...]) -> list[Cells]:
    """The rows that make a list."""
    return [Cells({"name": choice.name, "label": choice.label.source}) for choice in choices]
