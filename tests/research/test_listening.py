"""An equal voice for every group: the published vector, ties, and what is refused."""

from __future__ import annotations

import random

import pytest

from bot.research.listening import priorities

OPTIONS = ("housing", "jobs", "gp", "lonely", "racism")
BALLOTS = [
    *[("A", ("housing", "jobs", "gp"))] * 20,
    *[("A", ("housing", "gp", "jobs"))] * 10,
    *[("B", ("lonely", "gp", "racism"))] * 5,
    *[("C", ("gp", "lonely", "racism"))] * 4,
    *[("C", ("lonely", "gp", "jobs"))] * 2,
]


def test_the_published_vector() -> None:
    found = {p.option: p for p in priorities(BALLOTS, OPTIONS)}
    assert (found["housing"].pooled, found["gp"].pooled) == (90, 66)
    assert {o: p.equal for o, p in found.items()} == {
        "gp": 12, "lonely": 10.5, "housing": 7.5, "jobs": 7.5, "racism": 7.5,
    }  # fmt: skip
    order = [p.option for p in priorities(BALLOTS, OPTIONS)]
    assert order[:2] == ["gp", "lonely"]
    assert found["housing"].pooled_rank == 1
    assert found["jobs"].equal_rank == 4
    assert found["gp"].by_group == {"A": 40, "B": 10, "C": 16}


def test_the_order_of_ballots_makes_no_difference() -> None:
    shuffled = BALLOTS.copy()
    random.Random(3).shuffle(shuffled)
    assert priorities(shuffled, OPTIONS) == priorities(BALLOTS, OPTIONS)


def test_a_group_that_doubles_has_no_more_voice() -> None:
    doubled = [*BALLOTS, *(b for b in BALLOTS if b[0] == "A")]
    before = {p.option: p.equal for p in priorities(BALLOTS, OPTIONS)}
    after = {p.option: p.equal for p in priorities(doubled, OPTIONS)}
    assert before == after
    housing = next(p for p in priorities(doubled, OPTIONS) if p.option == "housing")
    assert housing.pooled == 180


def test_a_group_gives_out_the_same_sum_whatever_it_says() -> None:
    total = sum(p.equal for p in priorities(BALLOTS, OPTIONS))
    assert total == 3 * (5 + 4 + 3 + 2 + 1)


def test_only_the_first_places_count_where_that_is_the_rule() -> None:
    found = {p.option: p.pooled for p in priorities(BALLOTS, OPTIONS, places=1)}
    assert found == {"housing": 30, "jobs": 0, "gp": 4, "lonely": 7, "racism": 0}


def test_nobody_ranked_anything() -> None:
    assert [p.equal for p in priorities([], OPTIONS)] == [0] * 5


@pytest.mark.parametrize("ballot", [("gp", "gp"), ("weather",)])
def test_a_ballot_that_can_not_be_is_refused(ballot: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="each option once"):
        priorities([("A", ballot)], OPTIONS)
