"""Whether a message may leave now, and until when it may still arrive: the hours that we keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from bot.usecases.holy_days import QUIET
from bot.usecases.quiet_hours import Rules, closes_at, next_allowed

HOURS = Rules(quiet=QUIET)
"""The hours kept for everything but a reply."""


EARLIEST, LATEST = time(8), time(21)
"""No organisation writes to anybody before or after this."""

SWITCHES: Mapping[str, tuple[str, ...]] = {
    "friday": ("Friday prayer",),
    "ramadan": ("Ramadan, towards iftar",),
    "eid": ("Eid al-Fitr", "Eid al-Adha"),
}
"""Switch -> the windows of `holy_days.QUIET` that it keeps quiet."""


def rules_of(hours: Mapping[str, Any] | None) -> Rules:
    """The hours that an organisation keeps, from its row.

    Args:
        hours: `opens` and `closes` as "09:30"; `friday`, `ramadan` and `eid`: false to write in those
            windows all the same. What is missing is as for everybody.

    Raises:
        ValueError: hours that can not be kept; the message says why.
    """
    if not hours:
        return HOURS
    opens, closes = _time(hours.get("opens"), HOURS.opens), _time(hours.get("closes"), HOURS.closes)
    if not EARLIEST <= opens < closes <= LATEST:
        raise ValueError(
            f"Hours lie between {EARLIEST:%H:%M} and {LATEST:%H:%M}, and end after they begin; "
            f"these are {opens:%H:%M} to {closes:%H:%M}."
        )
    open_to_us = {
        name for switch, names in SWITCHES.items() if hours.get(switch) is False for name in names
    }
    quiet = tuple(window for window in QUIET if window.name not in open_to_us)
    return Rules(opens=opens, closes=closes, quiet=quiet)


def _time(text: object, usual: time) -> time:
    if text is None:
        return usual
    try:
        return datetime.strptime(str(text), "%H:%M").time()  # noqa: DTZ007 - a time on people's clocks
    except ValueError:
        raise ValueError(f"Write a time as 09:30, not {text!r}.") from None


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
