"""A conversation as the person saw it, and beside each message what the bot read in it.

Whoever opens a thread is written into the audit log: it shows what somebody answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.gateways.phone_numbers import masked
from bot.store import inbox
from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, INBOUND, OUTBOUND, AnyRow
from bot.store.staff import STAFF
from bot.usecases import audit, human_replies, recordings
from bot.usecases.attachments import ATTACHMENT
from bot.usecases.corrections import CORRECTION
from bot.usecases.effects import ANSWER
from bot.usecases.human_replies import NoSuchConversation, WhyNot
from bot.usecases.reasons import Reason, Reasons
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.correcting import may_be_corrected


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a message: its id, kind (audio, picture, other) and whether it is here."""

    id: int
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who put an answer in the place of another, when and why."""

    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the thread.

    Attributes:
        id: names it on the page.
        ours: whether it went to the person.
        text: what it says.
        language: code of the language it was written, or read, in.
        at: when it came, or was written.
        state: what became of a message of ours.
        written_by: who of the staff wrote it; None for the bot.
        audio: path of the recording that it is, if it is one.
        readings: what was stored because of it.
        sent: what came with it.
    """

    id: str
    ours: bool
    text: str
    language: str
    at: datetime
    state: str | None = None
    written_by: str | None = None
    audio: str | None = None
    readings: tuple[Reason, ...] = ()
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer as researchers get it.

    Attributes:
        question: name of the question.
        label: its words, in the survey's own language.
        reading: the reading that counts.
        may_be_corrected: whether it is anybody else's to correct.
        before: what counted before, oldest first.
    """

    question: str
    label: str
    reading: Reason
    may_be_corrected: bool
    before: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with everything beside it.

    Attributes:
        id: its row.
        number: the last digits of the phone; empty when it is forgotten.
        source_language: code of the survey's own language.
        why_not: what keeps staff from writing to her now.
        changes: id of an answer -> who put it there.
        standing: the answers as they are now, in the survey's order.
    """

    id: int
    pseudonym: str
    number: str
    campaign: str
    language: str
    channel: str
    mode: str
    outcome: str | None
    created: datetime
    finished: datetime | None
    source_language: str
    said: tuple[Said, ...]
    standing: tuple[Standing, ...]
    changes: Mapping[int, Change]
    why_not: WhyNot | None


def open_thread(
    services: Services, organisation: Organisation, conversation_id: int, me: SignedIn
) -> Thread:
    """A conversation, whole; that it was read is written into the audit log.

    Raises:
        NoSuchConversation: there is none of this id in this organisation.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        row, campaign = _row(connection, organisation, conversation_id)
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
        contact = connection.execute(
            select(CONTACT).where(CONTACT.c.id == row.contact_point_id)
        ).one()
        by_inbound = Reasons(services, connection, {row.id: row}).by_inbound()
        thread = Thread(
            id=row.id,
            pseudonym=row.pseudonym,
            number=_masked(services, contact.address),
            campaign=campaign,
            language=row.language,
            channel=row.channel,
            mode=row.mode,
            outcome=row.outcome,
            created=row.created,
            finished=row.finished,
            source_language=script.survey.source_language,
            said=_said(connection, row.id, by_inbound),
            standing=_standing(script, by_inbound),
            changes=_changes(connection, row.id),
            why_not=human_replies.why_not(connection, row, contact, now),
        )
        audit.record(
            connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="conversation.read",
            about=f"conversation:{row.id}",
        )
    return thread


def _row(
    connection: Connection, organisation: Organisation, conversation_id: int
) -> tuple[AnyRow, str]:
    """The conversation, and the name of its campaign."""
    campaign = connection.scalar(
        select(CAMPAIGN.c.name)
        .join(CONVERSATION, CONVERSATION.c.campaign_id == CAMPAIGN.c.id)
        .where(CONVERSATION.c.id == conversation_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
    )
    if campaign is None:
        raise NoSuchConversation(conversation_id)
    return inbox.conversation(connection, conversation_id), campaign


def _masked(services: Services, address: bytes) -> str:
    if not address:
        return ""  # forgotten at her wish
    text = services.keys.decrypt(bytes(address), column="contact_point.address")
    return masked(text) or f"…{text[-3:]}"


def _said(
    connection: Connection, conversation_id: int, by_inbound: Mapping[int, Sequence[Reason]]
) -> tuple[Said, ...]:
    """Both sides' messages in order; a reply follows the message that it answers."""
    theirs = connection.execute(
        select(INBOUND).where(INBOUND.c.conversation_id == conversation_id).order_by(INBOUND.c.id)
    ).all()
    ours = connection.execute(
        select(OUTBOUND)
        .where(OUTBOUND.c.conversation_id == conversation_id)
        .order_by(OUTBOUND.c.id)
    ).all()
    came = _came_with(connection, [row.id for row in theirs])
    moment = {row.id: row.received for row in theirs}
    steps = [((row.received, row.id, 0, 0), row) for row in theirs]
    steps += [
        ((moment.get(row.reply_to, row.created), row.reply_to or 0, 1, row.id), row) for row in ours
    ]
    spoken = {row.reply_to: row.language for row in ours}
    language, found = "", []
    for (_, _, is_ours, _), row in sorted(steps, key=lambda step: step[0]):
        if is_ours:
            language = row.language
            found.append(_from_us(row))
        else:
            language = spoken.get(row.id, language)
            found.append(
                Said(
                    *(f"in-{row.id}", False, row.body, language, row.received),
                    readings=tuple(by_inbound.get(row.id, ())),
                    sent=tuple(came.get(row.id, ())),
                )
            )
    return tuple(found)


def _from_us(row: AnyRow) -> Said:
    return Said(
        *(f"out-{row.id}", True, row.body, row.language, row.created),
        state=row.state,
        written_by=row.written_by,
        audio=None if row.audio is None else recordings.path(row.audio),
    )


def _came_with(connection: Connection, inbound_ids: Sequence[int]) -> Mapping[int, list[Sent]]:
    found: dict[int, list[Sent]] = {}
    for row in connection.execute(
        select(ATTACHMENT.c.id, ATTACHMENT.c.inbound_id, ATTACHMENT.c.kind, ATTACHMENT.c.state)
        .where(ATTACHMENT.c.inbound_id.in_(inbound_ids))
        .order_by(ATTACHMENT.c.inbound_id, ATTACHMENT.c.place)
    ):
        found.setdefault(row.inbound_id, []).append(Sent(row.id, row.kind, row.state))
    return found


def _standing(script: Script, by_inbound: Mapping[int, Sequence[Reason]]) -> tuple[Standing, ...]:
    """Question -> what counts, and what counted before; what was never understood stands open."""
    readings: dict[str, list[Reason]] = {}
    for reason in sorted(
        (one for found in by_inbound.values() for one in found if one.question is not None),
        # A reply that was not understood came before the answer that took its place.
        key=lambda one: (one.id is not None, one.id or 0, one.attempt or 0),
    ):
        readings.setdefault(str(reason.question), []).append(reason)
    found = []
    for question in script.survey.questions:
        known = readings.get(question.name)
        if known:
            label = "" if question.label is None else question.label.source
            found.append(
                Standing(
                    *(question.name, label, known[-1], may_be_corrected(question)),
                    before=tuple(one for one in known[:-1] if one.id is not None),
                )
            )
    return tuple(found)


def _changes(connection: Connection, conversation_id: int) -> Mapping[int, Change]:
    rows = connection.execute(
        select(CORRECTION, STAFF.c.name)
        .join(ANSWER, ANSWER.c.id == CORRECTION.c.answer_id)
        .join(STAFF, STAFF.c.id == CORRECTION.c.staff_id)
        .where(ANSWER.c.conversation_id == conversation_id)
    )
    return {row.answer_id: Change(row.name, row.at, row.reason) for row in rows}
