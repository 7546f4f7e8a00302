"""A compiled expression looked at as a tree, without evaluating it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import regex

from flows.expressions import Expression

EQUALITY = frozenset({"=", "!="})
ORDER = frozenset({"<", "<=", ">", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "div", "mod"})
ANSWER, QUESTION, COLUMN, TEXT, NUMBER = ".", "question", "column", "text", "number"
"""Symbols of the leaves: `.`, `${name}`, a bare column of a list, and what is written out."""

_NUMBERS = frozenset({"(integer)", "(decimal)", "(float)"})
_ISO_DATE = regex.compile(r"\d{4}-\d\d-\d\d")
# With these alone a condition can only change its value at a number or a word that stands in it.
_PLAIN = (
    EQUALITY
    | ORDER
    | {"and", "or", "not", "true", "false", "selected", "today", ANSWER, QUESTION, TEXT, NUMBER}
)


@dataclass(frozen=True, slots=True)
class Tree:
    """A part of an expression.

    Attributes:
        symbol: the operator's or the function's name, or what kind of leaf it is.
        value: of a leaf: the question's or the column's name, the text, or the number.
        parts: the operands.
    """

    symbol: str
    value: str | Decimal | None = None
    parts: tuple[Tree, ...] = ()

    def walk(self) -> Iterator[Tree]:
        """This part and everything below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def asked(self) -> str | None:
        """The name of the question whose answer this is, "." for the answer being checked."""
        if self.symbol == ANSWER:
            return ANSWER
        return str(self.value) if self.symbol == QUESTION else None

    @property
    def text(self) -> str | None:
        """The text in quotes that this is."""
        return str(self.value) if self.symbol == TEXT else None

    @property
    def number(self) -> Decimal | None:
        """The number written out that this is."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def written(self) -> str | None:
        """A text or a number written out, as an option's code would be."""
        return self.text if self.number is None else f"{self.number:f}"


@lru_cache(maxsize=4096)
def tree_of(expression: Expression) -> Tree:
    """The tree of an expression."""
    # Whoever evaluates needs none of this: only here is a compiled expression looked into.
    names = {variable: (QUESTION, name) for name, variable in expression._questions.items()}  # noqa: SLF001
    names |= {variable: (COLUMN, name) for name, variable in expression._columns.items()}  # noqa: SLF001
    return _tree(expression._token, names)  # noqa: SLF001


def _tree(token: Any, names: Mapping[str, tuple[str, str]]) -> Tree:
    symbol = str(token.symbol)
    if symbol == "$":
        return Tree(*names[str(token[0].value)])
    if symbol == "(":
        return _tree(token[0], names)
    if symbol == "(string)":
        return Tree(TEXT, str(token.value))
    if symbol in _NUMBERS:
        return Tree(NUMBER, Decimal(str(token.value)))
    parts = tuple(_tree(part, names) for part in token)
    if symbol == "-" and len(parts) == 1 and parts[0].number is not None:
        return Tree(NUMBER, -parts[0].number)
    return Tree(symbol, None, parts)


def texts(expression: Expression) -> frozenset[str]:
    """Every text in quotes of an expression."""
    return frozenset(part.text for part in tree_of(expression).walk() if part.text is not None)


def numbers(expression: Expression) -> frozenset[float]:
    """Every number of an expression, in quotes or not."""
    found = (_number(part.written) for part in tree_of(expression).walk())
    return frozenset(number for number in found if number is not None)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def is_iso_date(text: str) -> bool:
    """Whether a text is a date as expressions write it: 2026-03-14."""
    return _ISO_DATE.fullmatch(text) is not None


def is_plain(expression: Expression) -> bool:
    """Whether an expression only compares answers with numbers and words that stand in it."""
    return all(
        part.symbol in _PLAIN and not _compares_answers(part) for part in tree_of(expression).walk()
    )


def _compares_answers(part: Tree) -> bool:
    if part.symbol not in EQUALITY | ORDER:
        return False
    return all(side.asked is not None for side in part.parts)


def looks_at_the_answer(expression: Expression) -> bool:
    """Whether `.` stands in an expression."""
    return any(part.symbol == ANSWER for part in tree_of(expression).walk())
