"""Organisations and their initiatives: who asks, for which project, and at which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import campaigns
from bot.usecases.hours import SWITCHES, rules_of
from bot.usecases.quiet_hours import Rules, next_allowed
from bot.usecases.services import Services

_INITIATIVE = inbox.table(schema.Initiative)


class OrganisationError(ValueError):
    """Something an organisation or an initiative can not be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as lists show it."""

    slug: str
    name: str
    campaigns: int
    rules: Rules
    switches: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Initiative:
    """A community project as lists show it."""

    slug: str
    name: str
    organisation: str
    campaigns: int


def add(services: Services, name: str) -> str:
    """Add an organisation and return its slug; one of that name is left as it is.

    Raises:
        CampaignError: no slug can be made of the name.
    """
    return campaigns.add_organisation(services, _named(name))


def _named(name: str) -> str:
    named = " ".join(name.split())
    if len(named) > 200:
        raise OrganisationError("A name has at most 200 characters.")
    return named


def all_organisations(services: Services) -> list[Organisation]:
    """Every organisation, by name."""
    organisation = inbox.ORGANISATION
    count = (
        select(func.count())
        .where(inbox.CAMPAIGN.c.organisation_id == organisation.c.id)
        .scalar_subquery()
    )
    with services.database.reading() as connection:
        rows = connection.execute(
            select(organisation, count.label("campaigns")).order_by(
                organisation.c.name, organisation.c.id
            )
        ).all()
    return [
        Organisation(row.slug, row.name, row.campaigns, rules_of(row.hours), _switches(row.hours))
        for row in rows
    ]


def _switches(hours: Mapping[str, Any] | None) -> Mapping[str, bool]:
    return {switch: (hours or {}).get(switch) is not False for switch in SWITCHES}


def hours(services: Services, slug: str) -> Rules:
    """The hours an organisation keeps; raises OrganisationError."""
    with services.database.reading() as connection:
        return rules_of(_organisation(connection, slug).hours)


def set_hours(services: Services, slug: str, changes: Mapping[str, Any]) -> Rules:
    """Change the hours an organisation keeps, and return them.

    Args:
        services: the outside world.
        slug: of the organisation.
        changes: as in `hours.rules_of`; None puts a value back to what everybody keeps.

    Raises:
        OrganisationError: no such organisation, or hours that can not be kept.
    """
    unknown = sorted(changes.keys() - {"opens", "closes", *SWITCHES})
    if unknown:
        raise OrganisationError(f"Hours have no {unknown[0]!r}.")
    with services.database.transaction() as work:
        row = _organisation(work.connection, slug)
        said = {
            name: one for name, one in {**(row.hours or {}), **changes}.items() if one is not None
        }
        try:
            rules = rules_of(said)
        except ValueError as error:
            raise OrganisationError(str(error)) from None
        next_allowed(
            services.clock.now(), rules
        )  # there is a moment at which something may be sent
        work.connection.execute(
            update(inbox.ORGANISATION)
            .where(inbox.ORGANISATION.c.id == row.id)
            .values(hours=said or None)
        )
    return rules


def _organisation(connection: Connection, slug: str) -> AnyRow:
    organisation = inbox.ORGANISATION
    row = connection.execute(select(organisation).where(organisation.c.slug == slug)).one_or_none()
    if row is None:
        raise OrganisationError(
            f"There is no organisation {slug!r}; `awaaz organisation list` shows them all."
        )
    return row


def add_initiative(
    services: Services, name: str, *, organisation: str, description: str = ""
) -> str:
    """Add an initiative of an organisation and return its slug; one of that name is left as it is.

    Raises:
        OrganisationError: there is no such organisation.
        CampaignError: no slug can be made of the name.
    """
    named = _named(name)
    slug = campaigns.slug_of(named)
    with services.database.transaction() as work:
        inbox.insert_once(
            work.connection,
            _INITIATIVE,
            {
                "organisation_id": _organisation(work.connection, organisation).id,
                "slug": slug,
                "name": named,
                "description": description.strip(),
                "created": services.clock.now(),
            },
        )
    return slug


def all_initiatives(services: Services) -> list[Initiative]:
    """Every initiative, by organisation and name."""
    organisation = inbox.ORGANISATION
    count = (
        select(func.count())
        .where(inbox.CAMPAIGN.c.initiative_id == _INITIATIVE.c.id)
        .scalar_subquery()
    )
    statement = (
        select(
            _INITIATIVE.c.slug,
            _INITIATIVE.c.name,
            organisation.c.slug.label("organisation"),
            count.label("campaigns"),
        )
        .join(organisation, organisation.c.id == _INITIATIVE.c.organisation_id)
        .order_by(organisation.c.slug, _INITIATIVE.c.name)
    )
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [Initiative(row.slug, row.name, row.organisation, row.campaigns) for row in rows]
