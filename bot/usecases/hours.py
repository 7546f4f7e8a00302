"""Whether a message may leave now, and until when it may still arrive: the hours that we keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.usecases.holy_days import QUIET
from bot.usecases.quiet_hours import Quiet, Rules, closes_at, next_allowed

HOURS = Rules(quiet=QUIET)
"""The hours kept for everything but a reply."""


def rules_of(hours: Mapping[str, Any] | None) -> Rules:
    """The hours that an organisation keeps, from its row.

    Args:
        hours: `opens` and `closes` ("10:00"), `holy_days` (false for those that keep none), and `quiet`, a
            list of further windows with `name`, `start`, `end` and, if need be, `weekday` (0 is Monday),
            `first` and `last` (dates). What is missing is as for everybody.

    Raises:
        ValueError: a time or date that is none, or hours that close before they open.
    """
    if not hours:
        return HOURS
    quiet = tuple(_quiet(one) for one in hours.get("quiet", ()))
    return Rules(
        opens=time.fromisoformat(hours.get("opens", "09:00")),
        closes=time.fromisoformat(hours.get("closes", "20:00")),
        quiet=(*(QUIET if hours.get("holy_days", True) else ()), *quiet),
    )


def _quiet(one: Mapping[str, Any]) -> Quiet:
    first, last = (
        None if one.get(name) is None else date.fromisoformat(one[name])
        for name in ("first", "last")
    )
    start, end = time.fromisoformat(one["start"]), time.fromisoformat(one["end"])
    return Quiet(one["name"], start, end, one.get("weekday"), first, last)


JUST_WROTE = timedelta(hours=1)
"""A reply within this time answers somebody who is holding her phone."""

SHORTEST = timedelta(minutes=1)
"""A window that closes sooner is over: no carrier delivers that fast for sure."""

LONGEST = timedelta(hours=10)
"""Twilio's own longest validity."""


@dataclass(frozen=True, slots=True)
class Leave:
    """It may leave, and nobody shall deliver it once this time has passed."""

    validity: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not leave before this moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TooLate:
    """Its time has passed."""


def may_leave(
    now: datetime,
    *,
    kind: str,
    created: datetime,
    expires: datetime | None,
    rested: datetime | None,
    rules: Rules = HOURS,
) -> Leave | Wait | TooLate:
    """Whether a message may leave at a moment.

    Args:
        now: the moment.
        kind: `reply`, `invitation`, `reminder` or `notice`; a fresh reply is always allowed.
        created: when it was written.
        expires: when it is of no use any more, if ever.
        rested: until when the sender rests from everything but replies.
        rules: the hours kept.
    """
    if expires is not None and expires - now < SHORTEST:
        return TooLate()
    if kind == "reply" and now - created < JUST_WROTE:
        end = now + JUST_WROTE
    else:
        ready = max(now, rested or now)
        opens, closes = next_allowed(ready, rules), closes_at(ready, rules)
        if closes - opens < SHORTEST:
            opens = next_allowed(closes, rules)
        if opens > now:
            return TooLate() if expires is not None and expires <= opens else Wait(opens)
        end = min(now + LONGEST, closes)
    if expires is not None:
        end = min(end, expires)
    return Leave(end - now)
