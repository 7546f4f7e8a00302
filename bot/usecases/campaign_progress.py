"""How a campaign goes: who came how far, where people stop, what failed and what it cost so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.gateways.twilio_errors import Reaction, reaction_to
from bot.store.inbox import CAMPAIGN, CONVERSATION, OUTBOUND, SURVEY_VERSION, AnyRow
from bot.usecases import campaign_costs, dispositions
from bot.usecases.alerts import ALERT
from bot.usecases.campaign_costs import Cost
from bot.usecases.campaign_drafts import campaign_of
from bot.usecases.dispositions import Report
from bot.usecases.effects import ANSWER
from bot.usecases.moves import and_counted
from bot.usecases.plans import Plan, plan_of
from bot.usecases.services import Services
from bot.usecases.staff import Organisation


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign as the list shows it: `troubles` counts the open alerts about it."""

    slug: str
    name: str
    title: str
    languages: tuple[str, ...]
    keyword: str | None
    state: str
    wave: int
    created: datetime
    starts: datetime | None
    troubles: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question: how many answered it, are at it now, or stopped at it."""

    name: str
    label: str
    answered: int
    standing: int
    stopped: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Messages that failed for one reason: the provider's codes, how many, and when the last one did."""

    reaction: Reaction
    codes: tuple[int, ...]
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something about this campaign that nobody has said she looked at."""

    id: int
    kind: str
    error_code: int | None
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that the page of a campaign shows.

    Attributes:
        id: its row.
        slug: how it is addressed.
        name: what staff call it.
        state: `launching`, `live`, `paused`, `halted` or `closed`.
        title: the survey's own title.
        languages: codes.
        keyword: the word that joins it.
        wave: 2 for a follow-up, and so on.
        starts: nobody is invited before this moment.
        launched: when it was.
        closed: when it was ended.
        plan: reminders, end, quotas, pace, the next wave.
        report: what became of everybody.
        questions: in the order of the survey.
        cost: so far.
        failures: the most frequent first.
        alerts: the newest first.
        next_wave: slug of the campaign that follows it.
        waiting: messages that have not left yet.
    """

    id: int
    slug: str
    name: str
    state: str
    title: str
    languages: tuple[str, ...]
    keyword: str | None
    wave: int
    starts: datetime | None
    launched: datetime | None
    closed: datetime | None
    plan: Plan
    report: Report
    questions: tuple[QuestionRow, ...]
    cost: Cost
    failures: tuple[Failures, ...]
    alerts: tuple[AlertRow, ...]
    next_wave: str | None
    waiting: int

    @property
    def people(self) -> int:
        """Everybody who was put on the list, or joined."""
        return self.report.whole.dispositions.total()


def campaigns(services: Services, organisation: Organisation) -> list[Listed]:
    """The campaigns of an organisation, newest first."""
    troubles = (
        select(func.count())
        .where(ALERT.c.campaign_id == CAMPAIGN.c.id, ALERT.c.acknowledged.is_(None))
        .scalar_subquery()
    )
    with services.database.reading() as connection:
        rows = connection.execute(
            select(
                CAMPAIGN,
                SURVEY_VERSION.c.form_id,
                SURVEY_VERSION.c.source,
                troubles.label("troubles"),
            )
            .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CAMPAIGN.c.survey_version_id)
            .where(CAMPAIGN.c.organisation_id == organisation.id)
            .order_by(CAMPAIGN.c.id.desc())
        ).all()
    return [
        Listed(
            row.slug,
            row.name,
            services.surveys.parse(row.source, source=row.form_id).title,
            tuple(row.languages),
            row.keyword,
            row.state,
            row.wave,
            row.created,
            row.starts,
            row.troubles,
        )
        for row in rows
    ]


def state_of(services: Services, organisation: Organisation, slug: str) -> str:
    """The state of a campaign of this organisation; raises NoSuchCampaign."""
    with services.database.reading() as connection:
        return str(campaign_of(connection, organisation, slug).state)


def progress(services: Services, organisation: Organisation, slug: str) -> Progress:
    """How a campaign of this organisation goes; raises NoSuchCampaign."""
    with services.database.reading() as connection:
        row = campaign_of(connection, organisation, slug)
    # It reads everybody once, in a transaction of its own: numbers may be a moment apart.
    report = dispositions.report(services, slug)
    with services.database.reading() as connection:
        survey = services.scripts.get(connection, row.survey_version_id, row.languages).survey
        answered = _answered(connection, row.id)
        questions = tuple(
            QuestionRow(
                question.name,
                question.label.source if question.label else question.name,
                answered.get(question.name, 0),
                report.whole.standing[question.name],
                report.whole.breakoffs[question.name],
            )
            for question in survey.questions
            if question.takes_answer
        )
        return Progress(
            id=row.id,
            slug=row.slug,
            name=row.name,
            state=row.state,
            title=survey.title,
            languages=tuple(row.languages),
            keyword=row.keyword,
            wave=row.wave,
            starts=row.starts,
            launched=row.launched,
            closed=row.closed,
            plan=plan_of(row.plan),
            report=report,
            questions=questions,
            cost=campaign_costs.so_far(services, connection, row.id),
            failures=tuple(_failures(connection, row.id)),
            alerts=tuple(_alerts(connection, row.id)),
            next_wave=connection.scalar(
                select(CAMPAIGN.c.slug).where(CAMPAIGN.c.follows_id == row.id).limit(1)
            ),
            waiting=_waiting(connection, row),
        )


def _answered(connection: Connection, campaign_id: int) -> dict[str, int]:
    """Question -> people who have answered it."""
    statement = (
        select(ANSWER.c.question, func.count(ANSWER.c.conversation_id.distinct()))
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .where(*and_counted(campaign_id), ANSWER.c.missing.is_(None))
        .group_by(ANSWER.c.question)
    )
    return {question: int(count) for question, count in connection.execute(statement)}


def _waiting(connection: Connection, row: AnyRow) -> int:
    statement = (
        select(func.count())
        .select_from(OUTBOUND)
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOUND.c.conversation_id)
        .where(CONVERSATION.c.campaign_id == row.id, OUTBOUND.c.state == "queued")
    )
    return connection.scalar(statement) or 0


def _failures(connection: Connection, campaign_id: int) -> Iterator[Failures]:
    """Failed messages by what the error table makes of their codes."""
    statement = (
        select(
            OUTBOUND.c.error_code,
            func.count().label("times"),
            func.max(OUTBOUND.c.changed, type_=OUTBOUND.c.changed.type).label("last"),
        )
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOUND.c.conversation_id)
        .where(*and_counted(campaign_id), OUTBOUND.c.state == "failed")
        .group_by(OUTBOUND.c.error_code)
    )
    grouped: dict[Reaction, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(statement):
        grouped[reaction_to(row.error_code)].append(row)
    found = [
        Failures(
            reaction,
            tuple(sorted(row.error_code for row in rows if row.error_code)),
            sum(row.times for row in rows),
            max(row.last for row in rows),
        )
        for reaction, rows in grouped.items()
    ]
    yield from sorted(found, key=lambda one: -one.count)


def _alerts(connection: Connection, campaign_id: int) -> Iterator[AlertRow]:
    for row in connection.execute(
        select(ALERT, ALERT.c.count.label("times"))
        .where(ALERT.c.campaign_id == campaign_id, ALERT.c.acknowledged.is_(None))
        .order_by(ALERT.c.last.desc())
    ):
        yield AlertRow(row.id, row.kind, row.error_code, row.times, row.last)
