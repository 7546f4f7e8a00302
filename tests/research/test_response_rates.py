"""AAPOR's outcome rates on a worked example, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.research.response_rates import Counts, eligible_share, rates

# 1,000 cases, worked by hand from the formulas of the standard.
EXAMPLE = Counts(
    complete=400, partial=50, refusal=150, non_contact=100, other=20,
    unknown_household=120, unknown_other=80, not_eligible=80,
)  # fmt: skip


def test_a_worked_example() -> None:
    found = rates(EXAMPLE)
    # eligible 400 + 50 + 150 + 100 + 20 = 720; unknown 200; e = 720 / 800 = 0.9
    assert found.e == pytest.approx(0.9)
    assert found.rr1 == pytest.approx(400 / 920)
    assert found.rr2 == pytest.approx(450 / 920)
    assert found.rr3 == pytest.approx(400 / 900)
    assert found.rr4 == pytest.approx(450 / 900)
    assert found.rr5 == pytest.approx(400 / 720)
    assert found.rr6 == pytest.approx(450 / 720)
    assert found.coop1 == pytest.approx(400 / 620)
    assert found.coop2 == pytest.approx(450 / 620)
    assert found.coop3 == pytest.approx(400 / 600)
    assert found.coop4 == pytest.approx(450 / 600)
    assert found.con1 == pytest.approx(620 / 920)
    assert found.con2 == pytest.approx(620 / 900)
    assert found.con3 == pytest.approx(620 / 720)
    assert found.ref1 == pytest.approx(150 / 920)
    assert found.ref2 == pytest.approx(150 / 900)
    assert found.ref3 == pytest.approx(150 / 720)


def test_e_can_be_given_from_outside() -> None:
    assert rates(EXAMPLE, e=0.5).rr3 == pytest.approx(400 / 820)
    with pytest.raises(ValueError, match="share between 0 and 1"):
        rates(EXAMPLE, e=1.5)


def test_without_any_case_there_is_no_rate() -> None:
    found = rates(Counts())
    assert (found.rr1, found.coop1, found.con1, found.ref1) == (None, None, None, None)
    assert eligible_share(Counts(unknown_other=5)) == 1.0


@given(some.lists(some.integers(0, 500), min_size=8, max_size=8))
def test_the_rates_are_shares_and_rise_in_the_order_of_the_standard(numbers: list[int]) -> None:
    found = rates(Counts(*numbers))
    for low, high in (
        (found.rr1, found.rr3), (found.rr3, found.rr5), (found.rr1, found.rr2),
        (found.rr5, found.rr6), (found.coop1, found.coop3), (found.con1, found.con3),
    ):  # fmt: skip
        if low is not None and high is not None:
            assert 0 <= low <= high + 1e-12 <= 1 + 1e-9
