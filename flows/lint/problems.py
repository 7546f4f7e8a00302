"""What the parser found wrong, as findings: a survey that can not be read has nothing else to check."""

from __future__ import annotations

from flows.lint.findings import Finding, Severity
from flows.rows import Problem


def finding_of(problem: Problem) -> Finding:
    """A parser's problem as a finding, an error always; it speaks of the file's own words, in English."""
    return Finding(
        problem.rule, Severity.ERROR, problem.message, problem.question, line=problem.line
    )
