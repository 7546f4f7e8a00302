"""The campaigns of an organisation, as researchers choose among them; another's are not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store.inbox import CAMPAIGN, SURVEY_VERSION, AnyRow
from bot.usecases import dashboards, figures
from bot.usecases.campaigns import CampaignError
from bot.usecases.permission import NotHere
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.survey import Kind, Question, Survey
from flows.wording import SOURCE

AREA = "area"
"""The question, in words, that says where somebody lives."""


@dataclass(frozen=True, slots=True)
class Known:
    """A campaign in a list.

    Attributes:
        slug: its name in addresses and files.
        name: what its people call it.
        wave: 1 for a baseline or a single one.
        initiative: the initiative that it belongs to.
        survey: name of its survey.
        languages: codes that people are asked in.
        closed: whether nobody can answer any more.
        grouped: whether its plan names a question that says who belongs to which group.
    """

    slug: str
    name: str
    wave: int
    initiative: str | None
    survey: str
    languages: tuple[str, ...]
    closed: bool
    grouped: bool


@dataclass(frozen=True)
class Opened:
    """A campaign with its survey."""

    known: Known
    script: Script
    group: str | None

    @property
    def survey(self) -> Survey:
        """What people are asked."""
        return self.script.survey

    @property
    def scores(self) -> list[str]:
        """Names of its scores."""
        return [score.name for score in self.survey.scores]

    @property
    def countable(self) -> list[Question]:
        """Questions whose answers may be counted in public, but the one that says who belongs where."""
        return [
            one
            for one in self.survey.questions
            if one.name != self.group and _may_be_counted(self.survey, one)
        ]

    @property
    def rankings(self) -> list[Question]:
        """Questions in which people put issues in order."""
        return [one for one in self.survey.questions if one.kind is Kind.RANK]

    @property
    def area(self) -> str | None:
        """The question that says where somebody lives."""
        found = self.survey.by_name.get(AREA)
        return None if found is None or found.kind is not Kind.TEXT else AREA


def _may_be_counted(survey: Survey, question: Question) -> bool:
    try:
        dashboards.distributable(survey, question.name)
    except CampaignError:
        return False
    return True


def campaigns(services: Services, organisation: Organisation) -> list[Known]:
    """Every campaign of the organisation, newest first."""
    with services.database.reading() as connection:
        return [_known(services, row) for row in _rows(connection, organisation)]


def languages(services: Services, organisation: Organisation) -> list[str]:
    """Every language that the organisation's campaigns ask in, the source first."""
    found = {code for known in campaigns(services, organisation) for code in known.languages}
    return [SOURCE, *sorted(found - {SOURCE})]


def opened(services: Services, organisation: Organisation, slug: str) -> Opened:
    """One campaign with its survey; raises NotHere."""
    with services.database.reading() as connection:
        row = next((r for r in _rows(connection, organisation, [slug])), None)
        if row is None:
            raise NotHere(slug)
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
        return Opened(_known(services, row), script, dashboards.group_question(row))


def pairs(services: Services, organisation: Organisation) -> list[tuple[Known, Known]]:
    """The baselines and follow-ups that dashboards speak of, newest first.

    No others: the people of two campaigns put together at will, less those of another two, may be few.
    """
    with services.database.reading() as connection:
        rows = _rows(connection, organisation)
        known = {row.id: _known(services, row) for row in rows}
        found = [dashboards.waves_around(connection, row) for row in rows]
    there = [(one[0].id, one[1].id) for one in found if one is not None]
    return [
        (known[first], known[last])
        for first, last in dict.fromkeys(there)
        if first in known and last in known
    ]


def check_campaigns(
    connection: Connection, organisation: Organisation, slugs: Collection[str]
) -> None:
    """Raises NotHere unless all of these campaigns are the organisation's, and there is one."""
    ours = select(func.count()).select_from(CAMPAIGN)
    ours = ours.where(CAMPAIGN.c.organisation_id == organisation.id, CAMPAIGN.c.slug.in_(slugs))
    if not slugs or connection.scalar(ours) != len(set(slugs)):
        raise NotHere(" ".join(slugs))


def _rows(
    connection: Connection, organisation: Organisation, slugs: Sequence[str] | None = None
) -> Sequence[AnyRow]:
    initiative = figures.INITIATIVE
    statement = (
        select(CAMPAIGN, SURVEY_VERSION.c.form_id, initiative.c.name.label("initiative"))
        .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CAMPAIGN.c.survey_version_id)
        .outerjoin(initiative, initiative.c.id == CAMPAIGN.c.initiative_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .order_by(CAMPAIGN.c.id.desc())
    )
    if slugs is not None:
        statement = statement.where(CAMPAIGN.c.slug.in_(slugs))
    return connection.execute(statement).all()


def _known(services: Services, row: AnyRow) -> Known:
    return Known(
        slug=row.slug,
        name=row.name,
        wave=row.wave,
        initiative=row.initiative,
        survey=row.form_id,
        languages=tuple(row.languages),
        closed=figures.is_closed(row, services.clock.now()),
        grouped=dashboards.group_question(row) is not None,
    )
