"""Publishing an organisation's survey: frozen under its content's hash, then ready for campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store import own_surveys as store
from bot.store.inbox import CAMPAIGN, AnyRow, add
from bot.usecases import audit, shelf, survey_edits
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.survey_changes import Changed, compare
from bot.usecases.survey_checks import Checked, check
from bot.usecases.survey_drafts import ChangedMeanwhile, NoSuchSurvey, open_draft
from flows.form_text import form_text
from flows.survey import Survey


class NotReady(ValueError):
    """A draft with errors; `checked` says which."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__("not ready")


class NothingNew(ValueError):
    """The draft asks, word for word, what was published last."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A published version.

    Attributes:
        id: of its row.
        version: its name.
        published: when, by `published_by`.
        campaigns: how many of the organisation's campaigns ask this very version.
    """

    id: int
    version: str
    published: datetime
    published_by: str
    campaigns: int


@dataclass(frozen=True)
class Compared:
    """Two versions side by side; `new` is None for the draft."""

    old: Publication
    new: Publication | None
    changes: Sequence[Changed]
    before: Survey
    after: Survey | None


def publish(
    services: Services, organisation: Organisation, me: SignedIn, code: str, edition: int
) -> str:
    """Freeze a draft as it is; the version's name. A name that was used before gets a new number.

    Raises:
        NoSuchSurvey: the organisation has none of this code.
        ChangedMeanwhile: the draft is not the edition that was looked at.
        NotReady: the check finds errors.
        NothingNew: nothing has changed since the last version.
    """
    draft = open_draft(services, organisation, code)
    if draft.edition != edition:
        raise ChangedMeanwhile(draft)
    checked = check(services, draft)
    if checked.errors or draft.survey is None:
        raise NotReady(checked)
    now = services.clock.now()
    with services.database.transaction() as work:
        before = store.publications(work.connection, draft.id)
        version = _free([row.version for row in before], draft.survey.version)
        source = form_text(survey_edits.version(version)(draft.form))
        frozen = services.scripts.freeze(
            work.connection, source, shelf.name_of(organisation.slug, code), now, draft.catalogues
        )
        if before and before[0].survey_version_id == frozen:
            raise NothingNew
        if not store.change(
            work.connection, draft.id, edition, source=source, who=me.email, now=now
        ):
            raise ChangedMeanwhile(draft)
        add(
            work.connection,
            store.PUBLICATION,
            own_survey_id=draft.id,
            survey_version_id=frozen,
            version=version,
            source=source,
            published_by=me.email,
            created=now,
        )
        audit.record(
            work.connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="survey.published",
            about=f"survey:{code}",
            detail={"version": version, "digest": draft.survey.digest},
        )
    return version


def _free(taken: Sequence[str], wanted: str) -> str:
    if wanted not in taken:
        return wanted
    number = len(taken) + 1
    while str(number) in taken:
        number += 1
    return str(number)


def versions(services: Services, organisation: Organisation, code: str) -> list[Publication]:
    """What was published of a survey, the newest first; raises NoSuchSurvey."""
    with services.database.reading() as connection:
        survey = store.find(connection, organisation.id, code)
        if survey is None:
            raise NoSuchSurvey(code)
        rows = store.publications(connection, survey.id)
        asked = connection.execute(
            select(CAMPAIGN.c.survey_version_id, func.count().label("campaigns"))
            .where(CAMPAIGN.c.organisation_id == organisation.id)
            .group_by(CAMPAIGN.c.survey_version_id)
        ).all()
    counted = {row.survey_version_id: row.campaigns for row in asked}
    return [_publication(row, counted.get(row.survey_version_id, 0)) for row in rows]


def _publication(row: AnyRow, campaigns: int) -> Publication:
    return Publication(row.id, row.version, row.created, row.published_by, campaigns)


def differences(
    services: Services, organisation: Organisation, code: str, old: int | None, new: int | None
) -> Compared | None:
    """What changed between two published versions, or from one to the draft.

    Args:
        services: the outside world.
        organisation: whose survey it is.
        code: of the survey.
        old: id of the older version; the newest one without it.
        new: id of the newer version; the draft without it.

    Returns:
        None while nothing was published.

    Raises:
        NoSuchSurvey: the organisation has none of this code, or no such version of it.
    """
    draft = open_draft(services, organisation, code)
    known = {one.id: one for one in versions(services, organisation, code)}
    if not known:
        return None
    first = next(iter(known)) if old is None else old
    if first not in known or (new is not None and new not in known):
        raise NoSuchSurvey(code)
    with services.database.reading() as connection:
        sources = {row.id: row.source for row in store.publications(connection, draft.id)}
    before = services.surveys.parse(sources[first], source=code)
    after = draft.survey if new is None else services.surveys.parse(sources[new], source=code)
    changes = [] if after is None else compare(before, after)
    return Compared(known[first], None if new is None else known[new], changes, before, after)
