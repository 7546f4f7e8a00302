"""Cursors: where a page begins, signed, so that nobody makes one up or changes what it says."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

from bot.usecases.api_answers import Position
from bot.usecases.api_reading import NotThere


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="awaaz.api.cursor")


def write(secret_key: str, position: Position) -> str:
    """A position as a cursor."""
    return str(_signer(secret_key).dumps(position.to_json()))


def read(secret_key: str, cursor: str) -> Position:
    """A cursor of ours as a position; raises NotThere."""
    try:
        campaign_id, last, answered = _signer(secret_key).loads(cursor)
    except BadSignature:
        raise NotThere(
            "There is no such page: take the cursor as it came, or begin without."
        ) from None
    return Position(campaign_id, last, answered)
