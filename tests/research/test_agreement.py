"""Two coders: other implementations' word, and what can be reckoned by hand."""

from __future__ import annotations

import random

import krippendorff
import numpy as np
import pytest

from bot.research.agreement import (
    Estimate,
    alpha,
    alpha_with_interval,
    kappa,
    kappa_with_interval,
)
from bot.research.theme_agreement import agreement

# What the manual of R's irr 0.84.1 (kripp.alpha) calls "the C data from Krippendorff": four observers, twelve
# units. There the lone code of the last unit is another observer's; it counts for nothing either way.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_krippendorffs_own_example() -> None:
    found = alpha(list(zip(*OBSERVERS, strict=True)))
    data = [[float("nan") if c is None else c for c in coder] for coder in OBSERVERS]
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert found == pytest.approx(theirs)
    assert round(theirs, 3) == 0.743


def test_another_implementation_says_the_same() -> None:
    dice = random.Random(5)
    for _ in range(30):
        coders = [[dice.choice([1, 2, 3, None]) for _ in range(20)] for _ in range(3)]
        data = [[float("nan") if c is None else c for c in coder] for coder in coders]
        theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert alpha(list(zip(*coders, strict=True))) == pytest.approx(theirs)


def test_kappa_of_a_table_reckoned_by_hand() -> None:
    # Twenty yes-yes, five yes-no, ten no-yes, fifteen no-no: they agree in .7, and by chance in
    # .5 x .6 + .5 x .4 = .5, so that kappa is .2 of .5.
    one = ["yes"] * 25 + ["no"] * 25
    other = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert kappa(one, other) == pytest.approx(0.4)


def test_agreement_that_says_nothing_is_none() -> None:
    assert kappa([], []) is None
    assert kappa(["a", "a"], ["a", "a"]) is None
    assert alpha([]) is None
    assert alpha([["a", None], [None, "b"]]) is None
    assert alpha([["a", "a"], ["a", "a"]]) is None


def test_full_agreement_is_one_and_coders_of_different_units_are_refused() -> None:
    assert kappa(["a", "b"], ["a", "b"]) == 1
    assert alpha([["a", "a"], ["b", "b"]]) == 1
    with pytest.raises(ValueError, match="shorter"):
        kappa(["a"], [])


def test_another_implementation_says_the_same_of_kappa_and_its_interval() -> None:
    # Printed by statsmodels 0.15.0, `statsmodels.stats.inter_rater.cohens_kappa`: kappa, std_kappa, and the
    # 95 % limits (its kappa_low and kappa_upp), for tables made up for this.
    for table, theirs in (
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], (0.676470588, 0.087702953, 0.504575958, 0.848365218)),
        ([[20, 5], [10, 15]], (0.4, 0.126996063, 0.151092290, 0.648907710)),
        (
            [[53, 5, 2], [11, 14, 5], [1, 6, 3]],
            (0.428571429, 0.075958832, 0.279694855, 0.577448003),
        ),
    ):
        found = kappa_with_interval(*coders(table))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        spread = (found.high - found.low) / 2 / 1.959963985
        assert (found.value, spread, found.low, found.high) == pytest.approx(theirs, abs=1e-8)


def test_the_interval_of_kappa_is_that_of_its_slopes() -> None:
    # What "large sample" means, without the formula of 1969: cells are multinomial, and the variance of kappa
    # is that of its slopes along the cells, here by small differences.
    dice = np.random.default_rng(18)
    for codes in (2, 3, 4):
        table = dice.integers(1, 20, (codes, codes))
        n, shares = table.sum(), table / table.sum()
        slopes = np.zeros_like(shares)
        for cell in np.ndindex(shares.shape):
            step = np.zeros_like(shares)
            step[cell] = 1e-6
            slopes[cell] = (_kappa_of(shares + step) - _kappa_of(shares - step)) / 2e-6
        variance = ((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / n
        found = kappa_with_interval(*coders(table.tolist()))
        assert found is not None
        assert found.high is not None
        assert found.value == pytest.approx(_kappa_of(shares))
        assert (found.high - found.value) / 1.959963985 == pytest.approx(variance**0.5, rel=1e-6)


def coders(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """What two coders gave, from how often they gave what together."""
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _kappa_of(shares: np.ndarray) -> float:
    """Of shares that need not add up to one: a step along one cell changes their sum."""
    shares = shares / shares.sum()
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (float(np.trace(shares)) - expected) / (1 - expected)


def test_the_interval_of_alpha_holds_the_value_and_narrows_with_more_answers() -> None:
    few = [[unit] for unit in zip(*OBSERVERS, strict=True)]
    one, many = alpha_with_interval(few), alpha_with_interval(few * 8)
    for found in (one, many):
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.value < found.high <= 1
    assert one == alpha_with_interval(few)
    assert many is not None
    assert one is not None
    assert (many.high or 0) - (many.low or 0) < ((one.high or 0) - (one.low or 0)) / 2


def test_where_everything_agrees_nothing_is_said_about_how_sure_that_is() -> None:
    assert kappa_with_interval(["a", "b"], ["a", "b"]) == Estimate(1)
    assert kappa_with_interval([], []) is None
    assert alpha_with_interval([[("a", "a")], [("b", "b")]]) == Estimate(1)
    assert alpha_with_interval([]) is None


def test_themes_are_compared_answer_by_answer() -> None:
    pairs = {
        1: (("bus",), ("bus",)),
        2: (("bus", "park"), ("park",)),
        3: ((), ()),
        4: ((), ("bus",)),
    }
    found = agreement(pairs, ["bus", "park", "never"])
    assert (found.answers, found.same) == (4, 2)
    bus, park, never = found.themes
    assert (bus.both, bus.first, bus.second, bus.neither) == (1, 1, 1, 1)
    assert bus.kappa is not None
    assert bus.kappa.value == 0
    assert park.kappa == Estimate(1)
    assert never.kappa is None
    units = [
        [int(t in a), int(t in b)] for a, b in pairs.values() for t in ("bus", "park", "never")
    ]
    theirs = krippendorff.alpha(
        reliability_data=list(zip(*units, strict=True)), level_of_measurement="nominal"
    )
    assert found.alpha is not None
    assert found.alpha.value == pytest.approx(theirs)
