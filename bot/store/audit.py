"""The audit log's statements: entries are added at the end of a chain and read, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow

CHAIN = inbox.table(schema.AuditChain)
ENTRY = inbox.table(schema.AuditEntry)
_AT_A_TIME = 500


def lock(connection: Connection, chain: str, beginning: str) -> AnyRow:
    """The newest link of a chain (`place`, `hash`), held until the transaction ends."""
    statement = select(CHAIN).where(CHAIN.c.name == chain).with_for_update()
    row = connection.execute(statement).one_or_none()
    if row is None:
        new = inbox.insert_ignoring(connection, CHAIN).values(name=chain, place=0, hash=beginning)
        connection.execute(new)
        row = connection.execute(statement).one()
    return row


def add(connection: Connection, **entry: Any) -> None:
    """Add an entry and move the chain's end to it; the chain is locked already."""
    connection.execute(insert(ENTRY).values(**entry))
    connection.execute(
        update(CHAIN)
        .where(CHAIN.c.name == entry["chain"])
        .values(place=entry["place"], hash=entry["hash"])
    )


def end(connection: Connection, chain: str) -> AnyRow | None:
    """The newest link of a chain, if anything was ever written into it."""
    return connection.execute(select(CHAIN).where(CHAIN.c.name == chain)).one_or_none()


def walk(connection: Connection, chain: str) -> Iterator[AnyRow]:
    """Every entry of a chain, oldest first, some at a time: a log is long, and may be left half-way."""
    statement = select(ENTRY).where(ENTRY.c.chain == chain).order_by(ENTRY.c.place)
    last: int | None = None
    while True:
        more = statement if last is None else statement.where(ENTRY.c.place > last)
        rows = connection.execute(more.limit(_AT_A_TIME)).all()
        yield from rows
        if len(rows) < _AT_A_TIME:
            return
        last = rows[-1].place


def newest(
    connection: Connection, chain: str, *, limit: int, before: int | None
) -> Sequence[AnyRow]:
    """Entries of a chain, newest first, from below a place on."""
    statement = select(ENTRY).where(ENTRY.c.chain == chain)
    if before is not None:
        statement = statement.where(ENTRY.c.place < before)
    return connection.execute(statement.order_by(ENTRY.c.place.desc()).limit(limit)).all()


def since(connection: Connection, chain: str, moment: datetime, **entry: str) -> bool:
    """Whether a chain has an entry like this one, written after a moment."""
    found = connection.scalar(
        select(ENTRY.c.id).filter_by(chain=chain, **entry).where(ENTRY.c.at > moment).limit(1)
    )
    return found is not None
