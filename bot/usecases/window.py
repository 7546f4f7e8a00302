"""WhatsApp's 24 hours: what may be written freely, and what is sent in its place once they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.gateways.addresses import Channel
from bot.store.inbox import CONVERSATION, INBOUND, OUTBOUND, AnyRow
from bot.usecases import templates
from bot.usecases.services import Services
from bot.usecases.templates import Content
from flows import phrases
from flows.state import Phase, State
from flows.wording import Wording

WINDOW = timedelta(hours=24)
"""https://www.twilio.com/docs/whatsapp/key-concepts: from her last message on."""

MARGIN = timedelta(minutes=1)
"""Twilio's clock decides, and a request takes its time: the last minute counts as over."""


def is_open(connection: Connection, contact: AnyRow, now: datetime) -> bool:
    """Whether a contact point may be written to freely: not WhatsApp, or heard from within a day."""
    if contact.channel != Channel.WHATSAPP.value or contact.simulated:
        return True
    heard: datetime | None = contact.heard
    if heard is None:
        # She last wrote before there was a ledger of it.
        heard = connection.scalar(
            select(func.max(INBOUND.c.received)).where(INBOUND.c.contact_point_id == contact.id)
        )
    return heard is not None and now < heard + WINDOW - MARGIN


def is_approved_text(row: AnyRow) -> bool:
    """Whether a message is itself a template; one with buttons is for inside the window."""
    return bool(row.as_template) and not row.buttons


def in_place_of(services: Services, connection: Connection, row: AnyRow) -> Content | None:
    """The template that goes out in place of a message; None when there is none approved."""
    if row.feedback_id is not None:
        # Nothing stands in for what came of it: these very words, once they are approved.
        return templates.approved_words(
            connection, templates.feedback_context(row.feedback_id), row.language, row.body
        )
    phrase = phrase_of(services, row)
    organisation = row.organisation_name or ""
    return templates.content_for(
        services, connection, phrase, row.language, organisation=organisation
    )


def phrase_of(services: Services, row: AnyRow) -> Wording:
    """Which of the texts for outside the window a message is; a question, and all else, is GO_ON."""
    speaker = services.voices.family([row.language])[row.language]
    for phrase in (phrases.PRE_NOTIFICATION, phrases.INVITATION, phrases.FINDINGS):
        if speaker.untranslated([phrase]):
            continue
        words = speaker.text(phrase, organisation=row.organisation_name or "")
        if words and words == row.body:
            return phrase
    return phrases.INVITATION if row.kind == "invitation" else phrases.GO_ON


def replace_by(connection: Connection, row: AnyRow, content: Content, now: datetime) -> None:
    """Make a waiting message the template that stands in for it.

    What is a question comes again when she answers: the rest of its turn is not needed, and the
    conversation waits at it, so that START is not taken for its answer.
    """
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id == row.id)
        .values(
            body=content.body,
            prompt=content.body,
            buttons=[],
            audio=None,
            content_sid=content.content_sid,
            content_variables=dict(content.variables),
            as_template=True,
            changed=now,
        )
    )
    if content.body != row.body:
        _wait_at_question(connection, row, now)


def _wait_at_question(connection: Connection, row: AnyRow, now: datetime) -> None:
    """Cancel the rest of the turn, and let the conversation wait where it is."""
    if row.conversation_id is None:
        return
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.conversation_id == row.conversation_id, OUTBOUND.c.state == "queued")
        .where(OUTBOUND.c.id != row.id, OUTBOUND.c.created <= row.created)
        .values(state="cancelled", changed=now)
    )
    stored = connection.scalar(
        select(CONVERSATION.c.state).where(CONVERSATION.c.id == row.conversation_id)
    )
    state = State.from_json(stored or "")
    if state.phase is Phase.ASKING:
        paused = replace(state, phase=Phase.PAUSED, unseen=True, tries=0)
        connection.execute(
            update(CONVERSATION)
            .where(CONVERSATION.c.id == row.conversation_id)
            .values(state=paused.to_json())
        )
