"""The only reader of the clock, and the clock of a demonstration, which can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

KEPT_SECONDS = 1.0
"""How long a process believes what it last read about a moved clock."""


class Clock:
    """What time it is, in UTC."""

    def now(self) -> datetime:
        """This moment, as everything that happens to participants counts it."""
        return datetime.now(UTC)

    def wall(self) -> datetime:
        """This moment, as the clock on the wall shows it: for signing in, which nobody demonstrates."""
        return datetime.now(UTC)

    def look_again(self) -> None:
        """Ask anew how far the clock was moved; nobody moves this one."""

    def sleep(self, seconds: float) -> None:
        """Wait for one's turn."""
        time.sleep(seconds)


class DemonstrationClock(Clock):
    """A clock that a demonstration moves forward, for every process at once.

    How far is kept outside of all of them. It is asked for at most once in `KEPT_SECONDS`, so that the others
    follow within that time; while it can not be read, what was last known holds.

    Args:
        ahead: how far the clock is ahead of the wall's; None when that can not be read.
        wall: the clock on the wall.
    """

    def __init__(self, ahead: Callable[[], timedelta | None], wall: Clock | None = None) -> None:
        self._ahead, self._wall = ahead, wall or Clock()
        self._known = timedelta(0)
        self._read: float | None = None

    def now(self) -> datetime:
        """This moment of the demonstration."""
        moment = time.monotonic()
        if self._read is None or moment - self._read > KEPT_SECONDS:
            self._read = moment
            found = self._ahead()
            self._known = self._known if found is None else found
        return self._wall.now() + self._known

    def wall(self) -> datetime:
        """This moment outside of the demonstration."""
        return self._wall.now()

    def look_again(self) -> None:
        """Ask anew how far the clock was moved."""
        self._read = None

    def sleep(self, seconds: float) -> None:
        """Wait for one's turn: real seconds, however far the clock is ahead."""
        self._wall.sleep(seconds)
