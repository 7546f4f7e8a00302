"""What a campaign has cost so far: what was sent and received, and its price where there is one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store.inbox import CONVERSATION, INBOUND, OUTBOUND
from bot.usecases.moves import and_counted
from bot.usecases.services import Services
from flows.prices import Amount
from flows.segments import segments

_LEFT = ("replied", "sent", "delivered", "read", "uncertain")
"""What has left, or may have."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What was sent and received so far: SMS in parts, WhatsApp in messages.

    Attributes:
        parts_out: SMS parts that left, or may have.
        parts_in: SMS parts received.
        messages_out: WhatsApp messages that left, or may have.
        messages_in: WhatsApp messages received.
        currency: ISO 4217 code of the amounts.
        sms: the price of the parts, both ways; None as long as there is none.
        whatsapp: the price of the messages, both ways.
        whole: the price of both.
    """

    parts_out: int
    parts_in: int
    messages_out: int
    messages_in: int
    currency: str
    sms: Amount | None
    whatsapp: Amount | None
    whole: Amount | None


def so_far(services: Services, connection: Connection, campaign_id: int) -> Cost:
    """Counted by what was said: the same words to many people are measured once."""
    found: Counter[tuple[str, str]] = Counter()
    for name, messages in (("out", OUTBOUND), ("in", INBOUND)):
        statement = (
            select(CONVERSATION.c.channel, messages.c.body, func.count().label("times"))
            .join(CONVERSATION, CONVERSATION.c.id == messages.c.conversation_id)
            .where(*and_counted(campaign_id))
            .group_by(CONVERSATION.c.channel, messages.c.body)
        )
        if messages is OUTBOUND:
            statement = statement.where(OUTBOUND.c.state.in_(_LEFT))
        for channel, body, times in connection.execute(statement):
            each = segments(body).count if channel == "sms" else 1
            found[channel, name] += times * each
    prices = services.settings.prices
    both_ways = found["whatsapp", "out"] + found["whatsapp", "in"]
    parts = {"parts_out": found["sms", "out"], "parts_in": found["sms", "in"]}
    return Cost(
        **parts,
        messages_out=found["whatsapp", "out"],
        messages_in=found["whatsapp", "in"],
        currency=services.settings.currency,
        sms=prices.amount(**parts),
        whatsapp=prices.amount(messages=both_ways),
        whole=prices.amount(**parts, messages=both_ways),
    )
