"""A member of staff writes to a participant herself, where the participant's consent allows it.

It goes through the outbox like any other message: STOP, quiet hours, a paused campaign and WhatsApp's window
are asked once more just before it leaves. The question at hand waits meanwhile, so that what she writes next
is never taken for its answer: the bot puts the question again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, or_, select

from bot.gateways.addresses import Channel
from bot.gateways.queue import Job
from bot.store import inbox
from bot.store import outbox as store
from bot.store.inbox import CAMPAIGN, CONSENT, CONVERSATION, INBOUND, OUTBOUND, AnyRow
from bot.usecases import audit, window
from bot.usecases.hours import JUST_WROTE
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.state import Phase, State

LONGEST = 1000
"""Characters: seven parts of an SMS, and still a message that is read."""

STALE = timedelta(hours=24)
"""A personal word that could not leave for this long does not leave any more."""


class WhyNot(StrEnum):
    """Why nobody may write to her now."""

    STOPPED = "reply: she said stop"
    UNREACHABLE = "reply: the number can not be reached"
    WINDOW_OVER = "reply: whatsapp's day is over"
    NO_CONSENT = "reply: no consent"
    CAMPAIGN = "reply: the campaign is not running"
    NO_PHONE = "reply: there is no phone"


class NotAllowed(ValueError):
    """She may not be written to now."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why


class NoSuchConversation(NotHere):
    """No conversation of this organisation has this id."""


def why_not(
    connection: Connection, conversation: AnyRow, contact: AnyRow, now: datetime
) -> WhyNot | None:
    """What keeps staff from writing to her now; None if nothing does.

    Args:
        connection: for reading.
        conversation: row with its campaign, as `inbox.conversation` gives it.
        contact: row of the contact point it is held with.
        now: this moment.
    """
    if conversation.mode == "assisted":
        return WhyNot.NO_PHONE
    if inbox.opted_out(connection, contact.id, conversation.organisation_id):
        return WhyNot.STOPPED
    if contact.closed is not None or not contact.address:
        return WhyNot.UNREACHABLE
    if conversation.mode != "test" and conversation.campaign_state != store.LIVE:
        return WhyNot.CAMPAIGN
    if contact.channel == Channel.WHATSAPP.value:
        open_now = window.is_open(connection, contact, now)
        return None if open_now else WhyNot.WINDOW_OVER
    return None if _consents(connection, conversation) else WhyNot.NO_CONSENT


def _consents(connection: Connection, conversation: AnyRow) -> bool:
    """Whether the last thing she said about being written to, or about the survey, was a yes."""
    last = connection.scalar(
        select(CONSENT.c.act)
        .where(
            or_(
                CONSENT.c.participant_id == conversation.participant_id,
                (CONSENT.c.contact_point_id == conversation.contact_point_id)
                & CONSENT.c.participant_id.is_(None),
            )
        )
        .order_by(CONSENT.c.id.desc())
        .limit(1)
    )
    return last in ("given", "restored")


def reply(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    conversation_id: int,
    text: str,
) -> int:
    """Write to the participant of a conversation; the id of the message in the outbox.

    Raises:
        NoSuchConversation: there is none of this id in this organisation.
        NotAllowed: she may not be written to now.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        found = connection.scalar(
            select(CONVERSATION.c.contact_point_id)
            .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
            .where(CONVERSATION.c.id == conversation_id)
            .where(CAMPAIGN.c.organisation_id == organisation.id)
        )
        if found is None:
            raise NoSuchConversation(conversation_id)
        contact = store.lock_contact(connection, found)
        row = inbox.conversation(connection, conversation_id)
        why = why_not(connection, row, contact, now)
        if why is not None:
            raise NotAllowed(why)
        outbound_id = _queue(connection, row, contact, text, me.name, now)
        _let_the_question_wait(connection, row)
        work.after_commit(lambda: services.queue.ring(Job.SEND, [outbound_id]))
        audit.record(
            connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="conversation.replied",
            about=f"conversation:{conversation_id}",
            detail={"outbound": outbound_id},
        )
    return outbound_id


def _queue(
    connection: Connection, row: AnyRow, contact: AnyRow, text: str, name: str, now: datetime
) -> int:
    heard = contact.heard or connection.scalar(
        select(INBOUND.c.received)
        .where(INBOUND.c.contact_point_id == contact.id)
        .order_by(INBOUND.c.id.desc())
        .limit(1)
    )
    expires = now + STALE
    if contact.channel == Channel.WHATSAPP.value and heard is not None and not contact.simulated:
        # Never replaced by a template: it leaves inside the window, or not at all.
        expires = min(expires, heard + window.WINDOW - window.MARGIN)
    just_wrote = heard is not None and now - heard < JUST_WROTE
    return inbox.add(
        connection,
        OUTBOUND,
        contact_point_id=contact.id,
        conversation_id=row.id,
        language=row.language,
        body=text,
        prompt=text,
        buttons=[],
        state="queued",
        kind="reply" if just_wrote else "notice",
        written_by=name[:200],
        expires=expires,
        created=now,
        changed=now,
    )


def _let_the_question_wait(connection: Connection, row: AnyRow) -> None:
    state = State.from_json(row.state)
    if state.phase is Phase.ASKING:
        paused = replace(state, phase=Phase.PAUSED, unseen=True, tries=0)
        inbox.save_conversation(connection, row.id, state=paused.to_json())
