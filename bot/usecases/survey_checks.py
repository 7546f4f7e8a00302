"""What is wrong with a draft, each thing with the row where it is put right."""

from __future__ import annotations

from dataclasses import dataclass

from bot.gateways.voices import PHRASES
from bot.usecases.services import Services
from bot.usecases.survey_drafts import Draft
from flows.expressions import ExpressionError, compile_expression
from flows.lint import Finding, Severity, finding_of, lint
from flows.rows import Form
from flows.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found.

    Attributes:
        severity: whether the survey can not, should not or may be asked so.
        says: what is wrong, and what to do; a plain text is about a spreadsheet's own words, in English.
        question: name of the question or list that it is about.
        place: of the row where it is put right; None if it is about the whole survey.
    """

    severity: Severity
    says: Sentence | str
    question: str | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft after its check, in the language that it is written in.

    Attributes:
        found: everything, the worst first.
        questions: how many are asked in the longest interview; 0 while that can not be known.
        parts: SMS parts that the longest interview takes, both ways.
    """

    found: tuple[Found, ...]
    questions: int = 0
    parts: int = 0

    @property
    def errors(self) -> int:
        """How many things keep it from being published."""
        return sum(one.severity is Severity.ERROR for one in self.found)


def check(services: Services, draft: Draft) -> Checked:
    """Check a draft. Other languages are looked at where translations are made, and before a launch."""
    if draft.survey is None:
        found = [finding_of(problem) for problem in draft.problems]
        return Checked(tuple(_placed(draft.form, one) for one in found))
    language = draft.survey.source_language
    if language not in services.voices.files.vocabularies:
        message = Sentence(
            "There is no language `{language}` here to ask this survey in.", language=language
        )
        return Checked((Found(Severity.ERROR, message, None, None),))
    report = lint(
        draft.survey,
        languages=services.voices.family([language], own=draft.catalogues),
        instruments=services.surveys.instruments,
        phrases=PHRASES,
        now=services.clock.now(),
    )
    cost = report.languages[language].longest
    return Checked(
        tuple(_placed(draft.form, finding) for finding in report.findings),
        questions=0 if cost is None else cost.questions,
        parts=0 if cost is None else cost.parts,
    )


def _placed(form: Form, finding: Finding) -> Found:
    return Found(finding.severity, finding.says, finding.question, place_of(form, finding))


def place_of(form: Form, finding: Finding) -> int | None:
    """The row that a finding is about: a question's own, or the first that asks a list's options."""
    names = {str(row.get("name", "")): place for place, row in enumerate(form.survey)}
    lines = {row.line: place for place, row in enumerate(form.survey) if row.line}
    if finding.question in names:
        return names[finding.question]
    if finding.line in lines:
        return lines[finding.line]
    for place, row in enumerate(form.survey):
        if finding.question and str(row.get("type", "")).split()[1:2] == [finding.question]:
            return place
    return None


def why_no_condition(draft: Draft, place: int, source: str) -> tuple[str, str] | None:
    """What is wrong with a condition that is to stand at a row; None when all is well.

    Returns:
        (`syntax`, what the reader says), or (`unknown` or `later`, the name of the question).
    """
    if not source:
        return None
    try:
        found = compile_expression(source)
    except ExpressionError as error:
        return "syntax", str(error)
    before = _names_before(draft, place)
    for name in sorted(found.references):
        if name not in before:
            known = {str(row.get("name", "")) for row in draft.form.survey}
            return ("later" if name in known else "unknown"), name
    return None


def _names_before(draft: Draft, place: int) -> set[str]:
    """The questions that a row may look at; inside a repeat, those of its round by their bare names."""
    rows = draft.form.survey[:place]
    found = {str(row.get("name", "")) for row in rows}
    found |= {
        f"{row.get('name')}_other" for row in rows if str(row.get("type", "")).endswith("or_other")
    }
    if draft.survey is not None:
        end = draft.form.survey[place].line if place < len(draft.form.survey) else 0
        found |= {one.name for one in draft.survey.questions if not end or one.line < end}
    return found


def names_before(draft: Draft, place: int) -> list[tuple[str, str]]:
    """The questions that a condition at a row may look at: (name, words)."""
    if draft.survey is None:
        return []
    known = _names_before(draft, place)
    return [
        (one.name, "" if one.label is None else one.label.source)
        for one in draft.survey.questions
        if one.name in known and one.takes_answer
    ]
