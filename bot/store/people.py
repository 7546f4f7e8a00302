"""The statements behind lists of people: a thousand at a time, whatever the length of the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from bot.store import schema
from bot.store.inbox import (
    CAMPAIGN,
    CONTACT,
    CONVERSATION,
    PARTICIPANT,
    AnyRow,
    Values,
    insert_ignoring,
    table,
)

ATTRIBUTE = table(schema.Attribute)
CONSENT = table(schema.Consent)
ENROLMENT = table(schema.Enrolment)
ERASURE = table(schema.ErasureRequest)
HOUSEHOLD = table(schema.Household)
IMPORT = table(schema.PeopleImport)
OPT_OUT = table(schema.OptOut)
ORGANISATION = table(schema.Organisation)

CHANNELS = ("sms", "whatsapp")

WAITING = ("listed", "told", "turn")
"""States of an enrolment that no conversation was opened for yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """An address that is known already, on one channel."""

    id: int
    channel: str
    address_index: bytes
    opted_out: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the organisation who answers from a phone.

    Attributes:
        contact_point_id: the phone.
        participant_id: who.
        household_id: the row that says so; None for someone who only ever had a conversation there.
        nickname: what she is called, encrypted.
    """

    contact_point_id: int
    participant_id: int
    household_id: int | None = None
    nickname: bytes | None = None


def campaign(connection: Connection, slug: str) -> AnyRow | None:
    """A campaign by its slug."""
    return connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.slug == slug)).one_or_none()


def take_turn(connection: Connection, organisation_id: int) -> None:
    """One list at a time in an organisation: two that hold the same person would make two of her.

    The lock lets everything through that only refers to the organisation, such as a person who joins.
    """
    connection.execute(
        select(ORGANISATION.c.id)
        .where(ORGANISATION.c.id == organisation_id)
        .with_for_update(key_share=True)
    )


def known(connection: Connection, indexes: Collection[bytes], organisation_id: int) -> list[Known]:
    """The addresses among these that there are, on any channel, and whether they may be written to."""
    closed_here = exists().where(
        OPT_OUT.c.contact_point_id == CONTACT.c.id, OPT_OUT.c.organisation_id == organisation_id
    )
    rows = connection.execute(
        select(
            CONTACT.c.id,
            CONTACT.c.channel,
            CONTACT.c.address_index,
            or_(CONTACT.c.opted_out.is_not(None), closed_here).label("opted_out"),
            CONTACT.c.closed.is_not(None).label("closed"),
        ).where(
            # Both channels by name: the index begins with them.
            CONTACT.c.channel.in_(CHANNELS),
            CONTACT.c.address_index.in_(list(indexes)),
        )
    )
    return [
        Known(row.id, row.channel, bytes(row.address_index), bool(row.opted_out), bool(row.closed))
        for row in rows
    ]


def members(
    connection: Connection, contact_ids: Collection[int], organisation_id: int
) -> list[Member]:
    """Everybody of an organisation who answers from these phones, by household or by conversation."""
    # Phones first, in both statements: a database without statistics would go through everybody of the
    # organisation for every phone, so that whose they are is looked at here.
    ids = list(contact_ids)
    households = connection.execute(
        select(HOUSEHOLD, PARTICIPANT.c.organisation_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == HOUSEHOLD.c.participant_id)
        .where(HOUSEHOLD.c.contact_point_id.in_(ids))
        .order_by(HOUSEHOLD.c.id)
    )
    found = {
        (row.contact_point_id, row.participant_id): Member(
            row.contact_point_id, row.participant_id, row.id, row.nickname
        )
        for row in households
        if row.organisation_id == organisation_id
    }
    talked = connection.execute(
        select(
            CONVERSATION.c.contact_point_id,
            CONVERSATION.c.participant_id,
            PARTICIPANT.c.organisation_id,
        )
        .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
        .where(CONVERSATION.c.contact_point_id.in_(ids))
        .distinct()
        .order_by(CONVERSATION.c.participant_id)
    )
    for row in talked:
        key = (row.contact_point_id, row.participant_id)
        if row.organisation_id == organisation_id:
            found.setdefault(key, Member(*key))
    return list(found.values())


def enrolled(
    connection: Connection, participant_ids: Collection[int], campaign_id: int
) -> dict[int, str | None]:
    """Participant -> why her enrolment was left out, None if it was not; of those in a campaign."""
    ids = list(participant_ids)
    found: dict[int, str | None] = dict.fromkeys(
        connection.scalars(
            select(CONVERSATION.c.participant_id).where(
                CONVERSATION.c.participant_id.in_(ids), CONVERSATION.c.campaign_id == campaign_id
            )
        )
    )
    rows = connection.execute(
        select(ENROLMENT.c.participant_id, ENROLMENT.c.why).where(
            ENROLMENT.c.participant_id.in_(ids), ENROLMENT.c.campaign_id == campaign_id
        )
    )
    return {row.participant_id: row.why for row in rows} | found


def add_contacts(connection: Connection, values: Sequence[Values]) -> dict[tuple[str, bytes], int]:
    """Make sure that these contact points are there; (channel, keyed hash) -> id."""
    if not values:
        return {}
    connection.execute(insert_ignoring(connection, CONTACT), list(values))
    rows = connection.execute(
        select(CONTACT.c.id, CONTACT.c.channel, CONTACT.c.address_index).where(
            CONTACT.c.channel.in_(CHANNELS),
            CONTACT.c.address_index.in_([value["address_index"] for value in values]),
        )
    )
    return {(row.channel, bytes(row.address_index)): row.id for row in rows}


def add_participants(connection: Connection, values: Sequence[Values]) -> dict[str, int]:
    """Add participants; pseudonym -> id."""
    if not values:
        return {}
    statement = insert(PARTICIPANT).returning(PARTICIPANT.c.id, PARTICIPANT.c.pseudonym)
    return {row.pseudonym: row.id for row in connection.execute(statement, list(values))}


def pseudonym(connection: Connection, participant_id: int) -> str:
    """What a participant is called here."""
    return str(
        connection.scalar(select(PARTICIPANT.c.pseudonym).where(PARTICIPANT.c.id == participant_id))
    )


def add_all(connection: Connection, into: Table, values: Sequence[Values]) -> None:
    """Insert many rows, or none."""
    if values:
        connection.execute(insert(into), list(values))


def name_member(connection: Connection, household_id: int, nickname: bytes) -> None:
    """Give somebody of a phone, who had none, a nickname."""
    connection.execute(
        update(HOUSEHOLD).where(HOUSEHOLD.c.id == household_id).values(nickname=nickname)
    )


def household_ids(
    connection: Connection, participant_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """(phone, participant) -> id of the household row."""
    rows = connection.execute(
        select(HOUSEHOLD.c.id, HOUSEHOLD.c.contact_point_id, HOUSEHOLD.c.participant_id).where(
            HOUSEHOLD.c.participant_id.in_(list(participant_ids))
        )
    )
    return {(row.contact_point_id, row.participant_id): row.id for row in rows}


def set_pin(connection: Connection, household_id: int, pin: str) -> None:
    """Keep the hash of somebody's digits."""
    connection.execute(update(HOUSEHOLD).where(HOUSEHOLD.c.id == household_id).values(pin=pin))


def list_again(
    connection: Connection, campaign_id: int, participant_id: int, **values: Any
) -> None:
    """An enrolment that was undone counts again."""
    connection.execute(
        update(ENROLMENT)
        .where(ENROLMENT.c.campaign_id == campaign_id)
        .where(ENROLMENT.c.participant_id == participant_id)
        .values(state="listed", why=None, **values)
    )


def set_attributes(connection: Connection, attributes: Mapping[int, Mapping[str, str]]) -> None:
    """Write what a list said about participants over what an earlier one said."""
    for name in {name for values in attributes.values() for name in values}:
        told = [who for who, values in attributes.items() if name in values]
        connection.execute(
            delete(ATTRIBUTE).where(ATTRIBUTE.c.participant_id.in_(told), ATTRIBUTE.c.name == name)
        )
    rows = [
        {"participant_id": participant_id, "name": name, "value": value}
        for participant_id, values in attributes.items()
        for name, value in values.items()
    ]
    add_all(connection, ATTRIBUTE, rows)


def listed(connection: Connection, campaign_id: int, after: int, count: int) -> Sequence[AnyRow]:
    """The people of a campaign in the order they were put down, from one enrolment on."""
    statement = (
        select(ENROLMENT, PARTICIPANT.c.pseudonym, CONTACT.c.channel, CONTACT.c.address)
        .join(PARTICIPANT, PARTICIPANT.c.id == ENROLMENT.c.participant_id)
        .join(CONTACT, CONTACT.c.id == ENROLMENT.c.contact_point_id)
        .where(ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.id > after)
        .order_by(ENROLMENT.c.id)
        .limit(count)
    )
    return connection.execute(statement).all()


def forget(connection: Connection, participant_id: int) -> None:
    """Erase what lists said about a participant, and what she is called on her phone."""
    for rows in (ATTRIBUTE, HOUSEHOLD):
        connection.execute(delete(rows).where(rows.c.participant_id == participant_id))
