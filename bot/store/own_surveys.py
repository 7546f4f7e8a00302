"""Surveys that organisations write themselves: drafts, their words in other languages, publications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store import schema
from bot.store.inbox import ORGANISATION, AnyRow, add, table

SURVEY = table(schema.OwnSurvey)
CATALOGUE = table(schema.OwnCatalogue)
PUBLICATION = table(schema.OwnPublication)


def find(connection: Connection, organisation_id: int, code: str) -> AnyRow | None:
    """A draft of an organisation."""
    mine = (SURVEY.c.organisation_id == organisation_id) & (SURVEY.c.code == code)
    return connection.execute(select(SURVEY).where(mine)).one_or_none()


def all_of(connection: Connection, organisation_id: int) -> Sequence[AnyRow]:
    """Every draft of an organisation, the newest change first."""
    mine = SURVEY.c.organisation_id == organisation_id
    order = (SURVEY.c.changed.desc(), SURVEY.c.id)
    return connection.execute(select(SURVEY).where(mine).order_by(*order)).all()


def change(
    connection: Connection, survey_id: int, edition: int, *, source: str, who: str, now: datetime
) -> bool:
    """Put a new text in the place of an edition; False if another has been put there meanwhile."""
    done = connection.execute(
        update(SURVEY)
        .where(SURVEY.c.id == survey_id, SURVEY.c.edition == edition)
        .values(source=source, edition=edition + 1, changed_by=who, changed=now)
    )
    return done.rowcount == 1


def published(connection: Connection, slug: str, code: str) -> AnyRow | None:
    """What was published last of an organisation's survey; None if nothing was."""
    return connection.execute(
        select(PUBLICATION)
        .join(SURVEY, SURVEY.c.id == PUBLICATION.c.own_survey_id)
        .join(ORGANISATION, ORGANISATION.c.id == SURVEY.c.organisation_id)
        .where(ORGANISATION.c.slug == slug, SURVEY.c.code == code)
        .order_by(PUBLICATION.c.id.desc())
        .limit(1)
    ).one_or_none()


def publications(connection: Connection, survey_id: int) -> Sequence[AnyRow]:
    """Everything that was published of a survey, the newest first."""
    mine = PUBLICATION.c.own_survey_id == survey_id
    return connection.execute(
        select(PUBLICATION).where(mine).order_by(PUBLICATION.c.id.desc())
    ).all()


def published_codes(connection: Connection, organisation_id: int) -> list[str]:
    """The codes of an organisation's surveys of which something was published."""
    return list(
        connection.scalars(
            select(SURVEY.c.code)
            .where(SURVEY.c.organisation_id == organisation_id)
            .where(SURVEY.c.id.in_(select(PUBLICATION.c.own_survey_id)))
            .order_by(SURVEY.c.code)
        )
    )


def id_of(connection: Connection, slug: str, code: str) -> int | None:
    """The row of an organisation's survey."""
    return connection.scalar(
        select(SURVEY.c.id)
        .join(ORGANISATION, ORGANISATION.c.id == SURVEY.c.organisation_id)
        .where(ORGANISATION.c.slug == slug, SURVEY.c.code == code)
    )


def catalogues(connection: Connection, survey_id: int) -> dict[str, str]:
    """Language -> PO file, of a survey."""
    mine = CATALOGUE.c.own_survey_id == survey_id
    rows = connection.execute(select(CATALOGUE).where(mine).order_by(CATALOGUE.c.language)).all()
    return {row.language: row.content for row in rows}


def keep_catalogue(connection: Connection, survey_id: int, language: str, content: str) -> None:
    """Put a PO file in the place of the one that is there."""
    this = (CATALOGUE.c.own_survey_id == survey_id) & (CATALOGUE.c.language == language)
    done = connection.execute(update(CATALOGUE).where(this).values(content=content))
    if not done.rowcount:
        add(connection, CATALOGUE, own_survey_id=survey_id, language=language, content=content)
