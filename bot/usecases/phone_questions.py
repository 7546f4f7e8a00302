"""Questions put to a phone itself: put, kept in its row until they are answered, and put again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.gateways.keys import KeyRing
from bot.store import phones
from bot.store.inbox import AnyRow
from bot.usecases.arrivals import Arrival, tell
from flows import phone, phrases
from flows.language import Language
from flows.phone import Question, What
from flows.reading import Option
from flows.spoken import Part, part, together
from flows.wording import Wording

NICKNAME = "household.nickname"

_PHRASE: dict[What, Wording] = {
    What.WHO: phrases.WHO_IS_ANSWERING,
    What.NICKNAME: phrases.CHOOSE_NICKNAME,
    What.NEW_PIN: phrases.CHOOSE_PIN,
    What.PIN: phrases.SEND_PIN,
    What.ORGANISATIONS: phrases.WHO_MAY_WRITE,
}


def open_question(arrival: Arrival) -> Question | None:
    """The question this message answers, unless it was long ago or a survey has asked since."""
    stored = arrival.contact.asking
    if stored is None:
        return None
    question = Question.from_json(stored)
    since = phones.written_since(arrival.connection, arrival.contact.id, question.put)
    return None if question.lapsed(arrival.now, written_since=since) else question


def speaker(arrival: Arrival, question: Question) -> Language:
    """The language a question was put in."""
    for row in arrival.rows:
        if row.language == question.language:
            return arrival.script(row).languages[question.language]
    return arrival.services.voices.family([question.language])[question.language]


def offered(arrival: Arrival, question: Question) -> Sequence[Option]:
    """The options of a question; none for a name or digits."""
    language = speaker(arrival, question)
    if question.what is What.WHO:
        return phone.people(named(arrival, question.organisation), language)
    if question.what is What.ORGANISATIONS:
        found = phones.writers(arrival.connection, arrival.contact.id)
        return phone.organisations([(row.id, row.name) for row in found], language)
    return ()


def named(arrival: Arrival, organisation_id: int | None) -> list[tuple[int, str]]:
    """The people of this phone who have a nickname: the household row's id, and the nickname."""
    keys = arrival.services.keys
    return [
        (row.id, nickname_of(keys, row))
        for row in phones.household(arrival.connection, arrival.contact.id, organisation_id)
        if row.nickname is not None
    ]


def nickname_of(keys: KeyRing, row: AnyRow) -> str:
    """What one of a phone's people is called; nothing without a nickname."""
    return "" if row.nickname is None else keys.decrypt(row.nickname, column=NICKNAME)


def member(connection: Connection, contact_id: int, household_id: int | None) -> AnyRow:
    """One of the people of this phone."""
    rows = phones.household(connection, contact_id)
    return next(row for row in rows if row.id == household_id)


def put(arrival: Arrival, question: Question, *leads: Part) -> None:
    """Put a question to the phone, after what has to be said before it."""
    question = replace(question, put=arrival.now)
    phones.change(arrival.connection, arrival.contact.id, asking=question.to_json())
    language = speaker(arrival, question)
    phrase = _PHRASE[question.what]
    if options := offered(arrival, question):
        text = Part(phone.menu(phrase, options, language), (phrase.context,))
    elif question.what is What.PIN:
        row = member(arrival.connection, arrival.contact.id, question.person)
        text = part(language, phrase, name=nickname_of(arrival.services.keys, row))
    else:
        text = part(language, phrase)
    tell(arrival, together([*leads, text]), language)


def put_again(arrival: Arrival, question: Question, *leads: Part) -> None:
    """Put it once more, after a reply that could not be read."""
    put(arrival, replace(question, tries=question.tries + 1), *leads)
