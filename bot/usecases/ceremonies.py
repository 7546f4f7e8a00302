"""What has to be remembered between two steps: a challenge, a secret not yet confirmed. Taken out once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert

from bot.store.staff import CEREMONY
from bot.usecases.services import Services
from bot.usecases.tokens import hash_of, new_token

MINUTES = 10
_COLUMN = "ceremony.value"


class CeremonyOver(Exception):
    """The first step was too long ago, or was finished already: begin again."""


def begin(services: Services, kind: str, value: Mapping[str, Any]) -> str:
    """Remember something for the next step; the token goes into a cookie."""
    token, now = new_token(), services.clock.wall()
    sealed = services.keys.encrypt(json.dumps(value), column=_COLUMN)
    with services.database.transaction() as work:
        work.connection.execute(delete(CEREMONY).where(CEREMONY.c.expires <= now))
        work.connection.execute(
            insert(CEREMONY).values(
                token=hash_of(token),
                kind=kind,
                value=sealed,
                expires=now + timedelta(minutes=MINUTES),
            )
        )
    return token


def take(services: Services, kind: str, token: str) -> dict[str, Any]:
    """What was remembered; it can be taken once. Raises CeremonyOver."""
    now = services.clock.wall()
    with services.database.transaction() as work:
        sealed = work.connection.scalar(
            delete(CEREMONY)
            .where(CEREMONY.c.token == hash_of(token), CEREMONY.c.kind == kind)
            .where(CEREMONY.c.expires > now)
            .returning(CEREMONY.c.value)
        )
    if sealed is None:
        raise CeremonyOver
    found: dict[str, Any] = json.loads(services.keys.decrypt(sealed, column=_COLUMN))
    return found
