"""What was said in a voice note, written down; and what was said or written, put into other languages.

Append only, the original first: a correction is a further line, and the last line of a language counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from bot.store import inbox
from bot.store.inbox import CAMPAIGN, CONVERSATION, INBOUND, ORGANISATION, AnyRow
from bot.usecases import open_answers, theme_books
from bot.usecases.also import Also, nothing
from bot.usecases.attachments import ATTACHMENT, TRANSCRIPT
from bot.usecases.open_answers import Beside, OpenAnswer
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
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


def waiting_answers(
    services: Services, organisation: Organisation, to: str
) -> list[tuple[int, str, str]]:
    """Answers in other languages that nobody has put into this one, oldest first.

    Without a word of them: (answer, what its campaign is called, code of its language).
    """
    with services.database.reading() as connection:
        answers = [
            one
            for one in open_answers.every(services, connection, organisation)
            if one.language != to
        ]
        others = open_answers.beside(services, connection, [one.id for one in answers])
    return [
        (one.id, one.campaign_name, one.language)
        for one in answers
        if all(done.language != to for done in others[one.id].translations)
    ]


def open_answer(
    services: Services, organisation: Organisation, me: SignedIn, answer_id: int
) -> tuple[OpenAnswer, Beside]:
    """An answer, for whoever translates it; that it was read goes into the audit log. Raises NotHere."""
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        found = open_answers.one(services, work.connection, organisation, answer_id)
        others = open_answers.beside(services, work.connection, [answer_id])[answer_id]
        theme_books.record(work.connection, now, organisation, me, "answer.read", about)
    return found, others


def translate_answer(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    answer_id: int,
    text: str,
    *,
    language: str,
    note: str = "",
) -> None:
    """Put an answer, typed or written down from a voice note, into another language.

    A correction is a new line.

    Raises:
        NotHere: there is no such answer in this organisation.
        TranscriptError: nothing is written, the language is the answer's own or there is none of its name.
    """
    if not text.strip():
        raise TranscriptError("Write what it says.")
    if language not in services.voices.files.vocabularies:
        raise TranscriptError(f"There is no language {language!r}.")
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        found = open_answers.one(services, work.connection, organisation, answer_id)
        if not found.text:
            raise TranscriptError("Write down first what was said, in the language it was said in.")
        if found.language == language:
            raise TranscriptError("The answer is in this language already.")
        inbox.add(
            work.connection,
            TRANSCRIPT,
            answer_id=answer_id,
            step=TRANSLATION,
            language=language,
            text=text.strip(),
            note=note.strip(),
            who=me.name,
            at=now,
        )
        detail: dict[str, object] = {"language": language}
        theme_books.record(
            work.connection, now, organisation, me, "answer.translated", about, detail
        )


def explain_term(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    answer_id: int,
    term: str,
    *,
    language: str,
    explanation: str,
) -> None:
    """Explain a word of an answer that can not be translated.

    Raises:
        NotHere: there is no such answer in this organisation.
        TranscriptError: something is missing, or there is no such language.
    """
    if not (term.strip() and explanation.strip()):
        raise TranscriptError("Write the word, and what it means.")
    if language not in services.voices.files.vocabularies:
        raise TranscriptError(f"There is no language {language!r}.")
    now, about = services.clock.now(), f"answer:{answer_id}"
    with services.database.transaction() as work:
        open_answers.one(services, work.connection, organisation, answer_id)
        inbox.add(
            work.connection,
            open_answers.TERM_NOTE,
            answer_id=answer_id,
            term=term.strip(),
            language=language,
            explanation=explanation.strip(),
            who=me.name,
            at=now,
        )
        theme_books.record(work.connection, now, organisation, me, "answer.term_explained", about)
