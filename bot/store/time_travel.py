"""How far a demonstration has moved its clock forward: one row, which only ever grows."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.store import schema
from bot.store.database import Database
from bot.store.inbox import table

log = structlog.get_logger(__name__)

TIME_TRAVEL = table(schema.TimeTravel)
_ROW = 1


def ahead(database: Database) -> timedelta | None:
    """How far the clock is ahead of the wall's; None while that can not be read."""
    try:
        with database.reading() as connection:
            found = connection.scalar(select(TIME_TRAVEL.c.seconds))
    except SQLAlchemyError as error:
        # Before the first migration, or while the database is away.
        log.info("demonstration clock not read", error=type(error).__name__)
        return None
    return timedelta(seconds=int(found or 0))


def forward(connection: Connection, by: timedelta) -> None:
    """Move the clock on."""
    seconds = int(by.total_seconds())
    moved = connection.execute(
        update(TIME_TRAVEL)
        .where(TIME_TRAVEL.c.id == _ROW)
        .values(seconds=TIME_TRAVEL.c.seconds + seconds)
    )
    if not moved.rowcount:
        connection.execute(insert(TIME_TRAVEL).values(id=_ROW, seconds=seconds))
