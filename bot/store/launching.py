"""The statements that invite many people at once: a batch is taken, sorted, and opened row by row in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)

from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, ENROLMENT, OPT_OUT, OUTBOUND, AnyRow

OPENING = ("launching", "live")
WAITING = ("listed", "told", "turn")
_SEEDS = 2**32


def campaign(connection: Connection, campaign_id: int) -> AnyRow:
    """A campaign's row."""
    row: AnyRow = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == campaign_id)).one()
    return row


def busy(contact_point: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a conversation goes on with a phone; what staff try out does not count."""
    live = CONVERSATION.alias("live")
    return (
        select(live.c.id)
        .where(live.c.contact_point_id == contact_point, live.c.finished.is_(None))
        .where(live.c.mode != "test")
        .exists()
    )


def people() -> Any:
    """People on lists, with what decides whether they may be written to."""
    return (
        select(
            ENROLMENT.c.id,
            ENROLMENT.c.participant_id,
            ENROLMENT.c.contact_point_id,
            ENROLMENT.c.language,
            CONTACT.c.channel,
            CONTACT.c.opted_out,
            CONTACT.c.closed,
            CONTACT.c.heard,
            OPT_OUT.c.id.label("opt_out"),
            busy(ENROLMENT.c.contact_point_id).label("busy"),
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == ENROLMENT.c.campaign_id)
        .join(CONTACT, CONTACT.c.id == ENROLMENT.c.contact_point_id)
        .outerjoin(
            OPT_OUT,
            and_(
                OPT_OUT.c.contact_point_id == CONTACT.c.id,
                OPT_OUT.c.organisation_id == CAMPAIGN.c.organisation_id,
            ),
        )
    )


def take(connection: Connection, campaign_id: int, *, limit: int) -> Sequence[AnyRow]:
    """The next people on the list, locked with their phones.

    What somebody else holds is passed over: a batch waits for nobody, so it is never half of a deadlock.
    """
    return connection.execute(
        people()
        .where(ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.state == "listed")
        .order_by(ENROLMENT.c.id)
        .limit(limit)
        .with_for_update(of=[ENROLMENT, CONTACT], skip_locked=True)
    ).all()


def take_one(connection: Connection, enrolment_id: int, *, state: str) -> AnyRow | None:
    """One person in a state of the list, locked with her phone; None when she is not in it any more."""
    row: AnyRow | None = connection.execute(
        people()
        .where(ENROLMENT.c.id == enrolment_id, ENROLMENT.c.state == state)
        .with_for_update(of=[ENROLMENT, CONTACT], skip_locked=True)
    ).one_or_none()
    return row


def put(connection: Connection, ids: Collection[int], state: str, why: str | None = None) -> None:
    """Move people on the list to a state."""
    if ids:
        connection.execute(
            update(ENROLMENT).where(ENROLMENT.c.id.in_(ids)).values(state=state, why=why)
        )


def leave_out(
    connection: Connection, campaign_id: int, why: str, *conditions: ColumnElement[bool]
) -> int:
    """Leave out everybody who was not invited yet and meets these conditions; how many."""
    return connection.execute(
        update(ENROLMENT)
        .where(ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.state.in_(WAITING), *conditions)
        .values(state="left_out", why=why)
    ).rowcount


def is_listed(campaign_id: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Whether somebody on the list of a campaign was not looked at yet."""
    return (
        select(ENROLMENT.c.id)
        .where(ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.state == "listed")
        .exists()
    )


def to_open(connection: Connection, now: datetime) -> Sequence[int]:
    """The campaigns that have been launched and have people on their list."""
    return connection.scalars(
        select(CAMPAIGN.c.id)
        .where(CAMPAIGN.c.state.in_(OPENING))
        .where(CAMPAIGN.c.starts.is_(None) | (CAMPAIGN.c.starts <= now))
        .where((CAMPAIGN.c.state == "launching") | is_listed(CAMPAIGN.c.id))
        .order_by(CAMPAIGN.c.id)
    ).all()


def groups(connection: Connection, campaign_id: int) -> Sequence[AnyRow]:
    """People on the list by language and channel, and how many of each are of which kind."""

    def many(condition: Any) -> Any:
        return func.count(case((condition, 1)))

    one = people().where(ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.state.in_(WAITING))
    person = one.subquery()
    out = person.c.opted_out.is_not(None) | person.c.opt_out.is_not(None)
    shut = ~out & person.c.closed.is_not(None)
    return connection.execute(
        select(
            person.c.language,
            person.c.channel,
            func.count().label("people"),
            many(out).label("opted_out"),
            many(shut).label("closed"),
            many(out | shut).label("left_out"),
            many(~(out | shut) & person.c.busy).label("busy"),
        ).group_by(person.c.language, person.c.channel)
    ).all()


def open_conversations(
    connection: Connection,
    of: AnyRow,
    ids: Collection[int],
    *,
    state: tuple[str, str],
    seed: int | None,
    columns: Mapping[str, Any],
    moved: Mapping[str, Any],
) -> None:
    """A conversation for each of these people on the list, in one statement.

    Args:
        connection: inside a transaction that has locked the rows.
        of: the campaign's row.
        ids: of enrolments.
        state: a state's JSON up to the participant's seed, and the rest of it.
        seed: the same for all of them; None for one drawn for each.
        columns: further columns of the conversation, the same for all of them.
        moved: what changes in each enrolment.
    """
    before, after = state
    drawn = cast(_random(connection), String) if seed is None else literal(str(seed))
    values = {
        "campaign_id": of.id,
        "survey_version_id": of.survey_version_id,
        "mode": "self",
        "reminded": 0,
        **columns,
    }
    each = {
        "participant_id": ENROLMENT.c.participant_id,
        "contact_point_id": ENROLMENT.c.contact_point_id,
        "channel": CONTACT.c.channel,
        "state": literal(before) + drawn + literal(after),
    }
    _copy(connection, CONVERSATION, ids, each, values)
    mine = (
        select(func.max(CONVERSATION.c.id))
        .where(CONVERSATION.c.participant_id == ENROLMENT.c.participant_id)
        .where(CONVERSATION.c.campaign_id == ENROLMENT.c.campaign_id)
        .scalar_subquery()
    )
    connection.execute(
        update(ENROLMENT).where(ENROLMENT.c.id.in_(ids)).values(conversation_id=mine, **moved)
    )


def _random(connection: Connection) -> ColumnElement[int]:
    if connection.dialect.name == "sqlite":
        return func.abs(func.random()) % _SEEDS
    return cast(func.floor(func.random() * _SEEDS), BigInteger)


def add_for_each(
    connection: Connection, into: Table, ids: Collection[int], values: Mapping[str, Any]
) -> None:
    """A row for each of these people's conversations: a message, or an answer that was worked out."""
    each = {"conversation_id": ENROLMENT.c.conversation_id}
    if into is OUTBOUND:
        each["contact_point_id"] = ENROLMENT.c.contact_point_id
    _copy(connection, into, ids, each, values)


def _copy(
    connection: Connection,
    into: Table,
    ids: Collection[int],
    each: Mapping[str, ColumnElement[Any]],
    values: Mapping[str, Any],
) -> None:
    given = {
        name: literal(value, into.c[name].type)
        for name, value in values.items()
        if value is not None
    }
    columns = {**each, **given}
    source = (
        select(*(column.label(name) for name, column in columns.items()))
        .join(CONTACT, CONTACT.c.id == ENROLMENT.c.contact_point_id)
        .where(ENROLMENT.c.id.in_(ids))
        .order_by(ENROLMENT.c.id)
    )
    connection.execute(insert(into).from_select(list(columns), source, include_defaults=False))
