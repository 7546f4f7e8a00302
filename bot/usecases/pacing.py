"""How fast one of our numbers may send: a token bucket in the database, shared by every sender.

A number that WhatsApp has warned also rests from what it would begin itself; replies are not held up.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.store import inbox, schema

SENDER = inbox.table(schema.Sender)

_BURST_SECONDS = 0.25
"""How much of a second may be sent at once."""

BASE_SECONDS, CAP_SECONDS = 5.0, 900.0
MAX_ATTEMPTS = 10
"""After this many tries, somebody has to look at it."""

_dice = secrets.SystemRandom()


def burst(rate: float) -> float:
    """How many messages may go at once."""
    return max(1.0, rate * _BURST_SECONDS)


def available(connection: Connection, sender: str, now: datetime, rate: float) -> float:
    """How many messages a number may send now; its row is locked until the transaction ends."""
    statement = select(SENDER).where(SENDER.c.name == sender).with_for_update()
    row = connection.execute(statement).one_or_none()
    if row is None:
        connection.execute(
            inbox.insert_ignoring(connection, SENDER).values(
                name=sender, tokens=burst(rate), refilled=now
            )
        )
        row = connection.execute(statement).one()
    gone = max(0.0, (now - row.refilled).total_seconds())
    tokens: float = min(burst(rate), row.tokens + gone * rate)
    connection.execute(
        update(SENDER)
        .where(SENDER.c.name == sender)
        .values(tokens=tokens, refilled=max(now, row.refilled))
    )
    return tokens


def spend(connection: Connection, sender: str, messages: int) -> None:
    """Take out of the bucket what has been claimed."""
    connection.execute(
        update(SENDER).where(SENDER.c.name == sender).values(tokens=SENDER.c.tokens - messages)
    )


def pause_invitations(connection: Connection, sender: str, now: datetime, until: datetime) -> None:
    """Let a number rest from everything that is not a reply."""
    new = {"name": sender, "tokens": 0.0, "refilled": now}
    connection.execute(inbox.insert_ignoring(connection, SENDER).values(**new))
    connection.execute(update(SENDER).where(SENDER.c.name == sender).values(paused_until=until))


def paused_until(connection: Connection, sender: str) -> datetime | None:
    """Until when a number rests from everything that is not a reply."""
    found: datetime | None = connection.scalar(
        select(SENDER.c.paused_until).where(SENDER.c.name == sender)
    )
    return found


def back_off(attempts: int, *, at_least: float = 0.0) -> timedelta:
    """How long to wait before the next try: full jitter, so that senders do not come back together.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    ceiling = min(CAP_SECONDS, BASE_SECONDS * 2 ** max(0, attempts - 1))
    return timedelta(seconds=at_least + _dice.uniform(0, ceiling))
