"""What the routing rule has to know about an incoming message, looked up; the rule itself is pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeGuard

from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from bot.usecases import phone_questions
from bot.usecases.arrivals import Arrival
from flows import routing
from flows.engine import Turn
from flows.interjecting import stops, understood
from flows.keywords import Command
from flows.phone import command_of
from flows.reading import CrisisFound, find_crisis
from flows.routing import Door, Holder, Route, Situation, Talk, Tapped, Told
from flows.spoken import on_channel
from flows.state import State


@dataclass(frozen=True)
class Reception:
    """Where a message belongs, and what was found out on the way.

    Attributes:
        route: the decision.
        row: today's conversation.
        turn: what the engine makes of the message there.
        shared: organisations that know more than one person here.
        person: who holds the phone, if that is known.
        crisis: words of danger in the message.
    """

    route: Route
    row: AnyRow | None
    turn: Turn | None
    shared: Collection[int]
    person: int | None
    crisis: CrisisFound | None


def receive(arrival: Arrival) -> Reception:
    """Look everything up, and decide."""
    connection, contact = arrival.connection, arrival.contact
    closed = phones.closed_to(connection, contact.id) if contact.partly else frozenset()
    shared = phones.shared_by(connection, contact.id) if contact.household else frozenset()
    arrival.rows = inbox.conversations_of(connection, contact.id)
    arrival.asking = phone_questions.open_question(arrival)
    mine = [row for row in arrival.rows if row.organisation_id not in closed]
    situation = Situation(
        now=arrival.now,
        closed=contact.opted_out is not None,
        partly=bool(closed),
        asking=arrival.asking is not None,
        talks=[_talk(row) for row in mine],
        shared=shared,
        holder=_holder(arrival),
    )
    talk, person = routing.at_hand(situation.talks, shared, situation.holder, arrival.now)
    row = next((one for one in mine if talk is not None and one.id == talk.id), None)
    turn = None if row is None else arrival.advance(row, arrival.event)
    situation = replace(situation, word=_word(arrival, row, turn))
    if situation.word is None and not situation.closed and not situation.asking:
        situation = _read(arrival, situation, row, turn, closed, person)
    vocabularies = arrival.services.voices.files.vocabularies.values()
    return Reception(
        route=routing.decide(situation),
        row=row,
        turn=turn,
        shared=shared,
        person=person,
        crisis=find_crisis(arrival.inbound.text, tuple(vocabularies)),
    )


def _read(
    arrival: Arrival,
    situation: Situation,
    today: AnyRow | None,
    turn: Turn | None,
    closed: Collection[int],
    person: int | None,
) -> Situation:
    """What the message itself says about where it belongs."""
    live = today is not None and today.finished is None
    command = command_of(arrival.inbound.text, arrival.language(today))
    taken = arrival.payload is not None or command is not None
    if live and today is not None and turn is not None:
        taken = taken or understood(State.from_json(today.state), turn)
    return replace(
        situation,
        tapped=None if command is not None and arrival.payload is None else _tapped(arrival),
        understood=taken,
        keyword=None if live and taken else _keyword(arrival, closed, situation.shared, person),
        walk_in=_walk_in(arrival, closed) if today is None else None,
        told=None if live else _told(arrival),
    )


def today(arrival: Arrival, closed: Collection[int]) -> tuple[AnyRow | None, bool]:
    """The conversation at hand as it is stored now, and whether it has to be asked whose it is."""
    connection, contact = arrival.connection, arrival.contact
    arrival.rows = inbox.conversations_of(connection, contact.id)
    talks = [_talk(row) for row in arrival.rows if row.organisation_id not in closed]
    shared = phones.shared_by(connection, contact.id)
    talk, person = routing.at_hand(talks, shared, _holder(arrival), arrival.now)
    if talk is None:
        return None, False
    row = next(one for one in arrival.rows if one.id == talk.id)
    return row, person is None and talk.organisation in shared


def _talk(row: AnyRow) -> Talk:
    return Talk(
        id=row.id,
        campaign=row.campaign_id,
        organisation=row.organisation_id,
        person=row.participant_id,
        question=State.from_json(row.state).position,
        asked=row.asked,
        finished=row.finished,
        closed=row.campaign_state == "closed",
    )


def _holder(arrival: Arrival) -> Holder | None:
    contact = arrival.contact
    if contact.speaker_id is None or contact.spoke is None:
        return None
    return Holder(contact.speaker_id, contact.spoke)


def _word(arrival: Arrival, today: AnyRow | None, turn: Turn | None) -> Command | None:
    """STOP or START, if that is what the message is: an answer that looks like one stays an answer."""
    inbound, contact = arrival.inbound, arrival.contact
    if inbound.opt_out in ("STOP", "START"):
        return Command(inbound.opt_out.lower())
    if arrival.payload is not None:
        return None
    if arrival.asking is not None:
        offered = phone_questions.offered(arrival, arrival.asking)
        found = command_of(inbound.text, arrival.language(), offered)
    else:
        found = command_of(inbound.text, arrival.language(today))
        in_survey = today is not None and not State.from_json(today.state).stopped
        if in_survey and contact.opted_out is None and turn is not None:
            # The engine knows which options are on offer, and which words they take over.
            if stops(turn):
                return Command.STOP
            found = None if found is Command.STOP else found
    return found if found in (Command.STOP, Command.START) else None


def _tapped(arrival: Arrival) -> Tapped | None:
    """The message of ours that this one answers, by the provider's word or by what a button carries."""
    connection, contact_id = arrival.connection, arrival.contact.id
    sid, payload = arrival.inbound.answers_sid, arrival.payload
    found = phones.outbound_of_sid(connection, contact_id, sid) if sid else None
    if payload is None:
        if found is None or found.conversation_id is None:
            return None
        if found.feedback_id is not None:
            told = Told(found.feedback_id, found.language)
            return Tapped(found.conversation_id, told=told)
        return Tapped(found.conversation_id, found.question)
    question = payload.partition(":")[0]
    if found is None:
        found = phones.outbound_of_question(connection, contact_id, question)
    return Tapped(None if found is None else found.conversation_id, question)


def _told(arrival: Arrival) -> Told | None:
    """What came of a campaign, if that left for this phone not long ago."""
    since = arrival.now - routing.REACTS
    row = phones.last_told(arrival.connection, arrival.contact.id, since)
    return None if row is None else Told(row.feedback_id, row.language)


def _keyword(
    arrival: Arrival, closed: Collection[int], shared: Collection[int], person: int | None
) -> Door | None:
    keyword = routing.keyword_of(arrival.inbound.text)
    campaign = phones.live_campaign(arrival.connection, keyword) if keyword else None
    if not _held_here(campaign, arrival) or campaign.organisation_id in closed:
        return None
    return _door(arrival, campaign, person if campaign.organisation_id in shared else None)


def _walk_in(arrival: Arrival, closed: Collection[int]) -> Door | None:
    campaign = phones.open_to_anyone(arrival.connection, closed)
    return _door(arrival, campaign, None) if _held_here(campaign, arrival) else None


def _held_here(campaign: AnyRow | None, arrival: Arrival) -> TypeGuard[AnyRow]:
    """Whether there is a campaign, and it can be held on this channel: an SMS carries no recording."""
    return campaign is not None and bool(
        on_channel(campaign.languages, arrival.inbound.sender.channel)
    )


def _door(arrival: Arrival, campaign: AnyRow, person: int | None) -> Door:
    joined = any(
        row.campaign_id == campaign.id and person in (None, row.participant_id)
        for row in arrival.rows
    )
    return Door(campaign.id, campaign.organisation_id, joined)
