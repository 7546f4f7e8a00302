"""What can not be said in a language: texts without a translation, and placeholders that got lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.expressions import references
from flows.language import Language
from flows.lint.findings import Finding, Severity
from flows.sentences import Sentence
from flows.spoken import texts_to_record
from flows.survey import Survey
from flows.wording import Wording, placeholders

_SHORTENED = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in a survey."""

    question: str | None = None
    option: str | None = None
    line: int = 0


def places(survey: Survey) -> Mapping[Wording, Place]:
    """Every text of a survey -> where it stands first."""
    found: dict[Wording, Place] = {}
    for question in survey.questions:
        for choice in question.choices:
            for wording in (choice.label, choice.button):
                if wording is not None:
                    found.setdefault(wording, Place(question.name, choice.name, question.line))
        for wording in (*question.wordings(), *question.short_wordings()):
            found.setdefault(wording, Place(question.name, None, question.line))
    return found


def lacking(survey: Survey, language: Language, phrases: Sequence[Wording]) -> tuple[Wording, ...]:
    """What can not be said in a language: no translation, or no recording where it is only spoken."""
    if not language.spoken:
        return language.untranslated((*survey.wordings(), *phrases))
    said = texts_to_record(survey, phrases)
    return tuple(wording for name, wording in said.items() if name not in language.recordings)


def untranslated(
    survey: Survey,
    language: Language,
    phrases: Sequence[Wording],
    written: Mapping[tuple[str, str], str],
    *,
    demanded: bool,
) -> Iterator[Finding]:
    """Texts that a language lacks; they matter when somebody means to launch in it."""
    severity = Severity.ERROR if demanded else Severity.WARNING
    code, where = language.code, places(survey)
    missing = lacking(survey, language, ())
    texts = texts_to_record(survey, ()) if language.spoken else survey.wordings()
    if missing and len(missing) == len(texts):
        message = Sentence(
            "Nobody has translated this into {language} yet: leave {language} out, or translate it.",
            language=code,
        )
        level = severity if demanded else Severity.NOTE
        yield Finding("not-translated", level, message, language=code)
        return
    for wording in missing:
        if not _differing(wording, written):  # else `placeholder-mismatch` says why
            place = where[wording]
            text = _short(wording.source)
            if language.spoken:
                message = Sentence(
                    "{language} has no recording of “{text}”.", language=code, text=text
                )
            else:
                message = Sentence(
                    "{language} has no finished translation of “{text}”.", language=code, text=text
                )
            yield Finding(
                "untranslated", severity, message, place.question, place.option, code, place.line
            )
    unsaid = [
        text
        for text in lacking(survey, language, phrases)
        if text in phrases and not _differing(text, written)
    ]
    if unsaid:
        message = Sentence(
            "{language} lacks {lacks} of the {all} sentences that the bot says itself: "
            "translate them in the catalogue.",
            language=code,
            lacks=len(unsaid),
            all=len(phrases),
        )
        yield Finding("phrases-untranslated", severity, message, language=code)


def _short(text: str) -> str:
    return text if len(text) <= _SHORTENED else f"{text[: _SHORTENED - 1]}…"


def placeholder_mismatches(
    survey: Survey,
    language: Language,
    phrases: Sequence[Wording],
    written: Mapping[tuple[str, str], str],
) -> Iterator[Finding]:
    """Translations in which an answer or a number would not be filled in where it should."""
    where = places(survey)
    for wording in (*where, *phrases):
        different = _differing(wording, written)
        if different and language.code != wording.language:
            place = where.get(wording, Place())
            yield _mismatch(language, wording, different, place)


def _differing(wording: Wording, written: Mapping[tuple[str, str], str]) -> frozenset[str]:
    """The placeholders, as they are written, that stand in a text or in its translation alone."""
    translation = written.get((wording.context, wording.source))
    if not translation:
        return frozenset()
    if not wording.context.startswith("bot/"):
        names = references(wording.source) ^ references(translation)
        return frozenset(f"${{{name}}}" for name in names)
    try:
        names = placeholders(wording.source) ^ placeholders(translation)
    except ValueError:
        return frozenset({"{"})
    return frozenset(f"{{{name}}}" for name in names)


def _mismatch(
    language: Language, wording: Wording, different: frozenset[str], place: Place
) -> Finding:
    message = Sentence(
        "The {language} translation of “{text}” differs in {placeholders}: "
        "write placeholders exactly as they stand in the source.",
        language=language.code,
        text=_short(wording.source),
        placeholders=tuple(f"`{placeholder}`" for placeholder in sorted(different)),
    )
    return Finding(
        "placeholder-mismatch",
        Severity.ERROR,
        message,
        place.question,
        place.option,
        language.code,
        place.line,
    )


def mentions(survey: Survey) -> Iterator[Finding]:
    """Answers mentioned in a text before they are given: people would see a gap."""
    asked: set[str] = set()
    for question in survey.questions:
        rounds = dict(question.names)
        wordings = [question.label, question.hint, *(choice.label for choice in question.choices)]
        texts = [wording.source for wording in wordings if wording is not None]
        for name in sorted(references("\n".join(texts))):
            if rounds.get(name, name) not in asked:
                message = Sentence(
                    "The text mentions `{mention}`, which is not asked before it: a gap is sent.",
                    mention=f"${{{name}}}",
                )
                yield Finding(
                    "reference", Severity.ERROR, message, question.name, line=question.line
                )
        asked.add(question.name)


def never_filled(survey: Survey) -> Iterator[Finding]:
    """Answers mentioned in texts that are sent as they stand."""
    for question in survey.questions:
        for wording in (question.constraint_message, question.no_message):
            for name in sorted(references(wording.source) if wording is not None else ()):
                message = Sentence(
                    "`{mention}` is not filled in here, people would see it as it is written: "
                    "only a question, its hint and its options can mention an answer.",
                    mention=f"${{{name}}}",
                )
                yield Finding(
                    "never-filled-in",
                    Severity.ERROR,
                    message,
                    question.name,
                    line=question.line,
                )
