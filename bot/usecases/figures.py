"""The rows that evaluation, listening and dashboards share: campaigns, and who scored what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from bot.store import inbox, schema
from bot.store.inbox import CAMPAIGN, CONVERSATION, AnyRow
from bot.usecases.campaigns import CampaignError
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.services import Services
from flows.survey import Instrument, Survey

INITIATIVE = inbox.table(schema.Initiative)


@dataclass(frozen=True, slots=True)
class Scored:
    """A person's last complete score in a campaign."""

    participant: int
    value: float
    language: str
    mode: str
    day: date


def campaign_of(connection: Connection, slug: str) -> AnyRow:
    """A campaign by its slug; raises CampaignError with those that there are."""
    row = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.slug == slug)).one_or_none()
    if row is None:
        known = ", ".join(connection.scalars(select(CAMPAIGN.c.slug).order_by(CAMPAIGN.c.id)))
        raise CampaignError(f"There is no campaign {slug!r}; there are: {known or 'none'}.")
    return row


def is_closed(row: AnyRow, now: datetime) -> bool:
    """Whether nobody can be added to a campaign's answers any more."""
    return (
        row.closed is not None
        or row.state == "closed"
        or (row.ends is not None and row.ends <= now)
    )


def is_evaluated(connection: Connection, row: AnyRow) -> bool:
    """Whether the same people are asked in another campaign: then scores are spoken of in pairs."""
    if row.initiative_id is not None or row.follows_id is not None:
        return True
    followed = select(CAMPAIGN.c.id).where(CAMPAIGN.c.follows_id == row.id).limit(1)
    return connection.scalar(followed) is not None


def waves_of(connection: Connection, names: Sequence[str]) -> tuple[AnyRow, AnyRow]:
    """The first and the last wave: of two campaigns, or of an initiative by its slug.

    Raises:
        CampaignError: there is no such campaign or initiative, or it has no two waves yet.
    """
    if len(names) == 2:
        return campaign_of(connection, names[0]), campaign_of(connection, names[1])
    rows = connection.execute(
        select(CAMPAIGN)
        .join(INITIATIVE, INITIATIVE.c.id == CAMPAIGN.c.initiative_id)
        .where(INITIATIVE.c.slug == names[0])
        .order_by(CAMPAIGN.c.wave, CAMPAIGN.c.id)
    ).all()
    if not rows:
        known = ", ".join(connection.scalars(select(INITIATIVE.c.slug).order_by(INITIATIVE.c.id)))
        raise CampaignError(
            f"There is no initiative {names[0]!r}; there are: {known or 'none'}. "
            "Two campaigns can be named instead: the baseline and the follow-up."
        )
    if len({row.wave for row in rows}) < 2 or len({row.organisation_id for row in rows}) > 1:
        raise CampaignError(
            f"{names[0]} can not be told apart into a baseline and a follow-up; name the two campaigns."
        )
    return rows[0], rows[-1]


def survey_of(services: Services, connection: Connection, row: AnyRow) -> Survey:
    """The survey that a campaign was opened with."""
    return services.scripts.get(connection, row.survey_version_id, row.languages).survey


def instrument_of(survey: Survey, score: str) -> Instrument:
    """The instrument that a score belongs to; raises CampaignError with the scores there are."""
    for instrument in survey.instruments:
        if any(found.name == score for found in instrument.scores):
            return instrument
    known = ", ".join(found.name for found in survey.scores)
    raise CampaignError(
        f"{survey.form_id} has no score {score!r}; it has: {known or 'none at all'}."
    )


def scored(connection: Connection, campaign_id: int, score: str) -> dict[int, Scored]:
    """Participant -> her last complete score, in the order in which conversations finished."""
    rows = connection.execute(
        select(CONVERSATION, SCORE.c.value)
        .join(SCORE, SCORE.c.conversation_id == CONVERSATION.c.id)
        .where(
            CONVERSATION.c.campaign_id == campaign_id,
            CONVERSATION.c.finished.is_not(None),
            SCORE.c.name == score,
            SCORE.c.value.is_not(None),
        )
        .order_by(CONVERSATION.c.finished, CONVERSATION.c.id)
    )
    return {
        row.participant_id: Scored(
            row.participant_id, float(row.value), row.language, row.mode, row.finished.date()
        )
        for row in rows
    }


def ended(connection: Connection, campaign_ids: Sequence[int]) -> list[AnyRow]:
    """Conversations that finished or expired and in which questions could be asked, oldest end first."""
    return list(
        connection.execute(
            select(CONVERSATION)
            .where(
                CONVERSATION.c.campaign_id.in_(campaign_ids),
                CONVERSATION.c.finished.is_not(None),
                or_(CONVERSATION.c.outcome.is_(None), CONVERSATION.c.outcome != "erased"),
            )
            .order_by(CONVERSATION.c.finished, CONVERSATION.c.id)
        ).all()
    )


def answers(
    connection: Connection, conversation_ids: Sequence[int], question: str
) -> dict[int, AnyRow]:
    """Conversation -> its latest answer to a question; one that was left out has no value."""
    rows = connection.execute(
        select(ANSWER)
        .where(ANSWER.c.conversation_id.in_(conversation_ids), ANSWER.c.question == question)
        .order_by(ANSWER.c.id)
    )
    return {row.conversation_id: row for row in rows}
