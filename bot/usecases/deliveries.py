"""What became of the messages we sent: callbacks come late, twice and out of order."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select, update

from bot.gateways.twilio import RANK, STATUS, Delivery
from bot.gateways.twilio_errors import Reaction, reaction_to
from bot.store import outbox as store
from bot.store.inbox import OUTBOUND
from bot.usecases.reactions import Failure, react
from bot.usecases.services import Services

log = structlog.get_logger(__name__)


def record(
    services: Services, *, outbound_id: int, provider_sid: str, status: str, error_code: int | None
) -> bool:
    """Move an outbound message to a later state; False when there was nothing to move.

    Args:
        outbound_id: our id, from the callback's address: the SID may not be stored yet.
        provider_sid: Twilio's id of the message.
        status: Twilio's word for what happened.
        error_code: Twilio's error code, if there is one.
    """
    delivery = STATUS.get(status)
    if delivery is None:
        log.info("unknown message status", status=status[:32])
        return False
    with services.database.transaction() as work:
        if delivery in _WITH_CONSEQUENCES:
            contact_point_id = work.connection.scalar(
                select(OUTBOUND.c.contact_point_id).where(OUTBOUND.c.id == outbound_id)
            )
            if contact_point_id is None:
                return False
            store.lock_contact(work.connection, contact_point_id)
        return move(
            services,
            work.connection,
            outbound_id,
            delivery,
            provider_sid=provider_sid,
            error_code=error_code,
        )


_WITH_CONSEQUENCES = (Delivery.FAILED, Delivery.DELIVERED, Delivery.READ)


def move(
    services: Services,
    connection: Connection,
    outbound_id: int,
    delivery: Delivery,
    *,
    provider_sid: str,
    error_code: int | None,
) -> bool:
    """Move a message forward, never back, and do what its error asks for, once.

    The contact point is locked by whoever calls, unless nothing but the message itself can change.
    """
    now = services.clock.now()
    earlier = [state.value for state in Delivery if RANK[state] < RANK[delivery]]
    moved = connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id == outbound_id, OUTBOUND.c.state.in_(earlier))
        .values(
            state=delivery.value,
            provider_sid=provider_sid,
            error_code=error_code,
            changed=now,
        )
    )
    if moved.rowcount == 0:
        return False
    if delivery in (Delivery.DELIVERED, Delivery.READ):
        # It arrived after all: its second try is not needed.
        store.cancel_waiting(connection, now, OUTBOUND.c.retry_of == outbound_id)
    reaction = reaction_to(error_code)
    if delivery is Delivery.FAILED or reaction is Reaction.WEBHOOK_BROKEN:
        row = store.whole(connection, outbound_id)
        react(services, Failure(connection, row, error_code, processed=True, now=now), reaction)
    return True
