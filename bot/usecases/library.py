"""The library of surveys, and a survey read as a conversation in several languages side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.texts import open_desk
from flows.language import Language
from flows.meaning import Status
from flows.survey import Kind, Question
from flows.wording import SOURCE, Wording


class NoSuchSurvey(NotHere):
    """The library has no survey of this name."""


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
        conditional: whether it is asked of some only.
        sayings: one for each language, in the order asked for.
    """

    name: str
    kind: Kind
    conditional: bool
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
    survey = file.survey
    known = services.voices.files.vocabularies
    codes = [code for code in dict.fromkeys(languages) if code in known] or [SOURCE]
    family = services.voices.family(codes, own=file.catalogues)
    statuses = {code: _statuses(services, name, code) for code in codes}
    steps = tuple(
        Step(
            question.name,
            question.kind,
            bool(question.relevant),
            tuple(_saying(question, family[code], statuses[code]) for code in codes),
        )
        for question in survey.questions
        if question.label is not None
    )
    return Read(name, survey.title, survey.version, tuple(codes), steps)


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
