"""A listening round's priorities: everybody together, and each group with an equal voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.research.disclosure import Breakdown, Release, protect, settled
from bot.research.listening import Priority, priorities
from bot.research.suppression import Grid
from bot.store.inbox import AnyRow
from bot.usecases import figures
from bot.usecases.campaigns import CampaignError
from bot.usecases.services import Services
from flows.language import Language
from flows.survey import Kind, Question
from flows.wording import Wording

CHOSEN, NOT_CHOSEN = "chosen", "not chosen"


@dataclass(frozen=True, slots=True)
class Heard:
    """One priority that may be shown. Points are None where they would tell what a small group said.

    Attributes:
        option: its code; `label` what participants saw, in the language asked for.
        place: with an equal voice for every group; ties share the average of their places.
        pooled_place: with everybody together.
        pooled: points of everybody together. Where people chose, a point is a person: numbers that would
            speak of fewer than ten people, who chose it or who did not, are None.
        by_group: group -> points, for groups of ten people or more; hidden numbers are left out.
    """

    option: str
    label: str
    place: float
    equal: float | None
    pooled_place: float
    pooled: float | None
    by_group: Mapping[str, float]


@dataclass(frozen=True)
class Round:
    """The result of a listening round.

    Attributes:
        people: who ranked something and are counted.
        groups: group -> people; smaller groups have a voice too and are counted as others.
        heard: priorities, first to last; nothing with fewer than ten people.
        open: whether a campaign still takes answers.
    """

    question: str
    people: int
    groups: Mapping[str, int]
    heard: tuple[Heard, ...]
    open: bool


def listen(
    services: Services,
    campaigns: Sequence[str],
    *,
    question: str,
    group: str | None = None,
    language: str = "en",
) -> Round:
    """Count the ballots of campaigns.

    Args:
        question: a rank question; or a select_one or select_multiple, where each choice is a point.
        group: the question that says which group somebody belongs to; else the campaign does.
        language: of the labels.

    Raises:
        CampaignError: there is no such campaign or question, or it has no options to rank.
    """
    with services.database.reading() as connection:
        rows = [figures.campaign_of(connection, slug) for slug in campaigns]
        survey = figures.survey_of(services, connection, rows[0])
        asked = survey.by_name.get(question)
        if asked is None or not asked.choices:
            choices = ", ".join(q.name for q in survey.questions if q.choices and not q.purpose)
            raise CampaignError(
                f"{survey.form_id} has no question {question!r} with options; it has: {choices}."
            )
        known = services.scripts.get(connection, rows[0].survey_version_id, rows[0].languages)
        speech = known.languages.get(language)
        labels = {choice.name: label_of(choice.label, speech) for choice in asked.choices}
        ballots, groups = _ballots(connection, rows, question, group)
    closed = all(figures.is_closed(row, services.clock.now()) for row in rows)
    counted = settled(list(ballots), closed=closed)
    return _round(asked, counted, ballots, groups, labels, closed=closed)


def _ballots(
    connection: Connection, rows: Sequence[AnyRow], question: str, group: str | None
) -> tuple[dict[int, tuple[str, ...]], dict[int, str]]:
    """Conversation -> ballot, and conversation -> group; in the order in which they ended."""
    names = {row.id: row.name for row in rows}
    runs = figures.ended(connection, list(names))
    ids = [run.id for run in runs]
    answers = figures.answers(connection, ids, question)
    said = {} if group is None else figures.answers(connection, ids, group)
    ballots: dict[int, tuple[str, ...]] = {}
    groups: dict[int, str] = {}
    for run in runs:
        answer = answers.get(run.id)
        if answer is None or not answer.value:
            continue
        value = answer.value
        belongs = names[run.campaign_id] if group is None else _code(said.get(run.id))
        if belongs is not None:
            ballots[run.id] = tuple(value) if isinstance(value, list) else (str(value),)
            groups[run.id] = belongs
    return ballots, groups


def label_of(wording: Wording, speech: Language | None) -> str:
    """What participants saw, in a language, or else in the language it was written in."""
    if speech is None or speech.untranslated([wording]):
        return wording.source
    return speech.text(wording)


def _code(answer: AnyRow | None) -> str | None:
    return None if answer is None or answer.value is None else str(answer.value)


def _round(
    asked: Question,
    counted: Sequence[int],
    ballots: Mapping[int, tuple[str, ...]],
    groups: Mapping[int, str],
    labels: Mapping[str, str],
    *,
    closed: bool,
) -> Round:
    release = protect(counted, [Breakdown("group", groups)])
    cast = [(groups[c], ballots[c]) for c in sorted(release.people)]
    grids: Mapping[str, Grid] = {}
    if asked.kind is not Kind.RANK:
        grids = _chosen(asked, release, ballots)
        # Whoever chose several put none of them first.
        cast = [(belongs, (choice,)) for belongs, ballot in cast for choice in ballot]
    found = priorities(cast, [choice.name for choice in asked.choices])
    shown = release.breakdowns.get("group", {})
    alone = {groups[c] for c in release.people} - shown.keys()
    return Round(
        question=asked.name,
        people=len(release.people),
        groups=release.sizes("group"),
        heard=tuple(_heard(p, shown, labels, grids, whole=not alone) for p in found)
        if release.people
        else (),
        open=not closed,
    )


def _chosen(
    asked: Question, release: Release, ballots: Mapping[int, tuple[str, ...]]
) -> dict[str, Grid]:
    """Option -> how many chose it, by group, with what is small hidden.

    Of a select_one all options are one table, since who chose one did not choose another; of a
    select_multiple each is a table of its own, of those who chose it and those who did not.
    """
    if not release.people:
        return {}
    names = [choice.name for choice in asked.choices]
    if asked.kind is Kind.SELECT_ONE:
        whole = release.table({p: ballots[p][0] for p in release.people}, names)
        return {name: _column(whole, name) for name in names}
    return {
        name: release.table(
            {p: CHOSEN if name in ballots[p] else NOT_CHOSEN for p in release.people},
            [CHOSEN, NOT_CHOSEN],
        )
        for name in names
    }


def _column(whole: Grid, name: str) -> Grid:
    cells = {(row, CHOSEN): whole.cells[row, name] for row, column in whole.cells if column == name}
    return Grid(whole.rows, (CHOSEN,), cells, whole.totals)


def _heard(
    priority: Priority,
    shown: Mapping[str, frozenset[int]],
    labels: Mapping[str, str],
    grids: Mapping[str, Grid],
    *,
    whole: bool,
) -> Heard:
    grid = grids.get(priority.option)
    by_group = {g: points for g, points in priority.by_group.items() if g in shown}
    pooled: float | None = priority.pooled
    if grid is not None:
        pooled = grid.all[CHOSEN]
        by_group = {g: n for g in by_group if (n := grid.cells[g, CHOSEN]) is not None}
    return Heard(
        option=priority.option,
        label=labels[priority.option],
        place=priority.equal_rank,
        # With a group that may not be shown, the sum less the others' ranks would be that group's.
        equal=priority.equal if whole else None,
        pooled_place=priority.pooled_rank,
        pooled=pooled,
        by_group=by_group,
    )
