"""Whether a message may leave now, and until when it may still arrive: the hours that we keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from bot.usecases.holy_days import QUIET
from bot.usecases.quiet_hours import LONDON, Rules, closes_at, next_allowed

HOURS = Rules(quiet=QUIET)
"""The hours kept for everything but a reply."""


def rules_for(differing: Mapping[str, Any] | None) -> Rules:
    """The hours an organisation keeps.

    Args:
        differing: what it keeps that not everybody does: `opens` and `closes` as `HH:MM`, `zone`.

    Raises:
        ValueError: they close before they open.
    """
    if not differing:
        return HOURS
    return Rules(
        zone=differing.get("zone", LONDON),
        opens=time.fromisoformat(differing.get("opens", "09:00")),
        closes=time.fromisoformat(differing.get("closes", "20:00")),
        quiet=QUIET,
    )


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
