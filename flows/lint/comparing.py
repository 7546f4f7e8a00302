"""Expressions that compare what can not be compared: a code that is no option, a number with a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from flows.expressions import Expression
from flows.lint import trees
from flows.lint.answers import expressions_of
from flows.lint.findings import Finding, Severity
from flows.lint.trees import ANSWER, ARITHMETIC, EQUALITY, NUMBER, ORDER, Tree
from flows.sentences import Sentence
from flows.survey import SEVERAL, Kind, Question, Survey

_NUMBER_FUNCTIONS = frozenset(
    ["count-selected", "int", "round", "pow", "max", "min", "number", "string-length", "floor",
     "ceiling", "abs", "decimal-date-time"]
)  # fmt: skip
_BOOLEAN_FUNCTIONS = frozenset(["not", "true", "false", "selected", "boolean", "regex", "contains",
                                "starts-with", "and", "or"])  # fmt: skip
_DATE_FUNCTIONS = frozenset(["today", "now", "date"])
_OF_CHOICES = frozenset(["selected", "count-selected", "selected-at"])


class Sort(Enum):
    """What sort of value a part of an expression is; the values are words for messages."""

    CODE = Sentence("an option")
    LIST = Sentence("a list of options")
    NUMBER = Sentence("a number")
    TEXT = Sentence("a text")
    WORD = Sentence("a word")
    DATE = Sentence("a date")
    BOOLEAN = Sentence("true or false")
    ANY = Sentence("anything")


_BY_KIND = {
    Kind.SELECT_MULTIPLE: Sort.LIST,
    Kind.RANK: Sort.LIST,
    Kind.INTEGER: Sort.NUMBER,
    Kind.DECIMAL: Sort.NUMBER,
    Kind.TEXT: Sort.TEXT,
    Kind.DATE: Sort.DATE,
}
_CLASHES = frozenset(
    frozenset(pair)
    for pair in (
        (Sort.NUMBER, Sort.DATE), (Sort.NUMBER, Sort.CODE), (Sort.NUMBER, Sort.WORD),
        (Sort.NUMBER, Sort.LIST), (Sort.DATE, Sort.CODE), (Sort.DATE, Sort.LIST),
        (Sort.DATE, Sort.WORD), (Sort.BOOLEAN, Sort.WORD), (Sort.BOOLEAN, Sort.DATE),
        (Sort.BOOLEAN, Sort.CODE),
    )
)  # fmt: skip
"""What is never equal, more or less than the other, whatever is answered."""

_UNORDERED = frozenset({Sort.CODE, Sort.LIST, Sort.WORD, Sort.BOOLEAN})
_NO_SUMS = frozenset({Sort.CODE, Sort.LIST, Sort.WORD, Sort.DATE})


def check_expressions(survey: Survey) -> Iterator[Finding]:
    """Every finding about the expressions of a survey."""
    for question in survey.questions:
        for column, expression in expressions_of(question):
            yield from _Check(survey, question, column, expression).findings()


@dataclass(frozen=True, slots=True)
class _Check:
    """One expression of one question."""

    survey: Survey
    question: Question
    column: str
    expression: Expression

    def findings(self) -> Iterator[Finding]:
        for node in trees.tree_of(self.expression).walk():
            if node.symbol in EQUALITY | ORDER:
                yield from self._comparison(node)
            elif node.symbol in ARITHMETIC:
                yield from self._arithmetic(node)
            elif node.symbol in _OF_CHOICES:
                yield from self._choices(node)
            elif node.symbol == ANSWER and self.column == "relevant":
                yield self._found("no-answer-yet", _no_answer_yet())

    def _found(self, rule: str, message: Sentence, severity: Severity = Severity.ERROR) -> Finding:
        told = Sentence(
            "`{column}` `{expression}`: {what}",
            column=self.column,
            expression=self.expression.source,
            what=message,
        )
        return Finding(rule, severity, told, self.question.name, line=self.question.line)

    def _asked(self, node: Tree) -> Question | None:
        """The question whose answer a node is."""
        if node.asked == ANSWER:
            return self.question
        return self.survey.by_name.get(node.asked or "")

    def _sort(self, node: Tree) -> Sort:
        if node.text is not None:
            return _sort_of_text(node.text)
        if node.symbol == NUMBER or node.symbol in _NUMBER_FUNCTIONS | ARITHMETIC:
            return Sort.NUMBER
        if node.symbol in _BOOLEAN_FUNCTIONS | EQUALITY | ORDER:
            return Sort.BOOLEAN
        if node.symbol in _DATE_FUNCTIONS:
            return Sort.DATE
        question = self._asked(node)
        return Sort.ANY if question is None else _sort_of(question)

    def _comparison(self, node: Tree) -> Iterator[Finding]:
        left, right = node.parts
        for side, other in ((left, right), (right, left)):
            question = self._asked(side)
            if question is not None and question.choices and node.symbol in EQUALITY:
                yield from self._code(question, other)
        sorts = self._sort(left), self._sort(right)
        first, second = sorts[0].value, sorts[1].value
        if frozenset(sorts) in _CLASHES and not self._membership(node):
            told = Sentence(
                "this compares {left} with {right}: compare like with like.",
                left=first,
                right=second,
            )
            yield self._found("compared-badly", told)
        elif node.symbol in ORDER and _UNORDERED & set(sorts):
            told = Sentence(
                "this compares {left} with {right}: only numbers and dates have an order.",
                left=first,
                right=second,
            )
            yield self._found("compared-badly", told)
        elif set(sorts) == {Sort.TEXT, Sort.NUMBER}:
            worse = Severity.ERROR if node.symbol in ORDER else Severity.WARNING
            told = Sentence(
                "this compares {left} with {right}: ask for an `integer` or a `decimal` instead.",
                left=first,
                right=second,
            )
            yield self._found("compared-badly", told, worse)

    def _membership(self, node: Tree) -> bool:
        """Whether a select is compared with something written out, which `_code` judges."""
        if node.symbol in ORDER:
            return False
        asked = [self._asked(side) for side in node.parts]
        written = any(side.written is not None for side in node.parts)
        return written and any(question is not None and question.choices for question in asked)

    def _code(self, question: Question, other: Tree) -> Iterator[Finding]:
        """Whether what a select is compared with is one of its options."""
        code = other.written
        if code is None:
            second = self._asked(other)
            shared = _codes(second) & _codes(question) if second and second.choices else {""}
            if not shared:
                message = Sentence(
                    "`{question}` and `{other}` share no option.",
                    question=question.name,
                    other=str(other.asked),
                )
                yield self._found("unknown-option", message)
        elif code and code not in _codes(question):
            yield self._unknown(question, code)
        elif code and question.kind in SEVERAL:
            message = Sentence(
                "this is true only when `{code}` alone is chosen: write `{instead}`.",
                code=code,
                instead=f"selected(${{{question.name}}}, '{code}')",
            )
            yield self._found("use-selected", message, Severity.WARNING)

    def _unknown(self, question: Question, code: str) -> Finding:
        options = [choice.name for choice in question.choices]
        near = get_close_matches(code, options, n=1, cutoff=0.6)
        if near:
            message = Sentence(
                "`{question}` has no option `{code}`; did you mean `{near}`?",
                question=question.name,
                code=code,
                near=near[0],
            )
        else:
            message = Sentence(
                "`{question}` has no option `{code}`; it has {options}.",
                question=question.name,
                code=code,
                options=tuple(options[:8]),
            )
        return self._found("unknown-option", message)

    def _arithmetic(self, node: Tree) -> Iterator[Finding]:
        for operand in node.parts:
            sort = self._sort(operand)
            if sort in _NO_SUMS:
                message = Sentence("this calculates with {sort}: use numbers.", sort=sort.value)
                yield self._found("compared-badly", message)
            elif sort is Sort.TEXT:
                message = Sentence(
                    "this calculates with a text: ask for an `integer` or a `decimal` instead."
                )
                yield self._found("compared-badly", message, Severity.WARNING)

    def _choices(self, node: Tree) -> Iterator[Finding]:
        """`selected()` and its kin look at the answer to a select."""
        question = self._asked(node.parts[0])
        if question is None or question.kind is Kind.CALCULATE:
            return
        if question.list_name is None and not question.choices:
            message = Sentence(
                "`{function}()` looks at the options chosen, and `{question}` has none: "
                "compare its answer with `=`.",
                function=node.symbol,
                question=question.name,
            )
            yield self._found("not-a-select", message)
        elif node.symbol == "selected" and question.choices:
            code = node.parts[1].written
            if code is not None and code not in _codes(question):
                yield self._unknown(question, code)


def _no_answer_yet() -> Sentence:
    return Sentence(
        "`.` stands for an answer that is not given yet: name the question, `{example}`.",
        example="${name}",
    )


def _codes(question: Question) -> set[str]:
    return {choice.name for choice in question.choices}


def _sort_of_text(text: str) -> Sort:
    if trees.is_iso_date(text):
        return Sort.DATE
    is_number = text.strip().lstrip("-").replace(".", "", 1).isdecimal()
    return Sort.ANY if is_number or not text else Sort.WORD


def _sort_of(question: Question) -> Sort:
    """What the answers to a question are; codes of digits are numbers as well."""
    if question.kind is Kind.SELECT_ONE and question.choices:
        return Sort.ANY if question.numbered_by_value else Sort.CODE
    return _BY_KIND.get(question.kind, Sort.ANY)
