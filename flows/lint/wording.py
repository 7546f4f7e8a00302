"""How the questions read: hard English, too many questions, the same one twice, sensitive ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from flows.lint.findings import Finding, Severity
from flows.readability import readability
from flows.reading.folding import fold
from flows.reading.words import key_of, tokenise
from flows.sentences import Sentence
from flows.survey import Question, Survey

READING_AGE, OLDEST = 9, 11
"""Years: what plain English for everyone aims at, and above which it is too hard for many."""

RECOMMENDED = 5
"""Questions after which people stop answering."""

ENGLISH = "en"

# Words of questions that some people can not answer safely, or at all, without a way out.
_SENSITIVE = frozenset({
    "abuse", "abused", "alcohol", "anxious", "arrest", "arrested", "assault", "asylum",
    "benefit", "benefits", "bisexual", "citizenship", "crime", "criminal", "debt", "debts",
    "depressed", "depression", "disability", "disabled", "disorder", "divorced", "drug",
    "drugs", "ethnic", "ethnicity", "faith", "gay", "gender", "harm", "heterosexual", "hiv",
    "homeless", "illness", "immigrant", "immigration", "income", "lesbian", "loneliness",
    "lonely", "married", "medication", "mental", "nationality", "police", "pregnancy",
    "pregnant", "prison", "race", "racial", "racism", "racist", "refugee", "religion",
    "religious", "salary", "sex", "sexual", "sexuality", "suicidal", "suicide", "trans",
    "transgender", "unsafe", "violence", "violent", "visa", "wage", "wages",
})  # fmt: skip
_REFUSALS = frozenset(
    ["refused", "refuse", "prefer_not_to_say", "prefer_not", "rather_not_say", "no_answer", "-99"]
)


def check_wording(survey: Survey, longest: Sequence[Question]) -> Iterator[Finding]:
    """Every finding about how a survey reads.

    Args:
        survey: the survey.
        longest: the questions of the longest way through it.
    """
    if survey.source_language.partition("-")[0] == ENGLISH:
        yield from _reading_age(survey)
    yield from _length(longest)
    yield from _twice(survey)
    yield from _sensitive(survey)


def reading_age(survey: Survey) -> float | None:
    """The reading age of all the questions together; None when they are not in English, or too short."""
    if survey.source_language.partition("-")[0] != ENGLISH:
        return None
    measured = readability(text for question in survey.questions for text in _texts(question))
    return None if measured is None else measured.age


def _texts(question: Question) -> list[str]:
    return [text.source for text in (question.label, question.hint) if text is not None]


def _reading_age(survey: Survey) -> Iterator[Finding]:
    for question in survey.questions:
        measured = readability(_texts(question))
        if measured is None or measured.age <= READING_AGE:
            continue
        if question.instrument is not None:
            message = Sentence(
                "The English asks for a reading age of {age}; a scale's words stay as they are, "
                "so be ready to explain them.",
                age=measured.age,
            )
            severity = Severity.NOTE
        else:
            message = Sentence(
                "The English asks for a reading age of {age}: shorter sentences and plainer words "
                "are read by more people.",
                age=measured.age,
            )
            severity = Severity.WARNING if measured.age > OLDEST else Severity.NOTE
        yield Finding("reading-age", severity, message, question.name, line=question.line)
    overall = reading_age(survey)
    if overall is not None and overall > OLDEST:
        message = Sentence(
            "The English of the whole survey asks for a reading age of {age}: "
            "aim at {best}, and at {oldest} at the most.",
            age=overall,
            best=READING_AGE,
            oldest=OLDEST,
        )
        yield Finding("reading-age", Severity.WARNING, message)


def _length(longest: Sequence[Question]) -> Iterator[Finding]:
    """A scale counts as its items: that is what the person answers."""
    asked = sum(question.takes_answer and question.purpose is None for question in longest)
    if asked > RECOMMENDED:
        message = Sentence(
            "Up to {asked} questions are asked; answering drops after about {most}: "
            "leave some out, or send them on another day.",
            asked=asked,
            most=RECOMMENDED,
        )
        yield Finding("too-many-questions", Severity.NOTE, message)


def _twice(survey: Survey) -> Iterator[Finding]:
    first: dict[str, Question] = {}
    for question in survey.questions:
        if question.label is None or not question.takes_answer or _asks_which(survey, question):
            continue
        earlier = first.setdefault(key_of(fold(question.label.source)), question)
        # The rounds of a repeat come from one row, and ask the same on purpose.
        if earlier is not question and earlier.line != question.line:
            message = Sentence(
                "This asks the same as `{earlier}`: leave one out, or say what differs.",
                earlier=earlier.name,
            )
            yield Finding(
                "asked-twice", Severity.WARNING, message, question.name, line=question.line
            )


def _asks_which(survey: Survey, question: Question) -> bool:
    """Whether a question is the one that `or_other` adds, always in the same words."""
    asked = survey.by_name.get(question.name.removesuffix("_other"))
    return asked is not None and asked is not question and bool(asked.choices)


def _sensitive(survey: Survey) -> Iterator[Finding]:
    for question in survey.questions:
        if not question.required or question.purpose is not None:
            continue
        found = _words(question) & _SENSITIVE
        codes = {choice.name.casefold() for choice in question.choices}
        if not (found or question.instrument) or codes & _REFUSALS or _says_so(question):
            continue
        yield Finding(
            "required-sensitive", Severity.NOTE, _delicate(found), question.name, line=question.line
        )


def _delicate(words: Collection[str]) -> Sentence:
    if words:
        return Sentence(
            "This is sensitive (it speaks of {words}) and has to be answered: "
            "offer “Prefer not to say”, or leave out `required`.",
            words=tuple(sorted(words)),
        )
    return Sentence(
        "This is sensitive and has to be answered: "
        "offer “Prefer not to say”, or leave out `required`."
    )


def _words(question: Question) -> set[str]:
    told = " ".join([question.name.replace("_", " "), *_texts(question)])
    return {token.text for token in tokenise(fold(told))}


def _says_so(question: Question) -> bool:
    """Whether an option says that one may keep the answer to oneself."""
    labels = (fold(choice.label.source) for choice in question.choices)
    return any("not to say" in label or "rather not" in label for label in labels)
