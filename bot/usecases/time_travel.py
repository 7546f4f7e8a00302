"""Time travel of a demonstration: its clock is moved forward, and what is due then happens.

Reminders, quiet hours and the end of a conversation are brought by the clock's own process, which finds them
in its next round: nothing here knows what they are. There is no way back: what has happened has happened.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import time_travel as store
from bot.usecases.services import Services

FURTHEST = timedelta(days=31)
"""In one step: what lies between is passed over, as if nobody had been there."""


class NotADemonstration(RuntimeError):
    """Only a demonstration has a clock of its own."""


def forward(services: Services, by: timedelta) -> datetime:
    """Move the demonstration's clock forward; the moment it shows then.

    Raises:
        NotADemonstration: this is the real thing.
        ValueError: not a step forward, or more than a month.
    """
    if not services.settings.demo:
        raise NotADemonstration
    if not timedelta(0) < by <= FURTHEST:
        raise ValueError(by)
    with services.database.transaction() as work:
        store.forward(work.connection, by)
    services.clock.look_again()
    return services.clock.now()


def ahead(services: Services) -> timedelta:
    """How far the demonstration is ahead of the clock on the wall, to the second."""
    found = services.clock.now() - services.clock.wall()
    return timedelta(seconds=max(0, round(found.total_seconds())))
