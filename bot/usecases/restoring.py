"""STOP and START at the phone: closed to everybody at once, opened again to whom she chooses."""

from __future__ import annotations

from bot.store import phones
from bot.store.inbox import AnyRow
from bot.usecases import household, phone_questions, reception
from bot.usecases.arrivals import Arrival, ask_again, hold, tell
from bot.usecases.consents import close_address, open_address, record_consent
from flows import phone, phrases, routing
from flows.engine import Turn, advance
from flows.events import Invited, Received
from flows.interjecting import stops
from flows.phone import Question, What
from flows.routing import AskWho
from flows.spoken import part
from flows.state import Phase, State


def stop(arrival: Arrival, row: AnyRow | None, turn: Turn | None) -> None:
    """Close the address; the conversation at hand says the farewell, if there is one."""
    if row is None or State.from_json(row.state).stopped:
        _stop_without(arrival)
        return
    if turn is None or not stops(turn):
        # The provider, or a question put to the phone, made it a STOP where the survey would not have.
        turn = arrival.advance(row, Received("STOP", arrival.now))
    hold(arrival, row, turn)


def _stop_without(arrival: Arrival) -> None:
    """STOP where nothing is being asked; who never heard from us hears nothing now."""
    close_address(arrival.connection, arrival.contact.id, arrival.now)
    _record(arrival, "withdrawn")
    if phones.was_written_to(arrival.connection, arrival.contact.id):
        language = arrival.language()
        tell(arrival, part(language, phrases.STOPPED), language)


def _record(
    arrival: Arrival, act: str, *, row: AnyRow | None = None, organisation: int | None = None
) -> None:
    language = phone.language_of(arrival.inbound.text, arrival.language(row))
    record_consent(
        arrival.connection,
        participant_id=None if row is None else row.participant_id,
        contact_point_id=arrival.contact.id,
        organisation_id=organisation,
        conversation_id=None if row is None else row.id,
        inbound_id=arrival.id,
        channel=arrival.inbound.sender.channel.value,
        purpose="contact",
        source=arrival.source,
        act=act,
        language=language if row is None else row.language,
        raw=arrival.inbound.text,
        at=arrival.now,
    )


def start(arrival: Arrival) -> None:
    """Open the address again; where several organisations have written, ask whom it shall be open to."""
    connection, contact = arrival.connection, arrival.contact
    if len(phones.writers(connection, contact.id)) < 2:
        _restore(arrival, None)
        return
    if contact.opted_out is not None:
        # Open to nobody until she has chosen; but our question has to get through to her.
        everyone = {row.id: arrival.now for row in phones.writers(connection, contact.id)}
        phones.change(connection, contact.id, opted_out=None)
        phones.close_to(connection, contact.id, everyone)
    phone_questions.put(arrival, Question(What.ORGANISATIONS, arrival.language().code, arrival.now))


def choose(arrival: Arrival, question: Question) -> None:
    """Her choice of who may write. Not understood twice, only who asked her last may."""
    options = phone_questions.offered(arrival, question)
    language = phone_questions.speaker(arrival, question)
    chosen = phone.chosen(arrival.inbound.text, options, language)
    if chosen is None and question.tries == 0:
        phone_questions.put_again(arrival, question, part(language, phrases.NOT_UNDERSTOOD))
    elif chosen is None and arrival.rows:
        last = max(arrival.rows, key=lambda row: (row.asked or row.created, row.id))
        _restore(arrival, last.organisation_id)
    elif chosen is None:
        phones.change(arrival.connection, arrival.contact.id, asking=None)
    else:
        _restore(arrival, None if chosen == phone.EVERYONE else int(chosen))


def _restore(arrival: Arrival, organisation: int | None) -> None:
    """Open the address to one organisation, or to all, and go on where she was."""
    connection, contact_id = arrival.connection, arrival.contact.id
    others = phones.writers(connection, contact_id) if organisation is not None else ()
    closed = {row.id: arrival.now for row in others if row.id != organisation}
    open_address(connection, contact_id, closed)
    row, unknown = reception.today(arrival, closed)
    _record(arrival, "restored", row=row, organisation=organisation)
    if row is None:
        return
    if unknown:
        talk = routing.Talk(row.id, row.campaign_id, row.organisation_id, row.participant_id)
        household.ask(arrival, AskWho(row.organisation_id, talk))
        return
    _go_on(arrival, row)


def _go_on(arrival: Arrival, row: AnyRow) -> None:
    script, state = arrival.script(row), State.from_json(row.state)
    language = script.languages[state.language]
    if row.finished is not None:
        ask_again(arrival, row, part(language, phrases.ALREADY_FINISHED))
    elif state.phase is Phase.NEW:
        hold(arrival, row, advance(script.survey, state, Invited(arrival.now), language))
    else:
        ask_again(arrival, row, part(language, phrases.WELCOME_BACK))
