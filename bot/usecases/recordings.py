"""Recorded prompts as they were frozen: where they are fetched from, and what is there."""

from __future__ import annotations

from sqlalchemy import select

from bot.gateways.recordings import SENDABLE, Recording
from bot.usecases.scripts import RECORDING
from bot.usecases.services import Services

SUFFIX = "ogg"
"""What most are; the address ends in it whatever it is, the content type says what comes."""


def path(digest: str) -> str:
    """Where a recording is served, below our public address. Nobody guesses 64 hexadecimal digits."""
    return f"/audio/{digest}.{SUFFIX}"


def public_url(services: Services, digest: str | None) -> str | None:
    """Where the provider fetches a recording; None for a message that is none."""
    return None if digest is None else f"{services.settings.public_url}{path(digest)}"


def find(services: Services, digest: str) -> Recording | None:
    """A recording by the SHA-256 of its content."""
    with services.database.reading() as connection:
        row = connection.execute(
            select(RECORDING).where(RECORDING.c.digest == digest)
        ).one_or_none()
    if row is None or row.content_type not in SENDABLE:
        return None
    return Recording(row.digest, row.content_type, bytes(row.content))
