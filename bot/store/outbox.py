"""The statements of the outbox: claim a batch, begin one message, settle it, queue another.

Every transaction here locks a contact point before its messages, as an incoming message does: two orders
would be a deadlock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, ORGANISATION, OUTBOUND, AnyRow

LIVE = "live"
IN_FLIGHT = ("sending", "uncertain")
OPEN = ("queued", *IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is a sender's to send until the lease runs out; the fence tells old claims."""

    id: int
    contact_point_id: int
    holder: str
    fence: int
    expires: datetime


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OUTBOUND.c.state == "queued",
        or_(OUTBOUND.c.not_before.is_(None), OUTBOUND.c.not_before <= now),
        or_(OUTBOUND.c.lease_expires.is_(None), OUTBOUND.c.lease_expires <= now),
        # A paused campaign waits as a whole; a message of no campaign waits for nobody.
        or_(CAMPAIGN.c.id.is_(None), CAMPAIGN.c.state == LIVE, tells()),
        ~_held_up(),
    )


def tells() -> ColumnElement[bool]:
    """Whether a message tells what came of a campaign: that is done when the campaign is over."""
    return and_(OUTBOUND.c.feedback_id.is_not(None), CAMPAIGN.c.state.in_((LIVE, "closed")))


def _held_up() -> ColumnElement[bool]:
    """Whether an earlier message to the same person has to be settled first."""
    earlier = OUTBOUND.alias("earlier")
    same_person = earlier.c.contact_point_id == OUTBOUND.c.contact_point_id
    in_flight = and_(same_person, earlier.c.id != OUTBOUND.c.id, earlier.c.state.in_(IN_FLIGHT))
    before = and_(
        same_person,
        earlier.c.state == "queued",
        earlier.c.id < OUTBOUND.c.id,
        earlier.c.conversation_id == OUTBOUND.c.conversation_id,
        earlier.c.kind == OUTBOUND.c.kind,
    )
    return or_(
        select(earlier.c.id).where(in_flight).exists(), select(earlier.c.id).where(before).exists()
    )


def _with_campaign(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(OUTBOUND)
        .outerjoin(CONVERSATION, CONVERSATION.c.id == OUTBOUND.c.conversation_id)
        # What staff try out is sent whatever state the campaign is in.
        .outerjoin(
            CAMPAIGN,
            and_(CAMPAIGN.c.id == CONVERSATION.c.campaign_id, CONVERSATION.c.mode != "test"),
        )
    )


_OF_CAMPAIGN = (
    CONVERSATION.c.campaign_id,
    CONVERSATION.c.finished.label("conversation_finished"),
    CAMPAIGN.c.state.label("campaign_state"),
    CAMPAIGN.c.organisation_id,
    ORGANISATION.c.name.label("organisation_name"),
    ORGANISATION.c.hours.label("organisation_hours"),
)


def _with_organisation(*columns: Any) -> Any:
    return _with_campaign(*columns).outerjoin(
        ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id
    )


def due(
    connection: Connection, now: datetime, *, created_before: datetime, limit: int
) -> list[int]:
    """The messages that could be sent now, oldest first."""
    statement = (
        _with_campaign(OUTBOUND.c.id)
        .where(_due(now), OUTBOUND.c.created < created_before)
        .order_by(OUTBOUND.c.id)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def by_channel(connection: Connection, ids: Collection[int]) -> Mapping[str | None, list[int]]:
    """Channel -> those of these messages that wait; None for phones that are pages of our own."""
    found: dict[str | None, list[int]] = {}
    for row in connection.execute(
        select(OUTBOUND.c.id, CONTACT.c.channel, CONTACT.c.simulated)
        .join(CONTACT, CONTACT.c.id == OUTBOUND.c.contact_point_id)
        .where(OUTBOUND.c.id.in_(ids), OUTBOUND.c.state == "queued")
        .order_by(OUTBOUND.c.id)
    ):
        found.setdefault(None if row.simulated else row.channel, []).append(row.id)
    return found


def claim(
    connection: Connection,
    ids: Collection[int],
    holder: str,
    now: datetime,
    *,
    limit: int,
    seconds: float,
) -> list[Claim]:
    """Lease up to `limit` of these messages; replies first, and what others have is passed over."""
    rows = connection.execute(
        _with_campaign(OUTBOUND.c.id, OUTBOUND.c.contact_point_id, OUTBOUND.c.lease_fence)
        .where(OUTBOUND.c.id.in_(ids), _due(now))
        .order_by(OUTBOUND.c.kind != "reply", OUTBOUND.c.id)
        .limit(limit)
        .with_for_update(of=OUTBOUND, skip_locked=True)
    ).all()
    expires = now + timedelta(seconds=seconds)
    claims = [
        Claim(row.id, row.contact_point_id, holder, row.lease_fence + 1, expires) for row in rows
    ]
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id.in_([one.id for one in claims]))
        .values(lease_holder=holder, lease_fence=OUTBOUND.c.lease_fence + 1, lease_expires=expires)
    )
    return claims


def is_any_due(connection: Connection, ids: Collection[int], now: datetime) -> bool:
    """Whether any of these messages could be claimed now; nothing is locked."""
    found = connection.scalar(
        _with_campaign(OUTBOUND.c.id).where(OUTBOUND.c.id.in_(ids), _due(now)).limit(1)
    )
    return found is not None


def lock_contact(connection: Connection, contact_point_id: int) -> AnyRow:
    """The contact point of a message, locked until the transaction ends."""
    return connection.execute(
        select(CONTACT).where(CONTACT.c.id == contact_point_id).with_for_update()
    ).one()


def held(connection: Connection, claim: Claim, now: datetime) -> AnyRow | None:
    """A claimed message and its campaign, locked; None when it is not this claim's any more."""
    found: AnyRow | None = connection.execute(
        _with_organisation(OUTBOUND, *_OF_CAMPAIGN)
        .where(OUTBOUND.c.state == "queued", OUTBOUND.c.lease_expires > now, *_of(claim))
        .with_for_update(of=OUTBOUND)
    ).one_or_none()
    return found


def _of(claim: Claim) -> Sequence[ColumnElement[bool]]:
    return (
        OUTBOUND.c.id == claim.id,
        OUTBOUND.c.lease_holder == claim.holder,
        OUTBOUND.c.lease_fence == claim.fence,
    )


def begin(connection: Connection, claim: Claim, now: datetime) -> None:
    """Mark a message as being sent. Its row is locked and held by the claim."""
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id == claim.id)
        .values(
            state="sending",
            attempts=OUTBOUND.c.attempts + 1,
            attempted=now,
            changed=now,
            not_before=None,
        )
    )


def is_current(connection: Connection, claim: Claim) -> bool:
    """Whether a claimed message is still being sent under this claim; locks it."""
    found = connection.scalar(
        select(OUTBOUND.c.id).where(OUTBOUND.c.state.in_(OPEN), *_of(claim)).with_for_update()
    )
    return found is not None


def is_held_up(connection: Connection, outbound_id: int) -> bool:
    """Whether another message to the same person is in flight, or goes first."""
    found = connection.scalar(select(OUTBOUND.c.id).where(OUTBOUND.c.id == outbound_id, _held_up()))
    return found is not None


def is_busy(connection: Connection, contact_point_id: int) -> bool:
    """Whether somebody is in the middle of a conversation with this phone."""
    found = connection.scalar(
        select(CONVERSATION.c.id)
        .where(CONVERSATION.c.contact_point_id == contact_point_id)
        .where(CONVERSATION.c.finished.is_(None), CONVERSATION.c.mode != "test")
        .limit(1)
    )
    return found is not None


def settle(connection: Connection, claim: Claim, now: datetime, **values: Any) -> bool:
    """Write down what became of a claimed message, and let go of it; False if the claim is over.

    A callback may have been quicker: what has moved on is never moved back.
    """
    changed = connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.state.in_(OPEN), *_of(claim))
        .values(changed=now, lease_holder=None, lease_expires=None, **values)
    )
    return changed.rowcount > 0


def take_over(connection: Connection, outbound_id: int) -> None:
    """End every claim to a message: from now on, what its sender still writes is refused."""
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id == outbound_id)
        .values(lease_holder=None, lease_expires=None, lease_fence=OUTBOUND.c.lease_fence + 1)
    )


def put(
    connection: Connection, outbound_id: int, now: datetime, state: str, not_before: datetime | None
) -> None:
    """Put a message that is not claimed into a state, to be looked at again at a moment."""
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.id == outbound_id)
        .values(state=state, not_before=not_before, changed=now)
    )


def whole(connection: Connection, outbound_id: int) -> AnyRow:
    """A message with the campaign and the participant it belongs to."""
    found: AnyRow = connection.execute(
        _with_organisation(OUTBOUND, *_OF_CAMPAIGN, CONVERSATION.c.participant_id).where(
            OUTBOUND.c.id == outbound_id
        )
    ).one()
    return found


def cancel_waiting(
    connection: Connection, now: datetime, *conditions: ColumnElement[bool], **values: Any
) -> int:
    """Cancel what waits and meets these conditions; how many."""
    return connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.state == "queued", *conditions)
        .values(state="cancelled", changed=now, **values)
    ).rowcount


_COPIED = (
    "contact_point_id", "conversation_id", "question", "language", "body", "prompt", "buttons",
    "kind", "audio", "content_sid", "content_variables", "as_template", "attempts", "expires",
    "written_by",
    "feedback_id",
)  # fmt: skip


def copy(connection: Connection, row: AnyRow, now: datetime, **changes: Any) -> int:
    """Queue a message anew after one that failed; the failed one stays as it is.

    It answers nothing: a webhook that is repeated gets the replies it got, not their copies.
    """
    values = {name: getattr(row, name) for name in _COPIED} | {
        "retry_of": row.id,
        "state": "queued",
        "created": now,
        "changed": now,
    }
    return int(
        connection.execute(
            insert(OUTBOUND).values(**values | changes).returning(OUTBOUND.c.id)
        ).scalar_one()
    )
