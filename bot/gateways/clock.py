"""The only reader of the clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """What time it is, in UTC."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for one's turn."""
        time.sleep(seconds)
