"""What a campaign does in time: reminders, expiry, late answers, quotas, pace, the next wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.usecases.quiet_hours import Rules, is_allowed, next_allowed

PACES = ("whole", "daily")
TOTAL = "total"

EARLIER = timedelta(minutes=30)
"""Tomorrow's question comes so much earlier than today's answer: WhatsApp's window is 24 hours."""


class PlanError(ValueError):
    """A plan that can not be kept; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign's plan. What is missing in the database is as it stands here.

    Attributes:
        reminder_hours: hours of silence before each reminder; their number is the cap.
        expire_days: days after the invitation after which nothing more is expected.
        late_days: days after that in which an answer still counts.
        tell_days: days before the invitation on which it is announced; 0 for no announcement.
        quota: `total` or a language's code -> complete interviews that are enough.
        pace: `whole`, or `daily` for one question a day.
        follow_up_weeks: weeks after the launch after which the same people are asked again.
    """

    reminder_hours: tuple[int, ...] = (48, 120)
    expire_days: int = 14
    late_days: int = 14
    tell_days: int = 0
    quota: Mapping[str, int] = field(default_factory=dict)
    pace: str = "whole"
    follow_up_weeks: int | None = None

    def __post_init__(self) -> None:
        rising = sorted({0, *self.reminder_hours}) == [0, *self.reminder_hours]
        if not rising:
            raise PlanError("Give the hours of reminders in rising order, for example 48,120.")
        if self.expire_days < 1 or self.late_days < 0 or self.tell_days < 0:
            raise PlanError("Expire after at least one day; give no negative days.")
        if self.pace not in PACES:
            raise PlanError(f"The pace is {' or '.join(PACES)}, not {self.pace!r}.")
        if any(count < 1 for count in self.quota.values()):
            raise PlanError("A quota is at least 1; leave it out for as many as like to answer.")
        if self.follow_up_weeks is not None and self.follow_up_weeks < 1:
            raise PlanError("The next wave comes at least one week later.")

    @property
    def is_daily(self) -> bool:
        """Whether there is one question a day."""
        return self.pace == "daily"

    def expires(self, invited: datetime) -> datetime:
        """When the window for answers closes."""
        return invited + timedelta(days=self.expire_days)

    def ends(self, invited: datetime) -> datetime:
        """Until when late answers count."""
        return self.expires(invited) + timedelta(days=self.late_days)

    def silence_before(self, reminder: int) -> timedelta | None:
        """How long nothing was heard before a reminder, counted from 0; None after the last one."""
        if reminder >= len(self.reminder_hours):
            return None
        return timedelta(hours=self.reminder_hours[reminder])

    def to_json(self) -> dict[str, Any]:
        """Everything by its name."""
        return asdict(self) | {"reminder_hours": list(self.reminder_hours)}


def plan_of(stored: Mapping[str, Any] | None) -> Plan:
    """The plan that a campaign's row holds; raises PlanError."""
    known = {one.name for one in fields(Plan)}
    values = {name: value for name, value in (stored or {}).items() if name in known}
    if "reminder_hours" in values:
        values["reminder_hours"] = tuple(values["reminder_hours"])
    return Plan(**values)


def tomorrow(now: datetime, rules: Rules) -> datetime:
    """When the next question of a daily campaign comes: at about this hour, but never in quiet hours."""
    zone = ZoneInfo(rules.zone)
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=1)
    earlier = (local - EARLIER).time() if local.time() >= time(0, 30) else time(0)
    same_hour = datetime.combine(day, earlier, tzinfo=zone)
    if is_allowed(same_hour, rules):
        return next_allowed(same_hour, rules)
    return next_allowed(datetime.combine(day, time(0), tzinfo=zone), rules)
