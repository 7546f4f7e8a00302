"""A listening as it may be shown: priorities with what is done about them, back to what people said.

A quote is shown where ten people or more can be spoken of, once somebody of the staff has looked at it and
found that nobody can be recognised by it; in alphabetical order, so that a place is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.research.disclosure import Breakdown, protect, settled
from bot.research.suppression import THRESHOLD
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.usecases import audit, dashboards, figures, listening
from bot.usecases.effects import ANSWER
from bot.usecases.feedback_hands import Hand
from bot.usecases.listening import Heard
from bot.usecases.listening_rounds import LISTENING, SOURCE, ListeningError, found, themes_of
from bot.usecases.services import Services
from bot.usecases.staff import Organisation


@dataclass(frozen=True)
class Theme:
    """A theme and where it came from.

    Attributes:
        code: its code in the ranking.
        words: people's own.
        action: what is done about it; empty while nothing is written.
        people: whose answers it came from; None where that would speak of fewer than ten, and until the
            themes are ranked.
        quotes: what of it may be shown; nothing where fewer than ten people can be spoken of.
        heard: its place in the second round; None while that gives no result.
    """

    code: str
    words: str
    action: str
    people: int | None
    quotes: tuple[str, ...]
    heard: Heard | None = None


@dataclass(frozen=True)
class Rounds:
    """A listening.

    Attributes:
        slug, name: of the first round's campaign.
        question: what was asked in it, in English.
        ranking: slug of the second round's campaign.
        themes: first priority first; in the order of writing while there is no result.
        people: who ranked something and are counted.
        open: whether the second round still takes answers.
        published: when it was published.
    """

    slug: str
    name: str
    question: str
    ranking: str | None
    themes: tuple[Theme, ...]
    people: int
    open: bool
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to the open question, as staff read it to write down themes."""

    id: int
    text: str
    language: str


def answers(
    services: Services,
    slug: str,
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> list[Said]:
    """What was answered to the open question, newest word of each person; reading it is written down.

    Raises:
        ListeningError, CampaignError, NotHere: there is no such listening.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = found(connection, slug, organisation)
        rows = _answers(connection, campaign, row)
        audit.record(
            connection,
            now,
            organisation_id=campaign.organisation_id,
            who=hand.name,
            what="listening.read",
            about=f"campaign:{campaign.slug}",
            detail={"answers": len(rows)},
        )
    said = [Said(one.id, str(one.value), one.language) for one in rows.values()]
    return sorted(said, key=lambda one: one.text)


def _answers(connection: Connection, campaign: AnyRow, row: AnyRow) -> dict[int, AnyRow]:
    """Conversation -> its answer to the open question, in the order in which they ended."""
    runs = [run.id for run in figures.ended(connection, [campaign.id])]
    known = figures.answers(connection, runs, row.question)
    return {run: known[run] for run in runs if run in known and known[run].value}


def opened(
    services: Services, slug: str, organisation: Organisation | None = None, language: str = "en"
) -> Rounds:
    """A listening with its priorities; raises ListeningError, CampaignError or NotHere."""
    with services.database.reading() as connection:
        campaign, row = found(connection, slug, organisation)
        themes = _themes(services, connection, campaign, row)
        asked = figures.survey_of(services, connection, campaign).by_name[row.question]
        second = _second(connection, row)
    rounds = Rounds(
        slug=campaign.slug,
        name=campaign.name,
        question=asked.label.source if asked.label else asked.name,
        ranking=None if second is None else second.slug,
        themes=tuple(themes),
        people=0,
        open=True,
        published=row.published,
    )
    return rounds if second is None else _ranked(services, rounds, second, row, language)


def _second(connection: Connection, row: AnyRow) -> AnyRow | None:
    return connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == row.ranking_id)).one_or_none()


def _ranked(
    services: Services, rounds: Rounds, second: AnyRow, row: AnyRow, language: str
) -> Rounds:
    """The themes in the order of the second round: an equal voice for every group of its plan."""
    result = listening.listen(
        services,
        [second.slug],
        question=row.ranking_question,
        group=dashboards.group_question(second),
        language=language,
    )
    heard = {one.option: one for one in result.heard}
    order = {option: place for place, option in enumerate(heard)}
    themes = [replace(theme, heard=heard.get(theme.code)) for theme in rounds.themes]
    themes.sort(key=lambda theme: order.get(theme.code, len(order)))
    return replace(rounds, themes=tuple(themes), people=result.people, open=result.open)


def _themes(
    services: Services, connection: Connection, campaign: AnyRow, row: AnyRow
) -> list[Theme]:
    said = _answers(connection, campaign, row)
    closed = figures.is_closed(campaign, services.clock.now())
    counted = settled(list(said), closed=closed)
    themes = themes_of(connection, row)
    came_from: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    texts: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for one in connection.execute(
        select(SOURCE.c.theme_id, SOURCE.c.safe, ANSWER.c.conversation_id, ANSWER.c.value)
        .join(ANSWER, ANSWER.c.id == SOURCE.c.answer_id)
        .where(SOURCE.c.theme_id.in_([theme.id for theme in themes]))
        .order_by(SOURCE.c.id)
    ):
        came_from[one.theme_id][one.conversation_id] = one.safe
        texts[one.theme_id][one.conversation_id] = str(one.value)
    # While themes are still written down, what they came from changes by a few people at a time.
    ready = row.ranking_id is not None
    shown = _released(counted, {t.id: came_from[t.id] for t in themes}) if ready else {}
    return [
        Theme(
            code=theme.code,
            words=theme.words,
            action=theme.action,
            people=len(shown[theme.id]) if theme.id in shown else None,
            quotes=_quotes(shown.get(theme.id, frozenset()), came_from[theme.id], texts[theme.id]),
        )
        for theme in themes
    ]


def _released(
    counted: Sequence[int], came_from: Mapping[int, Mapping[int, bool]]
) -> dict[int, frozenset[int]]:
    """Theme -> people who may be spoken of: those in it and those not are ten each, in every combination.

    A person may stand in several themes, so each theme is a way of its own to put people into rows; one
    that would single somebody out beside those before it is withheld.
    """
    everybody = frozenset(counted)
    ways = [
        Breakdown(str(theme), dict.fromkeys(everybody & people.keys(), "in"))
        for theme, people in came_from.items()
    ]
    release = protect(counted, ways)
    all_in = [theme for theme, people in came_from.items() if everybody <= people.keys()]
    return {theme: release.people for theme in all_in if release.people} | {
        theme: frozenset(release.breakdowns[str(theme)]["in"])
        for theme in came_from
        if "in" in release.breakdowns.get(str(theme), {})
    }


def _quotes(
    people: frozenset[int], safe: Mapping[int, bool], texts: Mapping[int, str]
) -> tuple[str, ...]:
    return tuple(sorted(texts[person] for person in people if safe.get(person)))


@dataclass(frozen=True, slots=True)
class Listed:
    """A listening in the list."""

    slug: str
    name: str
    ranking: str | None
    published: datetime | None


def listing(services: Services, organisation: Organisation) -> list[Listed]:
    """The listenings of an organisation, newest first."""
    second = CAMPAIGN.alias("second")
    statement = (
        select(
            CAMPAIGN.c.slug,
            CAMPAIGN.c.name,
            second.c.name.label("ranking"),
            LISTENING.c.published,
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == LISTENING.c.campaign_id)
        .outerjoin(second, second.c.id == LISTENING.c.ranking_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .order_by(LISTENING.c.id.desc())
    )
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [Listed(row.slug, row.name, row.ranking, row.published) for row in rows]


def publish(
    services: Services, slug: str, *, hand: Hand, organisation: Organisation | None = None
) -> None:
    """Say that the priorities and what is done about them may be shown outside.

    Raises:
        ListeningError: the second round is not closed, gives no result, or an action is missing.
        CampaignError, NotHere: there is no such campaign.
    """
    rounds = opened(services, slug, organisation)
    if rounds.ranking is None or rounds.open or rounds.people < THRESHOLD:
        raise ListeningError(
            "It is published when the second round is closed and ten people ranked."
        )
    missing = [theme.code for theme in rounds.themes if not theme.action]
    if missing:
        raise ListeningError(f"Say what is done, or why nothing can be: {', '.join(missing)}.")
    now = services.clock.now()
    with services.database.transaction() as work:
        campaign, row = found(work.connection, slug, organisation)
        work.connection.execute(
            update(LISTENING).where(LISTENING.c.id == row.id).values(published=now)
        )
        audit.record(
            work.connection,
            now,
            organisation_id=campaign.organisation_id,
            who=hand.name,
            what="listening.published",
            about=f"campaign:{campaign.slug}",
        )
