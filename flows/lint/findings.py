"""What a check found: a rule, how bad it is, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flows.sentences import Sentence


class Severity(StrEnum):
    """How bad a finding is. Only an error makes the check fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        rule: the rule's name in `docs/checking.md`.
        severity: whether the survey must not, should not or may be launched so.
        says: one sentence or two: what is wrong, and what to do; a plain text is in English for everybody.
        question: the question's name, if it is about one.
        option: the option's code, if it is about one.
        language: the code of the language whose text it is about.
        line: the line of the survey's file, 0 when it is about the whole survey.
    """

    rule: str
    severity: Severity
    says: Sentence | str
    question: str | None = None
    option: str | None = None
    language: str | None = None
    line: int = 0

    @property
    def message(self) -> str:
        """What it says in English, the whole of it."""
        return str(self.says)

    def to_json(self) -> dict[str, Any]:
        """Every field by its name."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "question": self.question,
            "option": self.option,
            "language": self.language,
            "line": self.line,
            "message": self.message,
        }


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each thing once: a group's condition or a list's option is shared by many questions."""
    seen: set[tuple[str, str, str | None]] = set()
    for finding in findings:
        key = (finding.rule, finding.message, finding.language)
        if key not in seen:
            seen.add(key)
            yield finding
