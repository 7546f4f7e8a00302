"""The tokens of the API: who may read what of which organisation, how much of it, and until when."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from bot.research.levels import CONTENTS, Level
from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases.campaigns import ORGANISATION, CampaignError
from bot.usecases.services import Services

API_TOKEN = inbox.table(schema.ApiToken)

LONGEST_DAYS = 366
_USED = timedelta(minutes=1)
"""How exactly we know when a token was used last: not every request writes."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Scope(StrEnum):
    """What a token may do."""

    CAMPAIGNS = "campaigns:read"
    ANSWERS = "answers:read"
    PARTICIPANTS = "participants:read"
    EXPORTS = "exports:read"
    ORDERS = "exports:write"


class TokenError(CampaignError):
    """A token that can not be made or found; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret.

    Attributes:
        id: of its row.
        prefix: how it begins: that is how people tell tokens apart.
        organisation_id: whose data it reads.
        organisation: its slug.
        scopes: what it may do.
        level: the most it gives of what people wrote.
        made_by: who made it.
        approved_by: the second person, for the level `full`.
        created: when it was made.
        expires: from then on it opens nothing.
        last_used: to the minute.
        revoked: when it was taken back.
    """

    id: int
    prefix: str
    organisation_id: int
    organisation: str
    scopes: frozenset[Scope]
    level: Level
    made_by: str
    approved_by: str | None
    created: datetime
    expires: datetime
    last_used: datetime | None
    revoked: datetime | None

    def state(self, now: datetime) -> str:
        """`valid`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires <= now else "valid"


def create(
    services: Services,
    *,
    organisation: str,
    scopes: Sequence[Scope],
    days: int,
    level: Level,
    made_by: str,
    approved_by: str | None = None,
) -> str:
    """Make a token and return it: it is shown this once, and kept as a hash.

    Raises:
        TokenError: no such organisation, no scope, too long a life, or the level `full` without a second
            person.
    """
    if not scopes:
        raise TokenError(f"Name what the token may do: {', '.join(Scope)}.")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(f"A token is valid for 1 to {LONGEST_DAYS} days, not {days}.")
    second = " ".join((approved_by or "").split())
    if CONTENTS[level].approved and second.casefold() in ("", " ".join(made_by.split()).casefold()):
        raise TokenError(
            f"A token of the level {level.value!r} needs the approval of a second person: name her with "
            "--approved-by."
        )
    now = services.clock.now()
    prefix = "awz_" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    token = f"{prefix}_{secrets.token_urlsafe(32)}"
    with services.database.transaction() as work:
        found = work.connection.scalar(
            select(ORGANISATION.c.id).where(ORGANISATION.c.slug == organisation)
        )
        if found is None:
            raise TokenError(f"There is no organisation {organisation!r}.")
        inbox.add(
            work.connection,
            API_TOKEN,
            organisation_id=found,
            prefix=prefix,
            digest=_digest(token),
            scopes=sorted(set(scopes)),
            level=level.value,
            made_by=made_by,
            approved_by=second or None,
            created=now,
            expires=now + timedelta(days=days),
        )
    return token


def authenticate(services: Services, presented: str) -> Token | None:
    """The token of these letters, if it is valid now."""
    now = services.clock.now()
    with services.database.reading() as connection:
        row = connection.execute(
            _WITH_ORGANISATION.where(API_TOKEN.c.digest == _digest(presented))
        ).one_or_none()
    if row is None:
        return None
    token = _token(row)
    if token.state(now) != "valid":
        return None
    if token.last_used is None or now - token.last_used >= _USED:
        with services.database.transaction() as work:
            work.connection.execute(
                update(API_TOKEN).where(API_TOKEN.c.id == token.id).values(last_used=now)
            )
    return token


def all_tokens(services: Services, organisation: str | None = None) -> list[Token]:
    """Every token, of one organisation or of all, oldest first."""
    statement = _WITH_ORGANISATION.order_by(API_TOKEN.c.id)
    if organisation is not None:
        statement = statement.where(ORGANISATION.c.slug == organisation)
    with services.database.reading() as connection:
        return [_token(row) for row in connection.execute(statement)]


def revoke(services: Services, prefix: str) -> None:
    """Take a token back: from now on it opens nothing. Raises TokenError."""
    with services.database.transaction() as work:
        changed = work.connection.execute(
            update(API_TOKEN)
            .where(API_TOKEN.c.prefix == prefix, API_TOKEN.c.revoked.is_(None))
            .values(revoked=services.clock.now())
        )
    if not changed.rowcount:
        raise TokenError(f"There is no valid token {prefix!r}: see `awaaz token list`.")


_WITH_ORGANISATION = select(API_TOKEN, ORGANISATION.c.slug.label("organisation")).join(
    ORGANISATION, ORGANISATION.c.id == API_TOKEN.c.organisation_id
)


def _token(row: AnyRow) -> Token:
    return Token(
        id=row.id,
        prefix=row.prefix,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        level=Level(row.level),
        made_by=row.made_by,
        approved_by=row.approved_by,
        created=row.created,
        expires=row.expires,
        last_used=row.last_used,
        revoked=row.revoked,
    )


def _digest(token: str) -> str:
    """It is random and long: a fast hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
