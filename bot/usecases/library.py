"""The library of surveys, and a survey read as a conversation in several languages side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.gateways.files import Catalogues
from bot.usecases.routing_words import Condition, explain_all
from bot.usecases.services import Services
from bot.usecases.shelf import name_of
from bot.usecases.survey_drafts import Draft, NoSuchSurvey
from bot.usecases.survey_rows import bounds_text
from bot.usecases.texts import TranslationError, open_desk
from flows.language import Language
from flows.meaning import Status
from flows.survey import Kind, Question, Survey
from flows.wording import SOURCE, Wording


@dataclass(frozen=True, slots=True)
class Card:
    """A survey as the library lists it.

    Attributes:
        name: in the library.
        title: its own.
        version: its own name for its version.
        questions: how many a person answers, at most.
        instruments: titles of the validated scales in it.
        complete: codes of the languages that it can be held in.
    """

    name: str
    title: str
    version: str
    questions: int
    instruments: tuple[str, ...]
    complete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """What the bot says at one step, in one language.

    Attributes:
        language: code.
        direction: `ltr` or `rtl`.
        lines: label and hint.
        options: (number, label) of each option.
        status: the least that any of its texts has reached; None in the language it is written in.
        missing: whether something of it has no words.
    """

    language: str
    direction: str
    lines: tuple[str, ...]
    options: tuple[tuple[int, str], ...]
    status: Status | None
    missing: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a survey, said in each language.

    Attributes:
        name: of the question.
        kind: what kind of answer it takes.
        conditions: who is asked it; nothing when everybody is.
        required: whether leaving it is asked about.
        low, high: the least and the most of a number.
        constraint: which answers are taken, where that is more than a least and a most.
        instrument: title of the validated scale that it comes from.
        sayings: one for each language, in the order asked for.
    """

    name: str
    kind: Kind
    conditions: tuple[Condition, ...]
    required: bool
    low: int | float | None
    high: int | float | None
    constraint: str
    instrument: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A survey with every step, in the languages that were asked for."""

    name: str
    title: str
    version: str
    languages: tuple[str, ...]
    steps: tuple[Step, ...]


def library(services: Services) -> list[Card]:
    """Every survey that comes with the house, by name."""
    return [_card(services, name) for name in services.surveys.names()]


def _card(services: Services, name: str) -> Card:
    file = services.surveys.load(name)
    survey = file.survey
    return Card(
        name=name,
        title=survey.title,
        version=survey.version,
        questions=sum(question.takes_answer for question in survey.questions),
        instruments=tuple(instrument.title for instrument in survey.instruments),
        complete=services.voices.complete(survey, file.catalogues),
    )


def read(services: Services, name: str, languages: Sequence[str]) -> Read:
    """A survey as a conversation, in these languages side by side; raises NoSuchSurvey."""
    if name not in services.surveys.names():
        raise NoSuchSurvey(name)
    file = services.surveys.load(name)
    statuses = {code: _statuses(services, name, code) for code in _known(services, languages)}
    return converse(services, name, file.survey, file.catalogues, statuses)


def read_own(
    services: Services, organisation: str, draft: Draft, languages: Sequence[str]
) -> Read | None:
    """A draft of an organisation (its slug) as a conversation; None while it can not be read.

    How far a translation is is known of words that were published.
    """
    if draft.survey is None:
        return None
    codes, name = _known(services, languages), name_of(organisation, draft.code)
    try:
        statuses = {code: _statuses(services, name, code) for code in codes}
    except TranslationError:  # nothing of it was published yet
        statuses = {code: {} for code in codes}
    return converse(services, draft.code, draft.survey, draft.catalogues, statuses)


def _known(services: Services, languages: Sequence[str]) -> list[str]:
    known = services.voices.files.vocabularies
    return [code for code in dict.fromkeys(languages) if code in known] or [SOURCE]


def converse(
    services: Services,
    name: str,
    survey: Survey,
    catalogues: Catalogues,
    statuses: Mapping[str, Mapping[Wording, Status]],
) -> Read:
    """A survey as a conversation, in the languages whose statuses are given."""
    family = services.voices.family(statuses, own=catalogues)
    titles = {one.name: one.title for one in survey.instruments}
    steps = tuple(
        _step(
            survey,
            question,
            titles.get(question.instrument or "", ""),
            tuple(_saying(question, family[code], found) for code, found in statuses.items()),
        )
        for question in survey.questions
        if question.label is not None
    )
    return Read(name, survey.title, survey.version, tuple(statuses), steps)


def _step(survey: Survey, question: Question, instrument: str, sayings: tuple[Saying, ...]) -> Step:
    constraint = "" if question.constraint is None else question.constraint.source
    low, high = question.minimum, question.maximum
    texts = ["" if number is None else str(number) for number in (low, high)]
    return Step(
        name=question.name,
        kind=question.kind,
        conditions=explain_all(survey, [one.source for one in question.relevant]),
        required=question.required,
        low=low,
        high=high,
        constraint="" if constraint == bounds_text(*texts) else constraint,
        instrument=instrument,
        sayings=sayings,
    )


def _statuses(services: Services, name: str, code: str) -> Mapping[Wording, Status]:
    return {text.wording: text.status for text in open_desk(services, name, code).texts()}


_ORDER = {status: place for place, status in enumerate(Status)}


def _saying(question: Question, language: Language, statuses: Mapping[Wording, Status]) -> Saying:
    lines = [wording for wording in (question.label, question.hint) if wording is not None]
    labels = [choice.label for choice in question.choices]
    reached = [statuses[wording] for wording in (*lines, *labels) if wording in statuses]
    untranslated = set(language.untranslated([*lines, *labels]))
    return Saying(
        language=language.code,
        direction=language.direction,
        lines=tuple(language.text(one) for one in lines if one not in untranslated),
        options=tuple(
            (question.number_of(choice), language.text(choice.label))
            for choice in question.choices
            if choice.label not in untranslated
        ),
        status=min(reached, key=_ORDER.__getitem__, default=None),
        missing=bool(untranslated),
    )
