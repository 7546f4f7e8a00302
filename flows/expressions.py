"""XLSForm expressions (`relevant`, `constraint`, `calculation`), compiled once when a survey is loaded.

The language is XPath 1.0 with the functions of the ODK XForms specification that make sense without a
form on a screen; elementpath parses and evaluates it. `${name}` is the answer to a question, `.` the
answer being checked. An unanswered question is the empty string, several choices are joined by spaces.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import regex
from elementpath import ElementPathError, XPath1Parser, XPathContext

Value = str | int | float | tuple[str, ...]

_REFERENCE = regex.compile(
    r"""(?P<literal>'[^']*'|"[^"]*")|\$\{\s*(?P<name>[\w.-]+)\s*\}|(?P<rest>\$\{)"""
)
_MENTION = regex.compile(r"\$\{\s*([\w.-]+)\s*\}")
# A filter over a list's own columns names them bare; what stands before a bracket is a function.
_BARE = regex.compile(
    r"""(?P<other>'[^']*'|"[^"]*"|\$\{[^}]*\}|[\p{L}_][\w.-]*(?=\s*\()|[0-9.]+)"""
    r"""|(?P<word>[\p{L}_][\w.-]*)"""
)
_OPERATORS = frozenset({"and", "or", "div", "mod"})
_PATHS = frozenset({"/", "//", "@", "..", "(name)", "::"})
_NOTHING: Mapping[str, str] = {}
_LONGEST_SHOWN = 200
_NOW = "awaaz-now"
_ISO_DATE = regex.compile(r"\d{4}-\d\d-\d\d")


class ExpressionError(ValueError):
    """An expression that can not be compiled, or that failed on the answers given."""


class _Parser(XPath1Parser):
    """XPath 1.0 with the ODK functions registered below."""


def _comparison(symbol: str) -> Any:
    """XPath 1.0 compares as numbers, which makes every date NaN: ISO dates compare as dates."""
    compare = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[symbol]

    def evaluate(self: Any, context: Any = None) -> bool:
        values = [self[side].evaluate(context) for side in (0, 1)]
        left, right = map(_text, values)
        if _ISO_DATE.match(left) and _ISO_DATE.match(right):
            return bool(compare(left[:10], right[:10]))
        return bool(compare(*map(_number, values)))  # unanswered is NaN: never more, never less

    return _replaced(symbol, evaluate)


def _equality(symbol: str) -> Any:
    """XPath 1.0 compares a text with a number as numbers: a code of digits equals its number."""

    def evaluate(self: Any, context: Any = None) -> bool:
        left, right = (self[side].evaluate(context) for side in (0, 1))
        kinds = (type(left), type(right))
        if bool in kinds:
            equal = _truth(left) == _truth(right)
        elif int in kinds or float in kinds:
            equal = _number(left) == _number(right)
        else:
            equal = _text(left) == _text(right)
        return equal is (symbol == "=")

    return _replaced(symbol, evaluate)


def _replaced(symbol: str, evaluate: Any) -> Any:
    inherited: Any = XPath1Parser.symbol_table[symbol]
    return type(f"_Compare{inherited.__name__}", (inherited,), {"evaluate": evaluate})


_Parser.symbol_table.update({symbol: _comparison(symbol) for symbol in ("<", "<=", ">", ">=")})
_Parser.symbol_table.update({symbol: _equality(symbol) for symbol in ("=", "!=")})


def _argument(token: Any, context: Any, index: int = 0) -> str:
    return _text(token[index].evaluate(context))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return "" if value is None else str(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        return float(value)
    try:
        return float(_text(value))
    except ValueError:
        return math.nan


def _truth(value: Any) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


_Evaluate = Callable[[Any, Any], Any]


def _register(name: str, low: int, high: int | None = None) -> Callable[[_Evaluate], _Evaluate]:
    arguments = low if high == low else (low, high)
    # A fresh class for the name: XPath's own function of that name stays as it is elsewhere.
    _Parser.symbol_table.pop(name, None)
    function = _Parser.function(name, nargs=arguments)

    def decorate(evaluate: _Evaluate) -> _Evaluate:
        def evaluate_(self: Any, context: Any = None) -> Any:
            if context is None:  # elementpath tries every function once while it parses
                raise self.missing_context()
            return evaluate(self, context)

        _Parser.method(function)(evaluate_)
        return evaluate

    return decorate


@_register("selected", 2, 2)
def _selected(token: Any, context: Any) -> bool:
    return _argument(token, context, 1) in _argument(token, context).split()


@_register("count-selected", 1, 1)
def _count_selected(token: Any, context: Any) -> float:
    return float(len(_argument(token, context).split()))


@_register("selected-at", 2, 2)
def _selected_at(token: Any, context: Any) -> str:
    chosen = _argument(token, context).split()
    index = _number(token[1].evaluate(context))
    return chosen[int(index)] if 0 <= index < len(chosen) else ""


@_register("if", 3, 3)
def _if(token: Any, context: Any) -> Any:
    return token[1 if _truth(token[0].evaluate(context)) else 2].evaluate(context)


@_register("coalesce", 2, 2)
def _coalesce(token: Any, context: Any) -> Any:
    return _argument(token, context) or token[1].evaluate(context)


@_register("once", 1, 1)
def _once(token: Any, context: Any) -> Any:
    return _text(context.item) or token[0].evaluate(context)


@_register("regex", 2, 2)
def _regex(token: Any, context: Any) -> bool:
    try:
        pattern = regex.compile(_argument(token, context, 1))
        return bool(pattern.fullmatch(_argument(token, context), timeout=0.2))
    except (regex.error, TimeoutError) as error:
        raise ExpressionError(f"regex(): {error}") from error


@_register("int", 1, 1)
def _int(token: Any, context: Any) -> float:
    number = _number(token[0].evaluate(context))
    return number if math.isnan(number) else float(math.trunc(number))


@_register("round", 1, 2)
def _round(token: Any, context: Any) -> float:
    number = _number(token[0].evaluate(context))
    places = int(_number(token[1].evaluate(context))) if len(token) > 1 else 0
    if math.isnan(number):
        return number
    # Half away from zero, as ODK rounds; Python's round() goes to the even neighbour.
    scale = 10.0**places
    return math.copysign(math.floor(abs(number) * scale + 0.5), number) / scale


@_register("pow", 2, 2)
def _pow(token: Any, context: Any) -> float:
    base, exponent = (_number(token[index].evaluate(context)) for index in (0, 1))
    try:
        power = base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return math.nan if isinstance(power, complex) else power


@_register("max", 1, None)
def _max(token: Any, context: Any) -> float:
    return max(_numbers(token, context), default=math.nan)


@_register("min", 1, None)
def _min(token: Any, context: Any) -> float:
    return min(_numbers(token, context), default=math.nan)


def _numbers(token: Any, context: Any) -> list[float]:
    found = [_number(argument.evaluate(context)) for argument in token]
    return [number for number in found if not math.isnan(number)]


@_register("today", 0, 0)
def _today(_token: Any, context: Any) -> str:
    return str(context.variables[_NOW])[:10]


@_register("now", 0, 0)
def _now(_token: Any, context: Any) -> str:
    return str(context.variables[_NOW])


@_register("date", 1, 1)
def _date(token: Any, context: Any) -> str:
    text = _argument(token, context)
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


@_register("decimal-date-time", 1, 1)
def _decimal_date_time(token: Any, context: Any) -> float:
    try:
        moment = date.fromisoformat(_argument(token, context)[:10])
    except ValueError:
        return math.nan
    return float((moment - date(1970, 1, 1)).days)


_Parser.build()


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. Two expressions are equal when their sources are."""

    source: str
    references: frozenset[str] = field(compare=False, repr=False)
    _token: Any = field(compare=False, repr=False)
    # The XPath variable that stands for each question and each column: their names may be in any script.
    _questions: Mapping[str, str] = field(compare=False, repr=False)
    _columns: Mapping[str, str] = field(compare=False, repr=False)

    def evaluate(
        self,
        answers: Mapping[str, Value | None],
        *,
        now: datetime,
        current: Value | None = None,
        row: Mapping[str, str] = _NOTHING,
    ) -> Value | bool:
        """The expression's value over the answers given so far.

        Args:
            answers: question name -> answer; a name without one counts as unanswered.
            now: what `today()` and `now()` return.
            current: the answer that `.` stands for.
            row: the columns of the option that a filter looks at.

        Raises:
            ExpressionError: the expression does not work on these answers.
        """
        variables: dict[str, Any] = {
            variable: _operand(answers.get(name)) for name, variable in self._questions.items()
        }
        for column, variable in self._columns.items():
            variables[variable] = row.get(column, "")
        variables[_NOW] = now.isoformat(timespec="seconds")
        item = _operand(current)
        try:
            value = self._token.evaluate(XPathContext(root=None, item=item, variables=variables))
        except (ElementPathError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
            raise ExpressionError(f"`{self.source}`: {error}") from error
        if isinstance(value, list):
            value = value[0] if value else ""
        if isinstance(value, float):
            if not math.isfinite(value):
                return ""
            return int(value) if value.is_integer() else value
        return value if isinstance(value, bool | int) else str(value)

    def holds(
        self,
        answers: Mapping[str, Value | None],
        *,
        now: datetime,
        current: Value | None = None,
        row: Mapping[str, str] = _NOTHING,
    ) -> bool:
        """Whether the expression is true, by XPath's rules for what is true."""
        return bool(self.evaluate(answers, now=now, current=current, row=row))


def _operand(value: Value | None) -> str | int | float:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, tuple) else value


def compile_expression(source: str, *, columns: Collection[str] = ()) -> Expression:
    """Compile one expression; raises ExpressionError in the words of the parser.

    Args:
        source: XLSForm's text.
        columns: names that may stand bare, for a filter over the columns of a list.
    """
    questions: dict[str, str] = {}
    used: dict[str, str] = {}
    text = source.strip()
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"

    def column(match: regex.Match[str]) -> str:
        word = match["word"]
        if word is None or word in _OPERATORS:
            return str(match[0])
        if word not in columns:
            known = ", ".join(columns)
            raise ExpressionError(f"`{shown}`: the list has no column `{word}`; it has {known}")
        return "$" + used.setdefault(word, f"c{len(used)}")

    def variable(match: regex.Match[str]) -> str:
        if match["literal"]:
            return str(match["literal"])
        if match["rest"]:
            raise ExpressionError(f"`{shown}`: `${{` without a question name")
        return "$" + questions.setdefault(match["name"], f"q{len(questions)}")

    try:
        named = _BARE.sub(column, text) if columns else text
        token = _Parser(strict=False).parse(_REFERENCE.sub(variable, named))
        has_path = _has_path(token)
    except RecursionError:
        raise ExpressionError(f"`{shown}`: too many brackets stand in one another") from None
    except (ElementPathError, ValueError) as error:
        if isinstance(error, ExpressionError):
            raise
        reason = str(error).split("] ", 1)[-1]
        raise ExpressionError(f"`{shown}`: {reason}") from error
    if has_path:
        raise ExpressionError(
            f"`{shown}`: write ${{name}} for an answer, not a path or a bare word"
        )
    return Expression(text, frozenset(questions), token, questions, used)


def renamed(source: str, names: Mapping[str, str]) -> str:
    """An expression's text with its `${name}` renamed; what is in quotes stays."""

    def rename(match: regex.Match[str]) -> str:
        name = match["name"]
        return f"${{{names[name]}}}" if name in names else str(match[0])

    return str(_REFERENCE.sub(rename, source))


def references(text: str) -> frozenset[str]:
    """The questions that a label or another text mentions as `${name}`."""
    return frozenset(_MENTION.findall(text))


def _has_path(token: Any) -> bool:
    if token.symbol == "$":  # the name in it is ours
        return False
    return token.symbol in _PATHS or any(_has_path(part) for part in token)
