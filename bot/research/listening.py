"""Which issues come first: pooled, and with an equal voice for every group.

The rule is the James Lind Alliance's (Guidebook, "interim priority setting"): score and rank within each
group, reverse-score the ranks, add the groups up as equals. A large group can not outvote a small one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import scipy


@dataclass(frozen=True, slots=True)
class Priority:
    """One issue's place.

    Attributes:
        option: its code.
        pooled: points of everybody together: one ballot, one vote.
        pooled_rank: 1 is first; ties share the average of their places.
        equal: reversed ranks added over groups: with k options, k for a group's first and 1 for its last.
        equal_rank: 1 is first.
        by_group: group -> points that its own members gave.
    """

    option: str
    pooled: float
    pooled_rank: float
    equal: float
    equal_rank: float
    by_group: Mapping[str, float]


def priorities(
    ballots: Iterable[tuple[str, Sequence[str]]],
    options: Sequence[str],
    *,
    places: int | None = None,
) -> list[Priority]:
    """Put issues in order, equal voice first.

    Args:
        ballots: (group, options in the order of preference), one a person.
        options: every code there is; one that nobody chose takes part with no points.
        places: how many places of a ballot count, by default all of them; the first gets `places` points,
            the last one. A ballot may name fewer.

    Raises:
        ValueError: a ballot names an option twice, or one that is not there.
    """
    voices = [(group, _checked(ballot, options)[:places]) for group, ballot in ballots]
    highest = places or max((len(ballot) for _, ballot in voices), default=0)
    points: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(options, 0.0))
    for group, ballot in voices:
        for place, option in enumerate(ballot):
            points[group][option] += highest - place
    pooled = {option: sum(given[option] for given in points.values()) for option in options}
    equal = dict.fromkeys(options, 0.0)
    for given in points.values():
        for option, reversed_rank in zip(options, _low_to_high(given, options), strict=True):
            equal[option] += reversed_rank
    pooled_ranks, equal_ranks = ranks(pooled), ranks(equal)
    found = [
        Priority(
            option,
            pooled[option],
            pooled_ranks[option],
            equal[option],
            equal_ranks[option],
            {group: points[group][option] for group in sorted(points)},
        )
        for option in options
    ]
    return sorted(found, key=lambda p: (p.equal_rank, p.pooled_rank, p.option))


def _checked(ballot: Sequence[str], options: Sequence[str]) -> Sequence[str]:
    if len(set(ballot)) != len(ballot) or not set(ballot) <= set(options):
        raise ValueError(f"a ballot names each option once: {ballot!r}")
    return ballot


def _low_to_high(points: Mapping[str, float], options: Sequence[str]) -> list[float]:
    """A group's reversed ranks: its last option has 1; ties share their average."""
    return [float(rank) for rank in scipy.stats.rankdata([points[option] for option in options])]


def ranks(points: Mapping[str, float]) -> dict[str, float]:
    """Option -> rank, 1 for the most points; ties share the average of their places."""
    found = scipy.stats.rankdata([-value for value in points.values()])
    return {option: float(rank) for option, rank in zip(points, found, strict=True)}
