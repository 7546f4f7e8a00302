"""The only reader of the clock."""

from __future__ import annotations

from datetime import UTC, datetime


class Clock:
    """What time it is, in UTC."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)
