"""The people of an organisation as staff see them: pseudonyms, last digits of numbers, how they stand.

What is found by a whole number is written into the audit log: it ties a pseudonym to who has that number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Select, exists, select

from bot.gateways.addresses import Address, BadAddress
from bot.gateways.keys import KeyRing
from bot.gateways.phone_numbers import masked
from bot.store import people as store
from bot.store.inbox import CONTACT, CONVERSATION, PARTICIPANT, AnyRow
from bot.store.people import ENROLMENT, ERASURE, HOUSEHOLD, OPT_OUT
from bot.usecases import audit
from bot.usecases.permission import NotHere
from bot.usecases.phone_questions import nickname_of
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

PAGE = 50
_WHOLE = 7
"""Digits that the shortest number of a person has."""

_PSEUDONYM = re.compile(r"[Pp][2-9a-zA-Z]{10}")


class NoSuchPerson(NotHere):
    """Nobody of this organisation has this id."""


class Standing(StrEnum):
    """How somebody stands with the organisation, in a word."""

    ERASED = "is.erased"
    ERASING = "is.erasing"
    STOPPED = "is.stopped"
    UNREACHABLE = "is.unreachable"
    ANSWERING = "is.answering"
    ANSWERED = "is.answered"
    WAITING = "is.waiting"
    KNOWN = "is.known"


@dataclass(frozen=True, slots=True)
class Phone:
    """Where somebody is reached.

    Attributes:
        id: the contact point.
        channel: sms or whatsapp.
        number: its last digits; empty for a tablet of ours, and when it was forgotten.
        tablet: whether it is a tablet of ours, or the simulator.
        stopped: whether nobody of this organisation may write there.
        closed: whether messages came back as impossible to deliver.
        shared: whether somebody else of the organisation answers from it too.
    """

    id: int
    channel: str
    number: str
    tablet: bool
    stopped: bool
    closed: bool
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the organisation."""

    id: int
    pseudonym: str
    created: datetime
    nickname: str
    language: str | None
    standing: Standing
    phones: tuple[Phone, ...]


def listed(
    services: Services, organisation: Organisation, *, before: int | None = None, limit: int = PAGE
) -> list[Person]:
    """The people of an organisation who are not erased, newest first, below an id."""
    statement = _of(organisation).order_by(PARTICIPANT.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(PARTICIPANT.c.id < before)
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
        return persons_of(services.keys, connection, organisation, rows)


def _of(organisation: Organisation) -> Select[*tuple[object, ...]]:
    gone = exists().where(
        ERASURE.c.participant_id == PARTICIPANT.c.id, ERASURE.c.carried_out.is_not(None)
    )
    return select(PARTICIPANT).where(PARTICIPANT.c.organisation_id == organisation.id, ~gone)


def find(
    services: Services, organisation: Organisation, text: str, me: SignedIn
) -> list[Person] | None:
    """The people with this pseudonym, or with this whole number; None if the text is neither.

    A find by number is audited, without the number.
    """
    wanted = text.strip()
    index: bytes | None = None
    if not _PSEUDONYM.fullmatch(wanted):
        if wanted.isdecimal() and len(wanted) < _WHOLE:
            return None  # the last digits, as lists show them, find nobody
        try:
            address = Address.parse(wanted, region=services.settings.default_region)
        except BadAddress:
            return None
        index = services.keys.index(address.address)
    with services.database.transaction() as work:
        if index is None:
            condition = PARTICIPANT.c.pseudonym == "P" + wanted[1:].lower()
        else:
            contacts = {one.id for one in store.known(work.connection, [index], organisation.id)}
            members = store.members(work.connection, contacts, organisation.id)
            condition = PARTICIPANT.c.id.in_({one.participant_id for one in members})
        rows = work.connection.execute(_of(organisation).where(condition)).all()
        found = persons_of(services.keys, work.connection, organisation, rows)
        for person in found if index is not None else ():
            audit.record(
                work.connection,
                services.clock.now(),
                organisation_id=organisation.id,
                who=me.email,
                what="person.found",
                about=f"person:{person.pseudonym}",
            )
    return found


def row_of(connection: Connection, organisation: Organisation, person_id: int) -> AnyRow:
    """A participant's row, erased or not; raises NoSuchPerson."""
    row = connection.execute(
        select(PARTICIPANT).where(
            PARTICIPANT.c.id == person_id, PARTICIPANT.c.organisation_id == organisation.id
        )
    ).one_or_none()
    if row is None:
        raise NoSuchPerson(person_id)
    return row


def phones_of(
    keys: KeyRing, connection: Connection, organisation: Organisation, ids: Collection[int]
) -> Mapping[int, list[Phone]]:
    """Participant -> where she is reached: phones she was put down for, or has written from."""
    tables = (HOUSEHOLD, CONVERSATION, ENROLMENT)
    pairs = {
        (int(row.participant_id), int(row.contact_point_id)): None
        for table in tables
        for row in connection.execute(
            select(table.c.participant_id, table.c.contact_point_id)
            .where(table.c.participant_id.in_(list(ids)))
            .order_by(table.c.id)
        )
    }
    contacts = {contact for _, contact in pairs}
    here = exists().where(
        OPT_OUT.c.contact_point_id == CONTACT.c.id, OPT_OUT.c.organisation_id == organisation.id
    )
    rows = connection.execute(
        select(CONTACT, here.label("here")).where(CONTACT.c.id.in_(contacts))
    ).all()
    answering: dict[int, set[int]] = defaultdict(set)
    for member in store.members(connection, contacts, organisation.id):
        answering[member.contact_point_id].add(member.participant_id)
    found = {row.id: _phone(keys, row, shared=len(answering[row.id]) > 1) for row in rows}
    phones: dict[int, list[Phone]] = defaultdict(list)
    for person, contact in pairs:
        phones[person].append(found[contact])
    return phones


def _phone(keys: KeyRing, row: AnyRow, *, shared: bool) -> Phone:
    address = bytes(row.address)
    text = keys.decrypt(address, column="contact_point.address") if address else ""
    tablet = bool(row.simulated)
    return Phone(
        id=row.id,
        channel=row.channel,
        number="" if tablet or not text else masked(text) or f"…{text[-3:]}",
        tablet=tablet,
        stopped=row.opted_out is not None or bool(row.here),
        closed=row.closed is not None,
        shared=shared,
    )


def persons_of(
    keys: KeyRing, connection: Connection, organisation: Organisation, rows: Sequence[AnyRow]
) -> list[Person]:
    """These participants, with how each stands."""
    ids = [row.id for row in rows]
    phones = phones_of(keys, connection, organisation, ids)
    talks = _newest(connection, CONVERSATION, ids)
    lists = _newest(connection, ENROLMENT, ids)
    erasures = _newest(connection, ERASURE, ids)
    names = {
        row.participant_id: nickname_of(keys, row)
        for row in connection.execute(
            select(HOUSEHOLD)
            .where(HOUSEHOLD.c.participant_id.in_(ids), HOUSEHOLD.c.nickname.is_not(None))
            .order_by(HOUSEHOLD.c.id)
        )
    }
    found = []
    for row in rows:
        talk, waits = talks.get(row.id), lists.get(row.id)
        latest = waits if talk is None else talk
        found.append(
            Person(
                id=row.id,
                pseudonym=row.pseudonym,
                created=row.created,
                nickname=names.get(row.id, ""),
                language=None if latest is None else latest.language,
                standing=_standing(phones.get(row.id, []), talk, waits, erasures.get(row.id)),
                phones=tuple(phones.get(row.id, [])),
            )
        )
    return found


def _newest(connection: Connection, table: object, ids: Collection[int]) -> dict[int, AnyRow]:
    """Participant -> her newest row of a table."""
    columns = table.c  # type: ignore[attr-defined]
    rows = connection.execute(
        select(table).where(columns.participant_id.in_(list(ids))).order_by(columns.id)  # type: ignore[call-overload]
    )
    return {row.participant_id: row for row in rows}


def _standing(
    phones: Sequence[Phone], talk: AnyRow | None, waits: AnyRow | None, erasure: AnyRow | None
) -> Standing:
    if erasure is not None:
        return Standing.ERASING if erasure.carried_out is None else Standing.ERASED
    real = [phone for phone in phones if not phone.tablet]
    if real and all(phone.stopped for phone in real):
        return Standing.STOPPED
    if real and all(phone.closed for phone in real):
        return Standing.UNREACHABLE
    if talk is not None:
        return Standing.ANSWERING if talk.finished is None else Standing.ANSWERED
    if waits is not None and waits.state in store.WAITING:
        return Standing.WAITING
    return Standing.KNOWN
