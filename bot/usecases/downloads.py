"""Who took which answers: written down before they leave the house."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.store import inbox, schema

DOWNLOAD = inbox.table(schema.Download)


def record_download(
    connection: Connection,
    now: datetime,
    *,
    organisation_id: int,
    who: str,
    what: str,
    about: str,
    level: str,
    rows: int,
) -> None:
    """Write down that somebody takes answers, in the transaction that lets them.

    Args:
        connection: inside a transaction.
        now: this moment.
        organisation_id: whose answers.
        who: a token's prefix, or the address of a member of staff.
        what: `answers`, `participant`, `export` or `project` (open answers with their themes).
        about: the campaigns' slugs, or the order's reference; never a person.
        level: how much of what people wrote is in it.
        rows: how many.
    """
    inbox.add(
        connection,
        DOWNLOAD,
        organisation_id=organisation_id,
        who=who,
        what=what,
        about=about,
        level=level,
        rows=rows,
        at=now,
    )
