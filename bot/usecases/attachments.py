"""What came with a message: noted at once, fetched by a job, kept encrypted, then removed at the provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from bot.gateways.media import FetchFailed, Why, kind_of
from bot.gateways.queue import Job
from bot.store import inbox, schema
from bot.store.database import UnitOfWork
from bot.store.inbox import CONTACT, INBOUND, AnyRow
from bot.usecases import pacing
from bot.usecases.services import Services
from flows.events import Media

log = structlog.get_logger(__name__)

ATTACHMENT = inbox.table(schema.Attachment)
TRANSCRIPT = inbox.table(schema.Transcript)
COLUMN = "attachment.content"

SAFE_DELAY = timedelta(hours=24)
"""How long the provider keeps its copy after we have ours: a backup of a day that went wrong."""

MAX_ATTEMPTS = 8
"""Tries over about half an hour with back-off; after that the address itself is at fault."""

STUCK = timedelta(minutes=5)
"""A fetch takes seconds: what was begun this long ago was lost with its process."""

BATCH = 50


def keep(
    connection: Connection,
    inbound_id: int,
    media: Sequence[tuple[Media, str]],
    question: str | None,
    now: datetime,
) -> list[int]:
    """Note what came with a message; the ids to ring `Job.FETCH` for after the commit.

    Args:
        connection: inside the transaction that stored the message.
        inbound_id: the message.
        media: kind and address of each attachment. A shared place is no file: it is left out.
        question: name of the question that was being asked, if one was.
        now: this moment.
    """
    return [
        inbox.add(
            connection,
            ATTACHMENT,
            inbound_id=inbound_id,
            place=place,
            kind=kind.value,
            question=question,
            url=url,
            state="waiting",
            created=now,
        )
        for place, (kind, url) in enumerate(media)
        if kind is not Media.LOCATION and url
    ]


def ring_after(services: Services, work: UnitOfWork, kept: Sequence[int]) -> None:
    """Ring for the fetching of what was kept, once it is committed."""
    if kept:
        work.after_commit(lambda: services.queue.ring(Job.FETCH, kept))


def due(
    connection: Connection, now: datetime, *, created_before: datetime, limit: int
) -> list[int]:
    """What has not been fetched and could be now, oldest first: the sweep rings for it."""
    statement = (
        select(ATTACHMENT.c.id)
        .where(_waits(now), ATTACHMENT.c.created < created_before)
        .order_by(ATTACHMENT.c.id)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        ATTACHMENT.c.state == "waiting",
        or_(ATTACHMENT.c.not_before.is_(None), ATTACHMENT.c.not_before <= now),
    )


def fetch(services: Services, ids: Iterable[int]) -> int:
    """Fetch these attachments, each by one worker at a time; how many are ours now."""
    return sum(_fetch(services, attachment_id) for attachment_id in sorted(set(ids)))


def _fetch(services: Services, attachment_id: int) -> bool:
    row = _begin(services, attachment_id)
    if row is None:
        return False
    try:
        found = services.media.fetch(row.url)
    except FetchFailed as failure:
        _failed(services, row, failure)
        return False
    now = services.clock.now()
    _settle(
        services,
        attachment_id,
        state="fetched",
        kind=kind_of(found.content_type).value,
        content_type=found.content_type,
        size=len(found.content),
        content=services.keys.encrypt_bytes(found.content, column=COLUMN),
        fetched=now,
    )
    return True


def _begin(services: Services, attachment_id: int) -> AnyRow | None:
    """Take an attachment in hand: for a while nobody else begins with it."""
    now = services.clock.now()
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(ATTACHMENT)
            .where(ATTACHMENT.c.id == attachment_id, _waits(now))
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is not None:
            work.connection.execute(
                update(ATTACHMENT)
                .where(ATTACHMENT.c.id == attachment_id)
                .values(attempts=ATTACHMENT.c.attempts + 1, not_before=now + STUCK)
            )
    return row


def _failed(services: Services, row: AnyRow, failure: FetchFailed) -> None:
    log.warning("attachment not fetched", attachment=row.id, why=failure.why.value)
    tried = row.attempts + 1
    if failure.again and tried < MAX_ATTEMPTS:
        later = services.clock.now() + pacing.back_off(tried, at_least=5.0)
        _settle(services, row.id, not_before=later, why=failure.why.value)
        return
    state = "gone" if failure.why is Why.GONE else "refused"
    _settle(services, row.id, state=state, why=failure.why.value)


def _settle(services: Services, attachment_id: int, **values: object) -> None:
    settled: dict[str, object] = {"not_before": None, "why": None, **values}
    with services.database.transaction() as work:
        # Erased while it was on its way: nothing is written any more.
        work.connection.execute(
            update(ATTACHMENT)
            .where(ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.state == "waiting")
            .values(**settled)
        )


def tidy(services: Services) -> int:
    """Remove at the provider what has been here for a day; how many. What fails is tried again."""
    now = services.clock.now()
    with services.database.reading() as connection:
        rows = connection.execute(
            select(ATTACHMENT.c.id, ATTACHMENT.c.url)
            .join(INBOUND, INBOUND.c.id == ATTACHMENT.c.inbound_id)
            .join(CONTACT, CONTACT.c.id == INBOUND.c.contact_point_id)
            .where(ATTACHMENT.c.state == "fetched", ATTACHMENT.c.removed.is_(None))
            .where(ATTACHMENT.c.fetched <= now - SAFE_DELAY, ~CONTACT.c.simulated)
            .where(or_(ATTACHMENT.c.not_before.is_(None), ATTACHMENT.c.not_before <= now))
            .order_by(ATTACHMENT.c.id)
            .limit(BATCH)
        ).all()
    return sum(_remove(services, row, now) for row in rows)


def _remove(services: Services, row: AnyRow, now: datetime) -> bool:
    values: dict[str, object] = {"removed": now, "not_before": None}
    try:
        services.media.remove(row.url)
    except FetchFailed as failure:
        log.warning("attachment not removed", attachment=row.id, why=failure.why.value)
        values = {"not_before": now + timedelta(hours=1)}
    with services.database.transaction() as work:
        work.connection.execute(
            update(ATTACHMENT).where(ATTACHMENT.c.id == row.id).values(**values)
        )
    return "removed" in values


def content(services: Services, attachment_id: int) -> tuple[str, bytes] | None:
    """Content type and bytes of a fetched attachment, for a member of staff; None while there is none.

    Raises:
        Undecryptable: the key that it was encrypted with is missing.
    """
    with services.database.reading() as connection:
        row = connection.execute(
            select(ATTACHMENT.c.content_type, ATTACHMENT.c.content).where(
                ATTACHMENT.c.id == attachment_id, ATTACHMENT.c.state == "fetched"
            )
        ).one_or_none()
    if row is None or row.content is None:
        return None
    return row.content_type, services.keys.decrypt_bytes(bytes(row.content), column=COLUMN)


def addresses_of(connection: Connection, conversation_ids: Sequence[int]) -> list[str]:
    """Where the provider still has what came in these conversations."""
    return list(
        connection.scalars(
            select(ATTACHMENT.c.url)
            .join(INBOUND, INBOUND.c.id == ATTACHMENT.c.inbound_id)
            .where(INBOUND.c.conversation_id.in_(conversation_ids), ATTACHMENT.c.removed.is_(None))
            .where(ATTACHMENT.c.state.in_(("waiting", "fetched", "refused")))
        )
    )


def remove_now(services: Services, addresses: Iterable[str]) -> None:
    """Remove at the provider what a person wants gone; an address that is not the provider's is left.

    Raises:
        FetchFailed: the provider did not confirm it; the wish stays open.
    """
    for url in addresses:
        try:
            services.media.remove(url)
        except FetchFailed as failure:
            if failure.again:
                raise
