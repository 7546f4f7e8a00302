"""Organisations and their initiatives: who asks, for which project, and at which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import campaigns
from bot.usecases.holy_days import QUIET
from bot.usecases.quiet_hours import Rules, next_allowed
from bot.usecases.services import Services

EARLIEST, LATEST = time(8), time(21)
"""No organisation writes to anybody before or after this."""

SWITCHES: Mapping[str, tuple[str, ...]] = {
    "friday": ("Friday prayer",),
    "ramadan": ("Ramadan, towards iftar",),
    "eid": ("Eid al-Fitr", "Eid al-Adha"),
}
"""Switch -> the windows of `holy_days.QUIET` that it keeps quiet."""

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


def rules_of(hours: Mapping[str, Any] | None) -> Rules:
    """The hours an organisation keeps, from `organisation.hours`.

    Args:
        hours: `opens` and `closes` as "09:30"; `friday`, `ramadan` and `eid`: false to write in those
            windows all the same. What is missing is as for everybody.

    Raises:
        OrganisationError: hours that can not be kept.
    """
    said = dict(hours or {})
    usual = Rules()
    unquiet = [
        name for switch, names in SWITCHES.items() if said.get(switch) is False for name in names
    ]
    opens = _time(said.get("opens"), usual.opens)
    closes = _time(said.get("closes"), usual.closes)
    if not EARLIEST <= opens < closes <= LATEST:
        raise OrganisationError(
            f"Hours lie between {EARLIEST:%H:%M} and {LATEST:%H:%M}, and end after they begin; "
            f"these are {opens:%H:%M} to {closes:%H:%M}."
        )
    quiet = tuple(window for window in QUIET if window.name not in unquiet)
    return Rules(opens=opens, closes=closes, quiet=quiet)


def _time(text: object, usual: time) -> time:
    if text is None:
        return usual
    try:
        return datetime.strptime(str(text), "%H:%M").time()  # noqa: DTZ007 - a time on people's clocks
    except ValueError:
        raise OrganisationError(f"Write a time as 09:30, not {text!r}.") from None


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
    organisation = campaigns.ORGANISATION
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
        changes: as in `rules_of`; None puts a value back to what everybody keeps.

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
        rules = rules_of(said)
        next_allowed(
            services.clock.now(), rules
        )  # there is a moment at which something may be sent
        work.connection.execute(
            update(campaigns.ORGANISATION)
            .where(campaigns.ORGANISATION.c.id == row.id)
            .values(hours=said or None)
        )
    return rules


def _organisation(connection: Connection, slug: str) -> AnyRow:
    organisation = campaigns.ORGANISATION
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
    organisation = campaigns.ORGANISATION
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
