"""A draft of a campaign as staff make it, a question a page: each choice is kept in the draft itself.

Which questions were answered stands in the draft's plan, as `steps`. Once it is launched nothing of it
changes any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.store import launching as people
from bot.store.inbox import CAMPAIGN, ENROLMENT, ORGANISATION, SURVEY_VERSION, AnyRow
from bot.usecases import audit, campaigns, hours
from bot.usecases.campaigns import CampaignError, KeywordError
from bot.usecases.permission import NotHere
from bot.usecases.plans import Plan, plan_of
from bot.usecases.quiet_hours import Rules
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.sentences import Sentence
from flows.wording import SOURCE


class NoSuchCampaign(NotHere):
    """No campaign of this organisation has this name, or it is no draft any more."""


class Step(StrEnum):
    """The questions that make a campaign, in their order."""

    SURVEY = "survey"
    LANGUAGES = "languages"
    PEOPLE = "people"
    TIME = "when"
    CHECKLIST = "checklist"
    TRIAL = "try"
    LAUNCH = "launch"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a campaign, with the choices made so far.

    Attributes:
        id: its row.
        slug: how it is addressed.
        name: what staff call it.
        survey: name or path of the survey.
        title: the survey's own title.
        languages: codes, in the order of the menu.
        keyword: the word that joins it.
        listed: people on its list.
        starts: nobody is invited before this moment.
        plan: reminders, end, pace, the next wave.
        rules: the hours that the organisation keeps.
        steps: which questions were answered.
        wave: 2 for a follow-up, and so on.
        gone: whether the survey can not be found any more: another one has to be chosen.
    """

    id: int
    slug: str
    name: str
    survey: str
    title: str
    languages: tuple[str, ...]
    keyword: str | None
    listed: int
    starts: datetime | None
    plan: Plan
    rules: Rules
    steps: frozenset[str]
    wave: int
    gone: bool


def campaign_of(
    connection: Connection, organisation: Organisation, slug: str, *, lock: bool = False
) -> AnyRow:
    """A campaign of an organisation by its slug; raises NoSuchCampaign."""
    try:
        row = campaigns.named(connection, slug, lock=lock)
    except CampaignError:
        raise NoSuchCampaign(slug) from None
    if row.organisation_id != organisation.id:
        raise NoSuchCampaign(slug)
    return row


def open_draft(services: Services, organisation: Organisation, slug: str) -> Draft:
    """A draft with the choices made so far; raises NoSuchCampaign."""
    with services.database.reading() as connection:
        row = _draft(connection, organisation, slug)
        frozen = connection.scalars(
            select(SURVEY_VERSION.c.source).where(SURVEY_VERSION.c.id == row.survey_version_id)
        ).one()
        keeps = connection.scalar(
            select(ORGANISATION.c.hours).where(ORGANISATION.c.id == organisation.id)
        )
        listed = connection.scalar(
            select(func.count())
            .select_from(ENROLMENT)
            .where(ENROLMENT.c.campaign_id == row.id, ENROLMENT.c.state.in_(people.WAITING))
        )
    return Draft(
        id=row.id,
        slug=row.slug,
        name=row.name,
        survey=row.survey,
        title=services.surveys.parse(frozen, source=row.survey).title,
        languages=tuple(row.languages),
        keyword=row.keyword,
        listed=listed or 0,
        starts=row.starts,
        plan=plan_of(row.plan),
        rules=hours.rules_of(keeps),
        steps=frozenset((row.plan or {}).get("steps", ())),
        wave=row.wave,
        gone=bool(row.survey) and not _is_there(services, row.survey),
    )


def _is_there(services: Services, survey: str) -> bool:
    try:
        services.surveys.load(survey)
    except FileNotFoundError:
        return False
    return True


def _draft(
    connection: Connection, organisation: Organisation, slug: str, *, lock: bool = False
) -> AnyRow:
    row = campaign_of(connection, organisation, slug, lock=lock)
    if row.state != "draft":
        raise NoSuchCampaign(slug)
    return row


def begin(
    services: Services, organisation: Organisation, me: SignedIn, *, name: str, survey: str
) -> str:
    """Begin a draft, in the language that the survey is written in; its slug.

    Raises:
        CampaignError: there is no such survey.
        SurveyError: the survey has problems.
    """
    source = services.surveys.load(survey).survey.source_language
    languages = [source if source in services.voices.files.vocabularies else SOURCE]

    def begun(connection: Connection, row: AnyRow) -> None:
        _keep(services, connection, row, me, Step.SURVEY, what="campaign.begun")

    return campaigns.create(
        services,
        name=name,
        organisation=organisation.slug,
        survey=survey,
        languages=languages,
        slug=_free_slug(services, name, organisation),
        also=begun,
    )


def _free_slug(services: Services, name: str, organisation: Organisation) -> str:
    """An address that no campaign has: of the name, if it has Latin letters, else of the organisation."""
    try:
        wanted = campaigns.slug_of(name)
    except CampaignError:
        wanted = organisation.slug
    with services.database.reading() as connection:
        taken = set(
            connection.scalars(
                select(CAMPAIGN.c.slug).where(CAMPAIGN.c.slug.startswith(wanted[:50]))
            )
        )
    number, slug = 1, wanted
    while slug in taken or slug in _ADDRESSES:
        number += 1
        slug = f"{wanted[:50]}-{number}"
    return slug


_ADDRESSES = frozenset({"new"})
"""What stands where a campaign's slug would stand, and is none."""


def choose_survey(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    slug: str,
    *,
    name: str,
    survey: str,
) -> None:
    """Ask another survey, or call the campaign something else.

    Raises:
        NoSuchCampaign: it is no draft of this organisation.
        SurveyError: the survey has problems.
    """
    file, now = services.surveys.load(survey), services.clock.now()
    with services.database.transaction() as work:
        row = _draft(work.connection, organisation, slug, lock=True)
        campaigns.check_keyword(services, work.connection, row.keyword, file.survey)
        version = services.scripts.freeze(
            work.connection, file.source, survey, now, file.catalogues
        )
        _keep(
            services,
            work.connection,
            row,
            me,
            Step.SURVEY,
            name=name,
            survey=survey,
            survey_version_id=version,
        )


def choose_languages(
    services: Services, organisation: Organisation, me: SignedIn, slug: str, codes: Sequence[str]
) -> None:
    """Offer these languages, in this order; raises NoSuchCampaign."""
    with services.database.transaction() as work:
        row = _draft(work.connection, organisation, slug, lock=True)
        _keep(services, work.connection, row, me, Step.LANGUAGES, languages=list(codes))


def choose_people(
    services: Services, organisation: Organisation, me: SignedIn, slug: str, keyword: str | None
) -> None:
    """Let people join by a word, or only those on the list.

    Raises:
        NoSuchCampaign: it is no draft of this organisation.
        KeywordError: the word means something else, or another campaign has it.
    """
    word = campaigns.keyword_of(keyword)
    try:
        with services.database.transaction() as work:
            row = _draft(work.connection, organisation, slug, lock=True)
            survey = services.surveys.load(row.survey).survey
            campaigns.check_keyword(services, work.connection, word, survey)
            _keep(services, work.connection, row, me, Step.PEOPLE, keyword=word)
    except IntegrityError:
        taken = Sentence("Another campaign is joined by {word}: choose another.", word=repr(word))
        raise KeywordError([taken]) from None


def choose_time(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    slug: str,
    *,
    starts: datetime | None,
    plan: Plan,
) -> None:
    """When it begins, reminds, ends and asks again. What the plan holds beyond this page stays.

    Raises:
        NoSuchCampaign: it is no draft of this organisation.
    """
    with services.database.transaction() as work:
        row = _draft(work.connection, organisation, slug, lock=True)
        before = plan_of(row.plan)
        kept = replace(plan, quota=before.quota, tell_days=before.tell_days)
        _keep(
            services,
            work.connection,
            row,
            me,
            Step.TIME,
            starts=starts,
            plan={**(row.plan or {}), **kept.to_json()},
        )


def _keep(
    services: Services,
    connection: Connection,
    row: AnyRow,
    me: SignedIn,
    step: Step,
    *,
    what: str = "campaign.changed",
    **values: Any,
) -> None:
    """Keep a choice, and that the question was answered; into the log last."""
    mark(connection, row, step, **values)
    audit.record(
        connection,
        services.clock.now(),
        organisation_id=row.organisation_id,
        who=me.email,
        what=what,
        about=f"campaign:{row.id}",
        detail={"step": step.value},
    )


def mark(connection: Connection, row: AnyRow, step: Step, **values: Any) -> None:
    """Keep columns of a campaign, and that a question about it was answered."""
    plan = dict(values.pop("plan", row.plan) or {})
    plan["steps"] = sorted({*plan.get("steps", ()), step.value})
    connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.id == row.id).values(plan=plan, **values))
