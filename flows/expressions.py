"""XLSForm expressions (`relevant`, `constraint`, `calculation`), compiled once when a survey is loaded.

The language is XPath 1.0 with the functions of the ODK XForms specification that make sense without a
form on a screen; elementpath parses and evaluates it. `${name}` is the answer to a question, `.` the
answer being checked. An unanswered question is the empty string, several choices are joined by spaces.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import regex
from elementpath import ElementPathError, XPath1Parser, XPathContext

Value = str | int | float | tuple[str, ...]

_REFERENCE = regex.compile(
    r"""(?P<literal>'[^']*'|"[^"]*")|\$\{\s*(?P<name>[\w.-]+)\s*\}|(?P<rest>\$\{)"""
)
_PATHS = frozenset({"/", "//", "@", "..", "(name)", "::"})
_NOW = "awaaz-now"
_ISO_DATE = regex.compile(r"\d{4}-\d\d-\d\d")


class ExpressionError(ValueError):
    """An expression that can not be compiled, or that failed on the answers given."""


class _Parser(XPath1Parser):
    """XPath 1.0 with the ODK functions registered below."""


def _comparison(symbol: str) -> Any:
    """XPath 1.0 compares as numbers, which makes every date NaN: ISO dates compare as dates."""
    compare = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[symbol]
    inherited: Any = XPath1Parser.symbol_table[symbol]

    def evaluate(self: Any, context: Any = None) -> bool:
        left, right = (_text(self[side].evaluate(context)) for side in (0, 1))
        if _ISO_DATE.match(left) and _ISO_DATE.match(right):
            return bool(compare(left[:10], right[:10]))
        return bool(inherited.evaluate(self, context))

    return type(f"_Compare{inherited.__name__}", (inherited,), {"evaluate": evaluate})


_Parser.symbol_table.update({symbol: _comparison(symbol) for symbol in ("<", "<=", ">", ">=")})


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
    try:
        return float(_text(value))
    except ValueError:
        return math.nan


def _truth(value: Any) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


_Evaluate = Callable[[Any, Any], Any]


def _register(
    name: str, low: int, high: int | None = None
) -> Callable[[_Evaluate], _Evaluate]:
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
    references: frozenset[str] = field(compare=False)
    _token: Any = field(compare=False, repr=False)

    def evaluate(
        self,
        answers: Mapping[str, Value | None],
        *,
        now: datetime,
        current: Value | None = None,
    ) -> Value | bool:
        """The expression's value over the answers given so far.

        Args:
            answers: question name -> answer; a name without one counts as unanswered.
            now: what `today()` and `now()` return.
            current: the answer that `.` stands for.

        Raises:
            ExpressionError: the expression does not work on these answers.
        """
        variables: dict[str, Any] = {name: _operand(answers.get(name)) for name in self.references}
        variables[_NOW] = now.isoformat(timespec="seconds")
        item = _operand(current)
        try:
            value = self._token.evaluate(XPathContext(root=None, item=item, variables=variables))
        except (ElementPathError, ArithmeticError, TypeError, ValueError) as error:
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
    ) -> bool:
        """Whether the expression is true, by XPath's rules for what is true."""
        return bool(self.evaluate(answers, now=now, current=current))


def _operand(value: Value | None) -> str | int | float:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, tuple) else value


def compile_expression(source: str) -> Expression:
    """Compile one expression; raises ExpressionError in the words of the parser."""
    references: set[str] = set()

    def variable(match: regex.Match[str]) -> str:
        if match["literal"]:
            return str(match["literal"])
        if match["rest"]:
            raise ExpressionError(f"`{source}`: `${{` without a question name")
        references.add(match["name"])
        return f"${match['name']}"

    try:
        token = _Parser(strict=False).parse(_REFERENCE.sub(variable, source.strip()))
    except (ElementPathError, ValueError) as error:
        reason = str(error).split("] ", 1)[-1]
        raise ExpressionError(f"`{source}`: {reason}") from error
    if _has_path(token):
        raise ExpressionError(
            f"`{source}`: write ${{name}} for an answer, not a path or a bare word"
        )
    return Expression(source.strip(), frozenset(references), token)


def _has_path(token: Any) -> bool:
    if token.symbol == "$":  # the name in it is ours
        return False
    return token.symbol in _PATHS or any(_has_path(part) for part in token)
