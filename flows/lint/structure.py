"""Questions that are never asked, and places where a conversation can not go on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import assert_never

from flows.expressions import Expression, ExpressionError, Value
from flows.lint import trees
from flows.lint.answers import expressions_of
from flows.lint.findings import Finding, Severity
from flows.lint.paths import Paths, Reach, TooManyWays, conditions
from flows.sentences import Sentence, joined
from flows.survey import SELECTS, Kind, Purpose, Question

_GATES = (Purpose.PRIVACY, Purpose.CONSENT)


def check_structure(paths: Paths) -> Iterator[Finding]:
    """Every finding about the shape of a survey."""
    yield from _consent(paths)
    for question in paths.survey.questions:
        yield from _reach(paths, question)
        yield from _repeated(question)
        yield from _gate(question)
        yield from _options(question)
        yield from _attempts(question)
        yield from _constraint(paths, question)
        yield from _failing(paths, question)


def _found(
    rule: str, severity: Severity, question: Question, message: Sentence, option: str | None = None
) -> Finding:
    return Finding(rule, severity, message, question.name, option, line=question.line)


def _reach(paths: Paths, question: Question) -> Iterator[Finding]:
    match paths.reach(question):
        case Reach.NEVER:
            message = Sentence(
                "This is never asked: {condition} is never true. Mend the condition.",
                condition=_named(question),
            )
            yield _found("unreachable", Severity.ERROR, question, message)
        case Reach.NOT_FOUND:
            message = Sentence(
                "This may never be asked: no answer tried makes {condition} true. Check it.",
                condition=_named(question),
            )
            yield _found("unreachable", Severity.WARNING, question, message)
        case Reach.UNKNOWN:
            message = Sentence(
                "Too many answers lead to {condition} to try them all: "
                "make sure by hand that this can be asked.",
                condition=_named(question),
            )
            yield _found("too-many-ways", Severity.NOTE, question, message)
        case Reach.ASKED:
            constant = [own for own in question.relevant if not own.references]
            if constant:
                message = Sentence(
                    "`{condition}` is always true: leave it out.", condition=constant[0].source
                )
                yield _found("always-asked", Severity.NOTE, question, message)
        case reach:
            assert_never(reach)


def _named(question: Question) -> Sentence | str:
    """The conditions on which a question is asked."""
    return joined(*(f"`{expression.source}`" for expression in conditions(question)))


def _repeated(question: Question) -> Iterator[Finding]:
    """A condition that the question repeats from the group around it."""
    seen: set[Expression] = set()
    for condition in question.relevant:
        if condition in seen:
            message = Sentence(
                "`{condition}` already stands at the group: leave it out here.",
                condition=condition.source,
            )
            yield _found("repeated-skip", Severity.NOTE, question, message)
        seen.add(condition)


def _consent(paths: Paths) -> Iterator[Finding]:
    asked = [question for question in paths.survey.questions if question.takes_answer]
    places = [place for place, q in enumerate(asked) if q.purpose is Purpose.CONSENT]
    if not places:
        message = Sentence("Nobody is asked for consent: add a question with `purpose: consent`.")
        yield Finding("no-consent", Severity.WARNING, message)
        return
    early = [question for question in asked[: places[0]] if question.purpose is None]
    for question in early:
        message = Sentence(
            "This is asked before consent is given: move it after the consent question."
        )
        yield _found("asked-before-consent", Severity.WARNING, question, message)


def _gate(question: Question) -> Iterator[Finding]:
    """A gate opens for the answer `yes` alone; without that answer nobody gets past it."""
    if question.purpose is Purpose.LANGUAGE and question.list_name != "languages":
        message = Sentence(
            "No language can be chosen here: `purpose: language` belongs to `select_one languages`."
        )
        yield _found("dead-end", Severity.ERROR, question, message)
    if question.purpose not in _GATES:
        return
    codes = {choice.name for choice in question.choices}
    if question.kind is not Kind.SELECT_ONE or "yes" not in codes:
        message = Sentence(
            "Nobody gets past this: a question with `purpose: {purpose}` is a select_one "
            "with the options `yes` and `no`.",
            purpose=str(question.purpose),
        )
        yield _found("dead-end", Severity.ERROR, question, message)
    elif "no" not in codes:
        message = Sentence("This can only be agreed to: add the option `no`.")
        yield _found("dead-end", Severity.ERROR, question, message)


def _options(question: Question) -> Iterator[Finding]:
    if question.kind not in SELECTS or question.list_name == "languages":
        return
    if not question.choices:
        message = Sentence("There is nothing to choose from: give the list its options.")
        yield _found("no-options", Severity.ERROR, question, message)
    elif len(question.choices) == 1:
        message = Sentence("There is only one option: add another, or make this a note.")
        yield _found("one-option", Severity.NOTE, question, message)


def _attempts(question: Question) -> Iterator[Finding]:
    if question.takes_answer and question.attempts < 2:
        message = Sentence(
            "A reply that is not understood is never asked again here: "
            "set `max_retries` to 2 or more."
        )
        yield _found("never-asked-again", Severity.WARNING, question, message)


def _constraint(paths: Paths, question: Question) -> Iterator[Finding]:
    constraint = question.constraint
    if constraint is None or not question.takes_answer:
        return
    domain = paths.domains[question.name]
    others = [other for other in paths.looked_at_by([constraint]) if other != question]
    allowed: set[Value] = set()
    try:
        for answers in paths.ways(others, constraint.references):
            allowed.update(paths.possible(question, answers))
            if len(allowed) == len(domain.values):
                break  # every answer is right after some others: there is no more to find
    except TooManyWays:
        return
    if not allowed and domain.values and domain.exact:
        message = Sentence(
            "No answer can be right: `{constraint}` is never true. Mend the constraint.",
            constraint=constraint.source,
        )
        yield _found("dead-end", Severity.ERROR, question, message)
        return
    if not trees.looks_at_the_answer(constraint):
        message = Sentence(
            "`{constraint}` does not look at the answer: write `.` for it.",
            constraint=constraint.source,
        )
        yield _found("constraint-without-answer", Severity.WARNING, question, message)
    if question.purpose is None and domain.exact:
        yield from _options_refused(question, constraint, allowed)


def _options_refused(
    question: Question, constraint: Expression, allowed: set[Value]
) -> Iterator[Finding]:
    """Options that are offered although the constraint refuses them, whatever else is chosen."""
    held = {code for value in allowed for code in (value if isinstance(value, tuple) else (value,))}
    one = question.kind is Kind.SELECT_ONE
    for choice in question.choices:
        # Of several options only those that the constraint names are tried one by one.
        tried = one or choice.name in trees.texts(constraint)
        if tried and choice.name not in held:
            message = Sentence(
                "The option `{code}` is shown and then refused: take it out.", code=choice.name
            )
            yield _found("option-refused", Severity.WARNING, question, message, choice.name)


def _failing(paths: Paths, question: Question) -> Iterator[Finding]:
    """Expressions that can not be evaluated on the answers that lead to them."""
    for column, expression in expressions_of(question):
        error = _error(paths, question, column, expression)
        if error is not None:
            message = Sentence("`{column}` does not work: {error}", column=column, error=error)
            yield _found("expression-fails", Severity.ERROR, question, message)


def _error(paths: Paths, question: Question, column: str, expression: Expression) -> str | None:
    looked_at = [q for q in paths.looked_at_by([expression]) if q.name != question.name]
    current = paths.domains[question.name].values if column == "constraint" else (None,)
    rows = [choice.columns for choice in question.choices if column == "choice_filter"] or [{}]
    try:
        for answers in islice(paths.ways(looked_at, expression.references), 100):
            for value, row in product(current[:10], rows[:10]):
                expression.evaluate(answers, now=paths.now, current=value, row=row)
    except ExpressionError as error:
        return str(error)
    except TooManyWays:
        return None
    return None
