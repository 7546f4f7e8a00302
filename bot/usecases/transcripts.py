"""What was said in a voice note: written down by a person who listens, and put into other languages.

Append only, the original first: a correction is a further line, and the last line of a language counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from bot.store import inbox
from bot.store.inbox import CAMPAIGN, CONVERSATION, INBOUND, ORGANISATION, AnyRow
from bot.usecases.also import Also, nothing
from bot.usecases.attachments import ATTACHMENT, TRANSCRIPT
from bot.usecases.services import Services
from flows.events import Media
from flows.meaning import why_not_named

TRANSCRIPTION, TRANSLATION = "transcription", "translation"


class TranscriptError(ValueError):
    """Something that can not be written down; the message says what to do."""


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """A voice note that nobody has written down.

    Attributes:
        attachment: its id.
        campaign: slug of the campaign it belongs to.
        question: name of the question that was being asked, if one was.
        language: code of the language the conversation is held in.
        received: when it came.
        ready: whether it can be listened to: it has been fetched.
    """

    attachment: int
    campaign: str
    question: str | None
    language: str
    received: datetime
    ready: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what was heard: who wrote it down, when, in which language."""

    step: str
    language: str
    text: str
    note: str
    who: str
    at: datetime


def _notes() -> Select[tuple[AnyRow]]:
    return (
        select(
            ATTACHMENT.c.id,
            ATTACHMENT.c.question,
            ATTACHMENT.c.state,
            INBOUND.c.received,
            CONVERSATION.c.language,
            CAMPAIGN.c.slug,
        )
        .join(INBOUND, INBOUND.c.id == ATTACHMENT.c.inbound_id)
        .join(CONVERSATION, CONVERSATION.c.id == INBOUND.c.conversation_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id)
        .where(ATTACHMENT.c.kind == Media.AUDIO.value)
        .order_by(ATTACHMENT.c.id)
    )


def waiting(services: Services, organisation: str) -> list[VoiceNote]:
    """The voice notes of an organisation's campaigns that nobody has written down, oldest first.

    Args:
        services: the outside world.
        organisation: slug.
    """
    written = select(TRANSCRIPT.c.id).where(TRANSCRIPT.c.attachment_id == ATTACHMENT.c.id)
    with services.database.reading() as connection:
        rows = connection.execute(
            _notes()
            .where(ORGANISATION.c.slug == organisation, ~written.exists())
            .where(ATTACHMENT.c.state.in_(("waiting", "fetched")))
        ).all()
    return [
        VoiceNote(
            *(row.id, row.slug, row.question, row.language, row.received), row.state == "fetched"
        )
        for row in rows
    ]


def transcribe(
    services: Services,
    attachment: int,
    text: str,
    *,
    language: str,
    who: str,
    note: str = "",
    also: Also = nothing,
) -> int:
    """Write down what was said, in the language it was said in; the line's id. A correction is a new line.

    Raises:
        TranscriptError: nobody is named, nothing is written, or there is no such voice note.
    """
    return _write(
        services, attachment, TRANSCRIPTION, text, language=language, who=who, note=note, also=also
    )


def translate(
    services: Services,
    attachment: int,
    text: str,
    *,
    language: str,
    who: str,
    note: str = "",
    also: Also = nothing,
) -> int:
    """Put what was written down into another language; the original comes first. The line's id.

    Raises:
        TranscriptError: as `transcribe`, or nothing has been written down yet.
    """
    return _write(
        services, attachment, TRANSLATION, text, language=language, who=who, note=note, also=also
    )


def _write(
    services: Services,
    attachment: int,
    step: str,
    text: str,
    *,
    language: str,
    who: str,
    note: str,
    also: Also,
) -> int:
    refusal = why_not_named(who)
    if refusal is not None:
        raise TranscriptError(refusal)
    if not text.strip():
        raise TranscriptError(
            "Write down what was said; for a note without words, say so in words."
        )
    if language not in services.voices.files.vocabularies:
        raise TranscriptError(f"There is no language {language!r}.")
    with services.database.transaction() as work:
        connection = work.connection
        found = connection.execute(
            select(ATTACHMENT.c.id)
            .where(ATTACHMENT.c.id == attachment, ATTACHMENT.c.kind == Media.AUDIO.value)
            .with_for_update()
        ).one_or_none()
        if found is None:
            raise TranscriptError(f"There is no voice note {attachment}.")
        before = _lines(connection, attachment)
        if step == TRANSLATION and not any(line.step == TRANSCRIPTION for line in before):
            raise TranscriptError("Write down first what was said, in the language it was said in.")
        line = inbox.add(
            connection,
            TRANSCRIPT,
            attachment_id=attachment,
            step=step,
            language=language,
            text=text.strip(),
            note=note.strip(),
            who=" ".join(who.split()),
            at=services.clock.now(),
        )
        also(connection, found)
    return line


def lines(services: Services, attachment: int) -> Sequence[Line]:
    """Everything that was written down of a voice note, in the order it was written."""
    with services.database.reading() as connection:
        return _lines(connection, attachment)


def _lines(connection: Connection, attachment: int) -> Sequence[Line]:
    rows = connection.execute(
        select(TRANSCRIPT).where(TRANSCRIPT.c.attachment_id == attachment).order_by(TRANSCRIPT.c.id)
    )
    return [Line(row.step, row.language, row.text, row.note, row.who, row.at) for row in rows.all()]
