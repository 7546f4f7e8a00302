"""Forgetting a person: everything she sent, everything sent to her, here and at the provider.

What stays is the keyed hash of an address that said STOP, and which organisations it is closed to, so that
nobody writes to it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Table, delete, select, update

from bot.store import inbox, people, phones, schema
from bot.store.inbox import AnyRow
from bot.usecases import attachments, effects, export_keeping, webhooks
from bot.usecases.services import Services

ATTACHMENT = inbox.table(schema.Attachment)
TRANSCRIPT = inbox.table(schema.Transcript)
_ABOUT_ANSWERS: tuple[Table, ...] = tuple(
    inbox.table(model) for model in (schema.Coding, schema.CodingDecision, schema.TermNote)
)
REACTION = inbox.table(schema.FeedbackReaction)
THEME_SOURCE = inbox.table(schema.ListeningSource)

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
        addresses = _addresses(connection, request_id)
    # The provider's copies first: a failure leaves the request open, and the sweep tries again.
    for sid in sids:
        services.sms.delete(sid)
    attachments.remove_now(services, addresses)
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


def _contacts(connection: Connection, participant_id: int) -> set[int]:
    """Every phone she has written from, was written to, or was put down for."""
    conversation, members, enrolment = inbox.CONVERSATION, inbox.HOUSEHOLD, phones.ENROLMENT
    conversations = _conversations(connection, participant_id)
    found: set[int] = set()
    # A conversation that went on by SMS, or on a tablet, has had another address before.
    for table in (inbox.INBOUND, inbox.OUTBOUND):
        found.update(
            connection.scalars(
                select(table.c.contact_point_id).where(table.c.conversation_id.in_(conversations))
            )
        )
    for table in (conversation, members, enrolment):
        found.update(
            connection.scalars(
                select(table.c.contact_point_id).where(table.c.participant_id == participant_id)
            )
        )
    return found


def _hers(
    connection: Connection, messages: Table, participant_id: int, contacts: Collection[int]
) -> list[int]:
    """Her messages: those of her conversations, and what her phone and the bot said beside them.

    On a shared phone nobody can say whose the latter are, and her nickname may stand in them.
    """
    conversations = _conversations(connection, participant_id)
    return list(
        connection.scalars(
            select(messages.c.id).where(
                messages.c.conversation_id.in_(conversations)
                | (messages.c.conversation_id.is_(None) & messages.c.contact_point_id.in_(contacts))
            )
        )
    )


def _provider_sids(connection: Connection, request_id: int) -> list[str]:
    request = _open_request(connection, request_id)
    if request is None:
        return []
    contacts = _contacts(connection, request.participant_id)
    simulated = select(inbox.CONTACT.c.id).where(inbox.CONTACT.c.simulated)
    found: list[str] = []
    for messages in (inbox.INBOUND, inbox.OUTBOUND):
        ids = _hers(connection, messages, request.participant_id, contacts)
        statement = select(messages.c.provider_sid).where(
            messages.c.id.in_(ids),
            messages.c.provider_sid.is_not(None),
            messages.c.contact_point_id.not_in(simulated),
        )
        found += [str(sid) for sid in connection.scalars(statement)]
    return found


def _addresses(connection: Connection, request_id: int) -> list[str]:
    request = _open_request(connection, request_id)
    if request is None:
        return []
    return attachments.addresses_of(connection, _conversations(connection, request.participant_id))


def _erase_rows(connection: Connection, participant_id: int) -> None:
    conversation, consent = inbox.CONVERSATION, effects.CONSENT
    conversations = _conversations(connection, participant_id)
    contacts = _contacts(connection, participant_id)
    inbound = _hers(connection, inbox.INBOUND, participant_id, contacts)
    outbound = _hers(connection, inbox.OUTBOUND, participant_id, contacts)
    _erase_voices(connection, conversations, inbound)
    webhooks.forget(connection, conversations)
    export_keeping.forget(connection, conversations)
    hers = select(effects.ANSWER.c.id).where(effects.ANSWER.c.conversation_id.in_(conversations))
    connection.execute(delete(THEME_SOURCE).where(THEME_SOURCE.c.answer_id.in_(hers)))
    for table in _BY_CONVERSATION:
        connection.execute(delete(table).where(table.c.conversation_id.in_(conversations)))
    connection.execute(delete(effects.CONCERN).where(effects.CONCERN.c.inbound_id.in_(inbound)))
    connection.execute(delete(REACTION).where(REACTION.c.inbound_id.in_(inbound)))
    connection.execute(delete(consent).where(consent.c.participant_id == participant_id))
    # A STOP that was said to nobody in particular still counts; what was typed is not needed for that.
    connection.execute(
        update(consent).where(consent.c.inbound_id.in_(inbound)).values(inbound_id=None, raw="")
    )
    messages = inbox.OUTBOUND
    connection.execute(delete(messages).where(messages.c.id.in_(outbound)))
    # On a shared phone, what another was told next may be the reply to what goes now.
    connection.execute(
        update(messages).where(messages.c.reply_to.in_(inbound)).values(reply_to=None)
    )
    connection.execute(delete(inbox.INBOUND).where(inbox.INBOUND.c.id.in_(inbound)))
    people.forget(connection, participant_id)
    enrolment = phones.ENROLMENT
    connection.execute(delete(enrolment).where(enrolment.c.participant_id == participant_id))
    connection.execute(delete(conversation).where(conversation.c.id.in_(conversations)))
    _forget_addresses(connection, contacts, participant_id)


def _erase_voices(
    connection: Connection, conversations: Collection[int], inbound: Collection[int]
) -> None:
    """What she sent beside words, and what others heard in it or put into another language."""
    attachments = select(ATTACHMENT.c.id).where(ATTACHMENT.c.inbound_id.in_(inbound))
    answers = select(effects.ANSWER.c.id).where(effects.ANSWER.c.conversation_id.in_(conversations))
    connection.execute(
        delete(TRANSCRIPT).where(
            TRANSCRIPT.c.attachment_id.in_(attachments) | TRANSCRIPT.c.answer_id.in_(answers)
        )
    )
    connection.execute(delete(ATTACHMENT).where(ATTACHMENT.c.inbound_id.in_(inbound)))
    for table in _ABOUT_ANSWERS:
        connection.execute(delete(table).where(table.c.answer_id.in_(answers)))


def _forget_addresses(connection: Connection, contacts: Iterable[int], participant_id: int) -> None:
    """The address itself goes, unless someone else answers from the same phone."""
    contact = inbox.CONTACT
    for contact_id in contacts:
        connection.execute(update(contact).where(contact.c.id == contact_id).values(asking=None))
        connection.execute(
            update(contact)
            .where(contact.c.id == contact_id, contact.c.speaker_id == participant_id)
            .values(speaker_id=None, spoke=None)
        )
        others = (
            select(table.c.id).where(table.c.contact_point_id == contact_id).limit(1)
            for table in (inbox.CONVERSATION, inbox.HOUSEHOLD, phones.ENROLMENT)
        )
        if all(connection.scalar(other) is None for other in others):
            connection.execute(
                update(contact).where(contact.c.id == contact_id).values(address=b"")
            )
