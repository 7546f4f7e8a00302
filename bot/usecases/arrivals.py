"""A message on its way through its transaction: what it is, and the moves that answering it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.gateways.addresses import Address, Channel
from bot.gateways.queue import Job
from bot.store import inbox, phones
from bot.store.database import UnitOfWork
from bot.store.inbox import AnyRow
from bot.usecases import effects, moves, saying
from bot.usecases.hours import JUST_WROTE
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from flows.effects import Say
from flows.engine import Turn, advance
from flows.events import Media, Received
from flows.interjecting import put_again, with_lead
from flows.language import SOURCE, Language
from flows.phone import Question
from flows.spoken import Part, on_channel
from flows.state import State


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
        answers_sid: the provider's name for the message of ours that was tapped or quoted.
        opt_out: `STOP`, `START` or `HELP` when the provider has taken the message for that word, has
            answered it, and acts on it.
    """

    provider_sid: str
    sender: Address
    text: str
    payload: str | None = None
    media: tuple[tuple[Media, str], ...] = ()
    mode: str = "self"
    sent: datetime | None = None
    answers_sid: str | None = None
    opt_out: str | None = None


def media_kind(content_type: str) -> Media:
    """The provider's content type as ours; the file extension says nothing."""
    main = content_type.partition("/")[0]
    return {"audio": Media.AUDIO, "image": Media.PICTURE}.get(main, Media.OTHER)


@dataclass
class Arrival:
    """An inbound message, its contact point locked, in the transaction that stores and answers it."""

    services: Services
    work: UnitOfWork
    inbound: InboundText
    contact: inbox.Contact
    now: datetime
    rows: Sequence[AnyRow] = ()
    id: int = 0
    asking: Question | None = None
    sends: bool = False
    """Whether something of the answer goes by the outbox: no webhook can carry it."""
    payload: str | None = field(init=False)

    def __post_init__(self) -> None:
        """A tap that carries no `question:option` is as good as its title typed."""
        payload = self.inbound.payload
        self.payload = payload if payload is not None and ":" in payload else None

    @property
    def connection(self) -> Connection:
        """The transaction's connection."""
        return self.work.connection

    @property
    def event(self) -> Received:
        """The message as the engine takes it."""
        return received(self.inbound, self.payload, self.now)

    @property
    def source(self) -> str:
        """Whose word it is, for the consent ledger."""
        return "message" if self.inbound.opt_out is None else "provider"

    def script(self, row: AnyRow) -> Script:
        """The frozen survey of a conversation, in its campaign's languages that its channel carries."""
        offered = on_channel(row.languages, row.channel)
        if row.language not in offered:
            offered = row.languages
        return self.services.scripts.get(self.connection, row.survey_version_id, offered)

    def advance(self, row: AnyRow, event: Received) -> Turn:
        """What the engine would do; nothing is stored."""
        script, state = self.script(row), State.from_json(row.state)
        event = replace(event, terms=moves.terms(self.connection, row, self.now))
        return advance(script.survey, state, event, script.languages[state.language])

    def row(self, conversation_id: int) -> AnyRow:
        """One of the conversations over this phone, as it is stored now."""
        self.rows = inbox.conversations_of(self.connection, self.contact.id)
        return next(row for row in self.rows if row.id == conversation_id)

    def language(self, row: AnyRow | None = None) -> Language:
        """What to speak to the phone itself: as in a conversation, or as it was put down for."""
        row = row if row is not None else next(iter(self.rows), None)
        if row is not None:
            return self.script(row).languages[row.language]
        code = phones.last_enrolled_language(self.connection, self.contact.id) or SOURCE
        return self.services.voices.family([code])[code]


def received(inbound: InboundText, payload: str | None, now: datetime) -> Received:
    """A message as the engine takes it."""
    return Received(
        text=inbound.text,
        now=now,
        payload=payload,
        media=tuple(kind for kind, _ in inbound.media),
        addresses=tuple(address for _, address in inbound.media),
    )


def delivery_of(arrival: Arrival, turn: Turn | None = None) -> str:
    """How the replies reach her: in the answer to the webhook, by the outbox, or not at all.

    What the provider has answered itself is not answered twice: after STOP, ours would be refused. After
    START it goes by the outbox.
    """
    word = arrival.inbound.opt_out
    only_said = turn is None or all(isinstance(effect, Say) for effect in turn.effects)
    if word == "STOP" or (word == "HELP" and only_said):
        return "cancelled"
    return "queued" if word == "START" or arrival.inbound.sent is not None else "replied"


def _kind(arrival: Arrival) -> str:
    """Whoever wrote hours ago may be asleep: what she is told then keeps quiet hours."""
    sent = arrival.inbound.sent
    return "reply" if sent is None or arrival.now - sent < JUST_WROTE else "notice"


def hold(arrival: Arrival, row: AnyRow, turn: Turn, *, read: int | None = None) -> None:
    """Store what a turn decided, and ring for what has to be done about it.

    Args:
        arrival: the message that is being answered.
        row: the conversation, as `conversations_of` has it.
        turn: what the engine decided.
        read: the message that was read, if it is one that had been kept.
    """
    script = arrival.script(row)
    context = effects.Context(
        connection=arrival.connection,
        script=script,
        conversation=row,
        inbound_id=read or arrival.id,
        now=arrival.now,
        state=turn.state,
        delivery=delivery_of(arrival, turn),
        kind=_kind(arrival),
        replies_to=arrival.id,
        source=arrival.source,
    )
    effects.apply(context, turn.effects)
    arrival.sends = arrival.sends or context.delivery == "queued"
    queue = arrival.services.queue
    if turn.state.outcome is not None and row.finished is None:
        arrival.work.after_commit(lambda: queue.ring(Job.ANALYSE, [row.id]))
    if context.erasures:
        erasures: Sequence[int] = tuple(context.erasures)
        arrival.work.after_commit(lambda: queue.ring(Job.ERASE, erasures))


def ask_again(arrival: Arrival, row: AnyRow, lead: Part) -> None:
    """Say something in a conversation, and put its question again."""
    script, state = arrival.script(row), State.from_json(row.state)
    speaker = script.languages[state.language]
    hold(arrival, row, put_again(script.survey, state, speaker, lead, arrival.now))


def led(turn: Turn, lead: Part) -> Turn:
    """A turn with something said before it."""
    return Turn(turn.state, with_lead(turn.effects, lead))


def tell(arrival: Arrival, said: Part, language: Language, row: AnyRow | None = None) -> None:
    """Say something that no turn decided: to the phone itself, or in a conversation."""
    delivery = delivery_of(arrival)
    arrival.sends = arrival.sends or delivery == "queued"
    on_whatsapp = arrival.inbound.sender.channel is Channel.WHATSAPP
    effect = Say(said.text, said.text, recordings=said.recordings)
    for values in saying.rows_of(effect, language, None, recordings=on_whatsapp):
        inbox.add(
            arrival.connection,
            inbox.OUTBOUND,
            contact_point_id=arrival.contact.id,
            conversation_id=None if row is None else row.id,
            reply_to=arrival.id,
            language=language.code,
            state=delivery,
            kind=_kind(arrival),
            inline=delivery == "replied",
            created=arrival.now,
            changed=arrival.now,
            **values,
        )
