"""What a campaign can be made of: surveys, and languages with what keeps each of them from being launched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.gateways.files import beside
from bot.store.inbox import CAMPAIGN, SURVEY_VERSION
from bot.usecases.services import Services
from bot.usecases.shelf import names_of
from bot.usecases.staff import Organisation
from bot.usecases.standing import Standing, standings
from flows.parsing import SurveyError
from flows.wording import SOURCE


@dataclass(frozen=True, slots=True)
class SurveyChoice:
    """A survey that a campaign can ask.

    Attributes:
        survey: name in the library, or of the organisation's own (`shelf.name_of`), or path of its file.
        title: its own.
        version: its own name for its version.
        questions: how many a person answers, at most.
        published: when the newest frozen version of it was published; None before the first.
        own: whether it is the organisation's, not the library's.
    """

    survey: str
    title: str
    version: str
    questions: int
    published: datetime | None
    own: bool


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language that a survey can be offered in, or can not be yet.

    Attributes:
        code: of the language.
        name: what its speakers call it.
        launchable: whether the gate lets a campaign be launched in it.
        standing: what nobody has signed off, translated or recorded.
    """

    code: str
    name: str
    launchable: bool
    standing: Standing


def surveys(services: Services, organisation: Organisation) -> list[SurveyChoice]:
    """The surveys of the library, and those that this organisation brought."""
    mine = CAMPAIGN.c.organisation_id == organisation.id
    newest = func.max(SURVEY_VERSION.c.created)
    with services.database.reading() as connection:
        asked = connection.scalars(select(CAMPAIGN.c.survey).where(mine).distinct()).all()
        published = {
            row.form_id: row.created
            for row in connection.execute(
                select(SURVEY_VERSION.c.form_id, newest.label("created")).group_by(
                    SURVEY_VERSION.c.form_id
                )
            )
        }
    library = services.surveys.names()
    brought = sorted(name for name in asked if name not in library and Path(name).is_file())
    own = [*names_of(services.database, organisation.id, organisation.slug), *brought]
    found = []
    for name in (*own, *library):
        try:
            survey = services.surveys.load(name).survey
        except SurveyError:
            # What somebody is in the middle of mending keeps nobody from choosing another.
            continue
        asks = sum(question.takes_answer for question in survey.questions)
        found.append(
            SurveyChoice(
                name,
                survey.title,
                survey.version,
                asks,
                published.get(survey.form_id),
                name in own,
            )
        )
    return found


def languages(services: Services, survey: str) -> list[LanguageChoice]:
    """Every language of the house: what can be launched first, then what lacks least.

    A demonstration is launched with drafts that nobody has signed off, if they are complete.

    Raises:
        TranslationError: there is no such survey.
        SurveyError: it has problems.
    """
    known = services.voices.files.vocabularies
    ready: set[str] = set()
    if services.settings.demo:
        file = services.surveys.load(survey)
        ready.update(services.voices.complete(file.survey, file.catalogues, beside(survey)))
    found = [
        LanguageChoice(
            one.language,
            known[one.language].name,
            not one.obstacles or one.language in ready,
            one,
        )
        for one in standings(services, [(survey, code) for code in known])
    ]
    return sorted(
        found,
        key=lambda one: (
            not one.launchable,
            one.code != SOURCE,
            one.standing.unwritten,
            one.standing.unsigned,
        ),
    )
