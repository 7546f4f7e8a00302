"""A phone that several people share: who is answering, and what becomes of what was written before we knew.

An answer is never put down for the wrong person. A message that came before we knew who wrote it counts
only if it answers what was put to the very person who then said that it was she (and sent her digits, if
she has some), within `KEPT`; else her own question is put to her.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from sqlalchemy import update

from bot.gateways import pins
from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from bot.usecases import joining, phone_questions
from bot.usecases.arrivals import Arrival, ask_again, hold, led, tell
from bot.usecases.phone_questions import NICKNAME, named, nickname_of, put, put_again, speaker
from bot.usecases.services import Services
from flows import phone, phrases
from flows.events import Media, Received
from flows.interjecting import understood
from flows.phone import Question, What
from flows.routing import AskWho
from flows.spoken import Part, part, together
from flows.state import State

KEPT = timedelta(minutes=30)
"""After this, a message that was kept is no answer any more."""

LOCKED = timedelta(hours=1)


def ask(arrival: Arrival, route: AskWho, *leads: Part) -> None:
    """Ask who is answering; with nobody to choose from, what she wants to be called."""
    rows = arrival.rows
    row = next((one for one in rows if route.talk is not None and one.id == route.talk.id), None)
    known = named(arrival, route.organisation)
    question = Question(
        what=What.WHO if known else What.NICKNAME,
        language=arrival.language(row).code,
        put=arrival.now,
        organisation=route.organisation,
        held=arrival.id,
        talk=None if route.talk is None else route.talk.id,
        meant=route.meant and not leads,
        campaign=route.campaign,
    )
    put(arrival, question, *leads)


def answer(arrival: Arrival, question: Question) -> None:
    """The phone's reply to one of these questions."""
    match question.what:
        case What.WHO:
            _who(arrival, question)
        case What.NICKNAME:
            _nickname(arrival, question)
        case What.NEW_PIN:
            _new_pin(arrival, question)
        case What.PIN:
            _pin(arrival, question)
        case What.ORGANISATIONS:
            raise ValueError("who may write is not asked of a household")
        case _:
            assert_never(question.what)


def _who(arrival: Arrival, question: Question) -> None:
    language = speaker(arrival, question)
    options = phone_questions.offered(arrival, question)
    chosen = phone.chosen(arrival.inbound.text, options, language)
    if chosen is None:
        put_again(arrival, question, part(language, phrases.NOT_UNDERSTOOD))
    elif chosen == phone.SOMEONE_ELSE:
        # What was written before may be a person's whose name is on the list.
        put(arrival, replace(question, what=What.NICKNAME, meant=False, tries=0))
    else:
        _claim(arrival, question, int(chosen))


def _claim(arrival: Arrival, question: Question, household_id: int) -> None:
    """Somebody says that she is this person: her digits tell, if she has some."""
    row = phone_questions.member(arrival.connection, arrival.contact.id, household_id)
    if row.pin is None:
        _settle(arrival, question, row)
    elif row.locked is not None and row.locked > arrival.now:
        _lock_out(arrival, question)
    else:
        put(arrival, replace(question, what=What.PIN, person=household_id, tries=0))


def _lock_out(arrival: Arrival, question: Question) -> None:
    phones.change(arrival.connection, arrival.contact.id, asking=None)
    language = speaker(arrival, question)
    tell(arrival, part(language, phrases.PIN_LOCKED), language)


def _pin(arrival: Arrival, question: Question) -> None:
    connection, keys = arrival.connection, arrival.services.keys
    row = phone_questions.member(connection, arrival.contact.id, question.person)
    digits = phone.read_pin(arrival.inbound.text)
    if digits is None:
        # Perhaps she took the wrong name: that is the way back to the list.
        wrong = part(speaker(arrival, question), phrases.WRONG_PIN)
        put(arrival, replace(question, what=What.WHO, person=None), wrong)
        return
    if pins.matches(keys, row.id, digits, row.pin):
        phones.change_member(connection, row.id, wrong_pins=0, locked=None)
        _settle(arrival, question, row)
        return
    wrong = row.wrong_pins + 1
    if wrong >= phone.TRIES:
        phones.change_member(connection, row.id, wrong_pins=0, locked=arrival.now + LOCKED)
        _lock_out(arrival, question)
        return
    phones.change_member(connection, row.id, wrong_pins=wrong)
    put_again(arrival, question, part(speaker(arrival, question), phrases.WRONG_PIN))


def _nickname(arrival: Arrival, question: Question) -> None:
    language = speaker(arrival, question)
    name = phone.read_nickname(arrival.inbound.text, language)
    if name is None:
        put_again(arrival, question, part(language, phrases.NOT_UNDERSTOOD))
        return
    for household_id, known in named(arrival, question.organisation):
        if phone.same_name(known, name):
            _claim(arrival, question, household_id)
            return
    household_id = _introduce(arrival, question, name)
    put(arrival, replace(question, what=What.NEW_PIN, person=household_id, tries=0))


def _introduce(arrival: Arrival, question: Question, name: str) -> int:
    """A person with a nickname: one who was put down without a name before, else a new participant."""
    connection, keys = arrival.connection, arrival.services.keys
    nickname = keys.encrypt(name, column=NICKNAME)
    organisation = question.organisation
    assert organisation is not None  # this question is always an organisation's
    for row in phones.household(connection, arrival.contact.id, organisation):
        if row.nickname is None:
            phones.change_member(connection, row.id, nickname=nickname)
            return int(row.id)
    return inbox.add(
        connection,
        inbox.HOUSEHOLD,
        contact_point_id=arrival.contact.id,
        participant_id=joining.add_participant(connection, organisation, arrival.now),
        nickname=nickname,
        created=arrival.now,
    )


def _new_pin(arrival: Arrival, question: Question) -> None:
    connection, text = arrival.connection, arrival.inbound.text
    language = speaker(arrival, question)
    row = phone_questions.member(connection, arrival.contact.id, question.person)
    digits = phone.read_pin(text)
    if digits is not None:
        pin = pins.hash_pin(arrival.services.keys, row.id, digits)
        phones.change_member(connection, row.id, pin=pin)
    elif not phone.declines(text, language):
        put_again(arrival, question, part(language, phrases.NOT_UNDERSTOOD))
        return
    _settle(arrival, question, row)


def _settle(arrival: Arrival, question: Question, row: AnyRow) -> None:
    """We know who it is: she goes on where she is, or begins."""
    phones.change(
        arrival.connection,
        arrival.contact.id,
        asking=None,
        speaker_id=row.participant_id,
        spoke=arrival.now,
    )
    name = nickname_of(arrival.services.keys, row)
    held = _held(arrival, question)
    talk = _talk_of(arrival, question, row, meant=held is not None)
    if talk is None:
        campaign = _next_campaign(arrival, question, row)
        if campaign is not None:
            talk = joining.join(arrival, campaign, row.participant_id)
            held = None
    if talk is None:
        language = speaker(arrival, question)
        tell(arrival, part(language, phrases.GO_ON_WITH, name=name), language)
        return
    lead = part(arrival.script(talk).languages[talk.language], phrases.GO_ON_WITH, name=name)
    lead = together([lead, *_later(arrival, question, talk)])
    turn = None
    if held is not None and talk.id == question.talk:
        turn = arrival.advance(talk, _again(arrival, held))
    if held is None or turn is None or not understood(State.from_json(talk.state), turn):
        ask_again(arrival, talk, lead)
        return
    phones.belongs_to(arrival.connection, held.id, talk.id)
    hold(arrival, talk, led(turn, lead), read=held.id)


def _later(arrival: Arrival, question: Question, talk: AnyRow) -> list[Part]:
    """Her message was another campaign's keyword: that has its turn after this survey."""
    if question.campaign is None or question.campaign == talk.campaign_id:
        return []
    if any(row.campaign_id == question.campaign for row in arrival.rows):
        return []
    campaign = phones.campaign(arrival.connection, question.campaign)
    joining.enrol(arrival, talk, campaign)
    language = arrival.script(talk).languages[talk.language]
    return [part(language, phrases.JOINED_LATER, campaign=campaign.name)]


def _held(arrival: Arrival, question: Question) -> AnyRow | None:
    """The message that made us ask, if it may still count as an answer."""
    if not question.meant or question.held is None:
        return None
    row = phones.inbound(arrival.connection, question.held)
    return row if row is not None and arrival.now - row.received <= KEPT else None


def _talk_of(arrival: Arrival, question: Question, row: AnyRow, *, meant: bool) -> AnyRow | None:
    """Her conversation: the live one, or the finished one that her message came late for."""
    for talk in arrival.rows:
        mine = talk.participant_id == row.participant_id
        if mine and (talk.finished is None or (meant and talk.id == question.talk)):
            return talk
    return None


def _next_campaign(arrival: Arrival, question: Question, row: AnyRow) -> AnyRow | None:
    """What she can begin now: what her message asked for, what she waits for, what is open to her."""
    connection, person = arrival.connection, row.participant_id
    waiting = phones.enrolments(connection, arrival.contact.id)
    asked_for = [question.campaign]
    asked_for += [one.campaign_id for one in waiting if one.participant_id == person]
    here = [talk.campaign_id for talk in arrival.rows if talk.id == question.talk]
    joined = {talk.campaign_id for talk in arrival.rows if talk.participant_id == person}
    for campaign_id in (*asked_for, *here):
        if campaign_id is None or campaign_id in joined:
            continue
        campaign = phones.campaign(connection, campaign_id)
        # A campaign for people who were put down is not joined because somebody else in the house was.
        is_open = campaign.walk_in or campaign.keyword is not None
        if campaign.state == "live" and (campaign_id in asked_for or is_open):
            return campaign
    return None


def _again(arrival: Arrival, held: AnyRow) -> Received:
    """A message that was kept, as if it came now."""
    return Received(
        text=held.body,
        now=arrival.now,
        payload=held.payload if held.payload and ":" in held.payload else None,
        media=tuple(Media(one["kind"]) for one in held.media),
        addresses=tuple(one["url"] for one in held.media),
    )


def forget_pin(services: Services, household_id: int) -> None:
    """Take a person's digits away, because she has forgotten them and a facilitator knows her."""
    members = inbox.HOUSEHOLD
    with services.database.transaction() as work:
        work.connection.execute(
            update(members)
            .where(members.c.id == household_id)
            .values(pin=None, wrong_pins=0, locked=None)
        )
