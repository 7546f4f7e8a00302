"""Codes that are different here and the same elsewhere: statistics programs know no upper and lower case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.lint.findings import Finding, Severity
from flows.sentences import Sentence
from flows.survey import Survey


def check_codes(survey: Survey) -> Iterator[Finding]:
    """Every finding about the names of questions and of options."""
    lines = {question.name: question.line for question in survey.questions}
    for name, earlier in _alike(lines):
        yield Finding("codes-alike", Severity.WARNING, _told(name, earlier), name, line=lines[name])
    for question in survey.questions:
        for code, earlier in _alike(choice.name for choice in question.choices):
            told = _told(code, earlier)
            yield Finding(
                "codes-alike", Severity.WARNING, told, question.name, code, line=question.line
            )


def _told(name: str, earlier: str) -> Sentence:
    return Sentence(
        "`{name}` and `{earlier}` differ in upper and lower case alone: rename one.",
        name=name,
        earlier=earlier,
    )


def _alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for name in names:
        earlier = first.setdefault(name.casefold(), name)
        if earlier != name:
            yield name, earlier
