"""One process at a time: a lease in the database, with a number that rises with every new holder."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.store import inbox, schema
from bot.usecases.services import Services

LEASE = inbox.table(schema.Lease)


def take(services: Services, name: str, holder: str, *, seconds: float) -> int | None:
    """Take or renew a lease; its fencing number, or None while somebody else holds it."""
    now = services.clock.now()
    expires = now + timedelta(seconds=seconds)
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(LEASE).where(LEASE.c.name == name).with_for_update()
        ).one_or_none()
        if row is None:
            # Another process may insert it between the two statements: then it is theirs.
            inserted: int | None = work.connection.scalar(
                inbox.insert_ignoring(work.connection, LEASE)
                .values(name=name, holder=holder, expires=expires, fence=1)
                .returning(LEASE.c.fence)
            )
            return inserted
        if row.holder != holder and row.expires > now:
            return None
        fence: int = row.fence + (row.holder != holder)
        work.connection.execute(
            update(LEASE)
            .where(LEASE.c.name == name)
            .values(holder=holder, expires=expires, fence=fence)
        )
        return fence
