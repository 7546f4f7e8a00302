"""Two coders: published examples, and another implementation's word."""

from __future__ import annotations

import random

import krippendorff
import pytest

from bot.research.agreement import (
    Estimate,
    alpha,
    alpha_with_interval,
    kappa,
    kappa_with_interval,
)
from bot.research.theme_agreement import agreement

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers, nominal .743.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_krippendorffs_own_example() -> None:
    found = alpha(list(zip(*OBSERVERS, strict=True)))
    assert found is not None
    assert round(found, 3) == 0.743


def test_another_implementation_says_the_same() -> None:
    dice = random.Random(5)
    for _ in range(30):
        coders = [[dice.choice([1, 2, 3, None]) for _ in range(20)] for _ in range(3)]
        data = [[float("nan") if c is None else c for c in coder] for coder in coders]
        theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert alpha(list(zip(*coders, strict=True))) == pytest.approx(theirs)


def test_kappa_of_the_textbook_table() -> None:
    # Twenty yes-yes, five yes-no, ten no-yes, fifteen no-no: .7 observed, .5 by chance.
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


def test_the_interval_of_kappa_is_that_of_the_textbook() -> None:
    # Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, table 18.1: two raters of
    # a hundred subjects, kappa .676 with a standard error of .088.
    table = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    found = kappa_with_interval([a for a, _ in pairs], [b for _, b in pairs])
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert round(found.value, 3) == 0.676
    assert round((found.high - found.low) / 2 / 1.959964, 3) == 0.088


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
