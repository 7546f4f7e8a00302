"""What a simulated phone shows: the stored rows of both sides as bubbles, with cost and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.gateways.addresses import Channel
from bot.gateways.twilio import Delivery
from bot.store import inbox
from bot.store.inbox import ORGANISATION, AnyRow
from bot.usecases import recordings
from bot.usecases.reasons import Reason, Reasons
from bot.usecases.services import Services
from flows.segments import Segments, segments

_ON_THE_PHONE = (Delivery.REPLIED, Delivery.SENT, Delivery.DELIVERED, Delivery.READ)
_WINDOW = timedelta(hours=24)

# What WhatsApp shows of an interactive message that needs no approved template:
# https://www.twilio.com/docs/content/twilio-quick-reply and .../twilio-list-picker
_QUICK_REPLIES, _QUICK_REPLY_LENGTH = 3, 20
_LIST_ITEMS, _LIST_ITEM_LENGTH = 10, 24
_INTERACTIVE_BODY = 1024


class NoSuchPhone(LookupError):
    """No simulated phone has this token."""


class CostClass(StrEnum):
    """What an SMS costs beside the cheapest one."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Layout(StrEnum):
    """How a message's options are shown."""

    TEXT = "text"
    QUICK_REPLIES = "quick_replies"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: what it sends, and what is written on it."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the phone.

    Attributes:
        id: names it on the page.
        ours: whether the bot sent it.
        text: what it says.
        language: code of the language it is written in (or answers a message in).
        at: when.
        audio: path of the recording that it is, if it is one.
        layout: how `taps` are shown; with TEXT they are part of the text.
        taps: the options as buttons.
        cost: parts and encoding as an SMS; None on WhatsApp and for the person's own messages.
        in_window: whether WhatsApp's 24 hours since the person's last message were still running.
        reasons: what was stored because of it.
    """

    id: str
    ours: bool
    text: str
    language: str
    at: datetime
    audio: str | None = None
    layout: Layout = Layout.TEXT
    taps: tuple[Tap, ...] = ()
    cost: Segments | None = None
    in_window: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """A simulated phone and everything on it.

    Attributes:
        token: names it; whoever knows it can use it.
        channel: what it looks like.
        campaign: the campaign it answers, if that has not been forgotten.
        organisation: who runs that campaign.
        thread: the messages, oldest first.
    """

    token: str
    channel: Channel
    campaign: str | None
    organisation: str | None
    thread: tuple[Bubble, ...]


def cost_class(parts: int) -> CostClass:
    """A label for a number of SMS parts: each of them is paid for."""
    if parts == 1:
        return CostClass.LOW
    return CostClass.MEDIUM if parts <= 3 else CostClass.HIGH


def address_of(token: str) -> str:
    """What stands where a real phone has its number."""
    return f"simulator:{token}"


def contact_of(services: Services, connection: Connection, token: str) -> AnyRow:
    """The contact point behind a token: `id` and `channel`; raises NoSuchPhone."""
    contact = inbox.CONTACT
    row = connection.execute(
        select(contact.c.id, contact.c.channel).where(
            contact.c.address_index == services.keys.index(address_of(token)), contact.c.simulated
        )
    ).one_or_none()
    if row is None:
        raise NoSuchPhone
    return row


def open_phone(services: Services, token: str) -> Phone:
    """The phone as it stands; raises NoSuchPhone."""
    with services.database.reading() as connection:
        contact = contact_of(services, connection, token)
        runs = _conversations(connection, contact.id)
        reasons = Reasons(services, connection, runs).by_inbound()
        channel = Channel(contact.channel)
        thread = _thread(connection, contact.id, channel, reasons)
    latest = max(runs.values(), key=lambda run: (run.updated, run.id), default=None)
    return Phone(
        token=token,
        channel=channel,
        campaign=None if latest is None else latest.campaign,
        organisation=None if latest is None else latest.organisation,
        thread=thread,
    )


def _conversations(connection: Connection, contact_id: int) -> Mapping[int, AnyRow]:
    conversation, campaign = inbox.CONVERSATION, inbox.CAMPAIGN
    rows = connection.execute(
        select(
            conversation.c.id,
            conversation.c.survey_version_id,
            conversation.c.updated,
            campaign.c.languages,
            campaign.c.name.label("campaign"),
            ORGANISATION.c.name.label("organisation"),
        )
        .join(campaign, campaign.c.id == conversation.c.campaign_id)
        .join(ORGANISATION, ORGANISATION.c.id == campaign.c.organisation_id)
        .where(conversation.c.contact_point_id == contact_id)
    )
    return {row.id: row for row in rows}


def _thread(
    connection: Connection,
    contact_id: int,
    channel: Channel,
    reasons: Mapping[int, Sequence[Reason]],
) -> tuple[Bubble, ...]:
    """Both sides' messages in order; a reply follows the message that it answers."""
    theirs, ours = inbox.INBOUND, inbox.OUTBOUND
    received = connection.execute(
        select(theirs).where(theirs.c.contact_point_id == contact_id).order_by(theirs.c.id)
    ).all()
    sent = connection.execute(
        select(ours)
        .where(ours.c.contact_point_id == contact_id)
        .where(ours.c.state.in_([state.value for state in _ON_THE_PHONE]))
        .order_by(ours.c.id)
    ).all()
    moment = {row.id: row.received for row in received}
    # The reply is in the language that the message was read in, or changed to by its name.
    spoken = {row.reply_to: row.language for row in sent}
    steps = [((row.received, row.id, 0, 0), row) for row in received]
    steps += [
        ((moment.get(row.reply_to, row.created), row.reply_to or 0, 1, row.id), row) for row in sent
    ]
    bubbles: list[Bubble] = []
    language, last = "", None
    for (_, _, is_ours, _), row in sorted(steps, key=lambda step: step[0]):
        if is_ours:
            language = row.language
            bubbles.append(_ours(row, channel, last))
        else:
            last, language = row.received, spoken.get(row.id, language)
            found = tuple(reasons.get(row.id, ()))
            bubbles.append(
                Bubble(f"in-{row.id}", False, row.body, language, row.received, reasons=found)
            )
    return tuple(bubbles)


def _ours(row: AnyRow, channel: Channel, last_inbound: datetime | None) -> Bubble:
    layout, text, taps = _laid_out(channel, row)
    return Bubble(
        id=f"out-{row.id}",
        ours=True,
        text=text,
        language=row.language,
        at=row.created,
        audio=None if row.audio is None else recordings.path(row.audio),
        layout=layout,
        taps=taps,
        cost=segments(row.body) if channel is Channel.SMS else None,
        in_window=last_inbound is not None and row.created - last_inbound <= _WINDOW,
    )


def _laid_out(channel: Channel, row: AnyRow) -> tuple[Layout, str, tuple[Tap, ...]]:
    """Options as buttons where the channel can show them all in full, else as numbered text."""
    taps = tuple(Tap(payload, title) for payload, title in row.buttons)
    if channel is Channel.WHATSAPP and taps and len(row.prompt) <= _INTERACTIVE_BODY:
        longest = max(len(tap.title) for tap in taps)
        if len(taps) <= _QUICK_REPLIES and longest <= _QUICK_REPLY_LENGTH:
            return Layout.QUICK_REPLIES, row.prompt, taps
        if len(taps) <= _LIST_ITEMS and longest <= _LIST_ITEM_LENGTH:
            return Layout.LIST, row.prompt, taps
    return Layout.TEXT, row.body, ()
