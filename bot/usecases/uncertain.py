"""Messages of which we do not know whether they went out: Twilio's own log is asked, nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.gateways.addresses import Address, Channel
from bot.gateways.keys import Undecryptable
from bot.gateways.twilio import Delivery, SendFailed, TwilioMessage
from bot.store import outbox as store
from bot.store.inbox import CONTACT, OUTBOUND, AnyRow
from bot.usecases import deliveries
from bot.usecases.services import Services

log = structlog.get_logger(__name__)

STUCK = timedelta(minutes=2)
"""A send that has been `sending` for this long was lost with its process."""

GRACE = timedelta(minutes=2)
"""How long a request may still be on its way into Twilio's log, after we gave up waiting for it."""

SKEW = timedelta(minutes=1)
"""How far Twilio's clock may be from ours."""

_AT_ONCE = 500
_TRIED = func.coalesce(OUTBOUND.c.attempted, OUTBOUND.c.changed)


def reconcile(services: Services) -> int:
    """Settle what is uncertain by the provider's own log, and return how many messages were settled."""
    now = services.clock.now()
    with services.database.reading() as connection:
        rows = connection.execute(
            select(OUTBOUND.c.id, OUTBOUND.c.created, CONTACT.c.channel, CONTACT.c.address)
            .join(CONTACT, CONTACT.c.id == OUTBOUND.c.contact_point_id)
            .where(_open(now), or_(OUTBOUND.c.not_before.is_(None), OUTBOUND.c.not_before <= now))
            .order_by(OUTBOUND.c.id)
            .limit(_AT_ONCE)
        ).all()
    return sum(_look_up(services, row, now) for row in rows)


def _open(now: datetime) -> ColumnElement[bool]:
    return or_(
        OUTBOUND.c.state == Delivery.UNCERTAIN.value,
        and_(OUTBOUND.c.state == Delivery.SENDING.value, now - STUCK > _TRIED),
    )


def _look_up(services: Services, row: AnyRow, now: datetime) -> bool:
    try:
        address = services.keys.decrypt(row.address, column="contact_point.address")
        to = Address(Channel(row.channel), address)
        found = services.sms.sent_to(to, since=row.created - SKEW)
    except Undecryptable:
        log.error("address can not be read", outbound=row.id)
        return False
    except SendFailed as failure:
        log.warning("the provider's log can not be read", code=failure.code)
        return False
    return _settle(services, row.id, found, now)


def _settle(
    services: Services, outbound_id: int, found: Sequence[TwilioMessage], now: datetime
) -> bool:
    with services.database.transaction() as work:
        connection = work.connection
        store.lock_contact(connection, store.whole(connection, outbound_id).contact_point_id)
        row = connection.execute(
            select(OUTBOUND, _TRIED.label("tried"))
            .where(OUTBOUND.c.id == outbound_id, _open(now))
            .with_for_update()
        ).one_or_none()
        if row is None:
            return False  # its callback came while we asked
        match = _match(connection, row, found)
        # From here on its sender, should it still be alive, is no longer asked.
        store.take_over(connection, outbound_id)
        if match is not None:
            return deliveries.move(
                services,
                connection,
                outbound_id,
                match.status or Delivery.SENT,
                provider_sid=match.sid,
                error_code=match.error_code,
            )
        if now - row.tried < GRACE:
            store.put(connection, outbound_id, now, Delivery.UNCERTAIN.value, row.tried + GRACE)
            return False
        # The provider has never heard of it: it is safe to send.
        store.put(connection, outbound_id, now, Delivery.QUEUED.value, None)
    return True


def _match(
    connection: Connection, row: AnyRow, found: Sequence[TwilioMessage]
) -> TwilioMessage | None:
    """The oldest message in the log that can only be this one.

    To one person one message is in flight at a time, and what is known by its SID is somebody else's.
    """
    taken = set(
        connection.scalars(
            select(OUTBOUND.c.provider_sid).where(
                OUTBOUND.c.provider_sid.in_([message.sid for message in found])
            )
        )
    )
    for message in reversed(found):
        # What Twilio made of a template is not the text we stored, and a recording has none: the
        # moment has to tell.
        told = (
            message.created is None or message.created >= row.tried - SKEW
            if row.as_template or row.audio is not None
            else message.body.strip() == row.body.strip()
        )
        if told and message.sid not in taken:
            return message
    return None
