"""Organisations and campaigns: who asks what, in which languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.gateways.files import SurveyFile
from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import webhooks
from bot.usecases.services import Services
from bot.usecases.translation import gate, where_to_go

ORGANISATION = inbox.table(schema.Organisation)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class CampaignError(ValueError):
    """Something a campaign can not be made or run with; the message says what to do."""


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
) -> str:
    """Freeze a survey and open a campaign with it; returns the campaign's slug.

    Args:
        name: what facilitators call it.
        organisation: slug of the organisation that runs it.
        survey: name of a survey in the library, or path of a YAML file.
        languages: codes, in the order of the menu.
        keyword: the word that joins it.
        walk_in: whether a first message without a keyword joins it.

    Raises:
        CampaignError: a language is not ready (every text that is in the way has a line of its own), or
            a name is taken or unknown.
        SurveyError: the survey has problems.
    """
    try:
        file = services.surveys.load(survey)
    except FileNotFoundError:
        known = ", ".join(services.surveys.names())
        raise CampaignError(f"There is no survey {survey!r}; there are {known}.") from None
    _check_ready(services, survey, file, languages)
    with services.database.transaction() as work:
        found = _organisation(work.connection, organisation)
        version = services.scripts.freeze(
            work.connection, file.source, survey, services.clock.now(), file.catalogues
        )
        values = {
            "organisation_id": found.id,
            "survey_version_id": version,
            "slug": slug_of(name),
            "name": name,
            "languages": list(languages),
            "keyword": None if keyword is None else " ".join(keyword.casefold().split()),
            "walk_in": walk_in,
            "state": "live",
            "created": services.clock.now(),
        }
        if inbox.insert_once(work.connection, inbox.CAMPAIGN, values) is None:
            raise CampaignError(f"There is a campaign of that name or keyword already: {name!r}.")
        webhooks.announce(
            work.connection,
            found.id,
            webhooks.Event.CAMPAIGN_LAUNCHED,
            services.clock.now(),
            {"campaign": values["slug"]},
        )
    return str(values["slug"])


def _organisation(connection: Connection, slug: str) -> AnyRow:
    row = connection.execute(select(ORGANISATION).where(ORGANISATION.c.slug == slug)).one_or_none()
    if row is None:
        raise CampaignError(f"There is no organisation {slug!r}.")
    return row


def _check_ready(
    services: Services, survey: str, file: SurveyFile, languages: Sequence[str]
) -> None:
    """Drafts are for demonstrations: a real participant reads only what her community approved."""
    known = services.voices.files.vocabularies
    if services.settings.demo or not known.keys() >= set(languages):
        ready = services.voices.complete(file.survey, file.catalogues)
        for code in languages:
            if code not in ready:
                raise CampaignError(
                    f"{survey} is not complete in {code!r}; it is in {', '.join(ready)}."
                )
        return
    obstacles = [found for code in languages for found in gate(services, survey, code)]
    if obstacles:
        codes = dict.fromkeys(obstacle.language for obstacle in obstacles)
        lines = [
            f"Not signed off yet: {', '.join(codes)}. What keeps {survey} from being launched:",
            *(where_to_go(obstacle, survey) for obstacle in obstacles),
        ]
        raise CampaignError("\n".join(lines))


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
        )
        for row in rows
    ]
