"""Answers in pages, in the order they came: whoever goes on from a page loses none and gets none twice.

A correction is an answer of its own: it comes at its own place, and the answer it replaces is then left out.
Whoever keeps what she read goes by conversation and question, and lets the later one win.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.research.levels import CONTENTS
from bot.research.tables import long_table
from bot.store.inbox import CONVERSATION, AnyRow
from bot.store.settled import settled
from bot.usecases import export_rows
from bot.usecases.api_reading import NotThere, campaign_of, check_level
from bot.usecases.api_tokens import Token
from bot.usecases.codebooks import ExportError, design_of
from bot.usecases.downloads import record_download
from bot.usecases.effects import ANSWER
from bot.usecases.services import Services

LIMIT = 1000


class Busy(RuntimeError):
    """Somebody has been writing for too long; the same request works in a moment."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has read: the last answer she got.

    `answered` tells that answer from another one that got its id after it was erased (SQLite does that).
    """

    campaign_id: int
    id: int
    answered: str

    def to_json(self) -> list[Any]:
        """For a cursor."""
        return [self.campaign_id, self.id, self.answered]


@dataclass(frozen=True, slots=True)
class Page:
    """Some answers.

    Attributes:
        rows: as the long export's, column -> value.
        next: where the next page begins, or where to look for new answers later.
        more: whether there are more at this moment.
    """

    rows: list[dict[str, Any]]
    next: Position
    more: bool


def page(
    services: Services,
    token: Token,
    slug: str,
    *,
    after: Position | None = None,
    since: datetime | None = None,
    labels: str | None = None,
    limit: int = LIMIT,
) -> Page:
    """The answers that follow a position, at the token's level; it is written down who took them.

    Args:
        services: the outside world.
        token: whose level and organisation count.
        slug: of the campaign.
        after: the last page's `next`.
        since: only what was answered then or later; without the times of day, from that day on.
        labels: language of the labels; the survey's own without it.
        limit: most answers in a page.

    Raises:
        NotThere: no such campaign, page, or language of labels.
        TooMuch: the token's level holds no answers.
        Busy: try again in a moment.
    """
    check_level(token)
    top = settled(services.database, ANSWER, services.clock.sleep)
    if top is None:
        raise Busy("Somebody is writing at length. Ask again in a few seconds.")
    with services.database.reading() as connection:
        campaign = campaign_of(connection, token, slug)
        start = _start(connection, campaign.id, after)
        conditions = [ANSWER.c.id > start.id, ANSWER.c.id <= top]
        if since is not None:
            conditions.append(ANSWER.c.answered >= _from(since, token))
        found = _answers(connection, campaign.id, conditions, limit + 1)
        more, found = len(found) > limit, found[:limit]
        try:
            rows = _rows(services, connection, token, campaign, found, labels)
        except ExportError as error:
            raise NotThere(str(error)) from None
    with services.database.transaction() as work:
        record_download(
            work.connection,
            services.clock.now(),
            organisation_id=token.organisation_id,
            who=token.prefix,
            what="answers",
            about=slug,
            level=token.level.value,
            rows=len(rows),
        )
    last = start if not found else _position(campaign.id, found[-1])
    return Page(rows, last, more)


def _from(since: datetime, token: Token) -> datetime:
    """Whoever gets days must not find out the minute by asking for ever later moments."""
    moment = since.astimezone(UTC)
    if CONTENTS[token.level].moments:
        return moment
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _position(campaign_id: int, row: AnyRow) -> Position:
    return Position(campaign_id, row.id, row.answered.isoformat())


def _start(connection: Connection, campaign_id: int, after: Position | None) -> Position:
    if after is None:
        return Position(campaign_id, 0, "")
    if after.campaign_id != campaign_id:
        raise NotThere("This cursor belongs to another campaign: begin without one.")
    if after.id == 0:
        return after
    kept = connection.scalar(select(ANSWER.c.answered).where(ANSWER.c.id == after.id))
    if kept is not None and kept.isoformat() == after.answered:
        return after
    # It was erased, and its id may be another's by now: go on after the last one that she has.
    read = ANSWER.c.id <= after.id, ANSWER.c.answered <= datetime.fromisoformat(after.answered)
    last = connection.scalar(select(func.coalesce(func.max(ANSWER.c.id), 0)).where(*read))
    return replace(after, id=int(last or 0))


def _answers(
    connection: Connection, campaign_id: int, conditions: list[ColumnElement[bool]], limit: int
) -> list[AnyRow]:
    later = ANSWER.alias("later")
    replaced = (
        select(later.c.id)
        .where(
            later.c.conversation_id == ANSWER.c.conversation_id,
            later.c.question == ANSWER.c.question,
            later.c.id > ANSWER.c.id,
        )
        .exists()
    )
    return list(
        connection.execute(
            select(ANSWER.c.id, ANSWER.c.conversation_id, ANSWER.c.question, ANSWER.c.answered)
            .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
            .where(CONVERSATION.c.campaign_id == campaign_id, ~replaced, *conditions)
            .order_by(ANSWER.c.id)
            .limit(limit)
        ).all()
    )


def _rows(
    services: Services,
    connection: Connection,
    token: Token,
    campaign: AnyRow,
    found: list[AnyRow],
    labels: str | None,
) -> list[dict[str, Any]]:
    """The long export's own rows, for these answers alone."""
    source, runs = export_rows.some(
        services, connection, campaign.slug, {row.conversation_id for row in found}
    )
    design = design_of(source, labels, token.level)
    whole = {run.columns["conversation"]: run for run in runs}
    each = (
        replace(run, answers={row.question: run.answers[row.question]}, scores={})
        for row in found
        if (run := whole[row.conversation_id])
    )
    table = long_table(design, each)
    return [dict(zip(table.header, map(_plain, row), strict=True)) for row in table.rows]


def _plain(cell: Any) -> Any:
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
