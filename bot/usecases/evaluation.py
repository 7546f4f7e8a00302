"""What an initiative's people said before and after, as figures that may be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.research import evaluation, verdicts
from bot.research.cautions import Caution, Wave, cautions
from bot.research.disclosure import Breakdown, Release, protect, settled
from bot.research.evaluation import Attrition, Change, Mean, Share
from bot.research.suppression import Grid, suppress
from bot.research.verdicts import Judgement
from bot.usecases import figures
from bot.usecases.campaigns import CampaignError
from bot.usecases.figures import Scored
from bot.usecases.holy_days import RAMADAN
from bot.usecases.services import Services
from flows.survey import Score

KEPT, LOST = "kept", "lost"
_MONTHS = tuple((first, last) for first, last, _ in RAMADAN)


@dataclass(frozen=True)
class Evaluation:
    """A before and after that may be shown; what may not is None.

    Attributes:
        before, after: names of the two campaigns.
        instrument: title of the scale; `citation` is its source.
        score: name of the score; `threshold` its published change in points, `scale` its ends.
        open: whether the follow-up still takes answers: figures then move in steps of ten people.
        change: of the people who answered both times.
        over: who improved by the threshold, where both sides have ten people or more.
        attrition: those who left, where both sides have ten people or more.
        waves: (wave, what) -> how many people; what is "mode" or "language".
    """

    before: str
    after: str
    instrument: str
    citation: str
    score: str
    threshold: float | None
    scale: tuple[float, float]
    open: bool
    judgement: Judgement
    cautions: tuple[Caution, ...]
    change: Change | None
    means: Mapping[str, Mean | None]
    over: Share | None
    attrition: Attrition | None
    waves: Mapping[tuple[str, str], Grid]


def evaluate(services: Services, names: Sequence[str], *, score: str = "who5") -> Evaluation:
    """Compare two waves of the same people, by one score.

    Args:
        names: an initiative's slug, or the slugs of a baseline and a follow-up.

    Raises:
        CampaignError: there is no such initiative, campaign or score.
    """
    with services.database.reading() as connection:
        first, last = figures.waves_of(connection, names)
        survey = figures.survey_of(services, connection, last)
        instrument = figures.instrument_of(survey, score)
        before = figures.scored(connection, first.id, score)
        after = figures.scored(connection, last.id, score)
    if first.id == last.id:
        raise CampaignError("The baseline and the follow-up are the same campaign: name two.")
    closed = figures.is_closed(last, services.clock.now())
    release = pairs(before, after, closed=closed)
    lower = score in evaluation.LOWER_IS_BETTER
    threshold = instrument.meaningful_change
    change = _change(release, before, after, threshold, lower)
    people = sorted(release.people)
    rule = next(found for found in instrument.scores if found.name == score)
    return Evaluation(
        before=first.name,
        after=last.name,
        instrument=instrument.title,
        citation=" ".join(instrument.citation.split()),
        score=score,
        threshold=threshold,
        scale=scale_of(rule),
        open=not closed,
        judgement=verdicts.judge(change, threshold=threshold, lower_is_better=lower),
        cautions=cautions(
            _wave([before[p] for p in people]),
            _wave([after[p] for p in people]),
            n=len(people),
            lost=len(before.keys() - after.keys()),
            score=score,
            ramadan=_MONTHS,
        ),
        change=change,
        means=_means(release, before, after),
        over=_shown(change),
        attrition=_attrition(before, after) if closed else None,
        waves=_mix(release, before, after),
    )


def scale_of(rule: Score) -> tuple[float, float]:
    """The ends of a score, as its published bands or its table say them."""
    if rule.table:
        return rule.table[0][1], rule.table[-1][1]
    return 0.0, float(rule.bands[-1][0]) if rule.bands else 100.0


def pairs(before: Mapping[int, Scored], after: Mapping[int, Scored], *, closed: bool) -> Release:
    """Those who have both scores, as far as they may be spoken of now."""
    both = [participant for participant in after if participant in before]
    return protect(settled(both, closed=closed))


def _change(
    release: Release,
    before: Mapping[int, Scored],
    after: Mapping[int, Scored],
    threshold: float | None,
    lower: bool,
) -> Change | None:
    people = sorted(release.people)
    return evaluation.paired(
        [before[p].value for p in people],
        [after[p].value for p in people],
        threshold=threshold,
        lower_is_better=lower,
    )


def _means(
    release: Release, before: Mapping[int, Scored], after: Mapping[int, Scored]
) -> dict[str, Mean | None]:
    return {
        wave: release.means({p: found.value for p, found in scores.items()}).get("all")
        for wave, scores in (("before", before), ("after", after))
    }


def _shown(change: Change | None) -> Share | None:
    """A share is two cells of a table: a small one on either side hides both."""
    if change is None or change.over is None:
        return None
    over = change.over
    grid = suppress({"all": {"over": over.count, "under": over.n - over.count}}, ("over", "under"))
    return None if grid.hidden else over


def _attrition(before: Mapping[int, Scored], after: Mapping[int, Scored]) -> Attrition | None:
    labels = {p: KEPT if p in after else LOST for p in before}
    release = protect(before, [Breakdown("came_back", labels)])
    rows = release.breakdowns.get("came_back", {})
    if set(rows) != {KEPT, LOST}:
        return None
    kept, lost = ([before[p].value for p in sorted(rows[label])] for label in (KEPT, LOST))
    return evaluation.attrition(kept, lost)


def _wave(scores: Sequence[Scored]) -> Wave:
    return Wave(
        [found.day for found in scores],
        Counter(found.mode for found in scores),
        Counter(found.language for found in scores),
    )


def _mix(
    release: Release, before: Mapping[int, Scored], after: Mapping[int, Scored]
) -> dict[tuple[str, str], Grid]:
    found = {}
    for wave, scores in (("before", before), ("after", after)):
        modes = {p: scores[p].mode for p in release.people}
        languages = {p: scores[p].language for p in release.people}
        found[wave, "mode"] = release.table(modes, ("self", "assisted", "audio"))
        found[wave, "language"] = release.table(languages, sorted(set(languages.values())))
    return found
