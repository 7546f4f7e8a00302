"""Voice notes and pictures in the console: listened to, written down, translated; consent that was spoken.

Whose organisation it is, is asked here; what is kept and decided is `transcripts` and `listening_queue`.
Whoever plays or sees something is written into the audit log, once for all the parts that a player asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.store import audit as log
from bot.store.inbox import CAMPAIGN, CONVERSATION, INBOUND, AnyRow
from bot.usecases import attachments, audit, listening_queue, transcripts
from bot.usecases.attachments import ATTACHMENT
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.transcripts import Line, VoiceNote
from flows.events import Media

ONE_SITTING = timedelta(minutes=10)
"""A player asks for a recording in parts, and again when it is wound back: that is one time of listening."""

LONGEST = 10_000
"""Characters of what was heard in a quarter of an hour, with room."""


class NoSuchNote(NotHere):
    """Nothing of this kind and id came to this organisation, or it is not here yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A voice note of the queue, and whether somebody's consent hangs on it."""

    note: VoiceNote
    consent: bool


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """One voice note.

    Attributes:
        id: of the attachment.
        conversation: id of the conversation it came in.
        campaign: the campaign's name.
        question: words of the question that was asked, in the survey's own language.
        question_language: code of that language.
        language: code of the language the conversation is held in.
        received: when it came.
        ready: whether it can be listened to.
        consent: whether the conversation waits for what was said in it.
        lines: what was written down, in order.
        languages: code and name of every language it can be written down in.
    """

    id: int
    conversation: int
    campaign: str
    question: str
    question_language: str
    language: str
    received: datetime
    ready: bool
    consent: bool
    lines: tuple[Line, ...]
    languages: tuple[tuple[str, str], ...]

    @property
    def written(self) -> bool:
        """Whether somebody has written down what was said."""
        return any(line.step == transcripts.TRANSCRIPTION for line in self.lines)


def queue(services: Services, organisation: Organisation) -> list[Waiting]:
    """What nobody has written down: first what somebody's consent hangs on, then the oldest."""
    found = transcripts.waiting(services, organisation.slug)
    consents = {note.attachment for note in listening_queue.waiting(services, organisation.slug)}
    shown = [Waiting(note, note.attachment in consents) for note in found]
    return sorted(shown, key=lambda one: (not one.consent, one.note.attachment))


def open_note(services: Services, organisation: Organisation, attachment_id: int) -> OpenedNote:
    """One voice note with what was written down of it; nothing is heard yet.

    Raises:
        NoSuchNote: there is none of this id in this organisation.
    """
    with services.database.reading() as connection:
        row = _row(connection, organisation, attachment_id, Media.AUDIO)
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
    asked = script.survey.by_name.get(row.question or "")
    label = None if asked is None else asked.label
    known = services.voices.files.vocabularies
    waiting = {one.note.attachment for one in queue(services, organisation) if one.consent}
    return OpenedNote(
        id=attachment_id,
        conversation=row.conversation_id,
        campaign=row.campaign,
        question="" if label is None else label.source,
        question_language=script.survey.source_language,
        language=row.language,
        received=row.received,
        ready=row.state == "fetched",
        consent=attachment_id in waiting,
        lines=tuple(transcripts.lines(services, attachment_id)),
        languages=tuple((code, one.name) for code, one in known.items()),
    )


def _row(
    connection: Connection, organisation: Organisation, attachment_id: int, *kinds: Media
) -> AnyRow:
    found = connection.execute(
        select(
            ATTACHMENT.c.question,
            ATTACHMENT.c.state,
            INBOUND.c.received,
            INBOUND.c.conversation_id,
            CONVERSATION.c.language,
            CONVERSATION.c.survey_version_id,
            CAMPAIGN.c.languages,
            CAMPAIGN.c.name.label("campaign"),
        )
        .join(INBOUND, INBOUND.c.id == ATTACHMENT.c.inbound_id)
        .join(CONVERSATION, CONVERSATION.c.id == INBOUND.c.conversation_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(ATTACHMENT.c.id == attachment_id)
        .where(ATTACHMENT.c.kind.in_([kind.value for kind in kinds]))
        .where(CAMPAIGN.c.organisation_id == organisation.id)
    ).one_or_none()
    if found is None:
        raise NoSuchNote(attachment_id)
    return found


def play(
    services: Services, organisation: Organisation, attachment_id: int, me: SignedIn
) -> tuple[str, bytes]:
    """Content type and bytes of a voice note, decrypted for somebody who listens.

    Raises:
        NoSuchNote: there is none of this id in this organisation, or it has not been fetched.
    """
    return _revealed(services, organisation, attachment_id, me, Media.AUDIO, "voice_note.played")


def look(
    services: Services, organisation: Organisation, attachment_id: int, me: SignedIn
) -> tuple[str, bytes]:
    """Content type and bytes of a picture; raises NoSuchNote as `play`."""
    return _revealed(services, organisation, attachment_id, me, Media.PICTURE, "picture.seen")


def _revealed(
    services: Services,
    organisation: Organisation,
    attachment_id: int,
    me: SignedIn,
    kind: Media,
    what: str,
) -> tuple[str, bytes]:
    with services.database.reading() as connection:
        _row(connection, organisation, attachment_id, kind)
    found = attachments.content(services, attachment_id)
    if found is None:
        raise NoSuchNote(attachment_id)
    now, about = services.clock.now(), f"attachment:{attachment_id}"
    chain = audit.chain_of(organisation.id)
    with services.database.reading() as connection:
        again = log.since(
            connection, chain, now - ONE_SITTING, who=me.email, what=what, about=about
        )
    if not again:
        with services.database.transaction() as work:
            _record(services, work.connection, organisation, me, what, attachment_id)
    return found


def _record(
    services: Services,
    connection: Connection,
    organisation: Organisation,
    me: SignedIn,
    what: str,
    attachment_id: int,
    **detail: object,
) -> None:
    audit.record(
        connection,
        services.clock.now(),
        organisation_id=organisation.id,
        who=me.email,
        what=what,
        about=f"attachment:{attachment_id}",
        detail=detail,
    )


def write_down(
    services: Services,
    organisation: Organisation,
    attachment_id: int,
    me: SignedIn,
    text: str,
    *,
    language: str,
    translation: bool,
    note: str = "",
) -> None:
    """Keep what somebody heard, or how she put it into another language.

    Raises:
        NoSuchNote: there is none of this id in this organisation.
        TranscriptError: nothing is written, or a translation comes before the original.
    """
    with services.database.reading() as connection:
        _row(connection, organisation, attachment_id, Media.AUDIO)
    write = transcripts.translate if translation else transcripts.transcribe
    what = "voice_note.translated" if translation else "voice_note.written_down"

    def record(connection: Connection, _row: AnyRow) -> None:
        _record(services, connection, organisation, me, what, attachment_id, language=language)

    write(services, attachment_id, text, language=language, who=me.name, note=note, also=record)


def decide_consent(
    services: Services,
    organisation: Organisation,
    attachment_id: int,
    me: SignedIn,
    *,
    agreed: bool,
) -> None:
    """Write down the yes or no that somebody heard; the conversation goes on.

    Raises:
        NoSuchNote: there is none of this id in this organisation.
        ListeningError: the conversation does not wait for it any more.
    """
    with services.database.reading() as connection:
        _row(connection, organisation, attachment_id, Media.AUDIO)

    def record(connection: Connection, _row: AnyRow) -> None:
        _record(services, connection, organisation, me, "consent.heard", attachment_id)

    listening_queue.decide_consent(services, attachment_id, agreed=agreed, who=me.name, also=record)
