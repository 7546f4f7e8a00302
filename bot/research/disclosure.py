"""One door for every figure that leaves the house: who may be spoken of, and what may be said.

`protect` takes the people a measure is known of and the ways in which they may be broken down, in a fixed
order, and gives a `Release`. Dashboards, charts, quotes and the API draw their figures from a release and
from nothing else. docs/disclosure.md has the rules with their proofs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from bot.research.evaluation import Mean, mean_of
from bot.research.suppression import THRESHOLD, Grid, suppress

OTHERS = "others"
"""The row in which people of rows that are too small are put together."""

Person = int
"""An identity inside one release: the conversation's or the participant's number. Never shown."""

People = frozenset[Person]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to put people into rows: by group, by language, by wave.

    Attributes:
        name: what it is called, as in `Release.breakdowns`.
        labels: person -> row; a person who is not in it stands among the others.
        shown: False for what has been shown at another time and only has to be reckoned with.
    """

    name: str
    labels: Mapping[Person, str]
    shown: bool = True


@dataclass(frozen=True)
class Release:
    """What may be published of one measure. Every row has at least ten people, in every combination.

    Attributes:
        people: everybody it speaks of; nobody when there are too few.
        breakdowns: name -> row label -> people, for the breakdowns that stood the check.
        withheld: names of those that did not.
    """

    people: People
    breakdowns: Mapping[str, Mapping[str, People]]
    withheld: tuple[str, ...] = ()

    def means(
        self, values: Mapping[Person, float], breakdown: str | None = None
    ) -> dict[str, Mean | None]:
        """Row label -> mean of a score; None where everybody has the same and so is known.

        Raises:
            ValueError: somebody has no value: protect the people who have one.
        """
        if not self.people <= values.keys():
            raise ValueError("a mean is of the people that were protected, each with a value")
        found = {}
        for row, people in self._rows(breakdown).items():
            mean = mean_of([values[person] for person in sorted(people)])
            found[row] = None if mean is None or not mean.sd else mean
        return found

    def sizes(self, breakdown: str | None = None) -> dict[str, int]:
        """Row label -> people."""
        return {row: len(people) for row, people in self._rows(breakdown).items()}

    def table(self, answers: Mapping[Person, str], columns: Sequence[str]) -> Grid:
        """How many gave each answer, by the first breakdown that stood, with totals.

        There is one such table of a question: a picture of everybody together shows its totals, and no
        second table with other hidden cells.

        Raises:
            ValueError: somebody's answer is not a column: give "no answer" a column of its own.
        """
        if not {answers.get(person) for person in self.people} <= set(columns):
            raise ValueError("everybody stands in one of a table's columns")
        counts = {
            row: {c: sum(answers[p] == c for p in people) for c in columns}
            for row, people in self._rows(self.first).items()
        }
        return suppress(counts, columns)

    def quotes(self, texts: Mapping[Person, str]) -> dict[str, list[str]]:
        """Row of the first breakdown -> what was said, where at least ten people said something.

        In alphabetical order, so that a place in the list is nobody's.
        """
        said = {
            row: sorted(texts[person] for person in people if texts.get(person))
            for row, people in self._rows(self.first).items()
        }
        return {row: found for row, found in said.items() if len(found) >= THRESHOLD}

    @property
    def first(self) -> str | None:
        """The breakdown by which answers and quotes are shown; None when they are not broken down."""
        return next(iter(self.breakdowns), None)

    def _rows(self, breakdown: str | None) -> Mapping[str, People]:
        if not self.people:
            return {}
        if breakdown is None:
            return {"all": self.people}
        return self.breakdowns.get(breakdown, {})


def protect(
    people: Collection[Person],
    breakdowns: Sequence[Breakdown] = (),
    *,
    threshold: int = THRESHOLD,
) -> Release:
    """Decide who may be spoken of: rows of at least ten, whatever is added or subtracted.

    Args:
        people: those whom the measure is known of.
        breakdowns: in order of precedence, the same order at all times. One that would allow fewer than
            ten people to be singled out is made coarser, row by row, and withheld in the end.
    """
    everybody = frozenset(people)
    if len(everybody) < threshold:
        return Release(frozenset(), {}, tuple(b.name for b in breakdowns if b.shown))
    known: list[People] = [everybody]
    accepted: dict[str, Mapping[str, People]] = {}
    withheld = []
    for breakdown in breakdowns:
        rows = _rows(everybody, breakdown, threshold)
        while len(rows) > 1 and fewest([*known, *rows.values()], threshold) < threshold:
            rows = _coarser(rows)
        if len(rows) > 1:
            known += rows.values()
        if breakdown.shown and len(rows) > 1:
            accepted[breakdown.name] = rows
        elif breakdown.shown:
            withheld.append(breakdown.name)
    return Release(everybody, accepted, tuple(withheld))


def _rows(everybody: People, breakdown: Breakdown, threshold: int) -> dict[str, People]:
    found: defaultdict[str, set[Person]] = defaultdict(set)
    for person in everybody:
        found[breakdown.labels.get(person, OTHERS)].add(person)
    rows = {label: frozenset(found[label]) for label in sorted(found)}
    while len(rows) > 1 and min(len(row) for row in rows.values()) < threshold:
        rows = _coarser(rows)
    return rows


def _coarser(rows: Mapping[str, People]) -> dict[str, People]:
    """The smallest row goes to the others; when it is the others, the next smallest joins them."""
    by_size = sorted(rows, key=lambda label: (len(rows[label]), label))
    moved = next(label for label in by_size if label != OTHERS)
    kept = {label: people for label, people in rows.items() if label not in (moved, OTHERS)}
    return {**kept, OTHERS: rows[moved] | rows.get(OTHERS, frozenset())}


def fewest(populations: Sequence[People], threshold: int = THRESHOLD) -> float:
    """How few people the published sums can be made to speak of, by adding and subtracting them.

    For every combination of the populations' sums whose largest weight on a person is 1, the weights of
    all people add up to at least this. A combination that speaks of k people alone would have k or less.
    Found by a linear program for each atom (people who are in exactly the same populations) that is
    smaller than the threshold; a combination whose largest weight lies on a larger atom is safe by itself.
    """
    sizes: defaultdict[tuple[bool, ...], int] = defaultdict(int)
    for person in frozenset().union(*populations):
        sizes[tuple(person in population for population in populations)] += 1
    members = np.array(list(sizes), dtype=float)
    weights = np.array(list(sizes.values()), dtype=float)
    smallest = float(weights.sum())
    for atom in np.flatnonzero(weights < threshold):
        smallest = min(smallest, _speaks_of(members, weights, int(atom)))
        if smallest < threshold:
            break
    return smallest


def _speaks_of(members: np.ndarray, weights: np.ndarray, atom: int) -> float:
    atoms, populations = members.shape
    eye = np.eye(atoms)
    found = scipy.optimize.linprog(
        np.concatenate([np.zeros(populations), weights]),
        A_ub=np.block([[members, -eye], [-members, -eye]]),
        b_ub=np.zeros(2 * atoms),
        A_eq=np.concatenate([members[atom], np.zeros(atoms)])[None, :],
        b_eq=[1],
        bounds=[(None, None)] * populations + [(0, 1)] * atoms,
        method="highs",
    )
    assert found.fun is not None, found.message  # everybody together is always a combination
    return round(float(found.fun), 6)


def settled(people: Sequence[Person], *, closed: bool, threshold: int = THRESHOLD) -> list[Person]:
    """Those whom figures speak of at this moment, so that two moments differ by nobody or by ten.

    While a campaign is live, people count in tens, and at least ten are kept back: so closing it adds
    at least ten as well.

    Args:
        people: in the order in which they finished; that order never changes.
        closed: whether nobody can be added any more.
    """
    if closed:
        return list(people)
    return list(people[: max(0, len(people) // threshold * threshold - threshold)])


def history(people: Sequence[Person], threshold: int = THRESHOLD) -> Breakdown:
    """What figures spoke of while the campaign was live, for `protect` to reckon with."""
    last = max(0, len(people) // threshold - 1)
    labels = {person: f"{min(i // threshold, last):06}" for i, person in enumerate(people)}
    return Breakdown("history", labels, shown=False)
