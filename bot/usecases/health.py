"""How the parts are: for load balancers, and for `awaaz doctor`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot.store import migrate
from bot.store.inbox import OUTBOUND
from bot.usecases.services import Services


def readiness(services: Services) -> dict[str, Any]:
    """`status` is `ok`, `degraded` (the queue is down) or `unready`, and why."""
    try:
        if migrate.current(services.database) != migrate.expected():
            return {"status": "unready", "database": "up", "migrations": "missing"}
        oldest = _oldest_waiting(services)
    except SQLAlchemyError:
        return {"status": "unready", "database": "down"}
    queue = services.queue.is_reachable()
    age = None if oldest is None else (services.clock.now() - oldest).total_seconds()
    return {
        "status": "ok" if queue else "degraded",
        "database": "up",
        "migrations": "done",
        "queue": "up" if queue else "down",
        "oldest_waiting_seconds": age,
    }


def _oldest_waiting(services: Services) -> datetime | None:
    with services.database.reading() as connection:
        oldest: datetime | None = connection.scalar(
            # What waits for the morning, or for a second try, is not late.
            select(func.min(func.coalesce(OUTBOUND.c.not_before, OUTBOUND.c.created))).where(
                OUTBOUND.c.state == "queued",
                or_(OUTBOUND.c.not_before.is_(None), OUTBOUND.c.not_before <= services.clock.now()),
            )
        )
    return oldest


def clock_drift(services: Services) -> float:
    """Seconds that this machine's clock is ahead of the database's; below 0 if behind."""
    with services.database.reading() as connection:
        text = (
            "strftime('%s','now')" if services.database.is_sqlite else "extract(epoch FROM now())"
        )
        theirs = float(connection.exec_driver_sql(f"SELECT {text}").scalar_one())
    return services.clock.now().timestamp() - theirs
