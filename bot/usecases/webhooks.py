"""Other systems are told that something has happened, by the Standard Webhooks specification.

A notice is a row, written in the transaction of what happened; a worker sends it, as often as it takes,
under the same id. It holds identifiers and pseudonyms, never a word or a number of a person.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import json
import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Connection, delete, or_, select, update
from standardwebhooks import Webhook

from bot.gateways import notices
from bot.gateways.notices import NotDelivered
from bot.store import inbox, schema
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.usecases.services import Services

log = structlog.get_logger(__name__)

ENDPOINT = inbox.table(schema.WebhookEndpoint)
DELIVERY = inbox.table(schema.WebhookDelivery)

SECRET = "webhook_endpoint.secret"  # noqa: S105 - the column's name

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""Between one try and the next: three days and a quarter in all."""

PATIENCE = timedelta(days=5)
"""An endpoint that took nothing for so long is switched off."""

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
"""How long it can be seen what became of a notice."""

_GONE = 410


class Event(StrEnum):
    """What other systems are told of."""

    CONVERSATION_FINISHED = "conversation.finished"
    CAMPAIGN_LAUNCHED = "campaign.launched"
    CAMPAIGN_CLOSED = "campaign.closed"
    EXPORT_READY = "export.ready"


def new_secret() -> str:
    """What an endpoint checks our signatures with: 256 bits, as the specification writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def announce(
    connection: Connection,
    organisation_id: int,
    event: Event,
    now: datetime,
    data: Mapping[str, Any],
    *,
    conversation_id: int | None = None,
) -> int:
    """Write a notice for every endpoint that wants this event; how many do.

    Args:
        connection: inside the transaction of what happened.
        organisation_id: whose endpoints are told.
        event: what happened.
        now: when.
        data: identifiers and pseudonyms alone.
        conversation_id: whose notice it is, so that it goes when she is forgotten.
    """
    mine = ENDPOINT.c.organisation_id == organisation_id, ENDPOINT.c.disabled.is_(None)
    rows = connection.execute(select(ENDPOINT.c.id, ENDPOINT.c.events).where(*mine)).all()
    wanted = [row.id for row in rows if event in row.events]
    payload = {"type": event.value, "timestamp": now.isoformat(), "data": dict(data)}
    for endpoint_id in wanted:
        inbox.add(
            connection,
            DELIVERY,
            endpoint_id=endpoint_id,
            reference=f"msg_{secrets.token_hex(16)}",
            event=event.value,
            payload=payload,
            conversation_id=conversation_id,
            state="waiting",
            not_before=now,
            created=now,
        )
    return len(wanted)


def conversation_finished(connection: Connection, conversation: AnyRow, now: datetime) -> None:
    """Tell that a conversation has ended; its row has `campaign_id` and `pseudonym`."""
    campaign = connection.execute(
        select(CAMPAIGN.c.slug, CAMPAIGN.c.organisation_id).where(
            CAMPAIGN.c.id == conversation.campaign_id
        )
    ).one()
    data = {
        "campaign": campaign.slug,
        "conversation": conversation.id,
        "participant": conversation.pseudonym,
    }
    announce(
        connection,
        campaign.organisation_id,
        Event.CONVERSATION_FINISHED,
        now,
        data,
        conversation_id=conversation.id,
    )


def forget(connection: Connection, conversation_ids: Sequence[int]) -> None:
    """Remove the notices of these conversations, sent or not."""
    connection.execute(delete(DELIVERY).where(DELIVERY.c.conversation_id.in_(conversation_ids)))


def waiting(connection: Connection, now: datetime, limit: int) -> Sequence[int]:
    """The notices whose time has come, and that nobody is sending."""
    return connection.scalars(
        select(DELIVERY.c.id).where(*_due(now)).order_by(DELIVERY.c.not_before).limit(limit)
    ).all()


def _due(now: datetime) -> tuple[Any, ...]:
    free = or_(DELIVERY.c.lease_expires.is_(None), DELIVERY.c.lease_expires <= now)
    return DELIVERY.c.state == "waiting", DELIVERY.c.not_before <= now, free


def remove_old(services: Services) -> int:
    """Remove what became of notices long ago; how many."""
    with services.database.transaction() as work:
        return work.connection.execute(
            delete(DELIVERY).where(DELIVERY.c.finished <= services.clock.now() - KEPT)
        ).rowcount


def deliver(services: Services, delivery_ids: Iterable[int]) -> int:
    """Send these notices, those whose time has come; how many were taken."""
    return sum(_deliver(services, delivery_id) for delivery_id in dict.fromkeys(delivery_ids))


def _deliver(services: Services, delivery_id: int) -> bool:
    holder = secrets.token_hex(8)
    row = _claim(services, delivery_id, holder)
    if row is None:
        return False
    body = json.dumps(row.payload, separators=(",", ":"), ensure_ascii=False)
    now = services.clock.now()
    secret = services.keys.decrypt(row.secret, column=SECRET)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Awaaz",
        "webhook-id": row.reference,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(row.reference, now, body),
    }
    status, why = None, None
    try:
        status = notices.post(row.url, body.encode(), headers, loopback=services.settings.demo)
    except NotDelivered as error:
        why = error.why
    if status is not None and 200 <= status < 300:
        _taken(services, row, holder, status)
        return True
    # Also a redirection: whoever has moved says so to the people who set the address.
    _refused(services, row, holder, status, why or f"answered {status}")
    return False


def _claim(services: Services, delivery_id: int, holder: str) -> AnyRow | None:
    now = services.clock.now()
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(DELIVERY, ENDPOINT.c.url, ENDPOINT.c.secret, ENDPOINT.c.disabled)
            .join(ENDPOINT, ENDPOINT.c.id == DELIVERY.c.endpoint_id)
            .where(DELIVERY.c.id == delivery_id, *_due(now))
            .with_for_update(of=DELIVERY)
        ).one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = {"lease_holder": holder, "lease_expires": now + LEASE}
        values["attempts"] = row.attempts + 1
        if row.disabled is not None:
            values = {"state": "cancelled", "finished": now, "why": "endpoint switched off"}
        work.connection.execute(
            update(DELIVERY).where(DELIVERY.c.id == delivery_id).values(**values)
        )
    return row if row.disabled is None else None


def _taken(services: Services, row: AnyRow, holder: str, status: int) -> None:
    now = services.clock.now()
    with services.database.transaction() as work:
        done = {"state": "delivered", "finished": now, "status": status, "why": None}
        if _settle(work.connection, row.id, holder, done):
            _endpoint(work.connection, row.endpoint_id, failing_since=None)


def _refused(services: Services, row: AnyRow, holder: str, status: int | None, why: str) -> None:
    """Try again later, or never; an endpoint that is gone, or silent for days, is switched off."""
    now = services.clock.now()
    tries = row.attempts + 1
    values: dict[str, Any] = {"status": status, "why": why}
    if status == _GONE or tries > len(PAUSES):
        values |= {"state": "failed", "finished": now}
    else:
        # Not all at the same moment: whatever was down is not to fall over again.
        values["not_before"] = now + PAUSES[tries - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    with services.database.transaction() as work:
        if not _settle(work.connection, row.id, holder, values):
            return
        since = work.connection.scalar(
            select(ENDPOINT.c.failing_since)
            .where(ENDPOINT.c.id == row.endpoint_id)
            .with_for_update()
        )
        changes: dict[str, Any] = {"failing_since": since or now}
        if status == _GONE or now - (since or now) >= PATIENCE:
            changes |= {"disabled": now, "why": why}
            log.error("webhook switched off", endpoint=row.endpoint_id, reason=why)
        _endpoint(work.connection, row.endpoint_id, **changes)
    log.info("webhook not taken", delivery=row.id, reason=why, attempt=tries)


def _settle(
    connection: Connection, delivery_id: int, holder: str, values: Mapping[str, Any]
) -> bool:
    changed = connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery_id, DELIVERY.c.lease_holder == holder)
        .values(lease_holder=None, lease_expires=None, **values)
    )
    return changed.rowcount > 0


def _endpoint(connection: Connection, endpoint_id: int, **values: Any) -> None:
    connection.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(**values))
