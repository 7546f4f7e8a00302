"""What people wrote while we were away: Twilio's own log is read, and what we never saw comes in now.

By the same door as a webhook, in the order it was written. A message is left alone until its webhook has had
its chance; should both come, the unique SID lets one through.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, select, update

from bot.gateways.twilio import SendFailed, TwilioInbound
from bot.settings import demo_secrets_in_use
from bot.store import inbox, schema
from bot.usecases import conversations
from bot.usecases.conversations import InboundText, media_kind
from bot.usecases.services import Services

log = structlog.get_logger(__name__)

WATERMARK = inbox.table(schema.Watermark)
NAME = "inbound"

OVERLAP = timedelta(minutes=10)
"""What is read again each time: Twilio's log may be late, and its clock is not ours."""

FIRST_LOOK = timedelta(days=1)
"""How far back the very first look goes."""

WEBHOOK_CHANCE = timedelta(minutes=1)
"""A webhook has fifteen seconds, and a second try."""

_IN_ONE_LIST = 500


def is_due(services: Services) -> bool:
    """Whether the last look is long enough ago, and there is a provider to look at."""
    if "TWILIO_AUTH_TOKEN" in demo_secrets_in_use(services.settings):
        return False
    with services.database.reading() as connection:
        last = _watermark(connection)
    every = timedelta(seconds=services.settings.reconcile_seconds)
    return last is None or services.clock.now() - last >= every


def catch_up(services: Services) -> int:
    """Take in every message that the provider has and we have not; how many.

    Raises:
        SendFailed: the provider's log could not be read; the next look starts where this one did.
    """
    started = services.clock.now()
    with services.database.reading() as connection:
        last = _watermark(connection)
    since = started - FIRST_LOOK if last is None else last - OVERLAP
    found = [
        message
        for message in services.sms.received(since=since)
        if message.created <= started - WEBHOOK_CHANCE
    ]
    unseen = _unseen(services, found)
    for message in unseen:
        conversations.receive(services, _inbound(message))
    with services.database.transaction() as work:
        _move_watermark(work.connection, started)
    if unseen:
        log.warning("messages were missed and have been taken in", count=len(unseen))
    return len(unseen)


def catch_up_if_due(services: Services) -> int:
    """The clock's look: quiet when the provider can not be asked."""
    if not is_due(services):
        return 0
    try:
        return catch_up(services)
    except SendFailed as failure:
        log.warning("the provider's log can not be read", code=failure.code)
        return 0


def _inbound(message: TwilioInbound) -> InboundText:
    return InboundText(
        provider_sid=message.sid,
        sender=message.sender,
        text=message.body.replace("\x00", "␀"),
        media=tuple((media_kind(content_type), url) for content_type, url in message.media),
        sent=message.created,
    )


def _unseen(services: Services, found: Sequence[TwilioInbound]) -> list[TwilioInbound]:
    seen: set[str] = set()
    sids = [message.sid for message in found]
    with services.database.reading() as connection:
        for start in range(0, len(sids), _IN_ONE_LIST):
            some = sids[start : start + _IN_ONE_LIST]
            seen.update(
                connection.scalars(
                    select(inbox.INBOUND.c.provider_sid).where(
                        inbox.INBOUND.c.provider_sid.in_(some)
                    )
                )
            )
    return [message for message in found if message.sid not in seen]


def _watermark(connection: Connection) -> datetime | None:
    found: datetime | None = connection.scalar(
        select(WATERMARK.c.at).where(WATERMARK.c.name == NAME)
    )
    return found


def _move_watermark(connection: Connection, at: datetime) -> None:
    connection.execute(inbox.insert_ignoring(connection, WATERMARK).values(name=NAME, at=at))
    # Two looks at once: the later one is the one to go on from.
    connection.execute(
        update(WATERMARK).where(WATERMARK.c.name == NAME, WATERMARK.c.at < at).values(at=at)
    )
