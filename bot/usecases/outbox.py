"""What is not a reply is sent from here: claimed, committed, sent once, and settled.

The provider takes no idempotency key. A row is therefore `sending` in the database before the request
is made; if the outcome is lost with the process or the connection, the row is `uncertain`, and Twilio's
own log decides whether it went out. Nothing is sent again on a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from bot.gateways.addresses import Address, Channel
from bot.gateways.twilio import Delivery, Retry, SendFailed
from bot.store.inbox import CONTACT, OUTBOUND, AnyRow
from bot.usecases.services import Services

log = structlog.get_logger(__name__)

STUCK = timedelta(minutes=2)
"""A send that has been `sending` for this long was lost with its process."""


def status_callback(services: Services, outbound_id: int) -> str:
    """Where the provider reports what became of a message; it names the message itself."""
    return f"{services.settings.public_url}/twilio/status?outbound={outbound_id}"


def send(services: Services, outbound_ids: Iterable[int]) -> int:
    """Send these messages, each at most once, and return how many were accepted."""
    sent = 0
    for outbound_id in sorted(set(outbound_ids)):
        row = _claim(services, outbound_id)
        if row is not None:
            sent += _send(services, row)
    return sent


def _claim(services: Services, outbound_id: int) -> AnyRow | None:
    """Mark a waiting message as being sent; None when another sender has it, or nobody should."""
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(OUTBOUND.c.id, OUTBOUND.c.body, CONTACT)
            .join(CONTACT, CONTACT.c.id == OUTBOUND.c.contact_point_id)
            .where(OUTBOUND.c.id == outbound_id, OUTBOUND.c.state == Delivery.QUEUED.value)
            .with_for_update(of=OUTBOUND)
        ).one_or_none()
        if row is None:
            return None
        allowed = row.opted_out is None
        state = Delivery.SENDING if allowed else Delivery.CANCELLED
        _move(services, work.connection, outbound_id, state)
        return row if allowed else None


def _send(services: Services, row: AnyRow) -> bool:
    if row.simulated:
        # The phone is a page of our own: it shows what the database holds.
        _settle(services, row.id, Delivery.DELIVERED)
        return True
    address = services.keys.decrypt(row.address, column="contact_point.address")
    to = Address(Channel(row.channel), address)
    try:
        sid = services.sms.send(to, row.body, status_callback=status_callback(services, row.id))
    except SendFailed as failure:
        states = {
            Retry.NEVER: Delivery.FAILED,
            Retry.LATER: Delivery.QUEUED,
            Retry.UNKNOWN: Delivery.UNCERTAIN,
        }
        _settle(services, row.id, states[failure.retry], error_code=failure.code)
        log.warning("send failed", outbound=row.id, code=failure.code, retry=failure.retry)
        return False
    _settle(services, row.id, Delivery.SENT, provider_sid=sid)
    return True


def _settle(services: Services, outbound_id: int, state: Delivery, **values: Any) -> None:
    with services.database.transaction() as work:
        _move(services, work.connection, outbound_id, state, **values)


def _move(
    services: Services, connection: Connection, outbound_id: int, state: Delivery, **values: Any
) -> None:
    # A callback may have been quicker than our own bookkeeping: never move it back.
    connection.execute(
        update(OUTBOUND)
        .where(
            OUTBOUND.c.id == outbound_id,
            OUTBOUND.c.state.in_(
                [Delivery.QUEUED.value, Delivery.SENDING.value, Delivery.UNCERTAIN.value]
            ),
        )
        .values(state=state.value, changed=services.clock.now(), **values)
    )


def reconcile(services: Services) -> int:
    """Settle what is uncertain by the provider's own log, and return how many messages were settled."""
    now = services.clock.now()
    with services.database.reading() as connection:
        rows = connection.execute(
            select(OUTBOUND.c.id, OUTBOUND.c.body, OUTBOUND.c.created, CONTACT.c.channel)
            .add_columns(CONTACT.c.address, CONTACT.c.id.label("contact_point_id"))
            .join(CONTACT, CONTACT.c.id == OUTBOUND.c.contact_point_id)
            .where(
                (OUTBOUND.c.state == Delivery.UNCERTAIN.value)
                | (
                    (OUTBOUND.c.state == Delivery.SENDING.value)
                    & (OUTBOUND.c.changed < now - STUCK)
                )
            )
            .order_by(OUTBOUND.c.id)
            .limit(500)
        ).all()
    return sum(_reconcile(services, row) for row in rows)


def _reconcile(services: Services, row: AnyRow) -> bool:
    address = services.keys.decrypt(row.address, column="contact_point.address")
    to = Address(Channel(row.channel), address)
    try:
        log_of_provider = services.sms.sent_to(to, since=row.created - timedelta(minutes=1))
    except SendFailed:
        return False
    with services.database.transaction() as work:
        taken = set(
            work.connection.scalars(
                select(OUTBOUND.c.provider_sid).where(
                    OUTBOUND.c.contact_point_id == row.contact_point_id,
                    OUTBOUND.c.provider_sid.is_not(None),
                )
            )
        )
        for message in log_of_provider:
            if message.body == row.body and message.sid not in taken:
                state = message.status or Delivery.SENT
                values = {"provider_sid": message.sid, "error_code": message.error_code}
                _move(services, work.connection, row.id, state, **values)
                return True
        # The provider has never heard of it: it is safe to send.
        _move(services, work.connection, row.id, Delivery.QUEUED)
    return True
