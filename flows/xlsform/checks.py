"""What a form can say and a message can not carry, found before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flows.expressions import references
from flows.rows import Cells, Form, Report
from flows.segments import fits
from flows.survey import Kind, Question, Survey
from flows.wording import Wording
from flows.xlsform.texts import Texts


def check(survey: Survey, form: Form, texts: Texts, report: Report, notes: Report) -> None:
    """Report texts that mention what is not known yet, and questions too long for one message."""
    rows = _rows(form)
    catalogues = texts.catalogues(survey)
    seen: set[str] = set()
    for question in survey.questions:
        row = rows.get(question.line, Cells())
        names = dict(question.names)
        for wording in question.wordings():
            for name in sorted(references(wording.source)):
                if names.get(name, name) not in seen:
                    message = f"the words mention `${{{name}}}`, which is not asked before"
                    report.add(row, question.name, message, column="label")
        seen.add(question.name)
        size = _too_long(question, lambda wording: wording.source)
        if size:
            message = f"this makes a message of {size} characters: one holds 1600, or 10 SMS parts"
            if len(question.choices) > 10:
                message += (
                    f"; {len(question.choices)} options are too many, so filter or group them"
                )
            report.add(row, question.name, message, column="label")
        for code, said in catalogues.items():
            words = {key: text for key, (text, _) in said.items()}
            size = _too_long(question, _spoken(words))
            if size:
                message = f"in {code} this makes a message of {size} characters: one holds 1600"
                notes.add(row, question.name, message, column="label")


def _rows(form: Form) -> dict[int, Cells]:
    return {row.line: row for row in form.survey}


def _spoken(words: dict[tuple[str, str], str]) -> Callable[[Wording], str]:
    return lambda wording: words.get((wording.context, wording.source), wording.source)


def _too_long(question: Question, text: Callable[[Wording], str]) -> int:
    """The length of a question's message if it can not be sent as one, else 0."""
    if question.kind is Kind.CALCULATE:
        return 0
    message = "\n".join(_lines(question, text))
    return 0 if fits(message) else len(message)


def _lines(question: Question, text: Callable[[Wording], str]) -> Iterator[str]:
    for wording in (question.label, question.hint):
        if wording is not None:
            yield text(wording)
    if question.choice_filter is None:  # how many are left of them depends on the answers
        for choice in question.choices:
            yield f"{question.number_of(choice)}. {text(choice.label)}"
