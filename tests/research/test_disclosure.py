"""Attacks on what is published: subtraction of tables, of exports, of moments, of pictures, and quotes.

The attacker solves for hidden numbers with an integer program of her own and knows every rule of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from bot.research.disclosure import OTHERS, Breakdown, fewest, history, protect, settled
from bot.research.suppression import TOTAL, Cell, Grid, suppress


def attack(grid: Grid, target: Cell) -> tuple[int, int]:
    """The fewest and the most people that a cell can have, by integer programming."""
    rows, columns = grid.rows, grid.columns
    place = {cell: i for i, cell in enumerate(product(rows, columns))}
    lines, values = [], []

    def learn(cells: Sequence[Cell], value: int | None) -> None:
        if value is not None:
            lines.append([float(cell in cells) for cell in place])
            values.append(value)

    def members(cell: Cell) -> list[Cell]:
        return [(r, cell[1]) for r in rows] if cell[0] == TOTAL else [cell]

    for cell, value in grid.cells.items():
        learn(members(cell), value)
    for row, total in grid.totals.items():
        learn([cell for cell in place if row in (TOTAL, cell[0])], total)
    goal = np.array([float(cell in members(target)) for cell in place])
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * goal,
            constraints=LinearConstraint(np.array(lines), values, values),
            integrality=np.ones(len(place)),
            bounds=Bounds(0, np.inf),
        )
        assert found.success
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


def test_the_published_vector_hides_three_and_twelve() -> None:
    grid = suppress({"all": {"a": 12, "b": 3, "c": 25}}, "abc")
    assert [grid.cells["all", c] for c in "abc"] == [None, None, 25]
    assert grid.totals == {"all": 40}
    assert attack(grid, ("all", "b")) == (0, 15)


def test_zero_is_a_small_number() -> None:
    grid = suppress({"all": {"a": 0, "b": 20, "c": 30}}, "abc")
    assert [grid.cells["all", c] for c in "abc"] == [None, None, 30]


def test_two_small_numbers_whose_sum_is_small_need_a_third() -> None:
    grid = suppress({"all": {"a": 4, "b": 3, "c": 30, "d": 50}}, "abcd")
    assert [grid.cells["all", c] for c in "abcd"] == [None, None, None, 50]


def test_ten_is_shown() -> None:
    assert suppress({"all": {"a": 10, "b": 10}}, "ab").hidden == frozenset()


def test_a_table_of_fewer_than_ten_people_is_empty() -> None:
    for counts in ({"all": {"a": 9}}, {"x": {"a": 40}, "y": {"a": 4}}):
        grid = suppress(counts, "a")
        assert set(grid.cells.values()) | set(grid.totals.values()) == {None}
    assert suppress({}, "a").cells == {}


tables = st.integers(1, 4).flatmap(
    lambda rows: st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 30), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@given(tables)
@settings(max_examples=20)
def test_no_small_number_of_any_table_can_be_narrowed_to_less_than_ten(
    numbers: list[list[int]],
) -> None:
    columns = "abcd"[: len(numbers[0])]
    counts = {f"row {i}": dict(zip(columns, row, strict=True)) for i, row in enumerate(numbers)}
    true: dict[Cell, int] = {(r, c): n for r, cells in counts.items() for c, n in cells.items()}
    if len(counts) > 1:
        true |= {(TOTAL, c): sum(cells[c] for cells in counts.values()) for c in columns}
    grid = suppress(counts, columns)
    if set(grid.totals.values()) == {None}:
        return
    for cell, value in true.items():
        if grid.cells[cell] is not None:
            assert grid.cells[cell] == value >= 10
        if value < 10:
            low, high = attack(grid, cell)
            assert high - low >= 10
            assert low <= value <= high


def test_in_every_row_and_column_with_a_hidden_cell_there_are_two() -> None:
    counts = {"x": {"a": 40, "b": 3, "c": 25}, "y": {"a": 30, "b": 22, "c": 28}}
    grid = suppress(counts, "abc")
    for row in ("x", "y"):
        assert sum(grid.cells[row, c] is None for c in "abc") in (0, 2, 3)
    for c in "abc":
        assert sum(grid.cells[r, c] is None for r in ("x", "y", TOTAL)) != 1


# Groups and languages of forty people. Three of the eldest's group do not speak its language.
PEOPLE = list(range(40))
GROUP = {p: "bangladeshi" if p < 15 else "somali" for p in PEOPLE}
LANGUAGE = {p: "bn" if p < 12 or p >= 38 else "so" for p in PEOPLE}


def test_all_but_one_group_subtracted_from_all_leaves_a_group_that_may_be_shown() -> None:
    small = {p: "a" if p < 4 else "b" if p < 22 else "c" for p in PEOPLE}
    release = protect(PEOPLE, [Breakdown("group", small)])
    assert release.sizes("group") == {"c": 18, OTHERS: 22}
    assert fewest([release.people, *release.breakdowns["group"].values()]) >= 10


def test_a_group_less_its_language_would_be_three_people_and_is_not_derivable() -> None:
    three = frozenset({12, 13, 14, 38, 39})
    naive = [frozenset(PEOPLE)]
    naive += [frozenset(p for p in PEOPLE if GROUP[p] == g) for g in set(GROUP.values())]
    naive += [frozenset(p for p in PEOPLE if LANGUAGE[p] == g) for g in set(LANGUAGE.values())]
    assert fewest(naive) == len(three)
    release = protect(PEOPLE, [Breakdown("group", GROUP), Breakdown("language", LANGUAGE)])
    assert set(release.breakdowns) == {"group"}
    assert release.withheld == ("language",)
    assert release.means(dict.fromkeys(PEOPLE, 4.0) | {0: 8.0}, "language") == {}


def spans(populations: Sequence[frozenset[int]], people: frozenset[int]) -> bool:
    """Whether the indicator of these people is a combination of the populations, in exact fractions."""
    everyone = sorted(frozenset().union(*populations))
    rows = [[Fraction(p in population) for p in everyone] for population in populations]
    target = [Fraction(p in people) for p in everyone]
    done: list[tuple[int, list[Fraction]]] = []
    for row in [*rows, target]:
        for pivot, other in done:
            row = [a - row[pivot] * b for a, b in zip(row, other, strict=True)]  # noqa: PLW2901
        lead = next((i for i, a in enumerate(row) if a), None)
        if lead is None:
            continue
        done.append((lead, [a / row[lead] for a in row]))
    # The target came last: it added nothing exactly if it was a combination already.
    without = np.linalg.matrix_rank(np.array(rows, dtype=float))
    return len(done) == without


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=6, max_size=9
    )
)
@settings(max_examples=25)
def test_no_set_of_people_below_the_threshold_can_be_computed_from_any_release(
    labels: list[tuple[int, int, int]],
) -> None:
    # The same rule with a threshold of three, so that every small set of people can be tried.
    people = range(len(labels))
    breakdowns = [
        Breakdown(name, {p: str(labels[p][i]) for p in people})
        for i, name in enumerate(("group", "language", "wave"))
    ]
    release = protect(people, breakdowns, threshold=3)
    shown = [release.people, *(r for rows in release.breakdowns.values() for r in rows.values())]
    assert all(len(population) >= 3 for population in shown)
    for size in (1, 2):
        for chosen in combinations(people, size):
            assert not spans(shown, frozenset(chosen))


def test_the_attackers_solver_finds_what_can_be_computed() -> None:
    shown = [frozenset(range(6)), frozenset(range(5))]
    assert spans(shown, frozenset({5}))
    assert not spans(shown, frozenset({4}))
    assert fewest(shown, 3) == 1


@pytest.mark.parametrize("n", range(9, 45))
def test_two_exports_with_one_more_person_between_them_differ_by_nobody_or_by_ten(n: int) -> None:
    before = settled(range(n), closed=False)
    after = settled(range(n + 1), closed=False)
    assert len(after) - len(before) in (0, 10)
    closed = settled(range(n), closed=True)
    assert len(closed) == n
    assert len(closed) - len(before) >= 10 or not before


def test_what_was_shown_while_a_campaign_was_live_is_reckoned_with_when_it_closes() -> None:
    people = list(range(25))
    # The first ten were shown as a whole; three of group a finished later.
    labels = {p: "a" if p < 10 or p >= 22 else "b" for p in people}
    release = protect(people, [history(people), Breakdown("group", labels)])
    shown = [release.people, frozenset(settled(people, closed=False))]
    shown += [row for rows in release.breakdowns.values() for row in rows.values()]
    assert fewest(shown) >= 10
    assert fewest([*shown, frozenset(p for p in people if labels[p] == "a")]) == 3
    assert release.withheld == ("group",)


def test_nested_filters_give_no_smaller_people() -> None:
    deeper = [
        Breakdown(f"filter {size}", {p: "in" if p < size else "out" for p in PEOPLE})
        for size in (30, 28, 19)
    ]
    release = protect(PEOPLE, deeper)
    # 30 stands; 28 would leave two people between them; 19 leaves eleven.
    assert list(release.breakdowns) == ["filter 30", "filter 19"]


def test_fewer_than_ten_people_are_not_spoken_of_at_all() -> None:
    release = protect(range(9), [Breakdown("group", {})])
    assert release.means({}) == {}
    assert release.sizes() == {}
    assert release.table({}, "ab").cells == {}
    assert release.table({}, "ab").all == {"a": None, "b": None}
    assert release.quotes({1: "I am here"}) == {}
    assert release.withheld == ("group",)


def test_a_mean_is_shown_of_ten_people_unless_all_of_them_are_alike() -> None:
    release = protect(range(20), [Breakdown("group", {p: str(p // 10) for p in range(20)})])
    values: Mapping[int, float] = {p: 100.0 if p < 10 else float(p) for p in range(20)}
    found = release.means(values, "group")
    assert found["0"] is None
    assert found["1"] is not None
    assert (found["1"].n, found["1"].mean) == (10, 14.5)
    with pytest.raises(ValueError, match="protected"):
        release.means({1: 4.0})


def test_answers_are_broken_down_one_way_only() -> None:
    labels = {p: str(p // 20) for p in PEOPLE}
    release = protect(PEOPLE, [Breakdown("group", labels), Breakdown("wave", labels)])
    answers = {p: "yes" if p % 2 else "no" for p in PEOPLE}
    grid = release.table(answers, ("yes", "no"))
    assert grid.rows == ("0", "1")
    assert grid.cells["0", "yes"] == 10
    assert grid.all == {"yes": 20, "no": 20}
    with pytest.raises(ValueError, match="one of a table's columns"):
        release.table(answers, ("yes",))


def test_quotes_come_from_ten_people_or_more_and_in_no_order_of_people() -> None:
    labels = {p: "a" if p < 20 else "b" for p in PEOPLE}
    release = protect(PEOPLE, [Breakdown("group", labels)])
    texts = {p: f"text {40 - p:02}" for p in range(29)}
    found = release.quotes(texts)
    # Nine of group b said something: one who knows eight of them would know the ninth.
    assert list(found) == ["a"]
    assert found["a"] == sorted(found["a"])
    assert protect(PEOPLE).quotes(texts).keys() == {"all"}
    assert release.quotes(dict.fromkeys(range(5), "text")) == {}
