"""The statements that one inbound message runs: few, compiled once by SQLAlchemy's cache, no ORM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Table, and_, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.store import schema
from bot.store.schema import Base

Values = Mapping[str, Any]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def table(model: type[Base]) -> Table:
    """A model's table, for statements that need no objects."""
    found = model.__table__
    assert isinstance(found, Table)  # every model of ours is mapped to a table
    return found


CAMPAIGN = table(schema.Campaign)
CONSENT = table(schema.Consent)
CONTACT = table(schema.ContactPoint)
CONVERSATION = table(schema.Conversation)
ENROLMENT = table(schema.Enrolment)
HOUSEHOLD = table(schema.Household)
INBOUND = table(schema.Inbound)
OPT_OUT = table(schema.OptOut)
ORGANISATION = table(schema.Organisation)
OUTBOUND = table(schema.Outbound)
PARTICIPANT = table(schema.Participant)
SURVEY_VERSION = table(schema.SurveyVersion)


def insert_ignoring(connection: Connection, into: Table) -> Any:
    """An INSERT that leaves a row alone which a unique constraint says is there."""
    if connection.dialect.name == "sqlite":
        return sqlite_insert(into).on_conflict_do_nothing()
    return postgresql_insert(into).on_conflict_do_nothing()


def insert_once(connection: Connection, into: Table, values: Values) -> int | None:
    """Insert a row unless it is there already; its id, or None."""
    statement = insert_ignoring(connection, into).values(**values).returning(into.c.id)
    found: int | None = connection.execute(statement).scalar()
    return found


def add(connection: Connection, into: Table, **values: Any) -> int:
    """Insert a row and return its id."""
    return int(connection.execute(insert(into).values(**values).returning(into.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact point, locked until the transaction ends.

    Attributes:
        opted_out: when it was closed to everybody.
        closed: when the provider could not reach it any more.
        asking: the question that was put to the phone itself.
        speaker_id: the participant who spoke last on a shared phone, at `spoke`.
        household: whether anyone is known to answer from here beside others.
        partly: whether it is closed to some organisation.
    """

    id: int
    opted_out: datetime | None
    closed: datetime | None = None
    asking: Mapping[str, Any] | None = None
    speaker_id: int | None = None
    spoke: datetime | None = None
    household: bool = False
    partly: bool = False


def lock_contact(connection: Connection, values: Values) -> Contact:
    """The contact point of an address, made if need be, and locked: one message at a time for each.

    Args:
        values: `channel`, `address`, `address_index`, `simulated`, `created` of a new row.
    """
    here = CONTACT.c.id
    statement = (
        select(
            CONTACT.c.id,
            CONTACT.c.opted_out,
            CONTACT.c.closed,
            CONTACT.c.asking,
            CONTACT.c.speaker_id,
            CONTACT.c.spoke,
            select(HOUSEHOLD.c.id).where(HOUSEHOLD.c.contact_point_id == here).exists(),
            select(OPT_OUT.c.id).where(OPT_OUT.c.contact_point_id == here).exists(),
        )
        .where(CONTACT.c.channel == values["channel"])
        .where(CONTACT.c.address_index == values["address_index"])
        .with_for_update(of=CONTACT)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        insert_once(connection, CONTACT, values)
        row = connection.execute(statement).one()
    return Contact(*row)


def hear(connection: Connection, contact_point_id: int, at: datetime) -> None:
    """She wrote: that opens WhatsApp's window, and she can be reached, whatever a provider said."""
    connection.execute(
        update(CONTACT)
        .where(CONTACT.c.id == contact_point_id)
        .values(
            heard=case((CONTACT.c.heard > at, CONTACT.c.heard), else_=at),
            closed=None,
            closed_why=None,
        )
    )


def opted_out(connection: Connection, contact_point_id: int, organisation_id: int | None) -> bool:
    """Whether nothing may be sent to this address, or nothing of this organisation.

    STOP closes the channel it came by. The same number's other channel is another address, but it stays
    silent as well unless somebody agreed to be written to on that very channel.
    """
    other = CONTACT.alias("other")
    elsewhere = (
        select(other.c.id)
        .where(other.c.address_index == CONTACT.c.address_index, other.c.id != CONTACT.c.id)
        .where(other.c.opted_out.is_not(None))
        .exists()
    )
    agreed = (
        select(CONSENT.c.id)
        .where(CONSENT.c.contact_point_id == CONTACT.c.id)
        .where(CONSENT.c.act.in_(("given", "restored")))
        .exists()
    )
    chosen = (
        select(OPT_OUT.c.id)
        .where(OPT_OUT.c.contact_point_id == CONTACT.c.id)
        .where(OPT_OUT.c.organisation_id == organisation_id)
        .exists()
    )
    found = connection.scalar(
        select(CONTACT.c.id)
        .where(CONTACT.c.id == contact_point_id)
        .where(or_(CONTACT.c.opted_out.is_not(None), chosen, and_(elsewhere, ~agreed)))
    )
    return found is not None


def inbound_id(connection: Connection, provider_sid: str) -> int | None:
    """The message of a provider's SID, if it has been here before."""
    return connection.scalar(select(INBOUND.c.id).where(INBOUND.c.provider_sid == provider_sid))


def conversations_of(connection: Connection, contact_point_id: int) -> Sequence[AnyRow]:
    """The conversations over a phone with their campaign's languages, state and organisation.

    The live ones that asked last come first, then what ended last; what is older than twenty is left out.
    """
    ended = CONVERSATION.c.finished
    statement = (
        _with_campaign()
        .where(CONVERSATION.c.contact_point_id == contact_point_id)
        .order_by(
            ended.is_not(None),
            func.coalesce(ended, CONVERSATION.c.asked, CONVERSATION.c.created).desc(),
            CONVERSATION.c.id.desc(),
        )
        .limit(20)
    )
    return connection.execute(statement).all()


def _with_campaign() -> Any:
    """Conversations, with what a step of one has to know of its campaign."""
    return (
        select(
            CONVERSATION,
            CAMPAIGN.c.languages,
            CAMPAIGN.c.plan,
            CAMPAIGN.c.state.label("campaign_state"),
            CAMPAIGN.c.organisation_id,
            ORGANISATION.c.name.label("organisation"),
            ORGANISATION.c.hours,
            PARTICIPANT.c.pseudonym,
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
    )


def conversation(connection: Connection, conversation_id: int) -> AnyRow:
    """A conversation with its campaign, as `conversation_of` gives it."""
    found: AnyRow = connection.execute(
        _with_campaign().where(CONVERSATION.c.id == conversation_id)
    ).one()
    return found


def conversation_of(connection: Connection, contact_point_id: int) -> AnyRow | None:
    """The conversation a message belongs to: the live one that asked last, else the latest finished."""
    return next(iter(conversations_of(connection, contact_point_id)), None)


def replies(connection: Connection, inbound: int) -> Sequence[AnyRow]:
    """The replies that went back as the answer to a message's webhook, in order.

    Those of a message that was found in the provider's log are sent from the outbox, and by nobody else.
    """
    statement = (
        select(OUTBOUND.c.id, OUTBOUND.c.body, OUTBOUND.c.audio)
        .where(OUTBOUND.c.reply_to == inbound, OUTBOUND.c.inline)
        .order_by(OUTBOUND.c.id)
    )
    return connection.execute(statement).all()


def waiting_replies(connection: Connection, inbound: int) -> Sequence[int]:
    """The replies to a message that the outbox has to send."""
    return connection.scalars(
        select(OUTBOUND.c.id)
        .where(OUTBOUND.c.reply_to == inbound, OUTBOUND.c.state == "queued")
        .order_by(OUTBOUND.c.id)
    ).all()


def save_conversation(connection: Connection, conversation_id: int, **values: Any) -> None:
    """Update a conversation's row."""
    statement = update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(**values)
    connection.execute(statement)
