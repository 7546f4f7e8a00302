"""What single cells of a survey's rows mean: expressions, defaults, bounds, words for yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import regex

from flows.expressions import Expression, ExpressionError, Value, compile_expression, renamed
from flows.rows import Cells, Report
from flows.survey import SELECTS, SEVERAL, Choice, Kind, PerLanguage, Purpose

_BOUND = regex.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_NUMBER = regex.compile(r"-?[0-9]+(\.[0-9]+)?")
_PARAMETER = regex.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")
_REFERENCE = regex.compile(r"\$\{\s*[\w.-]+\s*\}")
_CALL = regex.compile(r"[\p{L}_][\w-]*\s*\(|\$\{")
_NO_DEFAULT = frozenset({Kind.NOTE, Kind.CALCULATE, Kind.AUDIO, Kind.IMAGE})
TRUE = frozenset({"yes", "true", "true()"})


class Reader:
    """Reads cells, and reports those that can not be read."""

    def __init__(self, report: Report) -> None:
        self._report = report

    @staticmethod
    def compiled(source: str) -> Expression:
        """An expression of our own; it always compiles."""
        return compile_expression(source)

    def expression(
        self, row: Cells, column: str, about: str, names: Mapping[str, str]
    ) -> Expression | None:
        """The expression in a cell, its questions those of the same round of a repeat."""
        if row.get(column) is None:
            return None
        try:
            return compile_expression(renamed(str(row[column]), names))
        except ExpressionError as error:
            message = f"`{column}`: {error}"
            self._report.add(row, about, message, column=column, rule="expression")
            return None

    @staticmethod
    def truth(row: Cells, column: str) -> bool:
        """Whether a cell says yes, in one of XLSForm's spellings."""
        return str(row.get(column, "")).strip().lower() in TRUE

    @staticmethod
    def bounds(
        constraint: Expression | None,
    ) -> tuple[int | float | None, int | float | None]:
        """The lowest and highest number that a constraint like `. >= 0 and . <= 10` lets through."""
        return bounds(constraint)

    def purpose(self, row: Cells) -> Purpose | None:
        """What the question opens the way to; None without a purpose, and for one that is none."""
        purpose = str(row.get("purpose"))
        return Purpose(purpose) if purpose in set(Purpose) else None

    def attempts(self, row: Cells) -> int:
        """How often a reply that can not be read is asked about again; 3 unless a number says."""
        text = str(row.get("max_retries", 3)).strip()
        return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= 10 else 3

    def check_gate(self, row: Cells, about: str) -> None:
        """Report a purpose that is none, and a number of attempts that can not be used."""
        if "purpose" in row and self.purpose(row) is None:
            message = f"`purpose` is one of {', '.join(Purpose)}"
            self._report.add(row, about, message, column="purpose")
        text = str(row.get("max_retries", 3)).strip()
        if str(self.attempts(row)) != text.lstrip("0"):
            message = f"`max_retries` is a whole number from 1 to 10, not `{text}`"
            self._report.add(row, about, message, column="max_retries")

    @staticmethod
    def per_language(row: Cells, column: str, language: str) -> PerLanguage:
        """A value for each language; one that names no language is for the survey's own."""
        value = row.get(column)
        if value is None:
            return ()
        if isinstance(value, dict):
            return tuple((str(code), str(text)) for code, text in value.items())
        return ((language, str(value)),)

    def order(
        self, row: Cells, about: str, kind: Kind | None, names: Mapping[str, str]
    ) -> tuple[bool, Expression | None]:
        """`parameters`: whether options are shown in a random order, and what it is drawn from."""
        text = str(row.get("parameters", "")).strip()
        if not text:
            return False, None
        found = dict(_PARAMETER.findall(text))
        if _PARAMETER.sub("", text).strip(" \t\n,;") or set(found) - {"randomize", "seed"}:
            self._refuse(row, about, f"`parameters` are randomize and seed here, not `{text}`")
        elif kind not in SELECTS:
            self._refuse(row, about, "only options can be randomized: take `parameters` out")
        elif found.get("randomize", "").lower() not in ("true", "false"):
            self._refuse(row, about, "write `randomize=true`, and `seed=NUMBER` if need be")
        elif "seed" in found and not (
            _NUMBER.fullmatch(found["seed"]) or _REFERENCE.fullmatch(found["seed"])
        ):
            self._refuse(row, about, f"`seed` is a number or one ${{name}}, not `{found['seed']}`")
        elif found["randomize"].lower() == "true":
            seed = found.get("seed")
            return True, None if seed is None else compile_expression(renamed(seed, names))
        return False, None

    def _refuse(self, row: Cells, about: str, message: str) -> None:
        self._report.add(row, about, message, column="parameters")

    def default(
        self,
        row: Cells,
        about: str,
        kind: Kind | None,
        choices: tuple[Choice, ...],
        names: Mapping[str, str],
    ) -> Value | Expression | None:
        """What skipping answers: a value of the question's kind, or how it is worked out."""
        raw = row.get("default")
        if raw is None or kind is None:
            return None
        if kind in _NO_DEFAULT:
            message = f"a `{kind}` takes no `default`"
        elif is_worked_out(str(raw), kind):
            return self.expression(row, "default", about, names)
        else:
            codes = {choice.name for choice in choices}
            value = value_of(raw, kind, codes)
            if value is not None:
                return value
            message = f"`{raw}` is no answer to a `{kind}` question"
            if kind in SELECTS and codes:
                message = f"`{raw}` is not an option of this list"
        self._report.add(row, about, message, column="default")
        return None


def is_worked_out(text: str, kind: Kind) -> bool:
    """Whether a default is an expression: text is one only if it mentions a question or calls something."""
    if kind is Kind.TEXT:
        return bool(regex.fullmatch(r"\$\{[^}]*\}|[a-z-]+\(.*\)", text.strip(), regex.DOTALL))
    return bool(_CALL.search(text))


def value_of(raw: Any, kind: Kind, codes: frozenset[str] | set[str]) -> Value | None:
    """A default as an answer to a question of this kind; None when it can not be one.

    Args:
        raw: what stands in the cell, or what an expression came to.
        kind: the question's.
        codes: the options of its list; empty for a language menu.
    """
    text = str(raw).strip()
    if kind in SEVERAL:
        found = tuple(text.split())
        return found if found and codes.issuperset(found) else None
    if kind is Kind.SELECT_ONE:
        return text if text in codes else None
    if kind is Kind.INTEGER or kind is Kind.DECIMAL:
        if not _NUMBER.fullmatch(text):
            return None
        number = float(text)
        if number.is_integer():
            return int(number)
        return None if kind is Kind.INTEGER else number
    if kind is Kind.DATE:
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            return None
    return text or None


def bounds(constraint: Expression | None) -> tuple[int | float | None, int | float | None]:
    """The lowest and highest number that a constraint of the form `. >= 0 and . <= 10` lets through."""
    low: int | float | None = None
    high: int | float | None = None
    if constraint is None or regex.search(r"\bor\b|\bnot\b|\$\{", constraint.source):
        return low, high
    for sign, digits in _BOUND.findall(constraint.source):
        number = float(digits) if "." in digits else int(digits)
        # A strict bound stays with the constraint itself, which is checked after reading.
        if sign.startswith(">"):
            low = number if sign == ">=" else low
        else:
            high = number if sign == "<=" else high
    return low, high
