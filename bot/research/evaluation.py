"""Before and after: what changed between two waves in the people who answered both. Pure statistics.

Methods: paired t (Student 1908), dz (Cohen 1988), Wilcoxon signed rank (1945; exact where scipy's is),
Wilson's interval of a share (1927), power by the noncentral t, Welch's interval of a difference (1947).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy

CONFIDENCE = 0.95
POWER = 0.80

LOWER_IS_BETTER = frozenset(
    {"ons4_anxious_score", "phq4", "phq4_anxiety", "phq4_depression", "ucla3"}
)
"""Scores in which a smaller number means that a person is better."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, in the unit of what it is an interval of."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n` people, with Wilson's interval of the proportion."""

    count: int
    n: int
    interval: Interval

    @property
    def proportion(self) -> float:
        """From 0 to 1."""
        return self.count / self.n


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean in the unit of the score; `interval` (t) and `sd` are None where they are not defined."""

    n: int
    mean: float
    sd: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Change:
    """A paired comparison. What the data can not give is None, never a number that looks like one.

    Attributes:
        n: people with both scores.
        before, after: mean scores of these people.
        mean, sd: of the differences after - before.
        interval: of the mean difference, by t.
        t, p: paired t test, two-sided, n - 1 degrees of freedom.
        dz: mean / sd.
        w, w_p: Wilcoxon signed rank; zero differences are left out.
        over: who improved by the threshold or more; None without a published threshold.
        worse: who got worse by the threshold or more.
        detectable: the smallest dz that n people would show with 80 % power.
    """

    n: int
    before: float
    after: float
    mean: float
    sd: float | None
    interval: Interval | None
    t: float | None
    p: float | None
    dz: float | None
    w: float | None
    w_p: float | None
    over: Share | None
    worse: Share | None
    detectable: float | None


@dataclass(frozen=True, slots=True)
class Attrition:
    """Those who came back and those who did not, compared by their first score.

    `difference` is lost - kept, with Welch's interval; None where one side has fewer than two people.
    """

    kept: Mean | None
    lost: Mean | None
    difference: float | None
    interval: Interval | None


def mean_of(values: Sequence[float]) -> Mean | None:
    """Mean, standard deviation and t interval; None of nobody."""
    n = len(values)
    if n == 0:
        return None
    mean = math.fsum(values) / n
    sd = float(np.std(values, ddof=1)) if n > 1 else None
    return Mean(n, mean, sd, None if sd is None else _t_interval(mean, sd, n))


def _t_interval(mean: float, sd: float, n: int) -> Interval:
    half = _quantile(n - 1) * sd / math.sqrt(n)
    return Interval(mean - half, mean + half)


def share_of(count: int, n: int) -> Share | None:
    """A proportion with Wilson's interval (no continuity correction); None of nobody."""
    if n == 0:
        return None
    z = float(scipy.special.ndtri((1 + CONFIDENCE) / 2))
    middle = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(count * (n - count) / n + z * z / 4)
    return Share(count, n, Interval(max(0.0, middle - half), min(1.0, middle + half)))


def paired(
    before: Sequence[float],
    after: Sequence[float],
    *,
    threshold: float | None = None,
    lower_is_better: bool = False,
) -> Change | None:
    """Compare the same people's scores, in the same order; None of nobody.

    Args:
        threshold: the change that the instrument's authors count as one, in points.
        lower_is_better: whether a fall is an improvement.

    Raises:
        ValueError: the two lists differ in length.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    found = mean_of(differences)
    if found is None:
        return None
    n, mean, sd = found.n, found.mean, found.sd
    # Everybody changed by the same: there is no spread to test against.
    spread = sd if sd is not None and sd > 1e-12 else None
    t = None if spread is None else mean / (spread / math.sqrt(n))
    w, w_p = _wilcoxon(differences)
    gains = [-d if lower_is_better else d for d in differences]
    return Change(
        n=n,
        before=math.fsum(before) / n,
        after=math.fsum(after) / n,
        mean=mean,
        sd=sd,
        interval=found.interval if spread is not None else None,
        t=t,
        p=None if t is None else float(2 * scipy.stats.t.sf(abs(t), n - 1)),
        dz=None if spread is None else mean / spread,
        w=w,
        w_p=w_p,
        over=None if threshold is None else share_of(sum(g >= threshold for g in gains), n),
        worse=None if threshold is None else share_of(sum(-g >= threshold for g in gains), n),
        detectable=detectable(n),
    )


def _wilcoxon(differences: Sequence[float]) -> tuple[float | None, float | None]:
    moved = [d for d in differences if d != 0]
    if not moved:
        return None, None
    if len(moved) <= 13:
        return _every_sign(moved)
    found = scipy.stats.wilcoxon(moved)
    return float(found.statistic), float(found.pvalue)


def _every_sign(moved: Sequence[float]) -> tuple[float, float]:
    """W and its exact two-sided p: every pattern of signs is counted, ties or not, as scipy does."""
    # Twice the ranks are whole numbers, however many are tied.
    ranks = [round(2 * rank) for rank in scipy.stats.rankdata(np.abs(moved))]
    ways = np.zeros(sum(ranks) + 1)
    ways[0] = 1
    for rank in ranks:
        ways[rank:] = ways[rank:] + ways[:-rank]
    plus = sum(rank for rank, difference in zip(ranks, moved, strict=True) if difference > 0)
    w = min(plus, sum(ranks) - plus)
    return w / 2, min(1.0, 2 * float(ways[: w + 1].sum() / ways.sum()))


def power_of(dz: float, n: int) -> float:
    """Chance that a two-sided paired t test at 5 % finds a true effect of dz in n people."""
    edge, shift = _quantile(n - 1), dz * math.sqrt(n)
    found = float(scipy.stats.nct.sf(edge, n - 1, shift))
    # The wrong side's tail is nothing when the shift is large, and there scipy has no number for it.
    return found + float(scipy.stats.nct.cdf(-edge, n - 1, shift)) if shift < 2 else found


def _quantile(freedom: float) -> float:
    """How many standard errors a 95 % interval reaches to either side."""
    return float(scipy.special.stdtrit(freedom, (1 + CONFIDENCE) / 2))


@cache
def detectable(n: int, power: float = POWER) -> float | None:
    """The smallest standardised change dz that n people show with this power; None below three."""
    if n < 3:
        return None
    # The bracket grows from below: far out, the noncentral t is not a number any more.
    high = 1 / math.sqrt(n)
    while power_of(high, n) < power:
        high *= 1.5
    return float(scipy.optimize.brentq(lambda dz: power_of(dz, n) - power, 1e-6, high))


def attrition(kept: Sequence[float], lost: Sequence[float]) -> Attrition:
    """Compare the first scores of those who answered again with those who did not."""
    one, other = mean_of(kept), mean_of(lost)
    if one is None or other is None:
        return Attrition(one, other, None, None)
    difference = other.mean - one.mean
    if not one.sd or not other.sd:
        return Attrition(one, other, difference, None)
    parts = (one.sd**2 / one.n, other.sd**2 / other.n)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.n - 1) + parts[1] ** 2 / (other.n - 1))
    half = _quantile(freedom) * math.sqrt(sum(parts))
    return Attrition(one, other, difference, Interval(difference - half, difference + half))
