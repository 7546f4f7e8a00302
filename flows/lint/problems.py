"""What the parser found wrong, as findings: a survey that can not be read has nothing else to check."""

from __future__ import annotations

from flows.lint.findings import Finding, Severity
from flows.rows import Problem

_RULES = (
    ("which is not asked before it", "reference"),
    ("here twice", "duplicate-code"),
    ("the licence of", "instrument-closed"),
    ("there is no instrument", "unknown-instrument"),
    ("has no item", "unknown-instrument"),
    ("there is no list", "no-options"),
    ("is not a type", "unknown-type"),
)
_EXPRESSIONS = tuple(
    f"`{column}`:"
    for column in ("relevant", "constraint", "calculation", "choice_filter", "default")
)
ANY_OTHER = "survey-file"


def finding_of(problem: Problem) -> Finding:
    """A parser's problem as a finding, an error always."""
    return Finding(
        _rule(problem.message),
        Severity.ERROR,
        problem.message,
        problem.question,
        line=problem.line,
    )


def _rule(message: str) -> str:
    if message.startswith(_EXPRESSIONS):
        return "expression"
    return next((rule for words, rule in _RULES if words in message), ANY_OTHER)
