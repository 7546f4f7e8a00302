"""One text at a time, as the console shows it: what is known of it, and each step that somebody may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from bot.gateways.files import is_own
from bot.gateways.voices import PHRASES
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.survey_drafts import NoSuchSurvey
from bot.usecases.texts import Desk, Text, TranslationError, open_desk, unheard_of
from bot.usecases.translation import Bar, bar_to
from flows import meaning
from flows.meaning import SPOKEN_ONLY, Entry, Status, Step
from flows.segments import SEGMENT_LIMIT, Segments, segments
from flows.spoken import texts_to_record
from flows.wording import SOURCE, digest

_UCS2_PART = 67
"""Characters in each of several SMS parts of a text that is not in GSM's small alphabet."""


class NoSuchText(NotHere):
    """The survey has no such text, or there is no such language."""


class Stretch(StrEnum):
    """Which texts of a language somebody goes through."""

    TO_DO = "to-do"
    STALE = "stale"
    ALL = "all"


_STRETCHES: dict[Stretch, Callable[[Text], bool]] = {
    Stretch.TO_DO: lambda text: text.status is not Status.SIGNED_OFF,
    Stretch.STALE: lambda text: text.status is Status.STALE,
    Stretch.ALL: lambda _: True,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A survey in a language, as every page about it shows in its head.

    Attributes:
        survey: name in the library.
        title: the survey's own.
        language: code.
        name: what its speakers call it.
        direction: `ltr` or `rtl`.
        spoken: whether it is spoken only: what is approved there is what is heard.
    """

    survey: str
    title: str
    language: str
    name: str
    direction: str
    spoken: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The texts of a survey in a language, in the order a conversation meets them.

    Attributes:
        place: which survey and language.
        wanted: which of them are listed.
        texts: (number among all, text).
        counts: how many each choice would list.
    """

    place: Place
    wanted: Stretch
    texts: Sequence[tuple[int, Text]]
    counts: dict[Stretch, int]


@dataclass(frozen=True, slots=True)
class Version:
    """Words that somebody once gave a text, and who had a hand in them."""

    words: str
    who: tuple[str, ...]
    current: bool

    @property
    def id(self) -> str:
        """What a form names it by."""
        return digest(self.words)


@dataclass(frozen=True, slots=True)
class Opened:
    """One text with everything that is known of it.

    Attributes:
        place: which survey and language.
        wanted: which texts she goes through.
        text: the text.
        number: its place among all, from 1 on.
        total: how many there are.
        previous: id of the text before it, of those that she goes through.
        following: id of the one after it.
        answers_to: for an option, the question it answers.
        instrument: title of the validated scale that it belongs to.
        keep: what has to stand in the translation as it stands in the English.
        limit: characters that it may have.
        button: whether that is what WhatsApp shows of a button; else what SMS carries.
        source_size: what the English takes as SMS.
        size: what the translation takes.
        versions: every wording that somebody gave it, the first one first.
        drafters: who drafted it.
        history: what was done, oldest first; what only the catalogue knows, too.
        said: id of its recording, for a text that can be recorded.
        source_direction: `ltr` or `rtl`, of the language it is written in.
        bar: why she may not sign it off; None if she may.
    """

    place: Place
    wanted: Stretch
    text: Text
    number: int
    total: int
    previous: str | None
    following: str | None
    answers_to: str | None
    instrument: str | None
    keep: tuple[str, ...]
    limit: int
    button: bool
    source_size: Segments
    size: Segments
    versions: tuple[Version, ...]
    drafters: tuple[str, ...]
    history: tuple[Entry, ...]
    said: str | None
    source_direction: str
    bar: Bar | None

    @property
    def seen(self) -> str:
        """What a form carries, so that nobody approves or replaces words that she has not seen."""
        return digest(self.text.words)

    @property
    def back_translation(self) -> str:
        """What the words of today say in English, as somebody put it last."""
        found = [e for e in self.history if e.back_translation and e.text == self.text.words]
        return found[-1].back_translation if found else ""


def signer(me: SignedIn) -> str:
    """The name under which somebody stands in the ledger."""
    return me.email if meaning.why_not_named(me.name) else " ".join(me.name.split())


def desk_of(
    services: Services, survey: str, language: str, connection: Connection | None = None
) -> Desk:
    """The desk of a survey of the library, or of an organisation's own.

    Raises:
        NotHere: there is no such survey, or no such language to translate it into.
    """
    if survey not in services.surveys.names() and not is_own(survey):
        raise NoSuchSurvey(survey)
    if language not in services.voices.files.vocabularies or language == SOURCE:
        raise NoSuchText(language)
    try:
        return open_desk(services, survey, language, connection)
    except TranslationError:
        raise NoSuchSurvey(survey) from None


def place_of(services: Services, desk: Desk) -> Place:
    """What the head of a page says."""
    files = services.voices.files
    return Place(
        survey=desk.name,
        title=desk.survey.title,
        language=desk.language,
        name=files.vocabularies[desk.language].name,
        direction=files.direction(desk.language),
        spoken=desk.language in SPOKEN_ONLY,
    )


def listing(services: Services, survey: str, language: str, wanted: Stretch) -> Listing:
    """The texts of a survey in a language; raises NotHere."""
    desk = desk_of(services, survey, language)
    texts = list(enumerate(desk.texts(), 1))
    return Listing(
        place=place_of(services, desk),
        wanted=wanted,
        texts=[(number, text) for number, text in texts if _STRETCHES[wanted](text)],
        counts={one: sum(_STRETCHES[one](text) for _, text in texts) for one in Stretch},
    )


def open_text(
    services: Services, survey: str, language: str, string: str, wanted: Stretch, me: SignedIn
) -> Opened:
    """One text with all that is known of it; raises NotHere."""
    desk = desk_of(services, survey, language)
    texts = desk.texts()
    number = _number(texts, string)
    text, now = texts[number], services.clock.now()
    unheard = unheard_of(desk, text, now)
    history = text.entries if unheard is None else (*text.entries, unheard)
    return Opened(
        place=place_of(services, desk),
        wanted=wanted,
        text=text,
        number=number + 1,
        total=len(texts),
        previous=_next(texts[:number][::-1], wanted),
        following=_next(texts[number + 1 :], wanted),
        **_about(desk, text),
        source_size=segments(text.wording.source),
        size=segments(text.words),
        versions=_versions(history, text.words),
        drafters=tuple(dict.fromkeys(e.who for e in history if e.step is Step.DRAFT)),
        history=history,
        said=_recording_of(desk, text),
        source_direction=_direction(services, text.wording.language),
        bar=bar_to(desk, text, Step.SIGN_OFF, signer(me), now),
    )


def _direction(services: Services, code: str) -> str:
    files = services.voices.files
    return files.direction(code) if code in files.vocabularies else "auto"


def _number(texts: Sequence[Text], string: str) -> int:
    for number, text in enumerate(texts):
        if text.wording.digest == string:
            return number
    raise NoSuchText(string)


def _next(texts: Sequence[Text], wanted: Stretch) -> str | None:
    return next((text.wording.digest for text in texts if _STRETCHES[wanted](text)), None)


def following(
    services: Services, survey: str, language: str, string: str, wanted: Stretch
) -> str | None:
    """Id of the text after this one, of those that somebody goes through; None at the end."""
    texts = desk_of(services, survey, language).texts()
    return _next(texts[_number(texts, string) + 1 :], wanted)


def _about(desk: Desk, text: Text) -> dict[str, Any]:
    """What its translator has to know."""
    place = text.place
    question = desk.survey.by_name.get(place.question or "")
    titles = {instrument.name: instrument.title for instrument in desk.survey.instruments}
    asked = None if question is None or question.label is None else question.label.source
    named = None if question is None else question.instrument
    button = meaning.BUTTON_LIMIT if place.options <= 3 else meaning.LIST_ITEM_LIMIT
    return {
        "answers_to": asked if place.option is not None else None,
        "instrument": None if named is None else titles.get(named, named),
        "keep": tuple(sorted(meaning.marks(text.wording.source))),
        "limit": button if place.options else SEGMENT_LIMIT * _UCS2_PART,
        "button": bool(place.options),
    }


def _versions(history: Sequence[Entry], words: str) -> tuple[Version, ...]:
    who: dict[str, dict[str, None]] = {}
    for entry in history:
        if entry.step in (Step.DRAFT, Step.REVIEW, Step.ADJUDICATION):
            who.setdefault(entry.text, {})[entry.who] = None
    return tuple(Version(text, tuple(names), text == words) for text, names in who.items())


def _recording_of(desk: Desk, text: Text) -> str | None:
    named = texts_to_record(desk.survey, PHRASES)
    return next((digest(name) for name, one in named.items() if one == text.wording), None)
