"""Ordered files are made by a worker."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

import structlog
from sqlalchemy import Connection, Select, delete, func, select, update

from bot.store.inbox import CAMPAIGN, CONVERSATION, AnyRow
from bot.store.staff import STAFF
from bot.usecases import exports, webhooks
from bot.usecases.api_tokens import API_TOKEN
from bot.usecases.campaigns import CampaignError
from bot.usecases.export_orders import KEPT, Wish
from bot.usecases.exports import ExportRequest, Written
from bot.usecases.services import Services
from bot.usecases.stored_files import EXPORT_ORDER, EXPORT_PART, FileWriter, Overtaken
from bot.usecases.webhooks import Event

log = structlog.get_logger(__name__)

TRIES = 3
LEASE = timedelta(minutes=6)
"""A job is ended after five minutes: whoever held a lease for longer is gone."""

_TOLD = timedelta(seconds=2)
"""Between two words on how far a file has come; each renews the lease."""


def fulfil(services: Services, order_ids: Iterable[int]) -> int:
    """Make the files of these orders and return how many were made; one that is made is left alone."""
    return sum(_fulfil(services, order_id) for order_id in sorted(set(order_ids)))


def _fulfil(services: Services, order_id: int) -> bool:
    holder = secrets.token_hex(8)
    row = _claim(services, order_id, holder)
    if row is None:
        return False
    writer = FileWriter(services, order_id, holder)
    request, campaigns = _request(row)
    told = services.clock.now()

    def tell(done: int) -> None:
        nonlocal told
        now = services.clock.now()
        if now - told >= _TOLD:
            _settle(services, order_id, holder, lease_expires=now + LEASE, done=done)
            told = now

    try:
        written = exports.write(services, campaigns, request, cast("BinaryIO", writer), tell)
        writer.finish()
    except Overtaken:
        return False
    except CampaignError as error:
        return _give_up(services, order_id, holder, str(error))
    return _ready(services, row, holder, writer, written)


def _request(row: AnyRow) -> tuple[ExportRequest, Sequence[str]]:
    wish = Wish.from_json(row.request)
    request = ExportRequest(
        format=wish.format,
        requested_by=row.made_by or row.asked_by,
        approved_by=row.approved_by or row.agreed_by,
        shape=wish.shape,
        labels=wish.labels,
        profile=wish.profile,
        level=wish.level,
    )
    return request, wish.campaigns


def _ready(
    services: Services, row: AnyRow, holder: str, writer: FileWriter, written: Written
) -> bool:
    now = services.clock.now()
    values = {
        "state": "ready",
        "rows": written.rows,
        "size": writer.size,
        "digest": writer.hash.hexdigest(),
        "losses": list(written.losses.sentences()),
        "finished": now,
        "expires": now + KEPT,
        "lease_holder": None,
    }
    with services.database.transaction() as work:
        settled = _settled(work.connection, row.id, holder, values)
        if settled and row.token_id is not None:
            data = {"export": row.reference}
            webhooks.announce(work.connection, row.organisation_id, Event.EXPORT_READY, now, data)
    return settled


def _claim(services: Services, order_id: int, holder: str) -> AnyRow | None:
    """The order, if it is to be made now and by us; what an earlier try left is removed."""
    now = services.clock.now()
    with services.database.transaction() as work:
        row = work.connection.execute(
            _with_people().where(EXPORT_ORDER.c.id == order_id).with_for_update(of=EXPORT_ORDER)
        ).one_or_none()
        if row is None or not _is_due(row, now):
            return None
        work.connection.execute(delete(EXPORT_PART).where(EXPORT_PART.c.order_id == order_id))
        tired = row.attempts >= TRIES
        values: dict[str, Any] = {"state": "running", "attempts": row.attempts + 1}
        values |= {"lease_holder": holder, "lease_expires": now + LEASE}
        values |= {"done": 0, "conversations": _conversations(work.connection, row)}
        if tired:
            values = {"state": "failed", "finished": now, "lease_holder": None}
            values["why"] = f"It was begun {TRIES} times and never finished; tell the operator."
        work.connection.execute(
            update(EXPORT_ORDER).where(EXPORT_ORDER.c.id == order_id).values(**values)
        )
    return None if tired else row


def _with_people() -> Select[Any]:
    """Orders with who asks for them and who approved: of the token, or of the order itself."""
    asking, agreeing = STAFF.alias("asking"), STAFF.alias("agreeing")
    return (
        select(
            EXPORT_ORDER,
            API_TOKEN.c.made_by,
            API_TOKEN.c.approved_by,
            asking.c.email.label("asked_by"),
            agreeing.c.email.label("agreed_by"),
        )
        .outerjoin(API_TOKEN, API_TOKEN.c.id == EXPORT_ORDER.c.token_id)
        .outerjoin(asking, asking.c.id == EXPORT_ORDER.c.staff_id)
        .outerjoin(agreeing, agreeing.c.id == EXPORT_ORDER.c.approver_id)
    )


def _conversations(connection: Connection, row: AnyRow) -> int:
    found = connection.scalar(
        select(func.count())
        .select_from(CONVERSATION)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CAMPAIGN.c.slug.in_(row.request["campaigns"]))
    )
    return found or 0


def _is_due(row: AnyRow, now: datetime) -> bool:
    return bool(row.state == "queued" or (row.state == "running" and row.lease_expires <= now))


def _give_up(services: Services, order_id: int, holder: str, why: str) -> bool:
    now = services.clock.now()
    _settle(services, order_id, holder, state="failed", why=why, finished=now, lease_holder=None)
    log.warning("export failed", order=order_id)
    return False


def _settle(services: Services, order_id: int, holder: str, **values: Any) -> bool:
    with services.database.transaction() as work:
        return _settled(work.connection, order_id, holder, values)


def _settled(connection: Connection, order_id: int, holder: str, values: Mapping[str, Any]) -> bool:
    """Write down what became of an order; not if it is somebody else's by now, or gone."""
    changed = connection.execute(
        update(EXPORT_ORDER)
        .where(EXPORT_ORDER.c.id == order_id, EXPORT_ORDER.c.lease_holder == holder)
        .values(**values)
    )
    return changed.rowcount > 0
