"""People who are invited to a campaign: contact points, conversations, and messages in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
