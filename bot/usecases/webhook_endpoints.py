"""The addresses of other systems: added, listed and removed by the operator."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.gateways import notices
from bot.gateways.notices import BadUrl
from bot.store import inbox
from bot.usecases.campaigns import ORGANISATION, CampaignError
from bot.usecases.services import Services
from bot.usecases.webhooks import DELIVERY, ENDPOINT, SECRET, Event, new_secret


class WebhookError(CampaignError):
    """An endpoint that can not be added or found; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint, without its secret.

    `state` is `working`, `failing` (since when is in `since`) or `off` (`why` says why).
    """

    reference: str
    organisation: str
    url: str
    events: tuple[str, ...]
    state: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notice."""

    reference: str
    event: str
    state: str
    attempts: int
    created: datetime
    why: str


def add(
    services: Services, *, organisation: str, url: str, events: Sequence[Event], made_by: str
) -> tuple[str, str]:
    """Add an endpoint; its reference, and the secret it checks signatures with, shown this once.

    Raises:
        WebhookError: no such organisation, no event, or not a public https address.
    """
    if not events:
        raise WebhookError(f"Name the events that it wants: {', '.join(Event)}.")
    try:
        notices.check_url(url, loopback=services.settings.demo)
    except BadUrl as error:
        raise WebhookError(str(error)) from None
    secret, reference = new_secret(), f"ep_{secrets.token_hex(6)}"
    with services.database.transaction() as work:
        found = work.connection.scalar(
            select(ORGANISATION.c.id).where(ORGANISATION.c.slug == organisation)
        )
        if found is None:
            raise WebhookError(f"There is no organisation {organisation!r}.")
        inbox.add(
            work.connection,
            ENDPOINT,
            organisation_id=found,
            reference=reference,
            url=url,
            secret=services.keys.encrypt(secret, column=SECRET),
            events=sorted(set(events)),
            made_by=made_by,
            created=services.clock.now(),
        )
    return reference, secret


def all_endpoints(services: Services) -> list[Endpoint]:
    """Every endpoint, oldest first."""
    statement = (
        select(ENDPOINT, ORGANISATION.c.slug)
        .join(ORGANISATION, ORGANISATION.c.id == ENDPOINT.c.organisation_id)
        .order_by(ENDPOINT.c.id)
    )
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    found = []
    for row in rows:
        state = "off" if row.disabled else "failing" if row.failing_since else "working"
        since = row.disabled or row.failing_since or row.created
        found.append(
            Endpoint(
                row.reference, row.slug, row.url, tuple(row.events), state, since, row.why or ""
            )
        )
    return found


def remove(services: Services, reference: str) -> None:
    """Remove an endpoint and its notices; raises WebhookError."""
    with services.database.transaction() as work:
        found = work.connection.scalar(
            select(ENDPOINT.c.id).where(ENDPOINT.c.reference == reference).with_for_update()
        )
        if found is None:
            raise _unknown(reference)
        work.connection.execute(delete(DELIVERY).where(DELIVERY.c.endpoint_id == found))
        work.connection.execute(delete(ENDPOINT).where(ENDPOINT.c.id == found))


def deliveries(services: Services, reference: str, *, limit: int = 50) -> list[Delivery]:
    """What became of the newest notices to an endpoint; raises WebhookError."""
    with services.database.reading() as connection:
        found = connection.scalar(select(ENDPOINT.c.id).where(ENDPOINT.c.reference == reference))
        if found is None:
            raise _unknown(reference)
        rows = connection.execute(
            select(DELIVERY)
            .where(DELIVERY.c.endpoint_id == found)
            .order_by(DELIVERY.c.id.desc())
            .limit(limit)
        ).all()
    return [
        Delivery(row.reference, row.event, row.state, row.attempts, row.created, row.why or "")
        for row in rows
    ]


def _unknown(reference: str) -> WebhookError:
    return WebhookError(f"There is no endpoint {reference!r}: see `awaaz webhook list`.")
