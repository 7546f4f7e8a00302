"""What needs somebody now, by what she may do. Nothing is made up: what can not be known is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from bot.gateways.files import is_own
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import concerns
from bot.usecases.alerts import ALERT
from bot.usecases.permission import Action, Role, allows
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.texts import TranslationError, texts
from flows.meaning import UNUSABLE, Status
from flows.wording import SOURCE

_RUNNING = ("draft", "scheduled", "live", "paused", "halted")


@dataclass(frozen=True, slots=True)
class ToSignOff:
    """Texts of a survey that wait for somebody in a language.

    Attributes:
        survey: name of the survey.
        language: code.
        unsigned: texts that are written and not signed off.
        unwritten: texts that are missing, stale or wrong, and have to be translated first.
    """

    survey: str
    language: str
    unsigned: int
    unwritten: int


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
    """A campaign that sends nothing until somebody decides."""

    slug: str
    name: str
    state: str


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


def to_sign_off(services: Services, organisation: Organisation) -> list[ToSignOff]:
    """What waits in the surveys of this organisation's campaigns, in the campaigns' languages."""
    campaign, version = inbox.CAMPAIGN, inbox.SURVEY_VERSION
    with services.database.reading() as connection:
        rows = connection.execute(
            select(campaign.c.languages, campaign.c.survey, version.c.form_id)
            .join(version, version.c.id == campaign.c.survey_version_id)
            .where(campaign.c.organisation_id == organisation.id)
            .where(campaign.c.state.in_(_RUNNING))
        ).all()
    wanted = sorted({(_name(row), code) for row in rows for code in row.languages})
    library = set(services.surveys.names())
    found = [
        waiting_texts(services, survey, language)
        for survey, language in wanted
        if (survey in library or is_own(survey)) and language != SOURCE
    ]
    return [one for one in found if one.unsigned or one.unwritten]


def _name(row: AnyRow) -> str:
    return str(row.survey if is_own(row.survey) else row.form_id)


def waiting_texts(services: Services, survey: str, language: str) -> ToSignOff:
    """How many texts of a survey wait in a language."""
    try:
        statuses = [text.status for text in texts(services, survey, language)]
    except TranslationError:  # a language that is no longer there
        statuses = []
    unwritten = [s for s in statuses if s in UNUSABLE]
    unsigned = [s for s in statuses if s not in UNUSABLE and s is not Status.SIGNED_OFF]
    return ToSignOff(survey, language, len(unsigned), len(unwritten))


def _stopped(services: Services, organisation: Organisation) -> Iterator[Stopped]:
    campaign = inbox.CAMPAIGN
    with services.database.reading() as connection:
        rows = connection.execute(
            select(campaign.c.slug, campaign.c.name, campaign.c.state)
            .where(campaign.c.organisation_id == organisation.id)
            .where(campaign.c.state == "halted")
            .order_by(campaign.c.id)
        ).all()
    yield from (Stopped(row.slug, row.name, row.state) for row in rows)


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
