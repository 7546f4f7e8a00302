"""The statements behind a phone: who answers from it, what it was asked, and which campaigns it can join."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.store import schema
from bot.store.inbox import (
    CAMPAIGN,
    CONTACT,
    CONVERSATION,
    HOUSEHOLD,
    INBOUND,
    OPT_OUT,
    OUTBOUND,
    PARTICIPANT,
    AnyRow,
    insert_ignoring,
    table,
)

ENROLMENT = table(schema.Enrolment)
ORGANISATION = table(schema.Organisation)

WAITING = ("listed", "told", "turn")
"""States of an enrolment that no conversation was opened for yet."""


def change(connection: Connection, contact_point_id: int, **values: Any) -> None:
    """Update a contact point's row."""
    connection.execute(update(CONTACT).where(CONTACT.c.id == contact_point_id).values(**values))


def live_campaign(connection: Connection, keyword: str) -> AnyRow | None:
    """The live campaign of a keyword."""
    statement = select(CAMPAIGN).where(CAMPAIGN.c.state == "live", CAMPAIGN.c.keyword == keyword)
    return connection.execute(statement).one_or_none()


def open_to_anyone(connection: Connection, closed: Collection[int]) -> AnyRow | None:
    """The first live campaign that a first message joins, of an organisation that may write here."""
    statement = (
        select(CAMPAIGN)
        .where(CAMPAIGN.c.state == "live", CAMPAIGN.c.walk_in)
        .where(CAMPAIGN.c.organisation_id.not_in(closed))
        .order_by(CAMPAIGN.c.id)
        .limit(1)
    )
    return connection.execute(statement).one_or_none()


def campaign(connection: Connection, campaign_id: int) -> AnyRow:
    """A campaign's row."""
    return connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == campaign_id)).one()


def outbound_of_sid(connection: Connection, contact_point_id: int, sid: str) -> AnyRow | None:
    """The message of ours that the provider knows by this name."""
    return connection.execute(
        select(
            OUTBOUND.c.conversation_id,
            OUTBOUND.c.question,
            OUTBOUND.c.feedback_id,
            OUTBOUND.c.language,
        ).where(OUTBOUND.c.provider_sid == sid, OUTBOUND.c.contact_point_id == contact_point_id)
    ).one_or_none()


def last_told(connection: Connection, contact_point_id: int, since: datetime) -> AnyRow | None:
    """What came of a campaign, if that is the last thing we said to this phone, and after a moment."""
    row = connection.execute(
        select(OUTBOUND.c.feedback_id, OUTBOUND.c.language, OUTBOUND.c.attempted)
        .where(OUTBOUND.c.contact_point_id == contact_point_id)
        .where(OUTBOUND.c.state.not_in(("queued", "cancelled", "expired", "failed")))
        .order_by(
            func.coalesce(OUTBOUND.c.attempted, OUTBOUND.c.created).desc(), OUTBOUND.c.id.desc()
        )
        .limit(1)
    ).one_or_none()
    if row is None or row.feedback_id is None or row.attempted is None:
        return None
    return row if row.attempted > since else None


def outbound_of_question(
    connection: Connection, contact_point_id: int, question: str
) -> AnyRow | None:
    """The last message to this phone that put a question of this name."""
    return connection.execute(
        select(OUTBOUND.c.conversation_id, OUTBOUND.c.question)
        .where(OUTBOUND.c.contact_point_id == contact_point_id, OUTBOUND.c.question == question)
        .order_by(OUTBOUND.c.id.desc())
        .limit(1)
    ).one_or_none()


def inbound(connection: Connection, inbound_id: int) -> AnyRow | None:
    """A message that came in, unless it has been erased."""
    return connection.execute(select(INBOUND).where(INBOUND.c.id == inbound_id)).one_or_none()


def belongs_to(connection: Connection, inbound_id: int, conversation_id: int) -> None:
    """Say which conversation a message belongs to, now that it is known."""
    connection.execute(
        update(INBOUND).where(INBOUND.c.id == inbound_id).values(conversation_id=conversation_id)
    )


def closed_to(connection: Connection, contact_point_id: int) -> Collection[int]:
    """The organisations that this address is closed to, though not to all."""
    statement = select(OPT_OUT.c.organisation_id).where(
        OPT_OUT.c.contact_point_id == contact_point_id
    )
    return frozenset(connection.scalars(statement))


def close_to(connection: Connection, contact_point_id: int, since: Mapping[int, datetime]) -> None:
    """Close an address to exactly these organisations, since these moments."""
    here = OPT_OUT.c.contact_point_id == contact_point_id
    connection.execute(delete(OPT_OUT).where(here))
    for organisation_id, at in sorted(since.items()):
        connection.execute(
            insert(OPT_OUT).values(
                contact_point_id=contact_point_id, organisation_id=organisation_id, at=at
            )
        )


def writers(connection: Connection, contact_point_id: int) -> Sequence[AnyRow]:
    """The organisations that have written to this phone: `id` and `name`, by name."""
    talked = (
        select(CAMPAIGN.c.organisation_id)
        .join(CONVERSATION, CONVERSATION.c.campaign_id == CAMPAIGN.c.id)
        .where(CONVERSATION.c.contact_point_id == contact_point_id)
    )
    told = (
        select(CAMPAIGN.c.organisation_id)
        .join(ENROLMENT, ENROLMENT.c.campaign_id == CAMPAIGN.c.id)
        .where(ENROLMENT.c.contact_point_id == contact_point_id, ENROLMENT.c.told.is_not(None))
    )
    return connection.execute(
        select(ORGANISATION.c.id, ORGANISATION.c.name)
        .where(ORGANISATION.c.id.in_(talked.union(told)))
        .order_by(ORGANISATION.c.name, ORGANISATION.c.id)
    ).all()


def was_written_to(connection: Connection, contact_point_id: int) -> bool:
    """Whether anything was ever sent to this phone."""
    found = connection.scalar(
        select(OUTBOUND.c.id).where(OUTBOUND.c.contact_point_id == contact_point_id).limit(1)
    )
    return found is not None


def written_since(connection: Connection, contact_point_id: int, moment: datetime) -> bool:
    """Whether a conversation has said anything to this phone since a moment."""
    found = connection.scalar(
        select(OUTBOUND.c.id)
        .where(OUTBOUND.c.contact_point_id == contact_point_id)
        .where(OUTBOUND.c.conversation_id.is_not(None), OUTBOUND.c.created > moment)
        .where(OUTBOUND.c.state.not_in(("queued", "cancelled", "expired", "failed")))
        .limit(1)
    )
    return found is not None


def household(
    connection: Connection, contact_point_id: int, organisation_id: int | None = None
) -> Sequence[AnyRow]:
    """The people of a phone with their `organisation_id`; those of one organisation, or all."""
    statement = (
        select(HOUSEHOLD, PARTICIPANT.c.organisation_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == HOUSEHOLD.c.participant_id)
        .where(HOUSEHOLD.c.contact_point_id == contact_point_id)
        .order_by(HOUSEHOLD.c.id)
    )
    if organisation_id is not None:
        statement = statement.where(PARTICIPANT.c.organisation_id == organisation_id)
    return connection.execute(statement).all()


def shared_by(connection: Connection, contact_point_id: int) -> Collection[int]:
    """The organisations that know more than one person here."""
    statement = (
        select(PARTICIPANT.c.organisation_id)
        .join(HOUSEHOLD, HOUSEHOLD.c.participant_id == PARTICIPANT.c.id)
        .where(HOUSEHOLD.c.contact_point_id == contact_point_id)
        .group_by(PARTICIPANT.c.organisation_id)
        .having(func.count() > 1)
    )
    return frozenset(connection.scalars(statement))


def change_member(connection: Connection, household_id: int, **values: Any) -> None:
    """Update the row of one of a phone's people."""
    connection.execute(update(HOUSEHOLD).where(HOUSEHOLD.c.id == household_id).values(**values))


def enrolments(connection: Connection, contact_point_id: int) -> Sequence[AnyRow]:
    """The enrolments at this phone that wait in a live campaign, oldest first."""
    return connection.execute(
        select(ENROLMENT)
        .join(CAMPAIGN, CAMPAIGN.c.id == ENROLMENT.c.campaign_id)
        .where(ENROLMENT.c.contact_point_id == contact_point_id)
        .where(ENROLMENT.c.state.in_(WAITING), CAMPAIGN.c.state == "live")
        .order_by(ENROLMENT.c.id)
    ).all()


def last_enrolled_language(connection: Connection, contact_point_id: int) -> str | None:
    """The language that this phone was last put down for."""
    found: str | None = connection.scalar(
        select(ENROLMENT.c.language)
        .where(ENROLMENT.c.contact_point_id == contact_point_id, ENROLMENT.c.language.is_not(None))
        .order_by(ENROLMENT.c.id.desc())
        .limit(1)
    )
    return found


def await_turn(connection: Connection, **values: Any) -> None:
    """Put a participant down for a campaign after the survey she is in; one that waits already does."""
    connection.execute(insert_ignoring(connection, ENROLMENT).values(state="turn", **values))
    connection.execute(
        update(ENROLMENT)
        .where(ENROLMENT.c.campaign_id == values["campaign_id"])
        .where(ENROLMENT.c.participant_id == values["participant_id"])
        .where(ENROLMENT.c.state.in_(WAITING))
        .values(state="turn")
    )


def opened(
    connection: Connection,
    campaign_id: int,
    participant_id: int,
    conversation_id: int,
    at: datetime,
) -> None:
    """An enrolment that waited has its conversation: she wrote before we did."""
    connection.execute(
        update(ENROLMENT)
        .where(ENROLMENT.c.campaign_id == campaign_id)
        .where(ENROLMENT.c.participant_id == participant_id)
        .where(ENROLMENT.c.state.in_(WAITING))
        .values(state="invited", conversation_id=conversation_id, invited=at)
    )
