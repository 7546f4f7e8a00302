"""A survey's texts in one language: the words of the catalogues, and what the ledger knows of them.

The catalogues hold the words; the ledger holds what people did with them. Nothing here is stored twice: a
status is concluded from both each time it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.gateways.catalogues import Catalogue, by_key
from bot.gateways.files import beside as beside_survey
from bot.gateways.files import catalogue_beside, is_own
from bot.gateways.recordings import Recording
from bot.gateways.voices import PHRASES
from bot.store import ledger
from bot.usecases.services import Services
from bot.usecases.shelf import StoredCatalogue
from flows import meaning
from flows.meaning import (
    MACHINE,
    SPOKEN_ONLY,
    Entry,
    Key,
    Maker,
    Place,
    Status,
    Step,
    Translation,
)
from flows.segments import fits
from flows.spoken import texts_to_record
from flows.survey import Survey
from flows.wording import SOURCE, Wording

UNNAMED = "unnamed translator"
"""Who wrote what a catalogue holds without saying who."""


class TranslationError(ValueError):
    """Something that can not be done with a translation; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a survey in one language.

    Attributes:
        wording: the English and its place.
        place: what it is for.
        current: the catalogue's translation; None without one.
        status: where it stands.
        previous: for a stale text, the translation of the English before.
        entries: what was done with any translation of this wording, oldest first.
        warning: what a channel will do with it that its translator should know.
    """

    wording: Wording
    place: Place
    current: Translation | None
    status: Status
    previous: Translation | None
    entries: tuple[Entry, ...]
    warning: str | None = None

    @property
    def words(self) -> str:
        """The translation; empty without one."""
        return "" if self.current is None else self.current.text


@dataclass(frozen=True)
class Desk:
    """One survey in one language, with everything known about its texts."""

    name: str
    survey: Survey
    language: str
    places: Mapping[Wording, Place]
    current: Mapping[Key, Translation]
    previous: Mapping[Wording, Translation]
    entries: Mapping[Key, Sequence[Entry]]
    catalogues: Sequence[Catalogue]

    def words(self, wording: Wording) -> str | None:
        """A text as it would be said now."""
        if wording.language == self.language:
            return wording.source
        found = self.current.get((wording.context, wording.source))
        return None if found is None else found.text

    def texts(self) -> list[Text]:
        """Every text that has to be translated, in the order a conversation meets them."""
        long = self.too_long()
        return [
            self._text(wording, place, too_long=wording in long)
            for wording, place in self.places.items()
            if wording.language != self.language and not self._done_without(wording, place)
        ]

    def _done_without(self, wording: Wording, place: Place) -> bool:
        return place.optional and not self.words(wording)

    def _text(self, wording: Wording, place: Place, *, too_long: bool) -> Text:
        key = (wording.context, wording.source)
        current, previous = self.current.get(key), self.previous.get(wording)
        entries = tuple(self.entries.get(key, ()))
        status = meaning.status_of(
            wording,
            current,
            entries,
            previous=previous,
            too_long=too_long,
            spoken=self.language in SPOKEN_ONLY,
        )
        warning = None
        if current is not None and place.option is not None:
            warning = meaning.label_warning(current.text, place.options)
        return Text(wording, place, current, status, previous, entries, warning)

    def too_long(self) -> set[Wording]:
        """The labels of questions that do not fit into one message, and other texts that do not."""
        asked = {
            question.label
            for question in self.survey.questions
            if question.label is not None and meaning.overlong(question, self.words)
        }
        return asked | {w for w in self.places if not fits(self.words(w) or "")}

    def catalogue_for(self, wording: Wording) -> Catalogue:
        """Where a text is kept: what an imported survey says lies beside it."""
        own = wording.context.startswith(f"{self.survey.form_id}/")
        return self.catalogues[-1] if own else self.catalogues[0]


def load(services: Services, survey: str) -> Survey:
    """A survey by name or path; raises TranslationError or SurveyError."""
    try:
        return services.surveys.load(survey).survey
    except FileNotFoundError:
        known = ", ".join(services.surveys.names())
        raise TranslationError(f"There is no survey {survey!r}; there are {known}.") from None


def open_desk(
    services: Services, survey: str, language: str, connection: Connection | None = None
) -> Desk:
    """Everything known about a survey's texts in a language.

    Raises:
        TranslationError: there is no such survey or language.
        CatalogueError: a catalogue can not be read.
    """
    loaded = load(services, survey)
    known = services.voices.files.vocabularies
    if language not in known:
        raise TranslationError(f"There is no language {language!r}; there are {', '.join(known)}.")
    catalogues = catalogues_of(services, survey, language, connection=connection)
    contexts = {wording.context for wording in meaning.places(loaded, PHRASES)}
    with services.database.reading() if connection is None else nullcontext(connection) as view:
        entries = ledger.entries(view, language, contexts)
    return lay_out(services, survey, loaded, language, catalogues, entries)


def lay_out(
    services: Services,
    survey: str,
    loaded: Survey,
    language: str,
    catalogues: Sequence[Catalogue],
    entries: Mapping[Key, Sequence[Entry]],
) -> Desk:
    """A desk from what was read before: whoever opens many reads each file and the ledger once.

    Args:
        services: the outside world.
        survey: name or path.
        loaded: the survey itself.
        language: code, of a language that there is.
        catalogues: as `catalogues_of` gives them.
        entries: the ledger's, of this language; those of other surveys do no harm.
    """
    kept = [catalogue.translations() for catalogue in catalogues]
    places = meaning.places(loaded, PHRASES)
    if language in SPOKEN_ONLY:
        # Nothing is written there: what is approved is what is heard.
        recordings = services.voices.recordings(loaded, language, beside_survey(survey))
        kept = [_heard(loaded, recordings)]
        said = set(texts_to_record(loaded, PHRASES).values())
        places = {wording: place for wording, place in places.items() if wording in said}
    current = by_key(*kept)
    return Desk(
        name=survey,
        survey=loaded,
        language=language,
        places=places,
        current=current,
        previous=_previous(places, language, current, [t for each in kept for t in each], entries),
        entries=entries,
        catalogues=catalogues,
    )


def catalogues_of(
    services: Services,
    survey: str,
    language: str,
    house: Catalogue | None = None,
    connection: Connection | None = None,
) -> list[Catalogue]:
    """The house's catalogue, then the one beside the survey's file; both as conversations take them."""
    house = house or Catalogue(services.voices.files.catalogue_path(language), language)
    if is_own(survey):
        kept = StoredCatalogue(services.database, survey, language, connection)
        return [kept] if language == SOURCE else [house, kept]
    path = services.surveys.path(survey)
    own = Catalogue(catalogue_beside(path, language), language)
    if language == SOURCE:
        return [own]
    # What a survey of the library says is kept by the house, unless it brought words of its own.
    return [house, own] if own.exists or beside_survey(survey) is not None else [house]


def _previous(
    places: Mapping[Wording, Place],
    language: str,
    current: Mapping[Key, Translation],
    kept: Iterable[Translation],
    entries: Mapping[Key, Sequence[Entry]],
) -> Mapping[Wording, Translation]:
    """For each text without a translation, the one it had before its English changed."""
    # What the ledger remembers is known even when a catalogue has dropped it.
    remembered = [
        Translation(context, source, entry.text, finished=False)
        for (context, source), found in entries.items()
        for entry in found
    ]
    # An earlier draft of a text that is translated now is nobody's predecessor.
    former = [t for t in (*remembered, *kept) if t.finished or t.key not in current]
    return meaning.predecessors([w for w in places if w.language != language], former)


def heard(recording: Recording) -> str:
    """A recording as the ledger names it, where it stands in the place of words."""
    return f"recording {recording.digest[:12]}"


def _heard(survey: Survey, recordings: Mapping[str, Recording]) -> list[Translation]:
    """Recordings as the ledger knows them: each text is its recording, named by what it holds."""
    return [
        Translation(wording.context, wording.source, heard(recordings[name]))
        for name, wording in texts_to_record(survey, PHRASES).items()
        if name in recordings
    ]


def texts(services: Services, survey: str, language: str) -> list[Text]:
    """Every text of a survey in a language, and where it stands."""
    return open_desk(services, survey, language).texts()


def choose(desk: Desk, string: str | None) -> list[Text]:
    """The texts of a context or id, or all of them; raises TranslationError when there is none."""
    found = desk.texts()
    if string is None:
        if not found:
            raise TranslationError(f"{desk.name} needs no translation into {desk.language!r}.")
        return found
    chosen = [text for text in found if string in (text.wording.context, text.wording.digest)]
    if not chosen:
        raise TranslationError(
            f"{desk.name} has no text {string!r} in {desk.language!r}; `awaaz translation status "
            f"{desk.name} --language {desk.language}` lists them."
        )
    return chosen


def remember(connection: Connection, desk: Desk, chosen: Iterable[Text], now: datetime) -> None:
    """Bring words into the ledger that a catalogue holds and the ledger has not heard of."""
    new = [
        (text.wording.context, draft)
        for text in chosen
        if (draft := unheard_of(desk, text, now)) is not None
    ]
    ledger.add(connection, desk.language, new)


def unheard_of(desk: Desk, text: Text, now: datetime) -> Entry | None:
    """The draft that the ledger would have to know of, if it does not know these words yet."""
    current = text.current
    if current is None or any(entry.text == current.text for entry in text.entries):
        return None
    held = [found for found in desk.catalogues if found.holds(current.key)]
    author = (held[-1].last_translator if held else "") or UNNAMED
    return Entry(
        step=Step.DRAFT,
        maker=Maker.MACHINE if current.machine else Maker.HUMAN,
        who=MACHINE if current.machine else author,
        source=current.source,
        text=current.text,
        at=now,
    )
