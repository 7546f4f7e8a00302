"""The statements that take a list of people back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from bot.store.inbox import CONTACT, CONVERSATION, INBOUND, OUTBOUND, PARTICIPANT, AnyRow
from bot.store.people import (
    ATTRIBUTE,
    CONSENT,
    ENROLMENT,
    ERASURE,
    HOUSEHOLD,
    OPT_OUT,
    WAITING,
)


def not_invited(connection: Connection, import_id: int, after: int, count: int) -> Sequence[AnyRow]:
    """Enrolments of a list for which nothing was opened yet, from one id on."""
    statement = (
        select(
            ENROLMENT.c.id,
            ENROLMENT.c.participant_id,
            ENROLMENT.c.contact_point_id,
            ENROLMENT.c.language,
            CONTACT.c.channel,
            PARTICIPANT.c.organisation_id,
        )
        .join(CONTACT, CONTACT.c.id == ENROLMENT.c.contact_point_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == ENROLMENT.c.participant_id)
        .where(ENROLMENT.c.import_id == import_id, ENROLMENT.c.id > after)
        .where(ENROLMENT.c.state.in_(WAITING))
        .order_by(ENROLMENT.c.id)
        .limit(count)
        .with_for_update(of=ENROLMENT)
    )
    return connection.execute(statement).all()


def leave_out(connection: Connection, ids: Collection[int]) -> None:
    """Nobody is asked for these enrolments."""
    connection.execute(
        update(ENROLMENT)
        .where(ENROLMENT.c.id.in_(list(ids)))
        .values(state="left_out", why="undone")
    )


def without_ties(
    connection: Connection, participant_ids: Collection[int], import_id: int
) -> set[int]:
    """Those of these participants who are here for one list alone, and never heard of it."""
    mine = PARTICIPANT.c.id

    def none(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return ~exists().where(*conditions)

    other_list = or_(ENROLMENT.c.import_id.is_(None), ENROLMENT.c.import_id != import_id)
    statement = (
        select(mine)
        .where(mine.in_(list(participant_ids)))
        .where(none(CONVERSATION.c.participant_id == mine))
        .where(none(ENROLMENT.c.participant_id == mine, other_list))
        .where(none(ENROLMENT.c.participant_id == mine, ENROLMENT.c.told.is_not(None)))
        .where(none(CONSENT.c.participant_id == mine, CONSENT.c.source != "import"))
        .where(none(ERASURE.c.participant_id == mine))
        .where(none(CONTACT.c.speaker_id == mine))
    )
    return set(connection.scalars(statement))


def remove(connection: Connection, participant_ids: Collection[int]) -> None:
    """Remove participants with everything that a list said of them."""
    ids = list(participant_ids)
    for rows in (ATTRIBUTE, CONSENT, ENROLMENT, HOUSEHOLD):
        connection.execute(delete(rows).where(rows.c.participant_id.in_(ids)))
    connection.execute(delete(PARTICIPANT).where(PARTICIPANT.c.id.in_(ids)))


def remove_contacts(connection: Connection, contact_ids: Iterable[int]) -> None:
    """Remove those of these addresses that nobody answers from, and that never asked for silence."""
    here = CONTACT.c.id
    tied = [
        exists().where(rows.c.contact_point_id == here)
        for rows in (CONVERSATION, CONSENT, ENROLMENT, HOUSEHOLD, INBOUND, OPT_OUT, OUTBOUND)
    ]
    connection.execute(
        delete(CONTACT)
        .where(here.in_(list(contact_ids)))
        .where(CONTACT.c.opted_out.is_(None), CONTACT.c.closed.is_(None), ~or_(*tied))
    )
