"""Forgetting a person: everything she sent, everything sent to her, here and at the provider.

What stays is the keyed hash of an address that said STOP, so that nobody writes to it again.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, delete, select, update

from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import effects, export_keeping, webhooks
from bot.usecases.services import Services

_BY_CONVERSATION: tuple[Table, ...] = (
    effects.ANSWER,
    effects.ASKED_AGAIN,
    effects.SCORE,
    effects.QUALITY_MARK,
    effects.CONCERN,
)


def erase(services: Services, request_ids: Iterable[int]) -> int:
    """Carry out these requests and return how many were; one that was carried out is left alone."""
    return sum(_erase(services, request_id) for request_id in sorted(set(request_ids)))


def _erase(services: Services, request_id: int) -> bool:
    with services.database.reading() as connection:
        sids = _provider_sids(connection, request_id)
    # The provider's copies first: a failure leaves the request open, and the sweep tries again.
    for sid in sids:
        services.sms.delete(sid)
    with services.database.transaction() as work:
        request = _open_request(work.connection, request_id)
        if request is None:
            return False
        _erase_rows(work.connection, request.participant_id)
        work.connection.execute(
            update(effects.ERASURE)
            .where(effects.ERASURE.c.id == request_id)
            .values(carried_out=services.clock.now())
        )
    return True


def _open_request(connection: Connection, request_id: int) -> AnyRow | None:
    erasure = effects.ERASURE
    return connection.execute(
        select(erasure).where(erasure.c.id == request_id, erasure.c.carried_out.is_(None))
    ).one_or_none()


def _conversations(connection: Connection, participant_id: int) -> list[int]:
    conversation = inbox.CONVERSATION
    return list(
        connection.scalars(
            select(conversation.c.id).where(conversation.c.participant_id == participant_id)
        )
    )


def _provider_sids(connection: Connection, request_id: int) -> list[str]:
    request = _open_request(connection, request_id)
    if request is None:
        return []
    conversations = _conversations(connection, request.participant_id)
    simulated = select(inbox.CONTACT.c.id).where(inbox.CONTACT.c.simulated)
    found: list[str] = []
    for messages in (inbox.INBOUND, inbox.OUTBOUND):
        statement = select(messages.c.provider_sid).where(
            messages.c.conversation_id.in_(conversations),
            messages.c.provider_sid.is_not(None),
            messages.c.contact_point_id.not_in(simulated),
        )
        found += [str(sid) for sid in connection.scalars(statement)]
    return found


def _erase_rows(connection: Connection, participant_id: int) -> None:
    conversation, consent = inbox.CONVERSATION, effects.CONSENT
    conversations = _conversations(connection, participant_id)
    contacts = set(
        connection.scalars(
            select(conversation.c.contact_point_id).where(conversation.c.id.in_(conversations))
        )
    )
    for table in (inbox.INBOUND, inbox.OUTBOUND):
        # A conversation that went on by SMS has had another address before.
        contacts.update(
            connection.scalars(
                select(table.c.contact_point_id).where(table.c.conversation_id.in_(conversations))
            )
        )
    webhooks.forget(connection, conversations)
    export_keeping.forget(connection, conversations)
    for table in _BY_CONVERSATION:
        connection.execute(delete(table).where(table.c.conversation_id.in_(conversations)))
    connection.execute(delete(consent).where(consent.c.participant_id == participant_id))
    for table in (inbox.OUTBOUND, inbox.INBOUND):
        connection.execute(delete(table).where(table.c.conversation_id.in_(conversations)))
    connection.execute(delete(conversation).where(conversation.c.id.in_(conversations)))
    _forget_addresses(connection, contacts)


def _forget_addresses(connection: Connection, contacts: Iterable[int]) -> None:
    """The address itself goes, unless someone else answers from the same phone."""
    conversation, contact = inbox.CONVERSATION, inbox.CONTACT
    for contact_id in contacts:
        shared = connection.scalar(
            select(conversation.c.id).where(conversation.c.contact_point_id == contact_id).limit(1)
        )
        if shared is None:
            connection.execute(
                update(contact).where(contact.c.id == contact_id).values(address=b"")
            )
