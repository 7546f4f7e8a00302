"""Validated scales: their words are theirs, their licence is asked for, their score needs every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rapidfuzz.distance import Indel

from flows.lint.findings import Finding, Severity
from flows.reading.folding import fold
from flows.sentences import Sentence
from flows.survey import Instrument, Question, Survey

_THE_SAME_ITEM = 0.85
_PERHAPS_THE_SAME = 0.6
"""How alike two texts are when one is the other in changed words; the second under the same name."""


def check_instruments(survey: Survey, known: Mapping[str, Instrument]) -> Iterator[Finding]:
    """Every finding about the scales that a survey uses, or has copied.

    Args:
        survey: the survey.
        known: name -> instrument, each with its exact words.
    """
    for question in survey.questions:
        name = question.instrument or question.instrument_changed
        owner = known.get(name or "") or _closed(question, known)
        if owner is not None and not owner.open:
            message = Sentence(
                "The licence of {scale} is closed: {licence}",
                scale=owner.title,
                licence=owner.licence,
            )
            yield _found("instrument-closed", Severity.ERROR, question, message)
        elif owner is not None:
            yield from _changed(question, owner)
        else:
            yield from _copied(question, known)
    yield from _without_score(survey)


def _found(rule: str, severity: Severity, question: Question, message: Sentence) -> Finding:
    return Finding(rule, severity, message, question.name, line=question.line)


def _closed(question: Question, known: Mapping[str, Instrument]) -> Instrument | None:
    """The locked scale that a question has an item's name of: its words are not ours to compare."""
    for instrument in known.values():
        items = {item for score in instrument.scores for item in score.items}
        if not instrument.open and question.name in items:
            return instrument
    return None


def _changed(question: Question, instrument: Instrument) -> Iterator[Finding]:
    item = {one.name: one for one in instrument.questions}.get(question.name)
    if question.instrument_changed or item is None or _words(question) != _words(item):
        yield _found("instrument-changed", Severity.WARNING, question, _told(instrument))


def _told(instrument: Instrument) -> Sentence:
    return Sentence(
        "These are not the exact words of {scale}: its norms do not hold. "
        "Restore them, or say wherever results are shown that the wording was changed.",
        scale=instrument.title,
    )


def _copied(question: Question, known: Mapping[str, Instrument]) -> Iterator[Finding]:
    """A scale's item that stands here as any other question."""
    label = _label(question)
    if label is None or not question.takes_answer:
        return
    for instrument in known.values():
        for item in instrument.questions:
            theirs = _label(item)
            if theirs is None or not item.takes_answer:
                continue
            alike = Indel.normalized_similarity(label, theirs)
            named = question.name == item.name and alike >= _PERHAPS_THE_SAME
            if alike < _THE_SAME_ITEM and not named:
                continue
            if _words(question) == _words(item):
                message = Sentence(
                    "This is `{item}` of {scale}: write `{instead}`, "
                    "so that its licence and score come along.",
                    item=item.name,
                    scale=instrument.title,
                    instead=f"type: instrument {instrument.name}",
                )
                yield _found("instrument-copied", Severity.NOTE, question, message)
            else:
                yield _found("instrument-changed", Severity.WARNING, question, _told(instrument))
            return


def _label(question: Question) -> str | None:
    return None if question.label is None else fold(question.label.source)


def _words(question: Question) -> tuple[object, ...]:
    """What makes an item what it is: its words, its options, and the codes they score by."""
    options = tuple((choice.name, choice.label.source) for choice in question.choices)
    return (
        None if question.label is None else question.label.source,
        None if question.hint is None else question.hint.source,
        options,
    )


def _without_score(survey: Survey) -> Iterator[Finding]:
    """Scores whose items are not all asked: an item missing leaves a score missing, always."""
    asked = survey.by_name.keys()
    for instrument in survey.instruments:
        for score in instrument.scores:
            missing = [item for item in score.items if item not in asked]
            if missing and len(missing) < len(score.items):
                message = Sentence(
                    "There will be no {score} score of {scale}: it needs {items} too.",
                    score=score.name,
                    scale=instrument.title,
                    items=tuple(f"`{item}`" for item in missing),
                )
                yield Finding("instrument-incomplete", Severity.WARNING, message)
