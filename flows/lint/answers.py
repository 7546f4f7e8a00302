"""The answers that stand for all the answers that a question can be given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, combinations, pairwise

from flows.expressions import Expression, Value
from flows.lint import trees
from flows.survey import Kind, Purpose, Question, Survey

MOST_NAMED = 6
"""Options of a select_multiple that conditions name; with more, not every combination is tried."""
_MOST_OTHERS = 3
_SCALE = 201
_FAR = 10**6
_EVERYDAY = 13
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Domain:
    """Answers to try.

    Attributes:
        values: the answers, each at most once.
        exact: whether no other answer could change what the survey's conditions say.
    """

    values: tuple[Value, ...]
    exact: bool


def expressions_of(question: Question) -> Iterator[tuple[str, Expression]]:
    """Every expression of a question, with the column it stands in."""
    for condition in question.relevant:
        yield "relevant", condition
    if question.constraint is not None:
        yield "constraint", question.constraint
    if question.calculation is not None:
        yield "calculation", question.calculation
    if question.choice_filter is not None:
        yield "choice_filter", question.choice_filter
    if isinstance(question.default, Expression):
        yield "default", question.default


def mentioned(survey: Survey) -> Mapping[str, Sequence[Expression]]:
    """Question name -> every expression that looks at its answer, its own constraint among them."""
    found: dict[str, list[Expression]] = {question.name: [] for question in survey.questions}
    for question in survey.questions:
        for column, expression in expressions_of(question):
            looked_at = set(expression.references)
            if column == "constraint":
                looked_at.add(question.name)
            for name in looked_at & found.keys():
                found[name].append(expression)
    return found


def domain(question: Question, about: Sequence[Expression], now: datetime) -> Domain:
    """The answers to try for a question; its `constraint` is not looked at.

    Args:
        question: the question.
        about: every expression that looks at its answer.
        now: what `today()` is.
    """
    plain = all(map(trees.is_plain, about))
    words = sorted(frozenset().union(*map(trees.texts, about)))
    match question.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
            return _chosen(question, frozenset(words))
        case Kind.INTEGER | Kind.DECIMAL:
            return _numbers(question, about, plain=plain)
        case Kind.DATE:
            return Domain(tuple(_dates(words, now)), plain)
        case Kind.ACKNOWLEDGE:
            return Domain(("OK",), exact=True)
        case _:
            # A text is its own words or those that a condition looks for.
            return Domain(tuple(dict.fromkeys(["words", *filter(None, words)])), plain)


def _chosen(question: Question, words: frozenset[str]) -> Domain:
    codes = tuple(choice.name for choice in question.choices)
    if question.list_name == "languages":
        return Domain(tuple(sorted(words)) or ("en",), exact=True)
    if question.purpose in (Purpose.PRIVACY, Purpose.CONSENT):
        # Nothing after a gate is asked unless the answer was yes.
        return Domain(("yes",), exact=True)
    if question.kind is Kind.SELECT_ONE:
        return Domain(codes, exact=True)
    if question.kind is Kind.RANK:
        # One order of everything: what is put first or last is not told apart by conditions we know of.
        return Domain((codes,), exact=False)
    named = [code for code in codes if code in words]
    others = [code for code in codes if code not in words]
    exact = len(named) <= MOST_NAMED
    # Options that no condition names are alike: only how many are chosen can matter.
    counts = sorted({*range(min(len(others), _MOST_OTHERS) + 1), len(others)})
    chosen = (
        tuple(code for code in codes if code in {*picked, *others[:count]})
        for picked in _subsets(named[:MOST_NAMED])
        for count in counts
    )
    return Domain(tuple(filter(None, chosen)), exact)


def _subsets(codes: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))


def _numbers(question: Question, about: Iterable[Expression], *, plain: bool) -> Domain:
    """Each number that a condition names, its neighbours, and the ends of the scale."""
    low, high = question.minimum, question.maximum
    if question.kind is Kind.INTEGER and low is not None and high is not None:
        whole = range(int(-(-low // 1)), int(high // 1) + 1)
        if len(whole) <= _SCALE and not plain:
            return Domain(tuple(whole), exact=True)
    named = {number for expression in about for number in trees.numbers(expression)}
    named |= {float(end) for end in (low, high) if end is not None}
    tried = {0.0, 1.0, -float(_FAR), float(_FAR), *named}
    if not plain:
        tried |= set(map(float, range(_EVERYDAY)))
    tried |= {value + step for value in named for step in (-1, 1)}
    if question.kind is Kind.DECIMAL:
        tried |= {(left + right) / 2 for left, right in pairwise(sorted(tried))}
    else:
        tried = {value for value in tried if value.is_integer()} | {value // 1 for value in tried}
    # An answer of everyday size first: it is the one shown when the survey is walked through.
    values = sorted(tried, key=lambda value: (value < 0, abs(value)))
    return Domain(tuple(int(v) if v.is_integer() else v for v in values), plain)


def _dates(words: Iterable[str], now: datetime) -> Iterator[str]:
    named = {now.date()}
    for word in words:
        if trees.is_iso_date(word):
            try:
                named.add(date.fromisoformat(word))
            except ValueError:  # the 31st of February is a mistake for the comparison to report
                continue
    tried = named | {day + step for day in named for step in (-_ONE_DAY, _ONE_DAY)}
    yield from (day.isoformat() for day in sorted(tried))
