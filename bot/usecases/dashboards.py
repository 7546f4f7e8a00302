"""The numbers of a campaign's dashboard, each of them through `research.disclosure.protect`.

While a campaign is live, figures speak of everybody together, in steps of ten people. Rows of groups,
languages and districts, and how answers are distributed, open when it is closed: see docs/disclosure.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import regex
from sqlalchemy import Connection, func, select

from bot.research.disclosure import OTHERS, Breakdown, Release, history, protect, settled
from bot.research.evaluation import Mean
from bot.research.suppression import THRESHOLD, Grid
from bot.store import inbox, schema
from bot.store.inbox import CONVERSATION, OUTBOUND, AnyRow
from bot.usecases import evaluation, figures
from bot.usecases.campaigns import CampaignError
from bot.usecases.effects import ASKED_AGAIN
from bot.usecases.services import Services
from flows.segments import segments
from flows.survey import Kind, Question, Survey

ENROLMENT = inbox.table(schema.Enrolment)
NO_ANSWER = "no_answer"
STAGES = ("waiting", "invited", "began", "refused", "stopped", "expired", "complete")
"""The furthest that somebody came, as columns of the funnel."""

_DISTRICT = regex.compile(r"\b([A-Z]{1,2}[0-9][0-9A-Z]?)\b")


@dataclass(frozen=True)
class LanguageRow:
    """How a language's speakers fared, of everybody who was to be asked.

    Attributes:
        people: how many.
        stages: stage -> people; None when hidden. The same numbers as the funnel's.
        asked_again: replies that could not be read, a person.
        segments: SMS segments that we sent, a person: what it costs.
    """

    people: int
    stages: Mapping[str, int | None]
    asked_again: Mean | None
    segments: Mean | None


@dataclass(frozen=True)
class _Asked:
    """Everybody who was to be asked in a campaign: number -> conversation, stage and language.

    Who is on the list and has no conversation yet has the negative of her enrolment's number.
    """

    conversations: tuple[int, ...]
    stages: Mapping[int, str]
    languages: Mapping[int, str]

    def release(self, *, closed: bool) -> Release:
        """Everybody, by language when nobody moves any more."""
        people = sorted(self.stages)
        return protect(people, [Breakdown("language", self.languages)] if closed else [])


def funnel(services: Services, campaign: str) -> Grid:
    """How far people came, one column a stage; everybody stands in exactly one. By language once closed.

    While the campaign is live, numbers are rounded down to tens: people move between stages one by one.
    """
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, campaign)
        asked = _asked(connection, row.id)
    if figures.is_closed(row, services.clock.now()):
        return asked.release(closed=True).table(asked.stages, STAGES)
    stages = Counter(asked.stages.values())
    tens = {stage: stages[stage] // THRESHOLD * THRESHOLD or None for stage in STAGES}
    total = stages.total() // THRESHOLD * THRESHOLD or None
    return Grid(("all",), STAGES, {("all", s): n for s, n in tens.items()}, {"all": total})


def _asked(connection: Connection, campaign_id: int) -> _Asked:
    runs = connection.execute(
        select(CONVERSATION.c.id, CONVERSATION.c.outcome, CONVERSATION.c.language)
        .where(CONVERSATION.c.campaign_id == campaign_id)
    ).all()  # fmt: skip
    heard = set(
        connection.scalars(
            select(inbox.INBOUND.c.conversation_id)
            .join(CONVERSATION, CONVERSATION.c.id == inbox.INBOUND.c.conversation_id)
            .where(CONVERSATION.c.campaign_id == campaign_id)
        )
    )
    stages = {run.id: _stage(run, heard) for run in runs}
    languages = {run.id: run.language for run in runs}
    for one in connection.execute(
        select(ENROLMENT).where(
            ENROLMENT.c.campaign_id == campaign_id, ENROLMENT.c.conversation_id.is_(None)
        )
    ):
        stages[-one.id] = "invited" if one.state == "invited" else "waiting"
        languages[-one.id] = one.language or OTHERS
    return _Asked(tuple(run.id for run in runs), stages, languages)


def _stage(run: AnyRow, heard: Collection[int]) -> str:
    if run.outcome is not None:
        return str(run.outcome) if run.outcome in STAGES else "stopped"
    return "began" if run.id in heard else "invited"


def scores(services: Services, campaign: str, score: str) -> dict[str, dict[str, Mean | None]]:
    """Breakdown -> row -> mean with interval: "all", and "group" and "language" once it is closed.

    A campaign whose people are asked again has one breakdown, "wave": before and after, of those who
    answered both. Everything else about them would give away those who did not.
    """
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, campaign)
        group = group_question(row)
        figures.instrument_of(figures.survey_of(services, connection, row), score)
        if figures.is_evaluated(connection, row):
            return {"wave": _waves(services, connection, row, score)}
        found = figures.scored(connection, row.id, score)
        runs = {run.participant_id: run.id for run in figures.ended(connection, [row.id])}
        said = {} if group is None else figures.answers(connection, list(runs.values()), group)
    closed = figures.is_closed(row, services.clock.now())
    groups = {p: _row_of(said.get(runs.get(p, 0))) for p in found} if group else None
    language = Breakdown("language", {p: s.language for p, s in found.items()})
    broken_down = [language] if groups is None else [Breakdown("group", groups), language]
    # Means are shown while people come in: what they spoke of then is reckoned with now.
    release = protect(
        settled(list(found), closed=closed), [history(list(found)), *broken_down] if closed else []
    )
    values = {p: s.value for p, s in found.items()}
    return {
        "all": release.means(values),
        **{name: release.means(values, name) for name in release.breakdowns},
    }


def _waves(
    services: Services, connection: Connection, row: AnyRow, score: str
) -> dict[str, Mean | None]:
    """The waves around a campaign, by the very figures of the evaluation."""
    waves = waves_around(connection, row)
    if waves is None:
        return {}
    first, last = waves
    return dict(evaluation.evaluate(services, [first.slug, last.slug], score=score).means)


def waves_around(connection: Connection, row: AnyRow) -> tuple[AnyRow, AnyRow] | None:
    """The first and the last wave of the campaigns around one; None where it stands alone."""
    campaign = inbox.CAMPAIGN
    family = campaign.c.follows_id == row.id
    if row.initiative_id is not None:
        family |= campaign.c.initiative_id == row.initiative_id
    if row.follows_id is not None:
        family |= campaign.c.id == row.follows_id
    others = connection.execute(
        select(campaign).where(family, campaign.c.id != row.id).order_by(campaign.c.wave)
    ).all()
    waves = sorted([row, *others], key=lambda one: (one.wave, one.id))
    return (waves[0], waves[-1]) if len(waves) > 1 else None


def _row_of(answer: AnyRow | None) -> str:
    return OTHERS if answer is None or answer.value is None else str(answer.value)


def group_question(row: AnyRow) -> str | None:
    """The question that says which group somebody belongs to: one a campaign, so that it stays the same."""
    found = (row.plan or {}).get("group")
    return None if found is None else str(found)


def distribution(services: Services, campaign: str, question: str) -> Grid | None:
    """How many gave each answer, by group; None while the campaign is live or of fewer than ten people.

    Raises:
        CampaignError: there is no such campaign, or no figure may be made of this question's answers.
    """
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, campaign)
        survey, group = figures.survey_of(services, connection, row), group_question(row)
        asked = distributable(survey, question)
        runs = [run.id for run in figures.ended(connection, [row.id])]
        answers = figures.answers(connection, runs, question)
        said = {} if group is None else figures.answers(connection, runs, group)
    if not figures.is_closed(row, services.clock.now()):
        return None
    groups = {run: _row_of(said.get(run)) for run in runs}
    release = protect(runs, [Breakdown("group", groups)] if group else [])
    columns = [*(choice.name for choice in asked.choices), NO_ANSWER]
    given = {
        run: NO_ANSWER if (a := answers.get(run)) is None or a.value is None else str(a.value)
        for run in runs
    }
    grid = release.table(given, columns)
    return grid if grid.rows else None


def distributable(survey: Survey, question: str) -> Question:
    """A question whose answers may be counted in public; raises CampaignError with the reason.

    Items of a score are told by the score alone: with the mean, a distribution would give its hidden
    cells away. A question put to some only would tell how many those were.
    """
    asked = survey.by_name.get(question)
    if asked is None:
        raise CampaignError(f"{survey.form_id} has no question {question!r}.")
    if asked.kind is not Kind.SELECT_ONE or asked.purpose is not None:
        why = "it is not a question with one of several answers"
    elif any(question in score.items for score in survey.scores):
        why = "it is part of a score: look at the score"
    elif asked.relevant:
        why = "it is put to some people only"
    else:
        return asked
    raise CampaignError(f"The answers to {question} are not shown as a distribution: {why}.")


def language_equity(services: Services, campaign: str) -> dict[str, LanguageRow]:
    """Language -> how its speakers fared: whom do we fail to hear? Empty while the campaign is live."""
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, campaign)
        asked = _asked(connection, row.id)
        again = _asked_again(connection, asked.conversations)
        sent = _segments(connection, asked.conversations)
    if not figures.is_closed(row, services.clock.now()):
        return {}
    release = asked.release(closed=True)
    grid = release.table(asked.stages, STAGES)
    asked_again = release.means({p: float(again.get(p, 0)) for p in asked.stages}, release.first)
    segments_sent = release.means({p: float(sent.get(p, 0)) for p in asked.stages}, release.first)
    return {
        label: LanguageRow(
            people=size,
            stages={stage: grid.cells[label, stage] for stage in STAGES},
            asked_again=asked_again[label],
            segments=segments_sent[label],
        )
        for label, size in release.sizes(release.first).items()
    }


def _asked_again(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    rows = connection.execute(
        select(ASKED_AGAIN.c.conversation_id, func.count())
        .where(ASKED_AGAIN.c.conversation_id.in_(ids))
        .group_by(ASKED_AGAIN.c.conversation_id)
    )
    return {conversation: count for conversation, count in rows}  # noqa: C416 - rows, not pairs


def _segments(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Conversation -> SMS segments sent to it; what WhatsApp carries has none."""
    rows = connection.execute(
        select(OUTBOUND.c.conversation_id, OUTBOUND.c.body)
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOUND.c.conversation_id)
        .where(CONVERSATION.c.id.in_(ids), CONVERSATION.c.channel == "sms")
    )
    found: defaultdict[int, int] = defaultdict(int)
    for conversation, body in rows:
        found[conversation] += segments(body).count
    return found


def districts(services: Services, campaign: str, question: str = "area") -> dict[str, int]:
    """Postcode district -> people, by an answer in words; small districts and other places are others.

    Empty while the campaign is live.
    """
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, campaign)
        runs = [run.id for run in figures.ended(connection, [row.id])]
        answers = figures.answers(connection, runs, question)
    if not figures.is_closed(row, services.clock.now()):
        return {}
    places = {run: district_of(str(a.value or "")) or OTHERS for run, a in answers.items()}
    release = protect(list(places), [Breakdown("district", places)])
    return release.sizes("district")


def district_of(text: str) -> str | None:
    """The first half of a postcode in what somebody wrote: "b66 3pq, Smethwick" -> "B66"."""
    found = _DISTRICT.search(text.upper())
    return None if found is None else found[1]
