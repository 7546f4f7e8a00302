"""Whether two coders mean the same by a theme: Cohen's kappa and Krippendorff's alpha, both nominal.

Cohen J (1960), Educational and Psychological Measurement 20(1):37-46. Krippendorff K (2011), Computing
Krippendorff's Alpha-Reliability (coincidence matrix; missing codes allowed, any number of coders).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence


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


def alpha(units: Sequence[Sequence[Hashable | None]]) -> float | None:
    """Krippendorff's alpha: a unit is the codes that its coders gave, None for a coder who gave none.

    Units with fewer than two codes say nothing. None when there is no unit left or only one code in use.
    """
    coincidences: defaultdict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for unit in units:
        codes = Counter(code for code in unit if code is not None)
        m = codes.total()
        if m < 2:
            continue
        for a, times in codes.items():
            for b, others in codes.items():
                coincidences[a, b] += times * (others - (a == b)) / (m - 1)
    n = sum(coincidences.values())
    totals: defaultdict[Hashable, float] = defaultdict(float)
    for (a, _), value in coincidences.items():
        totals[a] += value
    expected = n * n - sum(total * total for total in totals.values())
    if n == 0 or expected == 0:
        return None
    observed = sum(value for (a, b), value in coincidences.items() if a != b)
    return 1 - (n - 1) * observed / expected
