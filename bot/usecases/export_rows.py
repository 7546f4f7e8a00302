"""What a download is made of, read from the database: survey versions, then conversations in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.research.columns import Edition
from bot.research.tables import AnswerRow, Run
from bot.store.inbox import CAMPAIGN, CONVERSATION, OUTBOUND, PARTICIPANT, SURVEY_VERSION, AnyRow
from bot.usecases.campaigns import ORGANISATION, CampaignError
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.services import Services

BATCH = 500
"""Conversations held in memory at a time."""


@dataclass(frozen=True)
class Source:
    """The campaigns of a download.

    Attributes:
        campaigns: their rows, with the organisation's name and the slug of the campaign before.
        editions: id of a survey version -> that version, oldest first.
        languages: every language that somebody was, or could be, asked in.
        newest: the time of the newest answer; of the newest campaign where there is none.
    """

    campaigns: tuple[AnyRow, ...]
    editions: Mapping[int, Edition]
    languages: tuple[str, ...]
    newest: datetime

    @property
    def ids(self) -> list[int]:
        """The campaigns' ids."""
        return [row.id for row in self.campaigns]


def open_source(services: Services, connection: Connection, slugs: Sequence[str]) -> Source:
    """Everything about campaigns but their answers.

    Raises:
        CampaignError: there is no such campaign.
    """
    campaigns = [_campaign(connection, slug) for slug in dict.fromkeys(slugs)]
    ids = [row.id for row in campaigns]
    answered = select(ANSWER.c.language).join(
        CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id
    )
    spoken = connection.scalars(answered.where(CONVERSATION.c.campaign_id.in_(ids)).distinct())
    offered = [code for row in campaigns for code in row.languages]
    known = services.voices.files.vocabularies
    languages = [c for c in dict.fromkeys((*offered, *sorted(spoken))) if c in known]
    newest = connection.scalar(
        select(func.max(ANSWER.c.answered))
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .where(CONVERSATION.c.campaign_id.in_(ids))
    )
    return Source(
        campaigns=tuple(campaigns),
        editions=_editions(services, connection, ids, languages),
        languages=tuple(languages),
        newest=newest or max(row.created for row in campaigns),
    )


def _campaign(connection: Connection, slug: str) -> AnyRow:
    before = CAMPAIGN.alias("before")
    statement = (
        select(CAMPAIGN, ORGANISATION.c.name.label("organisation"), before.c.slug.label("follows"))
        .join(ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id)
        .join(before, before.c.id == CAMPAIGN.c.follows_id, isouter=True)
        .where(CAMPAIGN.c.slug == slug)
    )
    found = connection.execute(statement).one_or_none()
    if found is None:
        known = ", ".join(connection.scalars(select(CAMPAIGN.c.slug).order_by(CAMPAIGN.c.id)))
        raise CampaignError(f"There is no campaign {slug!r}; there are: {known or 'none'}.")
    return found


def _editions(
    services: Services, connection: Connection, ids: Sequence[int], languages: Sequence[str]
) -> dict[int, Edition]:
    """Version id -> edition, for every version that a conversation of these campaigns ran."""
    used = select(CONVERSATION.c.survey_version_id).where(CONVERSATION.c.campaign_id.in_(ids))
    opened = select(CAMPAIGN.c.survey_version_id).where(CAMPAIGN.c.id.in_(ids))
    rows = connection.execute(
        select(SURVEY_VERSION.c.id, SURVEY_VERSION.c.version, SURVEY_VERSION.c.digest)
        .where(SURVEY_VERSION.c.id.in_(used.union(opened)))
        .order_by(SURVEY_VERSION.c.id)
    ).all()
    editions = {}
    for row in rows:
        script = services.scripts.get(connection, row.id, languages)
        editions[row.id] = Edition(script.survey, f"{row.version}+{row.digest}", script.languages)
    return editions


def runs(
    connection: Connection, source: Source, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Run]:
    """Every conversation with its answers, in the order they began, read a batch at a time."""
    campaigns = {row.id: row for row in source.campaigns}
    done, last = 0, 0
    while rows := connection.execute(_conversations(source.ids, last)).all():
        last = rows[-1].id
        yield from _batch(connection, rows, (source, campaigns))
        done += len(rows)
        progress(done)


def some(
    services: Services, connection: Connection, slug: str, conversation_ids: Collection[int]
) -> tuple[Source, list[Run]]:
    """A campaign, and some of its conversations alone, with everything that was ever asked in it.

    Raises:
        CampaignError: there is no such campaign.
    """
    campaign = _campaign(connection, slug)
    known = services.voices.files.vocabularies
    languages = [code for code in campaign.languages if code in known]
    editions = _editions(services, connection, [campaign.id], languages)
    source = Source((campaign,), editions, tuple(languages), campaign.created)
    if not conversation_ids:
        return source, []
    wanted = _conversations(source.ids, 0).where(CONVERSATION.c.id.in_(conversation_ids))
    rows = connection.execute(wanted.limit(None)).all()
    return source, list(_batch(connection, rows, (source, {campaign.id: campaign})))


def _conversations(ids: Sequence[int], last: int) -> Select[Any]:
    conversation = CONVERSATION.c
    return (
        select(
            conversation.id, conversation.campaign_id, conversation.survey_version_id,
            conversation.channel, conversation.mode, conversation.language, conversation.created,
            conversation.finished, conversation.outcome, PARTICIPANT.c.pseudonym,
        )
        .join(PARTICIPANT, PARTICIPANT.c.id == conversation.participant_id)
        .where(conversation.campaign_id.in_(ids), conversation.id > last)
        .order_by(conversation.id)
        .limit(BATCH)
    )  # fmt: skip


def _batch(
    connection: Connection, rows: Sequence[AnyRow], about: tuple[Source, Mapping[int, AnyRow]]
) -> Iterator[Run]:
    source, campaigns = about
    ids = [row.id for row in rows]
    answers = _grouped(connection, select(ANSWER).where(ANSWER.c.conversation_id.in_(ids)), ANSWER)
    scores = _grouped(connection, select(SCORE).where(SCORE.c.conversation_id.in_(ids)), SCORE)
    sent = OUTBOUND.c
    asked = select(
        sent.id, sent.conversation_id, sent.question, sent.language, sent.state, sent.created
    )
    asked = asked.where(sent.conversation_id.in_(ids), sent.question.is_not(None))
    messages = _grouped(connection, asked, OUTBOUND)
    for row in rows:
        edition, campaign = source.editions[row.survey_version_id], campaigns[row.campaign_id]
        ends = [moment for moment in (campaign.ends, campaign.closed) if moment is not None]
        put: dict[str, list[AnyRow]] = {}
        for message in messages.get(row.id, ()):
            put.setdefault(message.question, []).append(message)
        found = (_answer(a, put, min(ends, default=None)) for a in answers.get(row.id, ()))
        yield Run(
            survey=edition.survey,
            columns=_columns(row, campaign, edition),
            answers={answer.question: answer for answer in found},
            scores={score.name: (score.value, score.band) for score in scores.get(row.id, ())},
        )


def _grouped(connection: Connection, statement: Select[Any], table: Any) -> dict[int, list[AnyRow]]:
    """Conversation id -> rows, oldest first."""
    rows = connection.execute(statement.order_by(table.c.conversation_id, table.c.id)).all()
    return {key: list(group) for key, group in groupby(rows, lambda row: row.conversation_id)}


def _columns(row: AnyRow, campaign: AnyRow, edition: Edition) -> dict[str, Any]:
    return {
        "pseudonym": row.pseudonym,
        "campaign": campaign.slug,
        "wave": campaign.wave,
        "follows": campaign.follows,
        "survey": edition.survey.form_id,
        "survey_version": edition.name,
        "conversation": row.id,
        "channel": row.channel,
        "mode": row.mode,
        "conversation_language": row.language,
        "started": row.created,
        "finished": row.finished,
        "outcome": row.outcome,
    }


def _answer(
    row: AnyRow, messages: Mapping[str, Sequence[AnyRow]], end: datetime | None
) -> AnswerRow:
    # The message that asked: the last one with this question that was there when she answered.
    asked = [m for m in messages.get(row.question, ()) if m.created <= row.answered]
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
        language_asked=asked[-1].language if asked else None,
        delivery=asked[-1].state if asked else None,
        late=end is not None and row.answered > end,
    )
