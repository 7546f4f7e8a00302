"""Whether two coders mean the same by a theme: Cohen's kappa and Krippendorff's alpha, both nominal.

Cohen J (1960), Educational and Psychological Measurement 20(1):37-46. Krippendorff K (2011), Computing
Krippendorff's Alpha-Reliability (coincidence matrix; missing codes allowed, any number of coders). The
interval of kappa is that of Fleiss JL, Cohen J, Everitt BS (1969), Psychological Bulletin 72(5):323-327;
that of alpha draws the units again and again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

DRAWS = 2000
"""How often the units are drawn again for the interval of alpha."""
_SEED = 20110125
_CONFIDENCE = 0.95

Unit = Sequence[Hashable | None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95 % interval.

    Attributes:
        value: -1 to 1.
        low: lower end; None with `high` where nothing is known about it, as when everything agrees.
        high: upper end.
    """

    value: float
    low: float | None = None
    high: float | None = None


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's kappa of two coders over the same units; None where chance alone would agree always.

    Raises:
        ValueError: the coders did not code the same number of units.
    """
    pairs = list(zip(one, other, strict=True))
    if not pairs:
        return None
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    left, right = Counter(one), Counter(other)
    expected = sum(left[code] * right[code] for code in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def kappa_with_interval(one: Sequence[Hashable], other: Sequence[Hashable]) -> Estimate | None:
    """Cohen's kappa with the large-sample interval of Fleiss, Cohen and Everitt (1969).

    Raises:
        ValueError: the coders did not code the same number of units.
    """
    value = kappa(one, other)
    if value is None:
        return None
    n, shares = len(one), Counter(zip(one, other, strict=True))
    left = {code: count / n for code, count in Counter(one).items()}
    right = {code: count / n for code, count in Counter(other).items()}
    expected = sum(share * right.get(code, 0.0) for code, share in left.items())
    spread = 0.0
    for (a, b), count in shares.items():
        if a == b:
            spread += count / n * (1 - (left[a] + right[a]) * (1 - value)) ** 2
        else:
            crossed = right.get(a, 0.0) + left.get(b, 0.0)
            spread += count / n * crossed**2 * (1 - value) ** 2
    spread -= (value - expected * (1 - value)) ** 2
    half = _z() * (max(spread, 0.0) / n) ** 0.5 / (1 - expected)
    if half < 1e-9:
        return Estimate(value)
    return Estimate(value, max(value - half, -1.0), min(value + half, 1.0))


def _z() -> float:
    return float(scipy.stats.norm.ppf(0.5 + _CONFIDENCE / 2))


def alpha(units: Sequence[Unit]) -> float | None:
    """Krippendorff's alpha: a unit is the codes that its coders gave, None for a coder who gave none.

    Units with fewer than two codes say nothing. None when there is no unit left or only one code in use.
    """
    found = float(_alphas(_coincidences(units, _codes(units))[None])[0])
    return None if np.isnan(found) else found


def alpha_with_interval(clusters: Sequence[Sequence[Unit]]) -> Estimate | None:
    """Alpha of all units, with an interval from drawing whole clusters again, the same draws each time.

    Args:
        clusters: units that belong together: all decisions about one answer.
    """
    units = [unit for cluster in clusters for unit in cluster]
    value = alpha(units)
    if value is None:
        return None
    codes = _codes(units)
    tables = np.array([_coincidences(cluster, codes) for cluster in clusters])
    n = len(clusters)
    times = np.random.default_rng(_SEED).multinomial(n, [1 / n] * n, size=DRAWS)
    drawn = _alphas(np.tensordot(times, tables, axes=1))
    drawn = drawn[~np.isnan(drawn)]
    # Where most draws have one code alone there is too little to say how sure the value is.
    if len(drawn) < DRAWS / 2 or float(np.ptp(drawn)) < 1e-9:
        return Estimate(value)
    outside = (1 - _CONFIDENCE) / 2
    low, high = np.quantile(drawn, [outside, 1 - outside])
    return Estimate(value, float(low), float(high))


def _codes(units: Iterable[Unit]) -> dict[Hashable, int]:
    """Code -> its place in the table."""
    seen = dict.fromkeys(code for unit in units for code in unit if code is not None)
    return {code: place for place, code in enumerate(seen)}


def _coincidences(units: Iterable[Unit], places: dict[Hashable, int]) -> np.ndarray:
    """How often each pair of codes met within a unit (codes x codes)."""
    table = np.zeros((len(places), len(places)))
    for unit in units:
        codes = Counter(code for code in unit if code is not None)
        m = codes.total()
        if m < 2:
            continue
        for a, times in codes.items():
            for b, others in codes.items():
                table[places[a], places[b]] += times * (others - (a == b)) / (m - 1)
    return table


def _alphas(tables: np.ndarray) -> np.ndarray:
    """Alpha of each coincidence table (tables x codes x codes); not a number where it says nothing."""
    totals = tables.sum(axis=2)
    n = totals.sum(axis=1)
    expected = n * n - (totals**2).sum(axis=1)
    observed = n - np.trace(tables, axis1=1, axis2=2)
    found = np.full(len(tables), np.nan)
    known = expected > 0
    found[known] = 1 - (n[known] - 1) * observed[known] / expected[known]
    return found
