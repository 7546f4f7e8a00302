"""What can happen to a conversation. Time passing is an event like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Media(StrEnum):
    """What came with a message besides text."""

    AUDIO = "audio"
    PICTURE = "picture"
    LOCATION = "location"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Invited:
    """The bot speaks first, because a campaign was launched."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What the campaign's plan means for a message at the moment at which it arrives.

    Attributes:
        daily: one question a day: what comes next comes tomorrow.
        late: the window for answers has closed, but what comes now still counts.
        full: enough people have answered; whoever has not begun is not asked any more.
    """

    daily: bool = False
    late: bool = False
    full: bool = False


USUAL = Terms()
"""All questions at once, within the window, from as many people as like to answer."""


@dataclass(frozen=True, slots=True)
class Received:
    """The participant wrote, tapped or sent something.

    Attributes:
        text: exactly what was typed.
        now: when it arrived, with its time zone.
        payload: what a tapped button carries, `question:option`; None for typed text.
        media: kinds of attachment, in the order sent.
        addresses: where each attachment is, in the same order; `geo:LAT,LON` for a shared location.
        terms: what the campaign's plan means for it.
    """

    text: str
    now: datetime
    payload: str | None = None
    media: tuple[Media, ...] = ()
    addresses: tuple[str, ...] = ()
    terms: Terms = USUAL

    def address_of(self, kind: Media) -> str | None:
        """Where the first attachment of a kind is; empty when that was not said, None without one."""
        if kind not in self.media:
            return None
        place = self.media.index(kind)
        return self.addresses[place] if place < len(self.addresses) else ""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nothing was heard for a while: time for a reminder.

    With `by_template` the reminder goes out in words of its own, without the question: whatever the
    participant writes then brings the question, and is not taken for its answer.
    """

    now: datetime
    by_template: bool = False


@dataclass(frozen=True, slots=True)
class Continued:
    """A new day: time for the next question. `by_template` as for `TimedOut`."""

    now: datetime
    by_template: bool = False


@dataclass(frozen=True, slots=True)
class Expired:
    """The campaign's window for answers has closed."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A named person has listened to what was said at the consent question."""

    agreed: bool
    now: datetime


Event = Invited | Received | TimedOut | Continued | Expired | Heard
