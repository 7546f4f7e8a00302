"""How far every survey is in every language: each file is read once, and the ledger once a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.gateways.catalogues import Catalogue
from bot.gateways.voices import PHRASES
from bot.store import ledger
from bot.usecases.services import Services
from bot.usecases.shelf import names_of
from bot.usecases.staff import Organisation
from bot.usecases.texts import catalogues_of, lay_out, load
from flows import meaning
from flows.language import SOURCE
from flows.meaning import SPOKEN_ONLY, Status
from flows.survey import Survey


@dataclass(frozen=True, slots=True)
class Progress:
    """A survey in a language.

    Attributes:
        language: code.
        name: what its speakers call it.
        total: texts, those of the bot included.
        signed: signed off.
        reviewed: reviewed, adjudicated or pretested, and not signed off.
        drafts: written by a person and no more.
        machine: written by no person.
        stale: whose English has changed since.
        missing: without words; or with words that can not be sent (a placeholder, the length).
        needs_audio: texts that have to be recorded and are not; None where none has to be.
    """

    language: str
    name: str
    total: int
    signed: int
    reviewed: int
    drafts: int
    machine: int
    stale: int
    missing: int
    needs_audio: int | None

    @property
    def done(self) -> bool:
        """Whether nothing keeps it from being launched."""
        return self.signed == self.total


@dataclass(frozen=True, slots=True)
class SurveyProgress:
    """A survey in all its languages."""

    name: str
    title: str
    languages: tuple[Progress, ...]


def overview(services: Services, organisation: Organisation) -> list[SurveyProgress]:
    """The organisation's own surveys and the library's, in every language but the one they are written in."""
    own = names_of(services.database, organisation.id, organisation.slug)
    surveys = {name: load(services, name) for name in (*own, *services.surveys.names())}
    found: dict[str, list[Progress]] = {name: [] for name in surveys}
    for code in services.voices.files.vocabularies:
        for name, progress in _in_language(services, surveys, code):
            found[name].append(progress)
    return [
        SurveyProgress(name, survey.title, tuple(found[name])) for name, survey in surveys.items()
    ]


def _in_language(
    services: Services, surveys: Mapping[str, Survey], code: str
) -> Iterator[tuple[str, Progress]]:
    contexts = {
        wording.context
        for survey in surveys.values()
        for wording in meaning.places(survey, PHRASES)
        if wording.language != code
    }
    if not contexts:
        return
    house = Catalogue(services.voices.files.catalogue_path(code), code)
    with services.database.reading() as connection:
        entries = ledger.entries(connection, code, contexts)
    for name, survey in surveys.items():
        catalogues = catalogues_of(services, name, code, house)
        texts = lay_out(services, name, survey, code, catalogues, entries).texts()
        if texts:
            yield name, _progress(services, code, Counter(text.status for text in texts))


def _progress(services: Services, code: str, count: Mapping[Status, int]) -> Progress:
    lacking = count[Status.MISSING]
    return Progress(
        language=code,
        name=services.voices.files.vocabularies[code].name,
        total=sum(count.values()),
        signed=count[Status.SIGNED_OFF],
        reviewed=count[Status.REVIEWED] + count[Status.ADJUDICATED] + count[Status.PRETESTED],
        drafts=count[Status.DRAFT],
        machine=count[Status.MACHINE_DRAFT],
        stale=count[Status.STALE],
        missing=lacking + count[Status.PLACEHOLDERS] + count[Status.TOO_LONG],
        needs_audio=lacking if code in SPOKEN_ONLY and code != SOURCE else None,
    )
