"""Lock-out: whoever guesses has to wait, longer each time.

What is tried is counted by name, whether or not anybody has that name, so that the answer tells a stranger
nothing. Passkeys and the university's sign-in go on working meanwhile: nobody can shut somebody out for good.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.store import inbox
from bot.store.staff import ATTEMPT
from bot.usecases.services import Services

FREE = 5
"""Attempts in a row that cost nothing but the attempt."""

LONGEST = timedelta(hours=1)
FORGOTTEN = timedelta(hours=24)


class LockedOut(Exception):
    """Too many attempts in a row: the next one counts from `until` on."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


def name_of(services: Services, what: str, who: str) -> str:
    """What an attempt is counted under: a keyed hash, so that the table names nobody."""
    return services.keys.index(f"attempt:{what}:{who}").hex()


def begin(services: Services, name: str) -> None:
    """Count an attempt before it is looked at: guesses made at the same time count one by one.

    Raises:
        LockedOut: it is not to be looked at now.
    """
    now = services.clock.wall()
    with services.database.transaction() as work:
        new = {"name": name, "count": 0, "last": now}
        work.connection.execute(inbox.insert_ignoring(work.connection, ATTEMPT).values(**new))
        row = work.connection.execute(
            select(ATTEMPT.c.count.label("tried"), ATTEMPT.c.last, ATTEMPT.c.locked_until)
            .where(ATTEMPT.c.name == name)
            .with_for_update()
        ).one()
        if row.locked_until is not None and row.locked_until > now:
            raise LockedOut(row.locked_until)
        count = 1 if now - row.last > FORGOTTEN else row.tried + 1
        work.connection.execute(
            update(ATTEMPT)
            .where(ATTEMPT.c.name == name)
            .values(count=count, last=now, locked_until=_locked(count, now))
        )


def _locked(count: int, now: datetime) -> datetime | None:
    """After the fifth failure a minute, then two, four, ... up to an hour."""
    if count < FREE:
        return None
    return now + min(timedelta(minutes=2 ** min(count - FREE, 10)), LONGEST)


def succeed(connection: Connection, name: str) -> None:
    """It was no guess: start counting anew."""
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.name == name))
