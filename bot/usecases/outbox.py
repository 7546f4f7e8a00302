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

import structlog
from sqlalchemy import Connection

from bot.gateways.addresses import Address, Channel
from bot.gateways.keys import Undecryptable
from bot.gateways.twilio import Delivery, SendFailed, Template
from bot.store import outbox as store
from bot.store.inbox import AnyRow
from bot.store.outbox import Claim
from bot.usecases import pacing
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
        claims = store.claim(
            work.connection, ids, holder, now, limit=max(1, limit), seconds=LEASE_SECONDS
        )
        if not claims:
            return [], 0.0
        if limit == 0:
            for claim in claims:
                store.settle(work.connection, claim, now)
            # A full bucket: a batch costs hardly more than a single message.
            return [], (pacing.burst(rate) - room) / rate
        if sender is not None:
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
        if store.is_held_up(work.connection, row.id) or row.campaign_state not in (
            None,
            store.LIVE,
        ):
            store.settle(work.connection, claim, now)
            return None
        if contact.opted_out is not None or contact.closed is not None:
            store.settle(work.connection, claim, now, state=Delivery.CANCELLED.value)
            return None
        leave = _may_leave(services, work.connection, contact, row, now)
        if isinstance(leave, TooLate):
            store.settle(work.connection, claim, now, state=Delivery.EXPIRED.value)
            return None
        if isinstance(leave, Wait):
            store.settle(work.connection, claim, now, not_before=leave.until)
            return None
        try:
            address = services.keys.decrypt(contact.address, column="contact_point.address")
        except Undecryptable:
            log.error("address can not be read", outbound=row.id)
            store.settle(work.connection, claim, now, state=Delivery.FAILED.value)
            return None
        store.begin(work.connection, claim, now)
    return _Ready(
        row, Address(Channel(contact.channel), address), contact.simulated, leave.validity
    )


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
        rules=rules_of(row.hours),
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
