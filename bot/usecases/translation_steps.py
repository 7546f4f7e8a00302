"""The steps of TRAPD as somebody takes them at one text: draft, review, adjudicate, pretest, sign off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.store import ledger
from bot.usecases import audit
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.texts import Desk, Text, remember, unheard_of
from bot.usecases.translating import NoSuchText, desk_of, signer
from bot.usecases.translation import Bar, bar_to
from flows import handover, meaning
from flows.meaning import SPOKEN_ONLY, Entry, Maker, Status, Step, Translation
from flows.wording import digest


class Refusal(StrEnum):
    """Why a step was not taken."""

    EMPTY = "translation.empty"
    PLACEHOLDERS = "translation.placeholders"
    SCRIPT = "translation.script"
    CHANGED = "translation.changed"
    SAME = "translation.same"
    SPOKEN = "translation.spoken"
    UNUSABLE = "translation.unusable"
    OWN = "translation.own"


class Refused(ValueError):
    """A step that was not taken, and why."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(why.value)


class Kept(StrEnum):
    """What became of it."""

    NOW = "now"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class At:
    """Which text, and its words as she saw them.

    Attributes:
        survey: name in the library.
        language: code.
        string: id of the text.
        seen: digest of the words that stood on her page.
    """

    survey: str
    language: str
    string: str
    seen: str


@dataclass(frozen=True, slots=True)
class Told:
    """What she says about it."""

    comment: str = ""
    back_translation: str = ""


def write(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    at: At,
    step: Step,
    words: str,
    told: Told,
) -> Kept:
    """Give a text words: a draft, or what a review or an adjudication made of it.

    A draft beside words that somebody else wrote is kept in the ledger alone: an adjudicator decides. A
    review or an adjudication of the words as they are is recorded for them.

    Raises:
        Refused: the words can not be taken, or others stand there by now.
        NotHere: there is no such text.
        CatalogueError: the catalogue can not be written.
    """
    assert step in (Step.DRAFT, Step.REVIEW, Step.ADJUDICATION)
    now, name, words = services.clock.now(), signer(me), handover.clean(words)
    with services.database.transaction() as work:
        desk = desk_of(services, at.survey, at.language, connection=work.connection)
        text = _seen(desk, at)
        why = _why_not(services, desk, text, step, words)
        if why is not None:
            raise Refused(why)
        beside = step is Step.DRAFT and _is_anothers(desk, text, name, now)
        remember(work.connection, desk, [text], now)
        ledger.add(work.connection, at.language, [_entry(text, step, name, words, told, now)])
        _log(work.connection, organisation, me, at, step, now)
        if words != text.words and not beside:
            # Last, so that a catalogue that can not be written leaves the ledger as it was.
            wording = text.wording
            new = Translation(wording.context, wording.source, words)
            desk.catalogue_for(wording).keep([new])
    return Kept.BESIDE if beside else Kept.NOW


def record(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    at: At,
    step: Step,
    told: Told,
) -> None:
    """Record that somebody pretested a text, or signed it off, in the words that she saw.

    Raises:
        Refused: other words stand there by now, there are none that can be sent, or it is her own text.
        NotHere: there is no such text.
    """
    assert step in (Step.PRETEST, Step.SIGN_OFF)
    now, name = services.clock.now(), signer(me)
    with services.database.transaction() as work:
        desk = desk_of(services, at.survey, at.language, connection=work.connection)
        text = _seen(desk, at)
        match bar_to(desk, text, step, name, now):
            case Bar.UNUSABLE:
                raise Refused(Refusal.UNUSABLE)
            case Bar.OWN:
                raise Refused(Refusal.OWN)
        remember(work.connection, desk, [text], now)
        ledger.add(work.connection, at.language, [_entry(text, step, name, text.words, told, now)])
        _log(work.connection, organisation, me, at, step, now)


def _seen(desk: Desk, at: At) -> Text:
    """The text, if its words still are what she saw."""
    found = next((text for text in desk.texts() if text.wording.digest == at.string), None)
    if found is None:
        raise NoSuchText(at.string)
    if digest(found.words) != at.seen:
        raise Refused(Refusal.CHANGED)
    return found


def _why_not(services: Services, desk: Desk, text: Text, step: Step, words: str) -> Refusal | None:
    if desk.language in SPOKEN_ONLY:
        return Refusal.SPOKEN
    if not words:
        return Refusal.EMPTY
    if words == text.words and text.status in meaning.UNUSABLE:
        return Refusal.UNUSABLE
    if words == text.words:
        # Whoever only looked has written nothing.
        return Refusal.SAME if step is Step.DRAFT else None
    if not meaning.same_placeholders(text.wording, words):
        return Refusal.PLACEHOLDERS
    script = services.voices.files.script(desk.language)
    if handover.is_foreign(words, script, text.wording.source):
        return Refusal.SCRIPT
    return None


def _is_anothers(desk: Desk, text: Text, name: str, now: datetime) -> bool:
    """Whether somebody else wrote the words that a draft would take the place of."""
    if text.status in meaning.UNUSABLE or text.status is Status.MACHINE_DRAFT:
        return False
    unheard = unheard_of(desk, text, now)
    entries = text.entries if unheard is None else (*text.entries, unheard)
    makers = {meaning.person(entry.who) for entry in entries if entry.text == text.words}
    return makers != {meaning.person(name)}


def _entry(
    text: Text, step: Step, name: str, words: str, told: Told, now: datetime
) -> tuple[str, Entry]:
    return text.wording.context, Entry(
        step=step,
        maker=Maker.HUMAN,
        who=name,
        source=text.wording.source,
        text=words,
        at=now,
        back_translation=told.back_translation,
        comment=told.comment,
    )


def _log(
    connection: Connection,
    organisation: Organisation,
    me: SignedIn,
    at: At,
    step: Step,
    now: datetime,
) -> None:
    audit.record(
        connection,
        now,
        organisation_id=organisation.id,
        who=me.email,
        what=f"translation.{step}",
        about=f"text:{at.survey}/{at.language}/{at.string}",
    )
