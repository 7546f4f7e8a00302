"""What `lint()` hands back: the findings, and what each language would take; as JSON too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flows.lint.findings import Finding, Severity
from flows.lint.interviews import Cost
from flows.prices import Prices


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """One language of a survey.

    Attributes:
        code: the language.
        name: what its speakers call it.
        complete: whether every text of the survey, and all that the bot says itself, can be said.
        untranslated: contexts of the texts that can not, the survey's before the bot's.
        longest: what the longest interview takes; None in a language that is not complete.
        typical: the same for the one in the middle of all the ways through the survey.
    """

    code: str
    name: str
    complete: bool
    untranslated: tuple[str, ...]
    longest: Cost | None = None
    typical: Cost | None = None

    def to_json(self, prices: Prices) -> dict[str, Any]:
        """Everything by its name; `parts_per_interview` are those of the longest one, both ways."""
        longest = self.longest
        return {
            "name": self.name,
            "complete": self.complete,
            "untranslated": list(self.untranslated),
            "parts_per_interview": None if longest is None else longest.parts,
            "messages_per_interview": None if longest is None else longest.messages,
            "longest": _costed(longest, prices),
            "typical": _costed(self.typical, prices),
        }


def _costed(cost: Cost | None, prices: Prices) -> dict[str, Any] | None:
    if cost is None:
        return None
    sms, whatsapp = prices.sms(cost.parts_out, cost.parts_in), prices.whatsapp(cost.messages)
    return {
        **asdict(cost),
        "price_sms": None if sms is None else float(sms),
        "price_whatsapp": None if whatsapp is None else float(whatsapp),
    }


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Attributes:
        findings: the worst first, then in the order of the survey.
        languages: code -> the language's report.
        reading_age: years, of the English as a whole; None when there is none to measure.
        exact: whether the longest interview was found; else it is one in which everything is asked.
    """

    findings: tuple[Finding, ...]
    languages: Mapping[str, LanguageReport]
    reading_age: float | None
    exact: bool

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def to_json(self, prices: Prices) -> dict[str, Any]:
        """Everything by its name."""
        return {
            "findings": [finding.to_json() for finding in self.findings],
            "languages": {
                code: language.to_json(prices) for code, language in self.languages.items()
            },
            "reading_age": self.reading_age,
            "longest_is_exact": self.exact,
        }
