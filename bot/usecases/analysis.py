"""Conversations that ended, or expired, are scored by the instruments' own rules and marked for quality.

Once or as often as asked: the rows come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, insert, select

from bot.research import quality
from bot.research.quality import Timed
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases.effects import ANSWER, ASKED_AGAIN, QUALITY_MARK, SCORE, forget_scores
from bot.usecases.services import Services
from flows.correcting import HOW
from flows.expressions import Value
from flows.scoring import scores
from flows.state import State
from flows.survey import Survey


def analyse(services: Services, conversation_ids: Iterable[int]) -> int:
    """Score and mark these conversations and return how many were; a second run gives the same rows.

    Conversations that are still live, or gone, are left alone.
    """
    done = 0
    for conversation_id in sorted(set(conversation_ids)):
        with services.database.transaction() as work:
            done += _analyse(services, work.connection, conversation_id)
    return done


def _analyse(services: Services, connection: Connection, conversation_id: int) -> bool:
    row = _finished(connection, conversation_id)
    if row is None:
        return False
    script = services.scripts.get(connection, row.survey_version_id, row.languages)
    forget_scores(connection, [conversation_id])
    answers = answers_of(row.state)
    rows = [
        {
            "conversation_id": conversation_id,
            "name": scored.name,
            "raw": scored.raw,
            "value": scored.value,
            "band": scored.band,
        }
        for scored in scores(script.survey, answers)
    ]
    if rows:
        connection.execute(insert(SCORE), rows)
    _mark(connection, row, script.survey, answers)
    inbox.save_conversation(connection, conversation_id, analysed=services.clock.now())
    return True


def _mark(
    connection: Connection, row: AnyRow, survey: Survey, answers: Mapping[str, Value]
) -> None:
    answer, again = ANSWER, ASKED_AGAIN
    typed = connection.execute(
        select(answer.c.question, answer.c.asked, answer.c.answered)
        # What a person corrected was typed once, not twice.
        .where(answer.c.conversation_id == row.id, answer.c.how != HOW)
        .order_by(answer.c.id)
    )
    found = quality.marks(
        survey,
        answers,
        mode=row.mode,
        times=[Timed(*each) for each in typed],
        asked_again=connection.scalar(
            select(func.count()).select_from(again).where(again.c.conversation_id == row.id)
        )
        or 0,
    )
    rows = [
        {"conversation_id": row.id, "mark": m.mark.value, "detail": m.detail, "value": m.value}
        for m in found
    ]
    if rows:
        connection.execute(insert(QUALITY_MARK), rows)


def _finished(connection: Connection, conversation_id: int) -> AnyRow | None:
    conversation, campaign = inbox.CONVERSATION, inbox.CAMPAIGN
    statement = (
        select(conversation, campaign.c.languages)
        .join(campaign, campaign.c.id == conversation.c.campaign_id)
        .where(conversation.c.id == conversation_id, conversation.c.finished.is_not(None))
        .with_for_update(of=conversation)
    )
    return connection.execute(statement).one_or_none()


def answers_of(state: str) -> Mapping[str, Value]:
    """The answers that a conversation ended with."""
    return State.from_json(state).answers
