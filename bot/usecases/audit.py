"""The audit log: a hash chain for each organisation, and one for the installation.

Every entry holds the SHA-256 of the entry before it, so that a changed, missing or inserted entry breaks the
chain from there on. Whoever can rewrite the whole database can rewrite the whole chain: that is found by
comparing with a hash that the organisation wrote down before (`expected` of `verify`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.store import audit as log
from bot.store.inbox import AnyRow
from bot.usecases.services import Services

BEGINNING = "0" * 64
"""What stands where the first entry of a chain would have the hash of the one before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did.

    Attributes:
        place: number in its chain, from 1 on.
        at: when.
        who: e-mail address, or `command line`.
        what: what was done, such as `concern.acknowledged`.
        about: to what, such as `concern:12`.
        reason: why, where a reason was asked for.
        detail: more of it, never an answer and never a number.
        hash: its own.
    """

    place: int
    at: datetime
    who: str
    what: str
    about: str
    reason: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of looking at every entry of a chain.

    Attributes:
        count: entries that are as they were written.
        head: hash of the newest one.
        broken: place of the first entry that is not as it was written; None if all are.
        found: whether the hash that was expected is in the chain; True if none was.
    """

    count: int
    head: str
    broken: int | None
    found: bool

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and self.found


def chain_of(organisation_id: int | None) -> str:
    """Name of the chain of an organisation, or of the installation."""
    return "installation" if organisation_id is None else f"organisation:{organisation_id}"


def record(
    connection: Connection,
    now: datetime,
    *,
    organisation_id: int | None,
    who: str,
    what: str,
    about: str,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write into the log, in the transaction of what is done: both are durable, or neither.

    Call it last: until the commit nobody else can write into the same chain.

    Args:
        connection: inside a transaction.
        now: this moment.
        organisation_id: whose log; None for the installation's.
        who: e-mail address of the staff member, or `command line`.
        what: what was done, as `noun.participle`.
        about: to what, as `noun:id`.
        reason: why.
        detail: JSON; never an answer, a name of a participant or a number.
    """
    chain = chain_of(organisation_id)
    last = log.lock(connection, chain, BEGINNING)
    content = {
        "chain": chain,
        "place": last.place + 1,
        "at": now,
        "who": who,
        "what": what,
        "about": about,
        "reason": reason,
        "detail": dict(detail or {}),
        "previous": last.hash,
    }
    log.add(connection, **content, hash=_hash(content))


def _hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON: sorted keys, no spaces, moments in ISO 8601 to the microsecond."""
    moment = content["at"].isoformat(timespec="microseconds")
    text = json.dumps(
        {**content, "at": moment}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


_HASHED = ("chain", "place", "at", "who", "what", "about", "reason", "detail", "previous")


def verify(
    services: Services, organisation_id: int | None, *, expected: str | None = None
) -> Verified:
    """Look at every entry of a chain.

    Args:
        services: the outside world.
        organisation_id: whose log; None for the installation's.
        expected: a hash that was written down before, which has to be in the chain.
    """
    chain = chain_of(organisation_id)
    previous, count, seen = BEGINNING, 0, expected is None
    with services.database.reading() as connection:
        for row in log.walk(connection, chain):
            content = {name: getattr(row, name) for name in _HASHED}
            as_written = row.place == count + 1 and row.previous == previous
            if not as_written or _hash(content) != row.hash:
                return Verified(count, previous, count + 1, seen)
            previous, count = row.hash, count + 1
            seen = seen or previous == expected
        end = log.end(connection, chain)
    cut_off = end is not None and (end.place, end.hash) != (count, previous)
    return Verified(count, previous, count + 1 if cut_off else None, seen)


def entries(
    services: Services, organisation_id: int | None, *, limit: int = 50, before: int | None = None
) -> list[Entry]:
    """The newest entries of a log, or those below a place."""
    with services.database.reading() as connection:
        rows = log.newest(connection, chain_of(organisation_id), limit=limit, before=before)
    return [_entry(row) for row in rows]


def _entry(row: AnyRow) -> Entry:
    return Entry(row.place, row.at, row.who, row.what, row.about, row.reason, row.detail, row.hash)
