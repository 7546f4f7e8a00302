"""Everything that can be known about a survey before it is launched: `lint(survey, ...) -> Report`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flows.language import Language
from flows.lint.codes import check_codes
from flows.lint.comparing import check_expressions
from flows.lint.findings import Finding, Severity, once
from flows.lint.instruments import check_instruments
from flows.lint.interviews import Cost, Interview, Routes, interview, routes
from flows.lint.languages import (
    lacking,
    mentions,
    never_filled,
    placeholder_mismatches,
    untranslated,
)
from flows.lint.limits import check_limits, dear_characters
from flows.lint.options import check_options
from flows.lint.paths import Paths
from flows.lint.problems import finding_of
from flows.lint.reports import LanguageReport, Report
from flows.lint.structure import check_structure
from flows.lint.wording import check_wording, reading_age
from flows.prices import Prices
from flows.survey import Instrument, Question, Survey
from flows.wording import Wording

__all__ = [
    "Cost",
    "Finding",
    "LanguageReport",
    "Prices",
    "Report",
    "Severity",
    "finding_of",
    "lint",
]

_ORDER = tuple(Severity)
_AS_READ: Mapping[str, Mapping[tuple[str, str], str]] = {}


def lint(
    survey: Survey,
    *,
    languages: Mapping[str, Language],
    instruments: Mapping[str, Instrument],
    phrases: Sequence[Wording],
    now: datetime,
    demanded: Collection[str] = (),
    catalogues: Mapping[str, Mapping[tuple[str, str], str]] = _AS_READ,
) -> Report:
    """Check a survey.

    Args:
        survey: the survey.
        languages: the languages that it may be launched in.
        instruments: name -> instrument, with its exact words.
        phrases: everything that the bot says of its own accord.
        now: what `today()` is.
        demanded: languages that it is meant to be launched in: what they lack is an error.
        catalogues: code -> (context, source) -> translation as it was written, with those that are
            not used because their placeholders are wrong; without it, only those in use are checked.
    """
    paths = Paths(survey, now)
    found = [*check_structure(paths), *check_expressions(survey), *check_codes(survey)]
    found += [*mentions(survey), *never_filled(survey)]
    found += check_instruments(survey, instruments)
    stuck = any(finding.rule == "dead-end" for finding in found)
    ways = routes(paths)
    lacks = {code: lacking(survey, language, phrases) for code, language in languages.items()}
    family = _family(language for code, language in languages.items() if not lacks[code])
    reports: dict[str, LanguageReport] = {}
    longest: Sequence[Question] = survey.questions
    for code, language in languages.items():
        written = catalogues.get(code, language.catalogue)
        found += untranslated(survey, language, phrases, written, demanded=code in demanded)
        found += placeholder_mismatches(survey, language, phrases, written)
        found += dear_characters(survey, language)
        walked = _walked(paths, ways, family[code]) if code in family and not stuck else []
        if walked:
            longest = max(map(_questions, walked), key=len)
            found += check_limits(survey, family[code], walked)
        contexts = tuple(text.context for text in lacks[code])
        reports[code] = LanguageReport(
            code, language.name, not contexts, contexts, *_longest_and_typical(walked)
        )
    found += check_options(survey, languages)
    found += check_wording(survey, longest)
    ordered = sorted(once(found), key=lambda finding: _place(survey, finding))
    return Report(tuple(ordered), reports, reading_age(survey), ways.exact)


def _family(complete: Iterable[Language]) -> Mapping[str, Language]:
    """The languages that can hold this survey, each offering the others: so the menus are theirs."""
    family: dict[str, Language] = {}
    for language in complete:
        family[language.code] = replace(language, offered=family)
    return family


def _walked(paths: Paths, ways: Routes, language: Language) -> list[Interview]:
    """Complete interviews, the cheapest first."""
    walked = [interview(paths, ways.survey, language, answers) for answers in ways.answers]
    return sorted(walked, key=lambda one: one.cost.parts)


def _questions(one: Interview) -> list[Question]:
    return [exchange.question for exchange in one.exchanges if exchange.question is not None]


def _longest_and_typical(walked: Sequence[Interview]) -> tuple[Cost | None, Cost | None]:
    if not walked:
        return None, None
    return walked[-1].cost, walked[(len(walked) - 1) // 2].cost


def _place(survey: Survey, finding: Finding) -> tuple[int, int, str, str]:
    place = survey.index.get(finding.question or "", -1)
    return _ORDER.index(finding.severity), place, finding.rule, finding.language or ""
