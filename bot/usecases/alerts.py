"""Something staff have to look at: one open alert for each thing, which counts how often it happens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from bot.store import inbox, schema

log = structlog.get_logger(__name__)

ALERT = inbox.table(schema.Alert)


class AlertKind(StrEnum):
    """What an alert is about."""

    CAMPAIGN_HALTED = "campaign halted"
    CONTENT_WRONG = "content wrong"
    FILTERED = "filtered"
    TEMPLATE_MISSING = "template missing"
    WEBHOOK_BROKEN = "webhook broken"
    GIVEN_UP = "given up"
    LAUNCH_BLOCKED = "launch blocked"


def raise_alert(
    connection: Connection,
    kind: AlertKind,
    now: datetime,
    *,
    error_code: int | None = None,
    campaign_id: int | None = None,
) -> None:
    """Open an alert, or count up the one that is open already."""
    key = f"{kind}:{error_code}:{campaign_id}"
    log.error("alert", kind=kind.value, code=error_code, campaign=campaign_id)
    again = update(ALERT).where(ALERT.c.open_key == key).values(count=ALERT.c.count + 1, last=now)
    if connection.execute(again).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(
                insert(ALERT).values(
                    kind=kind.value,
                    error_code=error_code,
                    campaign_id=campaign_id,
                    open_key=key,
                    count=1,
                    first=now,
                    last=now,
                )
            )
    except IntegrityError:
        # Another process opened it between the two statements.
        connection.execute(again)


def acknowledge(connection: Connection, alert_id: int, now: datetime) -> None:
    """Close an alert: the same thing happening again opens a new one."""
    connection.execute(
        update(ALERT).where(ALERT.c.id == alert_id).values(open_key=None, acknowledged=now)
    )
