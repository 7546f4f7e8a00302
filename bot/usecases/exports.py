"""Response sets: the answers of campaigns, streamed from the database into a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, TextIO

from sqlalchemy import Connection, select

from bot.research import csv_file, tables
from bot.research.csv_file import Profile
from bot.research.tables import AnswerRow, Run
from bot.store.inbox import CAMPAIGN, CONVERSATION, PARTICIPANT, SURVEY_VERSION, AnyRow
from bot.usecases.campaigns import CampaignError
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.services import Services
from flows.survey import Survey

_BATCH = 500
"""Conversations held in memory at a time."""


class Shape(StrEnum):
    """Long has a row for each answer, wide a row for each conversation."""

    LONG = "long"
    WIDE = "wide"


def export(
    services: Services,
    campaigns: Sequence[str],
    file: TextIO,
    *,
    shape: Shape,
    profile: Profile = Profile.EXCEL,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the answers of campaigns as CSV and return the number of rows.

    Args:
        campaigns: slugs; their surveys are merged by the stable names of their questions.
        file: an open text file with `newline=""`.
        progress: called with the number of conversations read so far.

    Raises:
        CampaignError: there is no such campaign.
    """
    with services.database.reading() as connection:
        ids = [_campaign_id(connection, slug) for slug in campaigns]
        surveys = _surveys(services, connection, ids)
        runs = _runs(connection, ids, surveys, progress)
        if shape is Shape.LONG:
            return csv_file.write(file, tables.long_header(), tables.long_rows(runs), profile)
        questions = tables.questions_of(surveys.values())
        scores = list(dict.fromkeys(s.name for survey in surveys.values() for s in survey.scores))
        header = tables.wide_header(questions, scores)
        return csv_file.write(file, header, tables.wide_rows(runs, questions, scores), profile)


def _campaign_id(connection: Connection, slug: str) -> int:
    found = connection.scalar(select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug == slug))
    if found is None:
        known = ", ".join(connection.scalars(select(CAMPAIGN.c.slug).order_by(CAMPAIGN.c.id)))
        raise CampaignError(f"There is no campaign {slug!r}; there are: {known or 'none'}.")
    return int(found)


def _surveys(services: Services, connection: Connection, ids: Sequence[int]) -> dict[int, Survey]:
    """Version id -> survey, for every version that a conversation of these campaigns ran."""
    used = select(CONVERSATION.c.survey_version_id).where(CONVERSATION.c.campaign_id.in_(ids))
    opened = select(CAMPAIGN.c.survey_version_id).where(CAMPAIGN.c.id.in_(ids))
    rows = connection.execute(
        select(SURVEY_VERSION)
        .where(SURVEY_VERSION.c.id.in_(used.union(opened)))
        .order_by(SURVEY_VERSION.c.id)
    )
    return {
        row.id: services.surveys.parse(row.source, source=f"{row.form_id} {row.version}")
        for row in rows
    }


def _runs(
    connection: Connection,
    ids: Sequence[int],
    surveys: dict[int, Survey],
    progress: Callable[[int], None],
) -> Iterator[Run]:
    done, last = 0, 0
    while True:
        rows = connection.execute(
            select(
                CONVERSATION,
                PARTICIPANT.c.pseudonym,
                CAMPAIGN.c.slug.label("campaign"),
                SURVEY_VERSION.c.form_id,
                SURVEY_VERSION.c.version,
                SURVEY_VERSION.c.digest,
            )
            .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
            .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
            .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CONVERSATION.c.survey_version_id)
            .where(CONVERSATION.c.campaign_id.in_(ids), CONVERSATION.c.id > last)
            .order_by(CONVERSATION.c.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        yield from _batch(connection, rows, surveys)
        done += len(rows)
        progress(done)


def _batch(
    connection: Connection, rows: Sequence[AnyRow], surveys: dict[int, Survey]
) -> Iterator[Run]:
    ids = [row.id for row in rows]
    answers = _by_conversation(
        connection.execute(
            select(ANSWER)
            .where(ANSWER.c.conversation_id.in_(ids))
            .order_by(ANSWER.c.conversation_id, ANSWER.c.id)
        ).all()
    )
    scores = _by_conversation(
        connection.execute(
            select(SCORE)
            .where(SCORE.c.conversation_id.in_(ids))
            .order_by(SCORE.c.conversation_id, SCORE.c.id)
        ).all()
    )
    for row in rows:
        yield Run(
            survey=surveys[row.survey_version_id],
            columns=_columns(row),
            answers={answer.question: _answer(answer) for answer in answers.get(row.id, ())},
            scores={score.name: (score.value, score.band) for score in scores.get(row.id, ())},
        )


def _by_conversation(rows: Sequence[AnyRow]) -> dict[int, list[AnyRow]]:
    return {key: list(group) for key, group in groupby(rows, lambda row: row.conversation_id)}


def _columns(row: AnyRow) -> dict[str, Any]:
    return {
        "pseudonym": row.pseudonym,
        "campaign": row.campaign,
        "survey": row.form_id,
        "survey_version": f"{row.version}+{row.digest}",
        "conversation": row.id,
        "channel": row.channel,
        "mode": row.mode,
        "conversation_language": row.language,
        "started": row.created,
        "finished": row.finished,
        "outcome": row.outcome,
    }


def _answer(row: AnyRow) -> AnswerRow:
    return AnswerRow(
        question=row.question,
        value=row.value,
        missing=row.missing,
        raw=row.raw,
        how=row.how,
        language=row.language,
        wording=row.wording,
        asked=row.asked,
        answered=row.answered,
    )
