"""A phone in the browser: an address of its own, whose messages come in by the same door as Twilio's.

Nothing here reads or answers a message: `conversations.receive` does. What is ours is the made-up
address, and a view of the stored rows as a phone would show them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.gateways.addresses import Address, Channel
from bot.gateways.twilio import Delivery
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import campaigns, conversations, effects
from bot.usecases.campaigns import ORGANISATION, CampaignSummary
from bot.usecases.conversations import InboundText
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


class NotOffered(ValueError):
    """A campaign that the simulator can not join, or not in that language."""


class NotTappable(ValueError):
    """A payload that no button on this phone carries."""


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


class Verdict(StrEnum):
    """What the engine made of a message."""

    READ = "read"
    WORKED_OUT = "worked_out"
    LEFT_OUT = "left_out"
    ASKED_AGAIN = "asked_again"
    CONSENT = "consent"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: what it sends, and what is written on it."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was stored because of a message.

    Attributes:
        verdict: which kind of thing.
        question: the question it is about.
        value: the value or code that was stored.
        label: the wording of that value in the conversation's language, for an option.
        how: the rule a reply was read by, or why it was not.
        attempt: which try at the question this was, when it is asked again.
    """

    verdict: Verdict
    question: str | None = None
    value: str | None = None
    label: str | None = None
    how: str | None = None
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the phone.

    Attributes:
        id: names it on the page.
        ours: whether the bot sent it.
        text: what it says.
        language: code of the language it is written in (or answers a message in).
        at: when.
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


def offered(services: Services) -> list[CampaignSummary]:
    """The live campaigns that a first message can join; the one open to anyone comes first."""
    live = [one for one in campaigns.all_campaigns(services) if one.state == "live"]
    return sorted((one for one in live if one.keyword), key=lambda one: (not one.walk_in, one.id))


def start(
    services: Services, *, campaign: str, channel: Channel, language: str | None = None
) -> str:
    """Make a phone that joins a campaign by its keyword; returns its token.

    Args:
        campaign: the campaign's slug.
        channel: how the phone looks, and which channel its messages count for.
        language: code of the language whose name the person sends next; None lets the survey ask.

    Raises:
        NotOffered: there is no such campaign to join, or it is not in that language.
    """
    found = next((one for one in offered(services) if one.slug == campaign), None)
    if found is None or found.keyword is None:
        raise NotOffered(campaign)
    if language is not None and language not in found.languages:
        raise NotOffered(language)
    token = secrets.token_urlsafe(16)
    _receive(services, token, channel, new_message_id(), found.keyword)
    if language is not None and len(found.languages) > 1:
        name = services.voices.files.vocabularies[language].name
        _receive(services, token, channel, new_message_id(), name)
    return token


def new_message_id() -> str:
    """Names a message before it is sent, so that sending it twice stores it once."""
    return secrets.token_urlsafe(12)


def send(
    services: Services, token: str, message_id: str, *, text: str = "", tap: str | None = None
) -> None:
    """A message from the phone's owner: typed, or a tap on a button.

    Raises:
        NoSuchPhone: the token is of no phone.
        NotTappable: no message on this phone has such a button.
    """
    with services.database.reading() as connection:
        contact = _contact(services, connection, token)
        title = text if tap is None else _title(connection, contact.id, tap)
    _receive(services, token, Channel(contact.channel), message_id, title, payload=tap)


def _receive(
    services: Services,
    token: str,
    channel: Channel,
    message_id: str,
    text: str,
    *,
    payload: str | None = None,
) -> None:
    conversations.receive(
        services,
        InboundText(
            # The phone is part of it: nobody's message can be taken for another phone's.
            provider_sid=f"sim:{token}:{message_id}",
            sender=Address(channel, _address(token)),
            text=text,
            payload=payload,
            mode="simulated",
        ),
    )


def _address(token: str) -> str:
    return f"simulator:{token}"


def _contact(services: Services, connection: Connection, token: str) -> AnyRow:
    contact = inbox.CONTACT
    row = connection.execute(
        select(contact.c.id, contact.c.channel).where(
            contact.c.address_index == services.keys.index(_address(token)), contact.c.simulated
        )
    ).one_or_none()
    if row is None:
        raise NoSuchPhone
    return row


def _title(connection: Connection, contact_id: int, payload: str) -> str:
    outbound = inbox.OUTBOUND
    rows = connection.scalars(
        select(outbound.c.buttons)
        .where(outbound.c.contact_point_id == contact_id)
        .order_by(outbound.c.id.desc())
    )
    titles = {code: title for buttons in rows for code, title in reversed(buttons)}
    if payload not in titles:
        raise NotTappable
    return str(titles[payload])


def open_phone(services: Services, token: str) -> Phone:
    """The phone as it stands; raises NoSuchPhone."""
    with services.database.reading() as connection:
        contact = _contact(services, connection, token)
        runs = _conversations(connection, contact.id)
        reasons = _Reasons(services, connection, runs).by_inbound()
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


class _Reasons:
    """What was stored because of each message of some conversations, in words for learners."""

    def __init__(
        self, services: Services, connection: Connection, runs: Mapping[int, AnyRow]
    ) -> None:
        self._services, self._connection, self._runs = services, connection, runs

    def by_inbound(self) -> Mapping[int, Sequence[Reason]]:
        """Inbound id -> reasons: words of danger first, as the engine looks for them first."""
        found: dict[int, list[Reason]] = defaultdict(list)
        for row in self._rows(effects.CONCERN):
            found[row.inbound_id].append(Reason(Verdict.CONCERN, value=row.phrase))
        for row in self._rows(effects.CONSENT):
            found[row.inbound_id].append(Reason(Verdict.CONSENT, value=row.act))
        for row in self._rows(effects.ANSWER):
            found[row.inbound_id].append(self._answer(row))
        for row in self._rows(effects.ASKED_AGAIN):
            found[row.inbound_id].append(
                Reason(Verdict.ASKED_AGAIN, row.question, how=row.why, attempt=row.attempt)
            )
        return found

    def _rows(self, table: Table) -> Iterable[AnyRow]:
        return self._connection.execute(
            select(table)
            .where(table.c.conversation_id.in_(list(self._runs)), table.c.inbound_id.is_not(None))
            .order_by(table.c.id)
        )

    def _answer(self, row: AnyRow) -> Reason:
        if row.missing is not None:
            return Reason(Verdict.LEFT_OUT, row.question, how=row.missing)
        codes = [str(code) for code in (row.value if isinstance(row.value, list) else [row.value])]
        return Reason(
            Verdict.WORKED_OUT if row.how == "calculated" else Verdict.READ,
            row.question,
            value=", ".join(codes),
            label=self._label(row, codes),
            how=row.how,
        )

    def _label(self, row: AnyRow, codes: Sequence[str]) -> str | None:
        run: Any = self._runs[row.conversation_id]
        script = self._services.scripts.get(self._connection, run.survey_version_id, run.languages)
        if script.survey.by_name[row.question].list_name == "languages":
            return ", ".join(script.languages[code].name for code in codes)
        wordings = [script.survey.labels.get((row.question, code)) for code in codes]
        if not all(wordings):
            return None
        speaker = script.languages[row.language]
        return ", ".join(speaker.text(wording) for wording in wordings if wording is not None)
