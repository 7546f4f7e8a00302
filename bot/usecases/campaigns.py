"""Organisations and campaigns: who asks what, in which languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.gateways.files import is_own
from bot.store import inbox, schema
from bot.store.inbox import ORGANISATION, AnyRow
from bot.usecases.also import Also, nothing
from bot.usecases.plans import TOTAL, Plan
from bot.usecases.services import Services
from flows.joining_words import keyword_problems
from flows.sentences import Sentence
from flows.survey import Survey

INITIATIVE = inbox.table(schema.Initiative)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class CampaignError(ValueError):
    """Something a campaign can not be made or run with; the message says what to do."""


class KeywordError(CampaignError):
    """A word that can not join a campaign: it is something else that people send, or it is taken.

    Attributes:
        problems: a sentence for each thing that is wrong with it.
    """

    def __init__(self, problems: Sequence[Sentence]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign as lists show it."""

    id: int
    slug: str
    name: str
    organisation: str
    form_id: str
    languages: tuple[str, ...]
    keyword: str | None
    walk_in: bool
    state: str
    wave: int = 1
    starts: datetime | None = None


def slug_of(name: str) -> str:
    """A name as it can stand in an address or a file name; raises CampaignError."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:63]
    if not _SLUG.fullmatch(slug):
        raise CampaignError(f"Choose a name with Latin letters or digits in it, not {name!r}.")
    return slug


def add_organisation(services: Services, name: str) -> str:
    """Add an organisation and return its slug; one of that name is left as it is."""
    slug = slug_of(name)
    with services.database.transaction() as work:
        inbox.insert_once(
            work.connection,
            ORGANISATION,
            {"slug": slug, "name": name, "created": services.clock.now()},
        )
    return slug


def create(
    services: Services,
    *,
    name: str,
    organisation: str,
    survey: str,
    languages: Sequence[str],
    keyword: str | None = None,
    walk_in: bool = False,
    initiative: str | None = None,
    plan: Plan = Plan(),  # noqa: B008 - a frozen value
    starts: datetime | None = None,
    slug: str | None = None,
    also: Also = nothing,
) -> str:
    """Make a draft of a campaign; returns its slug. `campaign_state.launch` starts it.

    Args:
        name: what facilitators call it.
        organisation: slug of the organisation that runs it.
        survey: name of a survey in the library, path of a YAML file, or the name of a survey that
            the organisation has published itself (`shelf.name_of`).
        languages: codes, in the order of the menu.
        keyword: the word that joins it.
        walk_in: whether a first message without a keyword joins it.
        initiative: slug of the organisation's initiative that it evaluates.
        plan: reminders, expiry, quotas, pace, the next wave.
        starts: nobody is invited before this moment.
        slug: how it is addressed; made of its name without it.
        also: what else is written down with it.

    Raises:
        KeywordError: the word means something else, or another live survey would take it for an answer.
        CampaignError: a name is taken or unknown, or there is no such language.
        SurveyError: the survey has problems.
    """
    try:
        if is_own(survey) and survey.partition("/")[0] != organisation:
            raise FileNotFoundError(survey)
        file = services.surveys.load(survey)
    except FileNotFoundError:
        known = ", ".join(services.surveys.names())
        raise CampaignError(f"There is no survey {survey!r}; there are {known}.") from None
    _check_languages(services, languages, plan)
    with services.database.transaction() as work:
        found = _organisation(work.connection, organisation)
        check_keyword(services, work.connection, keyword, file.survey)
        evaluated = initiative and _initiative(work.connection, found.id, initiative)
        version = services.scripts.freeze(
            work.connection, file.source, survey, services.clock.now(), file.catalogues
        )
        values = {
            "organisation_id": found.id,
            "initiative_id": evaluated or None,
            "survey_version_id": version,
            "slug": slug or slug_of(name),
            "name": name,
            "languages": list(languages),
            "keyword": keyword_of(keyword),
            "walk_in": walk_in,
            "survey": survey,
            "plan": plan.to_json(),
            "starts": starts,
            "state": "draft",
            "created": services.clock.now(),
        }
        if inbox.insert_once(work.connection, inbox.CAMPAIGN, values) is None:
            raise CampaignError(f"There is a campaign of that name or keyword already: {name!r}.")
        also(work.connection, named(work.connection, str(values["slug"])))
    return str(values["slug"])


def keyword_of(keyword: str | None) -> str | None:
    """A keyword as it is stored and looked up: without case, one space between words."""
    return None if keyword is None else " ".join(keyword.casefold().split())


def check_keyword(
    services: Services, connection: Connection, keyword: str | None, survey: Survey
) -> None:
    """Make sure that a word can be a campaign's keyword; raises KeywordError.

    Args:
        services: the outside world.
        connection: to the database.
        keyword: the word; None for a campaign without one.
        survey: the campaign's own.
    """
    if keyword is None:
        return
    campaign, version = inbox.CAMPAIGN, inbox.SURVEY_VERSION
    live = connection.execute(
        select(version.c.source, version.c.form_id)
        .join(campaign, campaign.c.survey_version_id == version.c.id)
        .where(campaign.c.state.in_(("launching", "live", "paused", "halted")))
        .distinct()
    ).all()
    surveys = [services.surveys.parse(row.source, source=row.form_id) for row in live]
    family = services.voices.family(services.voices.files.vocabularies)
    problems = keyword_problems(keyword, family, [survey, *surveys])
    if problems:
        raise KeywordError(problems)


def _organisation(connection: Connection, slug: str) -> AnyRow:
    row = connection.execute(select(ORGANISATION).where(ORGANISATION.c.slug == slug)).one_or_none()
    if row is None:
        raise CampaignError(f"There is no organisation {slug!r}.")
    return row


def _initiative(connection: Connection, organisation_id: int, slug: str) -> int:
    mine = INITIATIVE.c.organisation_id == organisation_id
    known = connection.execute(select(INITIATIVE.c.slug, INITIATIVE.c.id).where(mine)).all()
    found = {row.slug: int(row.id) for row in known}
    if slug not in found:
        there = ", ".join(found) or "none"
        raise CampaignError(f"The organisation has no initiative {slug!r}; there are: {there}.")
    return found[slug]


def _check_languages(services: Services, languages: Sequence[str], plan: Plan) -> None:
    known = services.voices.files.vocabularies
    for code in languages:
        if code not in known:
            raise CampaignError(f"There is no language {code!r}; there are {', '.join(known)}.")
    if not languages:
        raise CampaignError("Name at least one language.")
    for name in plan.quota:
        if name != TOTAL and name not in languages:
            raise CampaignError(f"A quota is for {TOTAL!r} or a language on offer, not {name!r}.")


def named(connection: Connection, slug: str, *, lock: bool = False) -> AnyRow:
    """A campaign by its slug, locked if need be; raises CampaignError."""
    statement = select(inbox.CAMPAIGN).where(inbox.CAMPAIGN.c.slug == slug)
    if lock:
        # Not against whoever only refers to it: a pause waits for no batch of invitations.
        statement = statement.with_for_update(key_share=True)
    row: AnyRow | None = connection.execute(statement).one_or_none()
    if row is None:
        raise CampaignError(f"There is no campaign {slug!r}: see `awaaz campaign list`.")
    return row


def all_campaigns(services: Services) -> list[CampaignSummary]:
    """Every campaign, oldest first."""
    campaign, version = inbox.CAMPAIGN, inbox.SURVEY_VERSION
    statement = (
        select(campaign, version.c.form_id, ORGANISATION.c.name.label("organisation"))
        .join(version, version.c.id == campaign.c.survey_version_id)
        .join(ORGANISATION, ORGANISATION.c.id == campaign.c.organisation_id)
        .order_by(campaign.c.id)
    )
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [
        CampaignSummary(
            id=row.id,
            slug=row.slug,
            name=row.name,
            organisation=row.organisation,
            form_id=row.form_id,
            languages=tuple(row.languages),
            keyword=row.keyword,
            walk_in=row.walk_in,
            state=row.state,
            wave=row.wave,
            starts=row.starts,
        )
        for row in rows
    ]
