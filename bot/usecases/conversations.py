"""A message comes in: stored once, brought to where it belongs, answered, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import Connection

from bot.gateways.addresses import Address
from bot.gateways.queue import Job
from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from bot.usecases import (
    attachments,
    feedback_reactions,
    household,
    joining,
    outbox,
    phone_questions,
    reception,
    restoring,
)
from bot.usecases.arrivals import Arrival, InboundText, ask_again, hold, media_kind, tell
from bot.usecases.effects import CONCERN
from bot.usecases.joining import add_conversation, new_pseudonym
from bot.usecases.reception import Reception
from bot.usecases.services import Services
from flows import phrases
from flows.phone import SECRET, What
from flows.routing import (
    Answer,
    AnswerPhone,
    AskWho,
    Door,
    Enrol,
    Join,
    Nowhere,
    React,
    Replay,
    Route,
    Silence,
    Stale,
    Start,
    Stop,
    Talk,
)
from flows.spoken import Part, part
from flows.state import State
from flows.wording import Wording

__all__ = [
    "InboundText",
    "Reply",
    "add_conversation",
    "contact_values",
    "media_kind",
    "new_pseudonym",
    "receive",
]

MASKED = "••••"
"""What is kept of a message with somebody's digits or nickname in it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A stored outbound message that answers an inbound one."""

    outbound_id: int
    body: str
    audio: str | None = None


def receive(services: Services, inbound: InboundText) -> list[Reply]:
    """Store a message and answer it; the same provider SID again gives the same replies again.

    Whatever fails, nothing is half-written: the provider gets an error and sends the message again.
    """
    with services.database.transaction() as work:
        values = contact_values(services, inbound.sender, mode=inbound.mode)
        contact = inbox.lock_contact(work.connection, values)
        arrival = Arrival(services, work, inbound, contact, services.clock.now())
        seen = inbox.inbound_id(work.connection, inbound.provider_sid)
        if seen is not None:
            # The provider retries with the same SID: replay the reply.
            return _replies(work.connection, seen)
        inbox.hear(work.connection, contact.id, inbound.sent or arrival.now)
        found = reception.receive(arrival)
        if not _store(arrival, found):
            # A copy that came over another address was stored while we looked.
            return []
        _keep_media(arrival, found)
        _answer(arrival, found)
        if arrival.sends:
            waiting = inbox.waiting_replies(work.connection, arrival.id)
            work.after_commit(lambda: _send(services, waiting))
        return _replies(work.connection, arrival.id)


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


def _send(services: Services, waiting: Sequence[int]) -> None:
    """Ring for replies that no webhook can carry; where nobody hears the bell, carry them ourselves."""
    if not services.queue.ring(Job.SEND, waiting):
        outbox.send(services, waiting)


def _keep_media(arrival: Arrival, found: Reception) -> None:
    """What came with the message is fetched later, and belongs to the question that was open."""
    talk = _talk(found.route)
    asked = None if talk is None else State.from_json(arrival.row(talk.id).state).position
    kept = attachments.keep(
        arrival.connection, arrival.id, arrival.inbound.media, asked, arrival.now
    )
    attachments.ring_after(arrival.services, arrival.work, kept)


def _store(arrival: Arrival, found: Reception) -> bool:
    inbound, talk = arrival.inbound, _talk(found.route)
    asked = arrival.asking if isinstance(found.route, AnswerPhone) else None
    secret = asked is not None and asked.what in SECRET and found.crisis is None
    stored = inbox.insert_once(
        arrival.connection,
        inbox.INBOUND,
        {
            "provider_sid": inbound.provider_sid,
            "contact_point_id": arrival.contact.id,
            "conversation_id": None if talk is None else talk.id,
            "body": MASKED if secret else inbound.text,
            "payload": inbound.payload,
            "media": [{"kind": kind.value, "url": url} for kind, url in inbound.media],
            "answers_sid": inbound.answers_sid,
            "received": arrival.now,
        },
    )
    arrival.id = stored or 0
    return stored is not None


def _talk(route: Route) -> Talk | None:
    """The conversation that a message belongs to, as soon as it is stored."""
    match route:
        case Answer(talk) | Stale(talk) | Enrol(talk) | Stop(talk) | Silence(talk):
            return talk
        case _:
            return None


def _answer(  # noqa: PLR0912 - a branch for each route
    arrival: Arrival, found: Reception
) -> None:
    """Do what the route says."""
    match found.route:
        case Replay():
            raise AssertionError("what was seen before is replayed before it is routed")
        case Stop():
            restoring.stop(arrival, found.row, found.turn)
        case Start():
            restoring.start(arrival)
        case Silence(talk):
            _concern(arrival, found, talk)
        case AnswerPhone():
            _answer_phone(arrival, found)
        case AskWho():
            household.ask(arrival, found.route, *_concern(arrival, found))
        case Stale(talk):
            leads = _concern(arrival, found, talk)
            row = arrival.row(talk.id)
            ask_again(arrival, row, leads[0] if leads else _say(arrival, row, phrases.STALE_TAP))
        case Enrol(talk, door):
            _enrol(arrival, arrival.row(talk.id), door)
        case Join(door):
            _join(arrival, found, door)
        case Answer(talk):
            _converse(arrival, found, talk)
        case React(told):
            feedback_reactions.keep(arrival, told)
            for lead in _concern(arrival, found):
                tell(arrival, lead, arrival.language())
        case Nowhere():
            for lead in _concern(arrival, found):
                tell(arrival, lead, arrival.language())
        case _:
            assert_never(found.route)


def _say(arrival: Arrival, row: AnyRow, phrase: Wording, **values: str) -> Part:
    return part(arrival.language(row), phrase, **values)


def _concern(arrival: Arrival, found: Reception, talk: Talk | None = None) -> list[Part]:
    """Words of danger in a message that the engine does not see: somebody looks, and help is named."""
    if found.crisis is None:
        return []
    inbox.add(
        arrival.connection,
        CONCERN,
        conversation_id=None if talk is None else talk.id,
        inbound_id=arrival.id,
        phrase=found.crisis.phrase,
        language=found.crisis.language,
        raised=arrival.now,
    )
    return [part(arrival.language(found.row), phrases.SUPPORT)]


def _answer_phone(arrival: Arrival, found: Reception) -> None:
    question = arrival.asking
    assert question is not None  # that is what the route says
    if leads := _concern(arrival, found):
        phone_questions.put(arrival, question, *leads)
    elif question.what is What.ORGANISATIONS:
        restoring.choose(arrival, question)
    else:
        household.answer(arrival, question)


def _enrol(arrival: Arrival, row: AnyRow, door: Door) -> None:
    campaign = phones.campaign(arrival.connection, door.campaign)
    joining.enrol(arrival, row, campaign)
    ask_again(arrival, row, _say(arrival, row, phrases.JOINED_LATER, campaign=campaign.name))


def _join(arrival: Arrival, found: Reception, door: Door) -> None:
    campaign = phones.campaign(arrival.connection, door.campaign)
    person = found.person if door.organisation in found.shared else None
    row = joining.join(arrival, campaign, person)
    phones.belongs_to(arrival.connection, arrival.id, row.id)
    hold(arrival, row, arrival.advance(row, arrival.event))


def _converse(arrival: Arrival, found: Reception, talk: Talk) -> None:
    """The engine's turn; on a shared phone, whoever goes on is still holding it."""
    if found.person is not None:
        phones.change(arrival.connection, arrival.contact.id, spoke=arrival.now)
    row, turn = found.row, found.turn
    if row is None or turn is None or row.id != talk.id:
        row = arrival.row(talk.id)
        turn = arrival.advance(row, arrival.event)
    hold(arrival, row, turn)
