"""Two coders: published examples, and another implementation's word."""

from __future__ import annotations

import random

import krippendorff
import pytest

from bot.research.agreement import alpha, kappa

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
