"""Who may be written to: the consent ledger, and addresses that are closed and opened again.

STOP closes an address to everybody at once, and only START opens it. WhatsApp and SMS of one number are two
addresses; `store.inbox.opted_out` says what one means for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from flows.interjecting import resumed, silenced
from flows.state import State

CONSENT = inbox.CONSENT


def record_consent(connection: Connection, **entry: Any) -> None:
    """Add an entry to the consent ledger; entries are never changed."""
    inbox.add(connection, CONSENT, **entry)


def set_opt_out(connection: Connection, contact_point_id: int, moment: datetime | None) -> None:
    """Close an address to everything we would send, or open it again to everybody."""
    if moment is None:
        open_address(connection, contact_point_id)
    else:
        close_address(connection, contact_point_id, moment)


def close_address(connection: Connection, contact_point_id: int, now: datetime) -> None:
    """Nothing queued goes out any more, and every conversation here has ended.

    Who waits for her turn in another campaign is looked at again when it comes: the address is closed then.
    """
    phones.change(connection, contact_point_id, opted_out=now, asking=None)
    outbound, conversation = inbox.OUTBOUND, inbox.CONVERSATION
    connection.execute(
        update(outbound)
        .where(outbound.c.contact_point_id == contact_point_id, outbound.c.state == "queued")
        .values(state="cancelled", changed=now)
    )
    live = connection.execute(
        select(conversation.c.id, conversation.c.state).where(
            conversation.c.contact_point_id == contact_point_id, conversation.c.finished.is_(None)
        )
    )
    for row in live.all():
        silence(connection, row, now)


def silence(connection: Connection, row: AnyRow, now: datetime) -> None:
    """End a conversation because its person asked to stop; `row` has its `id` and `state`."""
    state = silenced(State.from_json(row.state))
    inbox.save_conversation(
        connection,
        row.id,
        state=state.to_json(),
        outcome=state.outcome,
        finished=now,
        next_at=None,
        next_what=None,
    )


def open_address(
    connection: Connection, contact_point_id: int, closed_to: Mapping[int, datetime] | None = None
) -> None:
    """Open an address to everybody but some organisations; what STOP ended there is live again.

    Args:
        connection: inside a transaction that holds the contact point.
        contact_point_id: the address.
        closed_to: the organisations that may still not write, and since when.
    """
    closed_to = closed_to or {}
    phones.change(connection, contact_point_id, opted_out=None, asking=None)
    phones.close_to(connection, contact_point_id, closed_to)
    for row in inbox.conversations_of(connection, contact_point_id):
        before = State.from_json(row.state)
        if not before.stopped or row.organisation_id in closed_to:
            continue
        state = resumed(before)
        live = state.outcome is None
        inbox.save_conversation(
            connection,
            row.id,
            state=state.to_json(),
            outcome=state.outcome,
            finished=None if live else row.finished,
            analysed=None if live else row.analysed,
        )
