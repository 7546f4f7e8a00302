"""Files ordered with a token: asked for once, made by a worker, kept encrypted for a while, then gone.

An idempotency key makes one order of one wish, however often and at once it is sent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.gateways.queue import Job
from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import exports
from bot.usecases.api_reading import NotThere, TooMuch, campaign_of, check_level, iso
from bot.usecases.api_tokens import Token
from bot.usecases.downloads import record_download
from bot.usecases.exports import Format, Shape
from bot.usecases.services import Services
from bot.usecases.stored_files import EXPORT_ORDER, StoredFile

KEPT = timedelta(days=3)
_LEVELS = list(Level)


class AnotherWish(ValueError):
    """The idempotency key was used for something else."""


class NotReady(RuntimeError):
    """The file is not made yet; ask again in a moment."""


class Gone(LookupError):
    """The file was there, or was never made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody orders.

    Attributes:
        campaigns: slugs.
        format: csv, xlsx, ...
        shape: for formats that hold one table.
        labels: language of the labels; the survey's own without it.
        profile: of CSV.
        level: how much of what people wrote; at most the token's.
    """

    campaigns: tuple[str, ...]
    format: Format
    shape: Shape
    labels: str | None
    profile: Profile
    level: Level

    def to_json(self) -> dict[str, Any]:
        """For the database."""
        return {
            "campaigns": list(self.campaigns),
            "format": self.format.value,
            "shape": self.shape.value,
            "labels": self.labels,
            "profile": self.profile.value,
            "level": self.level.value,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Wish:
        """Out of the database."""
        return cls(
            tuple(stored["campaigns"]),
            Format(stored["format"]),
            Shape(stored["shape"]),
            stored["labels"],
            Profile(stored["profile"]),
            Level(stored["level"]),
        )


def order(services: Services, token: Token, wish: Wish, idempotency_key: str) -> dict[str, Any]:
    """Order a file; the same key with the same wish gives the same order.

    Raises:
        NotThere: one of the campaigns is not there.
        TooMuch: the token's level holds less.
        AnotherWish: the key was used for another wish.
    """
    check_level(token)
    if wish.level is Level.NONE or _LEVELS.index(wish.level) > _LEVELS.index(token.level):
        raise TooMuch(
            f"This token gives the level {token.level.value!r} and less, not {wish.level.value!r}."
        )
    now = services.clock.now()
    with services.database.transaction() as work:
        for slug in wish.campaigns:
            campaign_of(work.connection, token, slug)
        made = inbox.insert_once(
            work.connection,
            EXPORT_ORDER,
            {
                "organisation_id": token.organisation_id,
                "token_id": token.id,
                "reference": secrets.token_hex(16),
                "idempotency_key": idempotency_key,
                "request": wish.to_json(),
                "state": "queued",
                "losses": [],
                "created": now,
                "expires": now + KEPT,
            },
        )
        row = work.connection.execute(
            select(EXPORT_ORDER).where(
                EXPORT_ORDER.c.token_id == token.id,
                EXPORT_ORDER.c.idempotency_key == idempotency_key,
            )
        ).one()
        if row.request != wish.to_json():
            raise AnotherWish(
                "This Idempotency-Key was used for another export: send a new key with a new wish."
            )
        if made is not None:
            work.after_commit(lambda: services.queue.ring(Job.EXPORT, [row.id]))
    return _told(row)


def state_of(services: Services, token: Token, reference: str) -> dict[str, Any]:
    """What became of an order; raises NotThere."""
    with services.database.reading() as connection:
        return _told(_order(connection, token, reference))


def all_orders(services: Services, token: Token) -> list[dict[str, Any]]:
    """The organisation's newest orders, at most a hundred, that are within the token's level."""
    mine = EXPORT_ORDER.c.organisation_id == token.organisation_id
    # What was ordered at the console is fetched there.
    mine &= EXPORT_ORDER.c.token_id.is_not(None)
    statement = select(EXPORT_ORDER).where(mine).order_by(EXPORT_ORDER.c.id.desc()).limit(100)
    with services.database.reading() as connection:
        return [_told(row) for row in connection.execute(statement) if _within(row, token)]


def _within(row: AnyRow, token: Token) -> bool:
    return _LEVELS.index(Level(row.request["level"])) <= _LEVELS.index(token.level)


def _order(connection: Connection, token: Token, reference: str) -> AnyRow:
    row = connection.execute(
        select(EXPORT_ORDER).where(
            EXPORT_ORDER.c.reference == reference,
            EXPORT_ORDER.c.organisation_id == token.organisation_id,
            EXPORT_ORDER.c.token_id.is_not(None),
        )
    ).one_or_none()
    # What a token may not read is as if it were not there: so is another's order of a higher level.
    if row is None or not _within(row, token):
        raise NotThere(f"There is no export {reference!r} of your organisation.")
    return row


def _told(row: AnyRow) -> dict[str, Any]:
    return {
        "id": row.reference,
        "state": row.state,
        "why": row.why,
        **row.request,
        "rows": row.rows,
        "size": row.size,
        "sha256": row.digest,
        "losses": list(row.losses),
        "created": iso(row.created),
        "finished": iso(row.finished),
        "expires": iso(row.expires),
    }


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there.

    Attributes:
        file: its bytes.
        name: a name for it.
        media_type: what it is.
        size: in bytes.
        digest: SHA-256, in hexadecimal.
        finished: when it was made.
    """

    file: StoredFile
    name: str
    media_type: str
    size: int
    digest: str
    finished: datetime


def fetch(services: Services, token: Token, reference: str) -> Kept:
    """The file of an order; that it is taken is written down first.

    Raises:
        NotThere: no such order.
        NotReady: it is still being made.
        Gone: it expired, or could not be made.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        row = _order(work.connection, token, reference)
        check_ready(row, now)
        record_download(
            work.connection,
            now,
            organisation_id=token.organisation_id,
            who=token.prefix,
            what="export",
            about=" ".join(row.request["campaigns"]),
            level=row.request["level"],
            rows=row.rows,
        )
    return kept(services, row)


def check_ready(row: AnyRow, now: datetime) -> None:
    """Raises NotReady or Gone unless the file of an order is there."""
    if row.state in ("waiting", "queued", "running"):
        raise NotReady("This export is still being made: ask again in a moment.")
    if row.state == "failed":
        raise Gone(f"This export could not be made: {row.why}")
    if row.state != "ready" or row.expires <= now:
        raise Gone("This file is no longer kept: order it again.")


def kept(services: Services, row: AnyRow) -> Kept:
    """The file of an order that is ready."""
    wish = Wish.from_json(row.request)
    return Kept(
        StoredFile(services, row.id, row.size),
        "-".join(wish.campaigns)[:100] + exports.SUFFIXES[wish.format],
        exports.MEDIA_TYPES[wish.format],
        row.size,
        row.digest,
        row.finished,
    )
