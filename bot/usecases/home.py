"""What needs somebody now, by what she may do. Nothing is made up: what can not be known is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from bot.gateways.files import is_own
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import concerns
from bot.usecases.alerts import ALERT
from bot.usecases.permission import Action, Role, allows
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.standing import Standing, standings
from flows.wording import SOURCE

_RUNNING = ("draft", "launching", "live", "paused", "halted")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong and that nobody has looked at."""

    id: int
    kind: str
    campaign: str | None
    error_code: int | None
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """A campaign with errors: it was stopped by one, or an alert about it is open.

    Attributes:
        slug: how it is addressed.
        name: what staff call it.
        state: `halted` sends nothing until somebody decides.
        alerts: how many nobody has seen to.
    """

    slug: str
    name: str
    state: str
    alerts: int


@dataclass(frozen=True, slots=True)
class Home:
    """What needs somebody now; None where it is none of her business."""

    concerns: tuple[int, int] | None
    stopped: tuple[Stopped, ...] | None
    troubles: tuple[Trouble, ...] | None


def home(services: Services, organisation: Organisation, roles: frozenset[Role]) -> Home:
    """What needs somebody with these roles now."""
    runs = allows(roles, Action.RUN_CAMPAIGNS)
    return Home(
        concerns=(
            concerns.waiting(services, organisation)
            if allows(roles, Action.SEE_TO_CONCERNS)
            else None
        ),
        stopped=tuple(_stopped(services, organisation)) if runs else None,
        troubles=tuple(_troubles(services, organisation)) if runs else None,
    )


def to_sign_off(services: Services, organisation: Organisation) -> list[Standing]:
    """What waits in the surveys of this organisation's campaigns, in the campaigns' languages."""
    campaign, version = inbox.CAMPAIGN, inbox.SURVEY_VERSION
    with services.database.reading() as connection:
        rows = connection.execute(
            select(campaign.c.languages, campaign.c.survey, version.c.form_id)
            .join(version, version.c.id == campaign.c.survey_version_id)
            .where(campaign.c.organisation_id == organisation.id)
            .where(campaign.c.state.in_(_RUNNING))
        ).all()
    library, known = set(services.surveys.names()), services.voices.files.vocabularies
    wanted = {
        (_name(row), code)
        for row in rows
        for code in row.languages
        # A survey or a language that is no longer there waits for nobody.
        if (row.form_id in library or is_own(row.survey)) and code in known and code != SOURCE
    }
    return [one for one in standings(services, sorted(wanted)) if one.obstacles]


def _name(row: AnyRow) -> str:
    return str(row.survey if is_own(row.survey) else row.form_id)


def _stopped(services: Services, organisation: Organisation) -> Iterator[Stopped]:
    campaign = inbox.CAMPAIGN
    alerts = (
        select(func.count())
        .where(ALERT.c.campaign_id == campaign.c.id, ALERT.c.acknowledged.is_(None))
        .scalar_subquery()
    )
    with services.database.reading() as connection:
        rows = connection.execute(
            select(campaign.c.slug, campaign.c.name, campaign.c.state, alerts.label("alerts"))
            .where(campaign.c.organisation_id == organisation.id)
            .where(or_(campaign.c.state == "halted", alerts > 0))
            .order_by(campaign.c.state != "halted", campaign.c.id)
        ).all()
    yield from (Stopped(row.slug, row.name, row.state, row.alerts) for row in rows)


def _troubles(services: Services, organisation: Organisation) -> Iterator[Trouble]:
    """The open alerts about this organisation's campaigns, and those about the number we all share."""
    campaign = inbox.CAMPAIGN
    with services.database.reading() as connection:
        rows = connection.execute(
            select(
                ALERT.c.id,
                ALERT.c.kind,
                ALERT.c.error_code,
                ALERT.c.count.label("times"),
                ALERT.c.last,
                campaign.c.name.label("campaign"),
            )
            .outerjoin(campaign, campaign.c.id == ALERT.c.campaign_id)
            .where(ALERT.c.acknowledged.is_(None))
            .where(
                or_(
                    ALERT.c.campaign_id.is_(None),
                    campaign.c.organisation_id == organisation.id,
                )
            )
            .order_by(ALERT.c.last.desc())
            .limit(20)
        ).all()
    for row in rows:
        yield Trouble(row.id, row.kind, row.campaign, row.error_code, row.times, row.last)
