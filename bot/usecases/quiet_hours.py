"""When a message may arrive: pure functions over moments and rules, in the time on people's clocks.

A window is worked out in local time, day by day, and compared in UTC: that is what makes the two days
right on which the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = "Europe/London"
_DAYS_AHEAD = 400
"""Rules that stay closed for longer than this are a mistake."""


class NeverAllowed(ValueError):
    """Rules under which nothing could ever be sent."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A part of the day in which nothing is sent.

    Attributes:
        name: what it is for, in words for staff.
        start: local time it begins at.
        end: local time it ends at; `time.max` is the end of the day.
        weekday: 0 is Monday; None is every day.
        first: first date, or None.
        last: last date, itself included, or None.
    """

    name: str
    start: time
    end: time
    weekday: int | None = None
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"{self.name}: it has to end after it begins, on the same day")

    def is_on(self, day: date) -> bool:
        """Whether it is kept on a day."""
        return (
            self.weekday in (None, day.weekday())
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The hours an organisation keeps: open from `opens` until `closes`, except in `quiet`."""

    zone: str = LONDON
    opens: time = time(9)
    closes: time = time(20)
    quiet: tuple[Quiet, ...] = ()

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("the hours have to close after they open, on the same day")


def next_allowed(moment: datetime, rules: Rules) -> datetime:
    """The first moment, from this one on, at which something may be sent; in UTC.

    Raises:
        NeverAllowed: there is none within a year.
    """
    return _window_from(moment, rules)[0]


def is_allowed(moment: datetime, rules: Rules) -> bool:
    """Whether something may be sent at this moment."""
    return next_allowed(moment, rules) == moment


def closes_at(moment: datetime, rules: Rules) -> datetime:
    """When the window closes that is open at this moment or opens next; in UTC."""
    return _window_from(moment, rules)[1]


def _window_from(moment: datetime, rules: Rules) -> tuple[datetime, datetime]:
    now = moment.astimezone(UTC)
    today = now.astimezone(ZoneInfo(rules.zone)).date()
    for ahead in range(_DAYS_AHEAD):
        for start, end in _windows(today + timedelta(days=ahead), rules):
            if now < end:
                return max(now, start), end
    raise NeverAllowed(f"nothing may be sent for {_DAYS_AHEAD} days")


def _windows(day: date, rules: Rules) -> Iterator[tuple[datetime, datetime]]:
    """The open windows of a local day, in order, in UTC."""
    zone = ZoneInfo(rules.zone)

    def moment(at: time) -> datetime:
        if at == time.max:
            return moment_of(day + timedelta(days=1), time(0))
        return moment_of(day, at)

    def moment_of(of: date, at: time) -> datetime:
        return datetime.combine(of, at, tzinfo=zone).astimezone(UTC)

    start, closes = moment(rules.opens), moment(rules.closes)
    closed = sorted((moment(one.start), moment(one.end)) for one in rules.quiet if one.is_on(day))
    for quiet_start, quiet_end in closed:
        if start < min(quiet_start, closes):
            yield start, min(quiet_start, closes)
        start = max(start, quiet_end)
    if start < closes:
        yield start, closes
