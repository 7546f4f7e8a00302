"""A message comes in: stored once, understood, answered, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.gateways.addresses import Address
from bot.gateways.queue import Job
from bot.store import inbox
from bot.store.database import UnitOfWork
from bot.store.inbox import AnyRow
from bot.usecases import attachments, effects, moves, outbox
from bot.usecases.hours import JUST_WROTE
from bot.usecases.services import Services
from flows.engine import advance
from flows.events import Media, Received
from flows.keywords import Command, read_command
from flows.language import SOURCE
from flows.spoken import on_channel
from flows.state import State

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class InboundText:
    """A message from a person, whatever it came through.

    Attributes:
        provider_sid: the provider's name for it: the same message has the same one.
        sender: whom it is from.
        text: exactly what was typed.
        payload: what a tapped button carried.
        media: kind and address of each attachment.
        mode: `self`, `assisted` or `simulated`.
        sent: when the provider took it, if it was found in the provider's log: nobody waits for the
            answer to a webhook then, so the replies go out by the outbox.
    """

    provider_sid: str
    sender: Address
    text: str
    payload: str | None = None
    media: tuple[tuple[Media, str], ...] = ()
    mode: str = "self"
    sent: datetime | None = None


def media_kind(content_type: str) -> Media:
    """The provider's content type as ours; the file extension says nothing."""
    main = content_type.partition("/")[0]
    return {"audio": Media.AUDIO, "image": Media.PICTURE}.get(main, Media.OTHER)


@dataclass(frozen=True, slots=True)
class Reply:
    """A stored outbound message that answers an inbound one."""

    outbound_id: int
    body: str
    audio: str | None = None


@dataclass
class _Message:
    """An inbound message on its way through the transaction."""

    work: UnitOfWork
    inbound: InboundText
    contact: inbox.Contact
    now: datetime
    id: int = 0
    conversation: AnyRow | None = field(default=None)

    @property
    def connection(self) -> Connection:
        return self.work.connection


def receive(services: Services, inbound: InboundText) -> list[Reply]:
    """Store a message and answer it; the same provider SID again gives the same replies again.

    Whatever fails, nothing is half-written: the provider gets an error and sends the message again.
    """
    with services.database.transaction() as work:
        values = contact_values(services, inbound.sender, mode=inbound.mode)
        contact = inbox.lock_contact(work.connection, values)
        message = _Message(work, inbound, contact, services.clock.now())
        seen = inbox.inbound_id(work.connection, inbound.provider_sid)
        if seen is not None:
            # The provider retries with the same SID: replay the reply.
            return _replies(work.connection, seen)
        if contact.closed is not None:
            inbox.open_again(work.connection, contact.id)
        message.conversation = _route(services, message)
        if not _store(message):
            # A copy that came over another address was stored while we looked.
            return []
        asked = None
        if message.conversation is not None:
            asked = State.from_json(message.conversation.state).position
        kept = attachments.keep(work.connection, message.id, inbound.media, asked, message.now)
        attachments.ring_after(services, work, kept)
        if message.conversation is None:
            _without_conversation(services, message)
            return []
        _converse(services, message, message.conversation)
        return _replies(work.connection, message.id)


def contact_values(services: Services, address: Address, *, mode: str) -> dict[str, Any]:
    """The columns of an address's contact point, the address itself encrypted."""
    return {
        "channel": address.channel.value,
        "address": services.keys.encrypt(address.address, column="contact_point.address"),
        "address_index": services.keys.index(address.address),
        "simulated": mode == "simulated",
        "created": services.clock.now(),
    }


def _replies(connection: Connection, inbound_id: int) -> list[Reply]:
    return [Reply(row.id, row.body, row.audio) for row in inbox.replies(connection, inbound_id)]


def _store(message: _Message) -> bool:
    inbound = message.inbound
    stored = inbox.insert_once(
        message.connection,
        inbox.INBOUND,
        {
            "provider_sid": inbound.provider_sid,
            "contact_point_id": message.contact.id,
            "conversation_id": None if message.conversation is None else message.conversation.id,
            "body": inbound.text,
            "payload": inbound.payload,
            "media": [{"kind": kind.value, "url": url} for kind, url in inbound.media],
            "received": message.now,
        },
    )
    message.id = stored or 0
    return stored is not None


def _route(services: Services, message: _Message) -> AnyRow | None:
    """The conversation this message belongs to.

    A live conversation keeps every message. Without one, a campaign's keyword joins that campaign, a
    first message joins the campaign that is open to anyone, and what comes after the end of a
    conversation belongs to that conversation. Someone who wrote STOP joins nothing.
    """
    connection = message.connection
    found = inbox.conversation_of(connection, message.contact.id)
    if (found is not None and found.finished is None) or message.contact.opted_out is not None:
        return found
    keyword = " ".join(message.inbound.text.casefold().split())
    if found is None:
        campaign = inbox.joinable(connection, keyword)
    else:
        campaign = inbox.campaign_by_keyword(connection, keyword)
        if campaign is not None and campaign.id == found.campaign_id:
            campaign = None
    if campaign is None or not on_channel(campaign.languages, message.inbound.sender.channel):
        # A campaign in languages that are only spoken is not held by SMS.
        return found
    _join(services, message, campaign)
    return inbox.conversation_of(connection, message.contact.id)


def _join(services: Services, message: _Message, campaign: AnyRow) -> None:
    """A new participant, under a pseudonym, and her conversation."""
    script = services.scripts.get(
        message.connection, campaign.survey_version_id, campaign.languages
    )
    language = script.survey.default_language
    offered = on_channel(campaign.languages, message.inbound.sender.channel)
    if language not in offered:
        language = offered[0]
    add_conversation(
        message.connection,
        campaign,
        contact_point_id=message.contact.id,
        channel=message.inbound.sender.channel.value,
        mode=message.inbound.mode,
        state=State(language=language, seed=secrets.randbits(32)),
        now=message.now,
    )


def add_conversation(
    connection: Connection,
    campaign: AnyRow,
    *,
    contact_point_id: int,
    channel: str,
    mode: str,
    state: State,
    now: datetime,
) -> int:
    """A new participant of a campaign, and her conversation, as this state has it; its id."""
    participant = inbox.add(
        connection,
        inbox.PARTICIPANT,
        organisation_id=campaign.organisation_id,
        pseudonym=new_pseudonym(),
        created=now,
    )
    return inbox.add(
        connection,
        inbox.CONVERSATION,
        campaign_id=campaign.id,
        participant_id=participant,
        contact_point_id=contact_point_id,
        survey_version_id=campaign.survey_version_id,
        channel=channel,
        mode=mode,
        language=state.language,
        state=state.to_json(),
        created=now,
        updated=now,
    )


def new_pseudonym() -> str:
    """Ten characters that say nothing about the person: 50 random bits."""
    return "P" + "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))


def _without_conversation(services: Services, message: _Message) -> None:
    """Nothing to answer: the message is kept, and STOP and START still count."""
    keywords = services.voices.files.keywords
    found = read_command(message.inbound.text, keywords, language=SOURCE)
    if found is not None and found.command in (Command.STOP, Command.START):
        stopped = found.command is Command.STOP
        effects.set_opt_out(
            message.connection, message.contact.id, message.now if stopped else None
        )
        effects.record_consent(
            message.connection,
            contact_point_id=message.contact.id,
            inbound_id=message.id,
            channel=message.inbound.sender.channel.value,
            act="withdrawn" if stopped else "restored",
            language=found.language or SOURCE,
            raw=message.inbound.text,
            at=message.now,
        )


def _kind_of_reply(message: _Message) -> str:
    """Whoever wrote hours ago may be asleep: what she is told then keeps quiet hours."""
    sent = message.inbound.sent
    return "reply" if sent is None or message.now - sent < JUST_WROTE else "notice"


def _send(services: Services, waiting: Sequence[int]) -> None:
    """Ring for replies that no webhook can carry; where nobody hears the bell, carry them ourselves."""
    if not services.queue.ring(Job.SEND, waiting):
        outbox.send(services, waiting)


def _converse(services: Services, message: _Message, conversation: AnyRow) -> None:
    state = State.from_json(conversation.state)
    offered = on_channel(conversation.languages, conversation.channel)
    if state.language not in offered:
        offered = conversation.languages
    script = services.scripts.get(message.connection, conversation.survey_version_id, offered)
    event = Received(
        text=message.inbound.text,
        now=message.now,
        payload=message.inbound.payload,
        media=tuple(kind for kind, _ in message.inbound.media),
        addresses=tuple(address for _, address in message.inbound.media),
        terms=moves.terms(message.connection, conversation, message.now),
    )
    turn = advance(script.survey, state, event, script.languages[state.language])
    context = effects.Context(
        connection=message.connection,
        script=script,
        conversation=conversation,
        inbound_id=message.id,
        now=message.now,
        state=turn.state,
        delivery="replied" if message.inbound.sent is None else "queued",
        kind=_kind_of_reply(message),
    )
    effects.apply(context, turn.effects)
    if context.delivery == "queued":
        waiting = inbox.waiting_replies(message.connection, message.id)
        message.work.after_commit(lambda: _send(services, waiting))
    if turn.state.outcome is not None and conversation.finished is None:
        message.work.after_commit(lambda: services.queue.ring(Job.ANALYSE, [conversation.id]))
    if context.erasures:
        erasures: Sequence[int] = tuple(context.erasures)
        message.work.after_commit(lambda: services.queue.ring(Job.ERASE, erasures))
