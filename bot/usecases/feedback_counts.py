"""What became of what was told: how many it reached in each language, and what they said to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.gateways.addresses import Channel
from bot.research.disclosure import Breakdown, protect, settled
from bot.research.suppression import Grid
from bot.store.inbox import CONTACT, INBOUND, OUTBOUND, AnyRow
from bot.usecases import feedback, window
from bot.usecases.feedback_reactions import REACTION
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.telling import EXPIRES
from flows.routing import REACTS
from flows.told import READINGS


class Became(StrEnum):
    """What became of a message, the furthest first: of a second try and the first, the further one counts."""

    DELIVERED = "delivered"
    SENT = "sent"
    HELD = "held"
    WAITING = "waiting"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_BECAME = {
    "delivered": Became.DELIVERED,
    "read": Became.DELIVERED,
    "sent": Became.SENT,
    "failed": Became.FAILED,
    "expired": Became.EXPIRED,
    "cancelled": Became.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One language.

    Attributes:
        told: phones that a message was written for.
        became: what became of these messages -> phones.
        reacted: phones from which something was said to it.
    """

    language: str
    told: int
    became: Mapping[Became, int]
    reacted: int


@dataclass(frozen=True)
class Counts:
    """Delivery and reactions.

    Attributes:
        lines: a line for each language.
        people: phones whose reactions are counted in `reactions`.
        reactions: language by what was said, first word of each phone; numbers that would speak of fewer
            than ten people are hidden. None while there are too few.
        open: whether reactions can still come: then phones count in tens.
    """

    lines: tuple[Line, ...]
    people: int
    reactions: Grid | None
    open: bool

    @property
    def held(self) -> int:
        """Messages that wait for WhatsApp's window, or for an approved template."""
        return sum(line.became.get(Became.HELD, 0) for line in self.lines)


def counts(services: Services, slug: str, organisation: Organisation | None = None) -> Counts:
    """What became of what was told; raises CampaignError or NotHere."""
    now = services.clock.now()
    with services.database.reading() as connection:
        row = feedback.row_of(connection, feedback.campaign_of(connection, slug, organisation))
        if row is None:
            return Counts((), 0, None, open=True)
        became = _became(connection, row, now)
        said = _said(connection, row)
    closed = row.last_sent is not None and row.last_sent + EXPIRES + REACTS < now
    lines = tuple(_lines(became, said.values()))
    people, grid = _protected(said, closed=closed)
    return Counts(lines, people, grid, open=not closed)


def _became(connection: Connection, row: AnyRow, now: datetime) -> dict[tuple[int, str], Became]:
    """(phone, language) -> what became of it there."""
    rows = connection.execute(
        select(
            OUTBOUND.c.contact_point_id,
            OUTBOUND.c.language,
            OUTBOUND.c.state,
            OUTBOUND.c.as_template,
            CONTACT.c.channel,
            CONTACT.c.simulated,
            CONTACT.c.heard,
        )
        .join(CONTACT, CONTACT.c.id == OUTBOUND.c.contact_point_id)
        .where(OUTBOUND.c.feedback_id == row.id)
    )
    found: dict[tuple[int, str], Became] = {}
    order = list(Became).index
    for one in rows:
        key, became = (one.contact_point_id, one.language), _of(one, now)
        found[key] = min(found.get(key, became), became, key=order)
    return found


def _of(row: AnyRow, now: datetime) -> Became:
    if row.state in _BECAME:
        return _BECAME[row.state]
    if row.state == "queued" and row.channel == Channel.WHATSAPP.value and not row.simulated:
        shut = row.heard is None or row.heard + window.WINDOW - window.MARGIN <= now
        return Became.HELD if shut and not row.as_template else Became.WAITING
    return Became.WAITING


def _said(connection: Connection, row: AnyRow) -> dict[int, AnyRow]:
    """Phone -> the first thing that was said from it, in the order in which they came."""
    rows = connection.execute(
        select(REACTION.c.language, REACTION.c.reading, INBOUND.c.contact_point_id)
        .join(INBOUND, INBOUND.c.id == REACTION.c.inbound_id)
        .where(REACTION.c.feedback_id == row.id)
        .order_by(REACTION.c.id)
    )
    found: dict[int, AnyRow] = {}
    for one in rows:
        found.setdefault(one.contact_point_id, one)
    return found


def _lines(became: Mapping[tuple[int, str], Became], said: Iterable[AnyRow]) -> Iterable[Line]:
    many: defaultdict[str, defaultdict[Became, int]] = defaultdict(lambda: defaultdict(int))
    for (_phone, language), what in became.items():
        many[language][what] += 1
    reacted: defaultdict[str, int] = defaultdict(int)
    for one in said:
        reacted[one.language] += 1
    for language in sorted(many):
        counted = many[language]
        yield Line(language, sum(counted.values()), dict(counted), reacted[language])


def _protected(said: Mapping[int, AnyRow], *, closed: bool) -> tuple[int, Grid | None]:
    people: Sequence[int] = settled(list(said), closed=closed)
    languages = {phone: said[phone].language for phone in people}
    release = protect(people, [Breakdown("language", languages)])
    if not release.people:
        return 0, None
    readings = {phone: said[phone].reading for phone in people}
    return len(release.people), release.table(readings, READINGS)
