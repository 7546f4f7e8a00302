"""What happens next with a conversation in time, and what its campaign's plan means for a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.gateways.addresses import Channel
from bot.store.inbox import CONVERSATION, AnyRow
from bot.usecases.hours import rules_of
from bot.usecases.plans import TOTAL, Plan, plan_of, tomorrow
from bot.usecases.quiet_hours import Rules, next_allowed
from flows.effects import Outcome
from flows.events import USUAL, Terms
from flows.state import Phase, State

WINDOW = timedelta(hours=24)
"""How long after a person's last message WhatsApp lets us write freely."""

COUNTED = ("self", "assisted")
"""The modes of conversations that count: not what staff try out."""


class Move(StrEnum):
    """What the clock does with a conversation; `conversation.next_what`."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    QUESTION = "question"
    EXPIRY = "expiry"


def window_is_open(channel: str, heard: datetime | None, now: datetime) -> bool:
    """Whether we may write in words of our own: always by SMS, on WhatsApp for a day."""
    return channel != Channel.WHATSAPP or (heard is not None and now < heard + WINDOW)


def next_move(
    plan: Plan,
    rules: Rules,
    state: State,
    *,
    opened: datetime,
    now: datetime,
    reminded: int = 0,
    reminds: bool = True,
    since_reminder: bool = False,
) -> tuple[datetime, Move] | None:
    """What happens next if nothing is heard, and when; None when it is over.

    Args:
        plan: the campaign's.
        rules: the hours kept; only the end of a conversation needs none.
        state: where the conversation stands.
        opened: when it was invited, or began.
        now: when this step of it happened.
        reminded: reminders so far.
        reminds: whether this is a conversation that is reminded at all.
        since_reminder: whether this very step was a reminder, so that the silence began before it.
    """
    if state.outcome is not None:
        return None
    closes = plan.expires(opened)
    late = now >= closes
    end = (plan.ends(opened) if late else closes), Move.EXPIRY
    if state.phase is Phase.RESTING:
        return min((tomorrow(now, rules), Move.QUESTION), end)
    silence = plan.silence_before(reminded)
    waits = state.phase in (Phase.NEW, Phase.ASKING) or (
        state.phase is Phase.PAUSED and state.unseen
    )
    if silence is None or not waits or late or not reminds:
        return end
    if since_reminder:
        silence -= plan.silence_before(reminded - 1) or timedelta(0)
    return min((next_allowed(now + silence, rules), Move.REMINDER), end)


def columns_after(
    conversation: AnyRow, state: State, now: datetime, *, reminder: bool = False
) -> dict[str, Any]:
    """`next_at` and `next_what` of a conversation after a step, from its row with its campaign."""
    found = next_move(
        plan_of(conversation.plan),
        rules_of(conversation.hours),
        state,
        opened=conversation.created,
        now=now,
        reminded=conversation.reminded + reminder,
        reminds=conversation.mode != "assisted",
        since_reminder=reminder,
    )
    next_at, next_what = found or (None, None)
    return {"next_at": next_at, "next_what": next_what}


def terms(connection: Connection, conversation: AnyRow, now: datetime) -> Terms:
    """What the campaign's plan means for a message that arrives in a conversation now."""
    plan = plan_of(conversation.plan)
    live = conversation.campaign_state == "live"
    expired = conversation.outcome == Outcome.EXPIRED
    full = (
        bool(plan.quota)
        and conversation.outcome is None
        and conversation.mode in COUNTED
        and is_full(
            plan.quota, completes(connection, conversation.campaign_id), conversation.language
        )
    )
    found = Terms(plan.is_daily, expired and live and now < plan.ends(conversation.created), full)
    return USUAL if found == USUAL else found


def completes(connection: Connection, campaign_id: int) -> Mapping[str, int]:
    """Language -> complete interviews of a campaign, and their `total`."""
    done = and_counted(campaign_id)
    rows = connection.execute(
        select(CONVERSATION.c.language, func.count())
        .where(*done, CONVERSATION.c.outcome == Outcome.COMPLETE)
        .group_by(CONVERSATION.c.language)
    ).all()
    found = {language: int(count) for language, count in rows}
    return found | {TOTAL: sum(found.values())}


def and_counted(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conversations of a campaign that count."""
    return CONVERSATION.c.campaign_id == campaign_id, CONVERSATION.c.mode.in_(COUNTED)


def is_full(quota: Mapping[str, int], done: Mapping[str, int], language: str) -> bool:
    """Whether enough people have answered, in all or in a language."""
    return any(name in quota and done.get(name, 0) >= quota[name] for name in (TOTAL, language))
