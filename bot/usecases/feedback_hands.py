"""Who works on "you said, we did", and why something can not be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from bot.store.inbox import AnyRow
from bot.store.staff import STAFF
from bot.usecases import audit
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from flows import meaning


class Why(StrEnum):
    """Why something can not be done, for pages that say it in another language."""

    NOBODY = "nobody"
    EMPTY = "empty"
    TOO_LONG = "too long"
    SENT = "sent"
    NOT_COMPOSED = "not composed"
    NO_QUESTION = "no question"
    LANGUAGE = "language"
    SOUND = "sound"
    NOT_WRITTEN = "not written"
    OWN = "own"
    NOT_SIGNED_OFF = "not signed off"
    STATE = "state"


class FeedbackError(ValueError):
    """Something that can not be done with what came of a campaign; the message says what to do."""

    def __init__(self, why: Why, message: str) -> None:
        self.why = why
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something: the name it is written under, and every name that she is known by."""

    name: str
    known_as: tuple[str, ...]

    @classmethod
    def of(cls, me: SignedIn) -> Hand:
        """Somebody at the console."""
        return cls(me.email, (me.email, me.name))


def hand_named(services: Services, by: str) -> Hand:
    """Somebody named at the command line; one of the staff is known by name and by e-mail address.

    Raises:
        FeedbackError: that is nobody's name.
    """
    refusal = meaning.why_not_named(by)
    if refusal is not None:
        raise FeedbackError(Why.NOBODY, refusal)
    name = " ".join(by.split())
    with services.database.reading() as connection:
        rows = connection.execute(
            select(STAFF.c.email, STAFF.c.name).where(
                (STAFF.c.email == name.lower()) | (func.lower(STAFF.c.name) == name.lower())
            )
        ).all()
    return Hand(name, tuple(dict.fromkeys([name, *(part for row in rows for part in row)])))


def log(
    connection: Connection, now: datetime, campaign: AnyRow, hand: Hand, what: str, **detail: object
) -> None:
    """Write what somebody did about a campaign into the audit log, in the transaction that did it."""
    audit.record(
        connection,
        now,
        organisation_id=campaign.organisation_id,
        who=hand.name,
        what=what,
        about=f"campaign:{campaign.slug}",
        detail=detail,
    )
