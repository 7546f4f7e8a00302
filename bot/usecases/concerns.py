"""Concerns: words of danger, the clock until somebody has looked, who sees to it, and what was done.

A concern is read with the message that raised it: reading one is written into the audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Select, func, insert, select, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.store.staff import ROLE, STAFF
from bot.usecases import audit
from bot.usecases.permission import Action, NotHere, Role, allows
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

CONCERN = inbox.table(schema.Concern)
NOTE = inbox.table(schema.ConcernNote)
NOTE_LENGTH = 4000
_COLUMN = "concern_note.text"
_RESPONDER = STAFF.alias("responder")
_SEEN_BY = STAFF.alias("seen_by")


class NoSuchConcern(NotHere):
    """No concern of this organisation has this id."""


class Stage(StrEnum):
    """How far a concern has come."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Concern:
    """Words of danger in a message.

    Attributes:
        id: its row.
        pseudonym: who wrote it.
        campaign: the campaign's name.
        phrase: the words that raised it.
        language: code of their language.
        raised: when.
        due: until when somebody has to have looked.
        acknowledged: when somebody looked, and who.
        responder: who sees to it, by name.
        settled: when it was done with.
    """

    id: int
    pseudonym: str
    campaign: str
    phrase: str
    language: str
    raised: datetime
    due: datetime
    acknowledged: datetime | None
    acknowledged_by: str | None
    responder_id: int | None
    responder: str | None
    settled: datetime | None

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.settled is not None:
            return Stage.SETTLED
        return Stage.WAITING if self.acknowledged is None else Stage.ACKNOWLEDGED

    def is_late(self, now: datetime) -> bool:
        """Whether nobody has looked in time."""
        return (self.acknowledged or now) > self.due


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a concern."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenedConcern:
    """A concern with the message that raised it, the notes, and who could see to it."""

    concern: Concern
    message: str
    notes: tuple[Note, ...]
    responders: tuple[tuple[int, str], ...]


def _of(organisation: Organisation) -> Select[*tuple[object, ...]]:
    return (
        select(
            CONCERN,
            inbox.PARTICIPANT.c.pseudonym,
            inbox.CAMPAIGN.c.name.label("campaign"),
            _RESPONDER.c.name.label("responder"),
            _SEEN_BY.c.name.label("acknowledged_by"),
        )
        .join(inbox.CONVERSATION, inbox.CONVERSATION.c.id == CONCERN.c.conversation_id)
        .join(inbox.PARTICIPANT, inbox.PARTICIPANT.c.id == inbox.CONVERSATION.c.participant_id)
        .join(inbox.CAMPAIGN, inbox.CAMPAIGN.c.id == inbox.CONVERSATION.c.campaign_id)
        .outerjoin(_RESPONDER, _RESPONDER.c.id == CONCERN.c.responder_id)
        .outerjoin(_SEEN_BY, _SEEN_BY.c.id == CONCERN.c.acknowledged_by_id)
        .where(inbox.CAMPAIGN.c.organisation_id == organisation.id)
    )


def _concern(row: AnyRow, organisation: Organisation) -> Concern:
    return Concern(
        id=row.id,
        pseudonym=row.pseudonym,
        campaign=row.campaign,
        phrase=row.phrase,
        language=row.language,
        raised=row.raised,
        due=row.raised + timedelta(minutes=organisation.acknowledge_minutes),
        acknowledged=row.acknowledged,
        acknowledged_by=row.acknowledged_by,
        responder_id=row.responder_id,
        responder=row.responder,
        settled=row.settled,
    )


def queue(
    services: Services, organisation: Organisation, *, settled: bool = False, limit: int = 200
) -> list[Concern]:
    """What has to be seen to, longest waiting first; or what is settled, newest first."""
    statement = _of(organisation)
    if settled:
        statement = statement.where(CONCERN.c.settled.is_not(None)).order_by(CONCERN.c.id.desc())
    else:
        statement = statement.where(CONCERN.c.settled.is_(None)).order_by(
            CONCERN.c.acknowledged.is_not(None), CONCERN.c.raised, CONCERN.c.id
        )
    with services.database.reading() as connection:
        return [_concern(row, organisation) for row in connection.execute(statement.limit(limit))]


def waiting(services: Services, organisation: Organisation) -> tuple[int, int]:
    """How many concerns nobody has looked at, and how many of them are late."""
    late = services.clock.now() - timedelta(minutes=organisation.acknowledge_minutes)
    found = _of(organisation).where(CONCERN.c.acknowledged.is_(None)).subquery()
    with services.database.reading() as connection:
        row = connection.execute(
            select(func.count(), func.count().filter(found.c.raised < late)).select_from(found)
        ).one()
    return int(row[0]), int(row[1])


def open_concern(
    services: Services, organisation: Organisation, concern_id: int, me: SignedIn
) -> OpenedConcern:
    """One concern with everything about it; that it was read is written into the audit log.

    Raises:
        NoSuchConcern: there is none of this id in this organisation.
    """
    with services.database.transaction() as work:
        row = _one(work.connection, organisation, concern_id)
        message = work.connection.scalar(
            select(inbox.INBOUND.c.body).where(inbox.INBOUND.c.id == row.inbound_id)
        )
        notes = tuple(_notes(services, work.connection, concern_id))
        responders = tuple(_responders(work.connection, organisation.id))
        _record(services, work.connection, organisation, me, "concern.read", concern_id)
    return OpenedConcern(_concern(row, organisation), str(message or ""), notes, responders)


def _one(connection: Connection, organisation: Organisation, concern_id: int) -> AnyRow:
    row = connection.execute(_of(organisation).where(CONCERN.c.id == concern_id)).one_or_none()
    if row is None:
        raise NoSuchConcern(concern_id)
    return row


def _notes(services: Services, connection: Connection, concern_id: int) -> Iterator[Note]:
    rows = connection.execute(
        select(NOTE, STAFF.c.name)
        .join(STAFF, STAFF.c.id == NOTE.c.staff_id)
        .where(NOTE.c.concern_id == concern_id)
        .order_by(NOTE.c.id)
    )
    for row in rows:
        yield Note(row.name, services.keys.decrypt(row.text, column=_COLUMN), row.at)


def _responders(connection: Connection, organisation_id: int) -> Iterator[tuple[int, str]]:
    able = [role.value for role in Role if allows({role}, Action.SEE_TO_CONCERNS)]
    rows = connection.execute(
        select(STAFF.c.id, STAFF.c.name)
        .join(ROLE, ROLE.c.staff_id == STAFF.c.id)
        .where(ROLE.c.organisation_id == organisation_id, ROLE.c.role.in_(able))
        .where(STAFF.c.left.is_(None))
        .distinct()
        .order_by(STAFF.c.name, STAFF.c.id)
    )
    yield from ((row.id, row.name) for row in rows)


def _record(
    services: Services,
    connection: Connection,
    organisation: Organisation,
    me: SignedIn,
    what: str,
    concern_id: int,
    **detail: object,
) -> None:
    audit.record(
        connection,
        services.clock.now(),
        organisation_id=organisation.id,
        who=me.email,
        what=what,
        about=f"concern:{concern_id}",
        detail=detail,
    )


def acknowledge(
    services: Services, organisation: Organisation, concern_id: int, me: SignedIn
) -> None:
    """Somebody has looked: the clock stops, and she sees to it until she names somebody else.

    A second one who looks changes nothing. Raises NoSuchConcern.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        _one(work.connection, organisation, concern_id)
        changed = work.connection.execute(
            update(CONCERN)
            .where(CONCERN.c.id == concern_id, CONCERN.c.acknowledged.is_(None))
            .values(acknowledged=now, acknowledged_by_id=me.staff_id, responder_id=me.staff_id)
        )
        if changed.rowcount:
            _record(services, work.connection, organisation, me, "concern.acknowledged", concern_id)


def hand_over(
    services: Services, organisation: Organisation, concern_id: int, me: SignedIn, to: int
) -> None:
    """Name who sees to a concern; raises NoSuchConcern also when she could not."""
    with services.database.transaction() as work:
        _one(work.connection, organisation, concern_id)
        names = dict(_responders(work.connection, organisation.id))
        if to not in names:
            raise NoSuchConcern(concern_id)
        work.connection.execute(
            update(CONCERN).where(CONCERN.c.id == concern_id).values(responder_id=to)
        )
        _record(
            services, work.connection, organisation, me, "concern.handed_over", concern_id, to=to
        )


def note(
    services: Services, organisation: Organisation, concern_id: int, me: SignedIn, text: str
) -> None:
    """Write down what was done; stored encrypted. Raises NoSuchConcern."""
    with services.database.transaction() as work:
        _one(work.connection, organisation, concern_id)
        work.connection.execute(
            insert(NOTE).values(
                concern_id=concern_id,
                staff_id=me.staff_id,
                text=services.keys.encrypt(text[:NOTE_LENGTH], column=_COLUMN),
                at=services.clock.now(),
            )
        )
        _record(services, work.connection, organisation, me, "concern.noted", concern_id)


def settle(services: Services, organisation: Organisation, concern_id: int, me: SignedIn) -> bool:
    """Done with; False as long as nobody has looked or nothing was written down. Raises NoSuchConcern."""
    now = services.clock.now()
    with services.database.transaction() as work:
        row = _one(work.connection, organisation, concern_id)
        noted = work.connection.scalar(
            select(func.count()).select_from(NOTE).where(NOTE.c.concern_id == concern_id)
        )
        if row.acknowledged is None or not noted:
            return False
        if row.settled is None:
            work.connection.execute(
                update(CONCERN).where(CONCERN.c.id == concern_id).values(settled=now)
            )
            _record(services, work.connection, organisation, me, "concern.settled", concern_id)
    return True
