"""People who are invited to a campaign: contact points, conversations, and messages in the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.gateways.addresses import Address
from bot.store import inbox
from bot.usecases import conversations
from bot.usecases.services import Services
from flows.state import State
from tests.support.rows import rows


def invite(services: Services, campaign: str, phones: Iterable[str], **more: Any) -> list[int]:
    """Invite these people: a conversation each, and a message in the outbox; the messages' ids."""
    (row,) = rows(services, "campaign", slug=campaign)
    now = services.clock.now()
    ids = []
    with services.database.transaction() as work:
        (found,) = work.connection.execute(
            inbox.CAMPAIGN.select().where(inbox.CAMPAIGN.c.id == row["id"])
        ).all()
        for phone in phones:
            address = Address.parse(phone)
            contact = inbox.lock_contact(
                work.connection, conversations.contact_values(services, address, mode="self")
            )
            conversation = conversations.add_conversation(
                work.connection,
                found,
                contact_point_id=contact.id,
                channel=address.channel.value,
                mode="self",
                state=State(language=row["languages"][0]),
                now=now,
            )
            # She wrote to us just now: on WhatsApp that opens the window of 24 hours.
            work.connection.execute(
                inbox.CONTACT.update().where(inbox.CONTACT.c.id == contact.id).values(heard=now)
            )
            ids.append(put(work.connection, services, contact.id, conversation, **more))
    return ids


def enrol(
    services: Services,
    campaign: str,
    phones: Iterable[str],
    *,
    languages: Sequence[str | None] = (None,),
    heard: datetime | None = None,
) -> list[int]:
    """Put people on a campaign's list, in these languages by turns; ids of their enrolments."""
    (found,) = rows(services, "campaign", slug=campaign)
    now = services.clock.now()
    people = []
    for number, phone in enumerate(phones):
        address = Address.parse(phone)
        values = conversations.contact_values(services, address, mode="self")
        people.append((values | {"heard": heard}, languages[number % len(languages)]))
    with services.database.transaction() as work:
        known = {
            row.address_index: row.id
            for row in work.connection.execute(select(inbox.CONTACT)).all()
        }
        new = list(
            {
                values["address_index"]: values
                for values, _ in people
                if values["address_index"] not in known
            }.values()
        )
        contacts = _insert(work.connection, inbox.CONTACT, new)
        known |= {v["address_index"]: id_ for v, id_ in zip(new, contacts, strict=True)}
        ids = _insert(
            work.connection,
            inbox.PARTICIPANT,
            [
                {
                    "organisation_id": found["organisation_id"],
                    "pseudonym": conversations.new_pseudonym(),
                    "created": now,
                }
                for _ in people
            ],
        )
        return _insert(
            work.connection,
            inbox.ENROLMENT,
            [
                {
                    "campaign_id": found["id"],
                    "participant_id": participant,
                    "contact_point_id": known[values["address_index"]],
                    "language": language,
                    "state": "listed",
                    "created": now,
                }
                for participant, (values, language) in zip(ids, people, strict=True)
            ],
        )


def _insert(connection: Any, into: Any, values: list[dict[str, Any]]) -> list[int]:
    if not values:
        return []
    statement = insert(into).returning(into.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, values))


def put(
    connection: Any,
    services: Services,
    contact_point_id: int,
    conversation_id: int | None,
    *,
    body: str = "May we ask you a few questions?",
    kind: str = "invitation",
    **more: Any,
) -> int:
    """Put a message into the outbox; its id."""
    now = services.clock.now()
    values = {
        "question": None, "language": "en", "prompt": body, "buttons": [], "state": "queued",
        "created": now, "changed": now, "body": body, "kind": kind,
        "contact_point_id": contact_point_id, "conversation_id": conversation_id,
    }  # fmt: skip
    return inbox.add(connection, inbox.OUTBOUND, **values | more)


def another(services: Services, outbound_id: int, **more: Any) -> int:
    """One more message to the person of a message, in the same conversation; its id."""
    (row,) = rows(services, "outbound", id=outbound_id)
    with services.database.transaction() as work:
        return put(
            work.connection, services, row["contact_point_id"], row["conversation_id"], **more
        )
