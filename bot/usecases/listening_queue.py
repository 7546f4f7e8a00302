"""Spoken consent: a named person listens to what was said at the consent question, and decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.gateways.queue import Job
from bot.store import inbox
from bot.store import outbox as store
from bot.store.inbox import CAMPAIGN, CONVERSATION, INBOUND, AnyRow
from bot.usecases import effects, transcripts
from bot.usecases.also import Also, nothing
from bot.usecases.attachments import ATTACHMENT
from bot.usecases.hours import JUST_WROTE
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from bot.usecases.transcripts import VoiceNote
from flows.engine import advance
from flows.events import Heard, Media
from flows.meaning import why_not_named
from flows.state import Phase, State
from flows.survey import Purpose


class ListeningError(ValueError):
    """A voice note that decides nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A conversation that waits for somebody to listen."""

    conversation: AnyRow
    state: State
    inbound_id: int
    received: datetime


def waiting(services: Services, organisation: str) -> list[VoiceNote]:
    """The voice notes of an organisation by which somebody may have consented, oldest first."""
    found = transcripts.waiting(services, organisation)
    with services.database.reading() as connection:
        return [note for note in found if _find(services, connection, note.attachment) is not None]


def decide_consent(
    services: Services, attachment: int, *, agreed: bool, who: str, also: Also = nothing
) -> None:
    """Write down what a person heard: a yes or a no to the consent question; the conversation goes on.

    Args:
        services: the outside world.
        attachment: the voice note.
        agreed: what was said.
        who: name of the person who listened; the consent ledger keeps it.
        also: what else is written down with it.

    Raises:
        ListeningError: nobody is named, or the conversation does not wait for this.
    """
    refusal = why_not_named(who)
    if refusal is not None:
        raise ListeningError(refusal)
    name = " ".join(who.split())
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        contact_point_id = _contact_of(connection, attachment)
        contact = store.lock_contact(connection, contact_point_id)
        found = _find(services, connection, attachment)
        if found is None or contact.opted_out is not None:
            raise ListeningError(f"Nothing waits for the voice note {attachment} any more.")
        script = _script(services, connection, found.conversation)
        language = script.languages[found.state.language]
        turn = advance(script.survey, found.state, Heard(agreed, now), language)
        context = effects.Context(
            connection=connection,
            script=script,
            conversation=inbox.conversation(connection, found.conversation.id),
            inbound_id=found.inbound_id,
            now=now,
            state=turn.state,
            delivery="queued",
            kind="reply" if now - found.received < JUST_WROTE else "notice",
            source="spoken",
            heard=f"voice note {attachment}, heard by {name}",
        )
        effects.apply(context, turn.effects)
        ids = inbox.waiting_replies(connection, found.inbound_id)
        also(connection, found.conversation)
        work.after_commit(lambda: services.queue.ring(Job.SEND, ids))
        if turn.state.outcome is not None:
            finished = [found.conversation.id]
            work.after_commit(lambda: services.queue.ring(Job.ANALYSE, finished))


def _contact_of(connection: Connection, attachment: int) -> int:
    found = connection.scalar(
        select(INBOUND.c.contact_point_id)
        .join(ATTACHMENT, ATTACHMENT.c.inbound_id == INBOUND.c.id)
        .where(ATTACHMENT.c.id == attachment, ATTACHMENT.c.kind == Media.AUDIO.value)
    )
    if found is None:
        raise ListeningError(f"There is no voice note {attachment}.")
    return int(found)


def _script(services: Services, connection: Connection, conversation: AnyRow) -> Script:
    codes: Sequence[str] = conversation.languages
    return services.scripts.get(connection, conversation.survey_version_id, codes)


def _find(services: Services, connection: Connection, attachment: int) -> _Waiting | None:
    """The conversation that waits at its consent question for this voice note, if it does."""
    conversation = connection.execute(
        select(
            CONVERSATION,
            CAMPAIGN.c.languages,
            INBOUND.c.id.label("inbound_id"),
            INBOUND.c.received,
            ATTACHMENT.c.question,
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(INBOUND, INBOUND.c.conversation_id == CONVERSATION.c.id)
        .join(ATTACHMENT, ATTACHMENT.c.inbound_id == INBOUND.c.id)
        .where(ATTACHMENT.c.id == attachment, ATTACHMENT.c.state.in_(("waiting", "fetched")))
    ).one_or_none()
    if conversation is None:
        return None
    state = State.from_json(conversation.state)
    if state.phase is not Phase.PAUSED or state.position != conversation.question:
        return None
    script = _script(services, connection, conversation)
    if script.survey.by_name[conversation.question].purpose is not Purpose.CONSENT:
        return None
    return _Waiting(conversation, state, conversation.inbound_id, conversation.received)
