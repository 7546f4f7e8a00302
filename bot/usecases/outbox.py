"""What is not the answer to a webhook is sent from here: claimed, begun, sent once, and settled.

The provider takes no idempotency key. A row is therefore `sending` in the database before the request
is made; if the outcome is lost with the process or the connection, the row is `uncertain`, and Twilio's
own log decides whether it went out (`uncertain.py`). Nothing is sent again on a guess.

A claim is a lease with a fence: it says who will send a row, not that anything was sent. Whether it may be
sent (consent, campaign, hours) is asked in the transaction that begins it, just before the request.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.gateways.addresses import Address, Channel
from bot.gateways.keys import Undecryptable
from bot.gateways.twilio import Delivery, SendFailed, Template
from bot.store import inbox
from bot.store import outbox as store
from bot.store.inbox import AnyRow
from bot.store.outbox import Claim
from bot.usecases import pacing, recordings, window
from bot.usecases.alerts import AlertKind, raise_alert
from bot.usecases.hours import LONGEST, Leave, TooLate, Wait, may_leave, rules_of
from bot.usecases.reactions import Failure, react
from bot.usecases.services import Services
from bot.usecases.uncertain import reconcile

__all__ = ["reconcile", "send", "status_callback"]

log = structlog.get_logger(__name__)

BATCH = 20
LEASE_SECONDS = 60.0
HEADROOM = timedelta(seconds=15)
"""What has to be left of a lease to begin a request, which may take ten seconds."""

PATIENCE = 60.0
"""Seconds one call waits for its turn in all; the sweep rings again for the rest."""


TRAVEL = timedelta(seconds=10)
"""A request may take this long; the validity that Twilio counts begins after it."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message that has been begun: its request is made now or never."""

    row: AnyRow
    to: Address
    simulated: bool
    validity: timedelta


def status_callback(services: Services, outbound_id: int) -> str:
    """Where the provider reports what became of a message; it names the message itself."""
    return f"{services.settings.public_url}/twilio/status?outbound={outbound_id}"


def send(services: Services, outbound_ids: Iterable[int]) -> int:
    """Send what may be sent of these messages, each at most once; how many were accepted."""
    holder = secrets.token_hex(8)
    with services.database.reading() as connection:
        groups = store.by_channel(connection, sorted(set(outbound_ids)))
    return sum(_send_group(services, holder, channel, ids) for channel, ids in groups.items())


def _send_group(services: Services, holder: str, channel: str | None, ids: Collection[int]) -> int:
    sent, waited = 0, 0.0
    while True:
        claims, pause = _claim(services, holder, channel, ids)
        sent += sum(_send(services, one) for one in claims)
        if claims:
            continue
        if pause == 0.0 or waited + pause > PATIENCE:
            return sent
        services.clock.sleep(pause)
        waited += pause


def _claim(
    services: Services, holder: str, channel: str | None, ids: Collection[int]
) -> tuple[list[Claim], float]:
    """As many as the pace allows; or none, and the seconds after which there is room for a batch."""
    now, rate = services.clock.now(), services.settings.send_rate
    with services.database.transaction() as work:
        room = float(BATCH)
        sender = None if channel is None else services.sms.sender_on(Channel(channel))
        if sender is not None:
            room = pacing.available(work.connection, sender, now, rate)
        limit = min(BATCH, int(room))
        if limit == 0:
            # Nothing is locked while one only waits for room: who writes STOP meanwhile has her row.
            if not store.is_any_due(work.connection, ids, now):
                return [], 0.0
            # A full bucket: a batch costs hardly more than a single message.
            return [], (pacing.burst(rate) - room) / rate
        claims = store.claim(work.connection, ids, holder, now, limit=limit, seconds=LEASE_SECONDS)
        if sender is not None and claims:
            pacing.spend(work.connection, sender, len(claims))
    return claims, 0.0


def _send(services: Services, claim: Claim) -> bool:
    ready = _begin(services, claim)
    if ready is None:
        return False
    if ready.simulated:
        # The phone is a page of our own: it shows what the database holds.
        return _settle(services, claim, Delivery.DELIVERED)
    row = ready.row
    template = None
    if row.as_template:
        template = Template(row.content_sid, row.content_variables or {})
    try:
        sid = services.sms.send(
            ready.to,
            row.body,
            status_callback=status_callback(services, row.id),
            validity_seconds=int((ready.validity - TRAVEL).total_seconds()),
            template=template,
            media_url=recordings.public_url(services, row.audio),
        )
    except SendFailed as failure:
        _failed(services, claim, failure)
        return False
    _settle(services, claim, Delivery.SENT, sid)
    return True


def _begin(services: Services, claim: Claim) -> _Ready | None:
    """Ask once more whether it may be sent, and mark it as being sent."""
    now = services.clock.now()
    with services.database.transaction() as work:
        contact = store.lock_contact(work.connection, claim.contact_point_id)
        row = store.held(work.connection, claim, now + HEADROOM)
        if row is None:
            return None
        checked = _checked(services, work.connection, contact, row, now)
        if not isinstance(checked, _Ready):
            store.settle(work.connection, claim, now, **checked)
            return None
        store.begin(work.connection, claim, now)
    return checked


def _checked(
    services: Services, connection: Connection, contact: AnyRow, row: AnyRow, now: datetime
) -> _Ready | dict[str, Any]:
    """The message as it is sent now; or what becomes of it instead, as columns of its row."""
    if store.is_held_up(connection, row.id) or not _campaign_sends(row):
        return {}
    if contact.closed is not None or inbox.opted_out(connection, contact.id, row.organisation_id):
        return {"state": Delivery.CANCELLED.value}
    if row.feedback_id is not None and store.is_busy(connection, contact.id):
        # What came of one survey is no part of another: her reply would be taken for an answer there.
        return {"not_before": now + AFTER_HERS}
    leave = _may_leave(services, connection, contact, row, now)
    fit = _in_window(services, connection, contact, row, now) if isinstance(leave, Leave) else leave
    if isinstance(fit, TooLate):
        return {"state": Delivery.EXPIRED.value}
    if isinstance(fit, Wait):
        return {"not_before": fit.until}
    assert isinstance(leave, Leave)  # what may not leave was sent away above
    try:
        address = services.keys.decrypt(contact.address, column="contact_point.address")
    except Undecryptable:
        log.error("address can not be read", outbound=row.id)
        return {"state": Delivery.FAILED.value}
    to = Address(Channel(contact.channel), address)
    return _Ready(fit, to, contact.simulated, leave.validity)


def _campaign_sends(row: AnyRow) -> bool:
    """Whether the campaign of a message sends now; what came of it is told when it is over, too."""
    told = ("closed",) if row.feedback_id is not None else ()
    return row.campaign_state in (None, store.LIVE, *told)


AFTER_HERS = timedelta(hours=1)
"""How long what came of a campaign waits for the end of another conversation of hers."""

TEMPLATE_AGAIN = timedelta(hours=1)
"""How long a message waits before we look again whether its template has been approved."""


def _in_window(
    services: Services, connection: Connection, contact: AnyRow, row: AnyRow, now: datetime
) -> AnyRow | Wait | TooLate:
    """The message as it may be sent: freely inside WhatsApp's window, as a template outside of it."""
    if window.is_open(connection, contact, now) or window.is_approved_text(row):
        return row
    farewell = row.question is None and row.conversation_finished is not None
    if farewell and row.feedback_id is None:
        return TooLate()  # a farewell that nobody waits for
    content = window.in_place_of(services, connection, row)
    if content is None:
        raise_alert(connection, AlertKind.TEMPLATE_MISSING, now, campaign_id=row.campaign_id)
        return Wait(now + TEMPLATE_AGAIN)
    window.replace_by(connection, row, content, now)
    return store.whole(connection, row.id)


def _may_leave(
    services: Services, connection: Connection, contact: AnyRow, row: AnyRow, now: datetime
) -> Leave | Wait | TooLate:
    if contact.simulated:
        return Leave(LONGEST)
    sender = services.sms.sender_on(Channel(contact.channel))
    return may_leave(
        now,
        kind=row.kind,
        created=row.created,
        expires=row.expires,
        rested=pacing.paused_until(connection, sender),
        rules=rules_of(row.organisation_hours),
    )


def _settle(
    services: Services, claim: Claim, state: Delivery, provider_sid: str | None = None
) -> bool:
    with services.database.transaction() as work:
        settled = store.settle(
            work.connection,
            claim,
            services.clock.now(),
            state=state.value,
            provider_sid=provider_sid,
            error_code=None,
        )
    if not settled:
        # A callback was quicker, or the lease ran out and somebody else found out by the log.
        log.info("settled by another", outbound=claim.id)
    return settled


def _failed(services: Services, claim: Claim, failure: SendFailed) -> None:
    now = services.clock.now()
    with services.database.transaction() as work:
        store.lock_contact(work.connection, claim.contact_point_id)
        if not store.is_current(work.connection, claim):
            return
        row = store.whole(work.connection, claim.id)
        outcome = react(
            services,
            Failure(work.connection, row, failure.code, processed=False, now=now),
            failure.reaction,
        )
        store.settle(
            work.connection,
            claim,
            now,
            state=outcome.state.value,
            not_before=outcome.not_before,
            error_code=failure.code,
        )
    log.warning("send failed", outbound=claim.id, code=failure.code, state=outcome.state.value)
