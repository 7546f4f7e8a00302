"""Published versions of a survey: frozen with their translations and recordings, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from bot.gateways.files import is_own
from bot.store.inbox import CAMPAIGN, SURVEY_VERSION, AnyRow
from bot.usecases.services import Services
from bot.usecases.texts import TranslationError


@dataclass(frozen=True, slots=True)
class Version:
    """One frozen version.

    Attributes:
        form_id: the survey.
        version: the survey's own name for it.
        digest: of its questions, its words in every language, and its recordings.
        published: when it was frozen first.
        campaigns: how many ask it.
    """

    form_id: str
    version: str
    digest: str
    published: datetime
    campaigns: int


def publish(services: Services, survey: str) -> Version:
    """Freeze a survey as it is now. What is frozen already, word for word, stays that version.

    Raises:
        TranslationError: there is no such survey.
        SurveyError: it has problems.
    """
    try:
        file = services.surveys.load(survey)
    except FileNotFoundError:
        known = ", ".join(services.surveys.names())
        raise TranslationError(f"There is no survey {survey!r}; there are {known}.") from None
    with services.database.transaction() as work:
        version_id = services.scripts.freeze(
            work.connection, file.source, survey, services.clock.now(), file.catalogues
        )
        row = work.connection.execute(_versions().where(SURVEY_VERSION.c.id == version_id)).one()
    return _version(row)


def versions(services: Services, survey: str) -> list[Version]:
    """The published versions of a survey, oldest first.

    Args:
        services: the outside world.
        survey: name or path of a survey, or the `form_id` of one whose file has gone.

    Raises:
        TranslationError: there is neither such a survey nor a version of it.
        SurveyError: its file has problems.
    """
    # Of an organisation's own survey, those of its code.
    form_id = survey.partition("/")[2] if is_own(survey) else survey
    if services.surveys.path(survey).is_file():
        form_id = services.surveys.load(survey).survey.form_id
    with services.database.reading() as connection:
        rows = connection.execute(_versions().where(SURVEY_VERSION.c.form_id == form_id)).all()
    if not rows and not services.surveys.path(survey).is_file():
        raise TranslationError(f"There is no survey {survey!r}, and no version of one.")
    return [_version(row) for row in rows]


def _versions() -> Select[tuple[AnyRow]]:
    count = (
        select(func.count())
        .where(CAMPAIGN.c.survey_version_id == SURVEY_VERSION.c.id)
        .scalar_subquery()
    )
    return select(
        SURVEY_VERSION.c.form_id,
        SURVEY_VERSION.c.version,
        SURVEY_VERSION.c.digest,
        SURVEY_VERSION.c.created,
        count.label("campaigns"),
    ).order_by(SURVEY_VERSION.c.id)


def _version(row: AnyRow) -> Version:
    return Version(row.form_id, row.version, row.digest, row.created, row.campaigns)
