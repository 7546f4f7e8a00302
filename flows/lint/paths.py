"""The ways through a survey: which questions can be asked at all, and after which answers.

Only the questions that a condition looks at, directly or through other conditions, are answered in every
way that can matter; `flows.lint.answers` says which those are. The number of ways is bounded: a survey
that has more is not judged where the bound was met.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import cached_property

from flows.expressions import Expression, ExpressionError, Value
from flows.lint.answers import Domain, domain, expressions_of, mentioned
from flows.survey import Choice, Kind, Question, Survey

MOST_WAYS = 4_000
"""Ways that are tried for one question."""

MOST_DEPENDENT = 200
"""Questions that one condition may depend on, through others."""

Answers = dict[str, Value]
_NO_COLUMNS: Mapping[str, str] = {}


class Reach(Enum):
    """Whether a question can be asked."""

    ASKED = auto()
    NEVER = auto()
    """No answers lead to it."""
    NOT_FOUND = auto()
    """None of the answers that were tried leads to it; others might."""
    UNKNOWN = auto()
    """There are more ways than were tried."""


class TooManyWays(Exception):
    """More ways than `MOST_WAYS` would have to be tried."""


def conditions(question: Question) -> tuple[Expression, ...]:
    """What decides whether a question is asked: its `relevant`, and what is left of its options."""
    rule = question.choice_filter
    return question.relevant if rule is None else (*question.relevant, rule)


def references(expressions: Iterable[Expression]) -> frozenset[str]:
    """The questions that expressions look at themselves."""
    return frozenset().union(*(expression.references for expression in expressions))


def _needed(questions: Sequence[Question], wanted: Collection[str]) -> tuple[frozenset[str], ...]:
    """For each question, and for the end: the answers that are still looked at from there on."""
    needed = [frozenset(wanted)]
    for question in reversed(questions):
        looked_at = (expression.references for _, expression in expressions_of(question))
        needed.append(needed[-1].union(*looked_at))
    return tuple(reversed(needed))


@dataclass
class _Walk:
    """One search through some questions; it goes on from the same answers only once."""

    questions: tuple[Question, ...]
    needed: tuple[frozenset[str], ...]
    skipping: bool
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def has_been(self, place: int, answers: Answers) -> bool:
        """Whether the search was here before with answers that make no difference any more."""
        key = (place, *(answers.get(name) for name in sorted(self.needed[place])))
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


class Paths:
    """The ways through one survey."""

    def __init__(self, survey: Survey, now: datetime) -> None:
        self.survey, self.now = survey, now
        self._known: dict[tuple[object, ...], bool] = {}

    @cached_property
    def domains(self) -> Mapping[str, Domain]:
        """Question name -> the answers to try."""
        about = mentioned(self.survey)
        return {q.name: domain(q, about[q.name], self.now) for q in self.survey.questions}

    def reach(self, question: Question) -> Reach:
        """Whether any answers lead to a question."""
        looked_at = self.looked_at_by(conditions(question))
        try:
            for answers in self.ways(looked_at, references(conditions(question))):
                if self.relevant(question, answers):
                    return Reach.ASKED
        except TooManyWays:
            return Reach.UNKNOWN
        exact = all(self.domains[other.name].exact for other in looked_at)
        return Reach.NEVER if exact else Reach.NOT_FOUND

    def looked_at_by(self, expressions: Iterable[Expression]) -> list[Question]:
        """The questions whose answers can change what expressions say, in the order of the survey."""
        wanted: set[str] = set()
        waiting = set(references(expressions))
        while waiting:
            name = waiting.pop()
            wanted.add(name)
            question = self.survey.by_name.get(name)
            if question is not None:
                for _, expression in expressions_of(question):
                    waiting |= expression.references - wanted
        return [question for question in self.survey.questions if question.name in wanted]

    def ways(
        self, questions: Sequence[Question], wanted: Collection[str], *, skipping: bool = True
    ) -> Iterator[Answers]:
        """Answers to these questions, one after the other, in every way that can matter.

        Args:
            questions: in the order of the survey.
            wanted: the questions whose answers matter at the end: of ways that differ in others
                alone, one is enough.
            skipping: whether a question may also be left without an answer.

        Raises:
            TooManyWays: after the first `MOST_WAYS` of them, or when they depend on too many questions.
        """
        if len(questions) > MOST_DEPENDENT:
            raise TooManyWays
        walk = _Walk(tuple(questions), _needed(questions, wanted), skipping)
        for tried, answers in enumerate(self._ways(walk, 0, {}), 1):
            if tried > MOST_WAYS:
                raise TooManyWays
            yield answers

    def _ways(self, walk: _Walk, place: int, answers: Answers) -> Iterator[Answers]:
        if walk.has_been(place, answers):
            return
        if place == len(walk.questions):
            yield answers
            return
        question = walk.questions[place]
        asked = self.relevant(question, answers)
        possible = list(self.possible(question, answers)) if asked else []
        for value in possible:
            yield from self._ways(walk, place + 1, {**answers, question.name: value})
        leavable = question.kind is not Kind.CALCULATE and question.purpose is None
        if not possible or (walk.skipping and leavable):
            left = {**answers, **self._without_answer(question, answers)} if asked else answers
            yield from self._ways(walk, place + 1, left)

    def _without_answer(self, question: Question, answers: Answers) -> Answers:
        """What leaving a question counts as: its default, if it has one."""
        default = question.default
        if isinstance(default, Expression):
            default = _stored(self.value(default, answers))
        return {} if default is None else {question.name: default}

    def possible(self, question: Question, answers: Answers) -> Iterator[Value]:
        """The answers to try that the question's constraint lets through."""
        if question.calculation is not None:
            yield _stored(self.value(question.calculation, answers))
            return
        offered = {choice.name for choice in self.offered(question, answers)}
        for value in self.domains[question.name].values:
            codes = set(value) if isinstance(value, tuple) else {value}
            if question.choices and not codes <= offered:
                continue
            if question.constraint is None or self.holds(question.constraint, answers, value):
                yield value

    def offered(self, question: Question, answers: Answers) -> list[Choice]:
        """The options that a question's `choice_filter` leaves after these answers."""
        rule = question.choice_filter
        if rule is None:
            return list(question.choices)
        return [
            choice
            for choice in question.choices
            if self.holds(rule, answers, row=choice.columns, failing=True)
        ]

    def relevant(self, question: Question, answers: Answers) -> bool:
        """Whether a question is asked after these answers; one that can not be decided is."""
        if question.choice_filter is not None and not self.offered(question, answers):
            return False  # nothing is left to choose from
        return all(self.holds(condition, answers, failing=True) for condition in question.relevant)

    def holds(
        self,
        expression: Expression,
        answers: Answers,
        current: Value | None = None,
        *,
        row: Mapping[str, str] = _NO_COLUMNS,
        failing: bool = False,
    ) -> bool:
        """Whether an expression is true; `failing` is the answer when it can not be evaluated."""
        # The same few answers come back on way after way: evaluating is what takes time.
        given = tuple(answers.get(name) for name in sorted(expression.references))
        key = (expression.source, given, current, tuple(row.items()), failing)
        if key not in self._known:
            try:
                holds = expression.holds(answers, now=self.now, current=current, row=row)
            except ExpressionError:
                holds = failing
            self._known[key] = holds
        return self._known[key]

    def value(self, expression: Expression, answers: Answers) -> Value | bool:
        """What an expression comes to; nothing when it can not be evaluated."""
        try:
            return expression.evaluate(answers, now=self.now)
        except ExpressionError:
            return ""


def _stored(value: Value | bool) -> Value:
    """A value as the engine stores it: true and false as words."""
    return ("true" if value else "false") if isinstance(value, bool) else value
