"""What an error of the provider does to our rows: one exhaustive match over the reactions of the table.

The same for an error that answered our request and for one that a status callback brought. The contact point
is locked by whoever calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog
from sqlalchemy import Connection, func, select, update

from bot.gateways.addresses import Channel
from bot.gateways.twilio import Delivery
from bot.gateways.twilio_errors import REACTIONS, Reaction
from bot.store import outbox as store
from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, OUTBOUND, AnyRow
from bot.usecases import pacing, window
from bot.usecases.alerts import AlertKind, raise_alert
from bot.usecases.effects import CONSENT, record_consent, set_opt_out
from bot.usecases.hours import JUST_WROTE
from bot.usecases.services import Services
from flows.spoken import on_channel

log = structlog.get_logger(__name__)

RETRY_ONCE_AFTER = timedelta(minutes=5)
HOURS_LATER = timedelta(hours=4)
WARNED_REST = timedelta(minutes=15)
"""How long a number that WhatsApp has warned begins nothing of its own."""

FILTERED_WINDOW = timedelta(hours=1)
FILTERED_AT_LEAST, FILTERED_SHARE = 5, 0.05
"""More than this share of an hour's messages taken for spam, and somebody has to look at it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that failed, and how we know.

    Attributes:
        row: the message, from `store.outbox.whole`.
        code: Twilio's error code.
        processed: whether Twilio had taken it before it failed; if not, the same row may be sent again.
    """

    connection: Connection
    row: AnyRow
    code: int | None
    processed: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the row itself."""

    state: Delivery = Delivery.FAILED
    not_before: datetime | None = None


_FAILED = Outcome()


def react(  # noqa: PLR0912 - a branch for each reaction
    services: Services, failure: Failure, reaction: Reaction
) -> Outcome:
    """Do what the table says, and tell what becomes of the message itself."""
    match reaction:
        case Reaction.BACK_OFF:
            return _again(failure, at_least=0.0)
        case Reaction.PAUSE_INVITATIONS:
            _pause_invitations(services, failure)
            return _again(failure, at_least=60.0)
        case Reaction.UNCERTAIN:
            return Outcome(Delivery.UNCERTAIN) if not failure.processed else _FAILED
        case Reaction.RETRY_ONCE:
            _once_more(failure, RETRY_ONCE_AFTER)
        case Reaction.RETRY_HOURS_LATER:
            if not _once_more(failure, HOURS_LATER):
                _close(failure, "unreachable")
        case Reaction.OPTED_OUT:
            _opt_out(failure)
        case Reaction.BLOCKED:
            _close(failure, "blocked")
        case Reaction.BAD_ADDRESS:
            _close(failure, "bad_address")
        case Reaction.TEMPLATE_ONCE:
            _as_template(services, failure)
        case Reaction.META_DECLINED:
            _by_sms(failure)
        case Reaction.CONTENT_WRONG:
            _stop_batch(failure)
        case Reaction.FILTERED:
            _watch_filtering(failure)
        case Reaction.ACCOUNT:
            return _halt(failure)
        case Reaction.WEBHOOK_BROKEN:
            raise_alert(
                failure.connection, AlertKind.WEBHOOK_BROKEN, failure.now, error_code=failure.code
            )
        case Reaction.FAIL:
            log.warning("message failed", outbound=failure.row.id, code=failure.code)
        case _:
            assert_never(reaction)
    return _FAILED


def _again(failure: Failure, *, at_least: float) -> Outcome:
    """Sent again, later and later, until it has been tried often enough."""
    row = failure.row
    if row.attempts >= pacing.MAX_ATTEMPTS:
        _alert(failure, AlertKind.GIVEN_UP)
        return _FAILED
    later = failure.now + pacing.back_off(row.attempts, at_least=at_least)
    if failure.processed:
        store.copy(failure.connection, row, failure.now, not_before=later)
        return _FAILED
    return Outcome(Delivery.QUEUED, later)


def _once_more(failure: Failure, after: timedelta) -> bool:
    """Queue it once more, unless it is itself such a second try."""
    row = failure.row
    if row.retry_of is not None:
        return False
    # Whoever wrote hours ago is not holding her phone: the second try keeps quiet hours.
    kind = "notice" if row.kind == "reply" and after >= JUST_WROTE else row.kind
    store.copy(failure.connection, row, failure.now, not_before=failure.now + after, kind=kind)
    return True


def _close(failure: Failure, why: str) -> None:
    failure.connection.execute(
        update(CONTACT)
        .where(CONTACT.c.id == failure.row.contact_point_id)
        .values(closed=failure.now, closed_why=why)
    )
    _cancel_for_person(failure)


def _cancel_for_person(failure: Failure) -> None:
    store.cancel_waiting(
        failure.connection,
        failure.now,
        OUTBOUND.c.contact_point_id == failure.row.contact_point_id,
        OUTBOUND.c.id != failure.row.id,
    )


def _opt_out(failure: Failure) -> None:
    connection, row = failure.connection, failure.row
    contact = store.lock_contact(connection, row.contact_point_id)
    _cancel_for_person(failure)
    if contact.opted_out is not None:
        return  # her own STOP reached us first
    set_opt_out(connection, row.contact_point_id, failure.now)
    record_consent(
        connection,
        participant_id=row.participant_id,
        contact_point_id=row.contact_point_id,
        conversation_id=row.conversation_id,
        channel=contact.channel,
        act="withdrawn",
        language=row.language,
        raw=f"Twilio {failure.code}",
        at=failure.now,
    )


def _as_template(services: Services, failure: Failure) -> None:
    """Twilio says that the window is over: the template in its place, once."""
    row = failure.row
    if window.is_approved_text(row) or row.retry_of is not None:
        return
    if row.content_sid is not None and not row.buttons:
        store.copy(failure.connection, row, failure.now, as_template=True)
        return
    content = window.in_place_of(services, failure.connection, row)
    if content is None:
        _alert(failure, AlertKind.TEMPLATE_MISSING)
        return
    copied = store.copy(failure.connection, row, failure.now)
    window.replace_by(
        failure.connection, store.whole(failure.connection, copied), content, failure.now
    )


def _by_sms(failure: Failure) -> None:
    """The same conversation goes on by SMS, if she agreed to SMS and is not in one there already."""
    connection, row = failure.connection, failure.row
    sms = connection.execute(_sms_of(row.contact_point_id)).one_or_none()
    if sms is None or row.conversation_id is None or row.retry_of is not None:
        return
    if row.feedback_id is not None:
        return  # her conversation is over, and stays on record as it was held
    if row.audio is not None or not on_channel([row.language], Channel.SMS):
        return  # an SMS carries no recording
    busy = connection.scalar(
        select(CONVERSATION.c.id).where(
            CONVERSATION.c.contact_point_id == sms.id, CONVERSATION.c.finished.is_(None)
        )
    )
    if busy is not None or not _consented(connection, row.participant_id, sms.id):
        return
    connection.execute(
        update(CONVERSATION)
        .where(CONVERSATION.c.id == row.conversation_id)
        .values(contact_point_id=sms.id, channel=Channel.SMS.value)
    )
    store.copy(connection, row, failure.now, contact_point_id=sms.id, as_template=False)


def _sms_of(contact_point_id: int) -> Any:
    """The same number on SMS, where it is open to us."""
    here = CONTACT.alias("here")
    return (
        select(CONTACT.c.id)
        .join(here, here.c.address_index == CONTACT.c.address_index)
        .where(here.c.id == contact_point_id, here.c.channel == Channel.WHATSAPP.value)
        .where(CONTACT.c.channel == Channel.SMS.value)
        .where(CONTACT.c.opted_out.is_(None), CONTACT.c.closed.is_(None))
    )


def _consented(connection: Connection, participant_id: int, contact_point_id: int) -> bool:
    """Whether the last thing she said about this channel was yes."""
    act = connection.scalar(
        select(CONSENT.c.act)
        .where(CONSENT.c.participant_id == participant_id)
        .where(CONSENT.c.contact_point_id == contact_point_id)
        .order_by(CONSENT.c.id.desc())
        .limit(1)
    )
    return act in ("given", "restored")


def _stop_batch(failure: Failure) -> None:
    """The same text waits for others: none of them gets it."""
    row = failure.row
    _alert(failure, AlertKind.CONTENT_WRONG)
    if row.as_template and row.buttons and row.retry_of is None:
        # The buttons are at fault, not the question: the same as numbered text.
        store.copy(
            failure.connection, row, failure.now, as_template=False, content_sid=None,
            content_variables=None,
        )  # fmt: skip
        return
    if row.campaign_id is None or row.kind == "reply":
        return
    _lock_campaign(failure)
    in_campaign = select(CONVERSATION.c.id).where(CONVERSATION.c.campaign_id == row.campaign_id)
    store.cancel_waiting(
        failure.connection,
        failure.now,
        OUTBOUND.c.conversation_id.in_(in_campaign),
        OUTBOUND.c.kind == row.kind,
        OUTBOUND.c.language == row.language,
        OUTBOUND.c.question.is_not_distinct_from(row.question),
        OUTBOUND.c.id != row.id,
        error_code=failure.code,
    )


def _watch_filtering(failure: Failure) -> None:
    filtered = [code for code, reaction in REACTIONS.items() if reaction is Reaction.FILTERED]
    since = OUTBOUND.c.changed >= failure.now - FILTERED_WINDOW
    tried = OUTBOUND.c.attempts > 0
    count = select(func.count()).select_from(OUTBOUND).where(since, OUTBOUND.c.id != failure.row.id)
    bad = 1 + (failure.connection.scalar(count.where(OUTBOUND.c.error_code.in_(filtered))) or 0)
    total = 1 + (failure.connection.scalar(count.where(tried)) or 0)
    if bad >= FILTERED_AT_LEAST and bad > FILTERED_SHARE * total:
        _alert(failure, AlertKind.FILTERED)


def _halt(failure: Failure) -> Outcome:
    """Nobody in this campaign is tried in vain; what was refused waits with the others."""
    campaign_id = failure.row.campaign_id
    _alert(failure, AlertKind.CAMPAIGN_HALTED)
    if campaign_id is None:
        return _FAILED
    failure.connection.execute(
        update(CAMPAIGN)
        .where(CAMPAIGN.c.id == campaign_id, CAMPAIGN.c.state.in_(("live", "paused")))
        .values(state="halted")
    )
    if failure.processed or failure.row.attempts >= pacing.MAX_ATTEMPTS:
        return _FAILED
    return Outcome(Delivery.QUEUED)


def _pause_invitations(services: Services, failure: Failure) -> None:
    contact = store.lock_contact(failure.connection, failure.row.contact_point_id)
    pacing.pause_invitations(
        failure.connection,
        services.sms.sender_on(Channel(contact.channel)),
        failure.now,
        failure.now + WARNED_REST,
    )


def _lock_campaign(failure: Failure) -> None:
    """Two batches that stop each other at once would wait for each other's messages."""
    failure.connection.execute(
        select(CAMPAIGN.c.id).where(CAMPAIGN.c.id == failure.row.campaign_id).with_for_update()
    ).one()


def _alert(failure: Failure, kind: AlertKind) -> None:
    raise_alert(
        failure.connection,
        kind,
        failure.now,
        error_code=failure.code,
        campaign_id=failure.row.campaign_id,
    )
