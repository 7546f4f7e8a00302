"""Ordered files that wait to be made, and those that go: expired, or with somebody forgotten in them.

Nothing here makes a file: the clock and the webhooks need not load what writes every format.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from bot.store.inbox import CAMPAIGN, CONVERSATION
from bot.usecases.services import Services
from bot.usecases.stored_files import EXPORT_ORDER, EXPORT_PART


def waiting(connection: Connection, now: datetime, late: datetime, limit: int) -> Sequence[int]:
    """The orders whose bell was lost, or whose worker was."""
    lost = (EXPORT_ORDER.c.state == "queued") & (EXPORT_ORDER.c.created < late)
    left = (EXPORT_ORDER.c.state == "running") & (EXPORT_ORDER.c.lease_expires <= now)
    return connection.scalars(
        select(EXPORT_ORDER.c.id).where(or_(lost, left)).order_by(EXPORT_ORDER.c.id).limit(limit)
    ).all()


def remove_expired(services: Services) -> int:
    """Remove the files that nobody may fetch any more; how many."""
    now = services.clock.now()
    done = EXPORT_ORDER.c.state.in_(("waiting", "ready", "failed")), EXPORT_ORDER.c.expires <= now
    with services.database.transaction() as work:
        ids = work.connection.scalars(select(EXPORT_ORDER.c.id).where(*done)).all()
        _remove(work.connection, ids)
    return len(ids)


def forget(connection: Connection, conversation_ids: Sequence[int]) -> None:
    """Remove every file in which the answers of these conversations may stand."""
    slugs = set(
        connection.scalars(
            select(CAMPAIGN.c.slug)
            .join(CONVERSATION, CONVERSATION.c.campaign_id == CAMPAIGN.c.id)
            .where(CONVERSATION.c.id.in_(conversation_ids))
        )
    )
    kept = connection.execute(
        select(EXPORT_ORDER.c.id, EXPORT_ORDER.c.request).where(
            EXPORT_ORDER.c.state.in_(("ready", "running"))
        )
    ).all()
    _remove(connection, [row.id for row in kept if slugs & set(row.request["campaigns"])])


def _remove(connection: Connection, ids: Sequence[int]) -> None:
    if ids:
        connection.execute(delete(EXPORT_PART).where(EXPORT_PART.c.order_id.in_(ids)))
        connection.execute(
            update(EXPORT_ORDER)
            .where(EXPORT_ORDER.c.id.in_(ids))
            .values(state="expired", lease_holder=None)
        )
