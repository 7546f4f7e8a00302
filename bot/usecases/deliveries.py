"""What became of the messages we sent: callbacks come late, twice and out of order."""

from __future__ import annotations

import structlog
from sqlalchemy import update

from bot.gateways.twilio import RANK, STATUS, Delivery
from bot.store.inbox import OUTBOUND
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
    earlier = [state.value for state in Delivery if RANK[state] < RANK[delivery]]
    with services.database.transaction() as work:
        moved = work.connection.execute(
            update(OUTBOUND)
            .where(OUTBOUND.c.id == outbound_id, OUTBOUND.c.state.in_(earlier))
            .values(
                state=delivery.value,
                provider_sid=provider_sid,
                error_code=error_code,
                changed=services.clock.now(),
            )
        )
    return moved.rowcount > 0
