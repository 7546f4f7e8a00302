"""Outcome rates of a survey by the definitions of AAPOR, as pure functions over counts.

Source: The American Association for Public Opinion Research. 2023. Standard Definitions: Final Dispositions
of Case Codes and Outcome Rates for Surveys. 10th edition. AAPOR. The letters are the standard's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The groups of final dispositions that every rate is made of."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN_HOUSEHOLD = "UH"
    UNKNOWN_OTHER = "UO"
    NOT_ELIGIBLE = "NE"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases ended how.

    Attributes:
        complete: I, complete interviews.
        partial: P, partial interviews.
        refusal: R, refusals and break-offs.
        non_contact: NC, eligible, and never reached.
        other: O, eligible, and not interviewed for another reason.
        unknown_household: UH, not known whether anybody eligible was reached.
        unknown_other: UO, unknown for another reason.
        not_eligible: NE, known not to belong to those who are asked; in no rate but in `eligible_share`.
    """

    complete: int = 0
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    not_eligible: int = 0

    @property
    def interviews(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """(I + P) + (R + NC + O)."""
        return self.interviews + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> int:
        """UH + UO."""
        return self.unknown_household + self.unknown_other


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates, each between 0 and 1; None where nobody is in the denominator."""

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    con1: float | None
    con2: float | None
    con3: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    e: float


def eligible_share(counts: Counts) -> float:
    """The share of the unknown cases that is taken to be eligible: e, by proportional allocation.

    It is the share of eligible ones among the cases of which that is known (the CASRO method); 1 while
    nothing is known, which gives the lowest rates.
    """
    known = counts.eligible + counts.not_eligible
    return counts.eligible / known if known else 1.0


def rates(counts: Counts, e: float | None = None) -> Rates:
    """Every response, cooperation, contact and refusal rate.

    Args:
        counts: how many cases ended how.
        e: the share of unknown cases taken to be eligible, between 0 and 1; worked out without it.

    Raises:
        ValueError: `e` is no share.
    """
    share = eligible_share(counts) if e is None else e
    if not 0 <= share <= 1:
        raise ValueError(f"e is a share between 0 and 1, not {share}")
    complete, both = counts.complete, counts.interviews
    every = counts.eligible + counts.unknown
    likely = counts.eligible + share * counts.unknown
    contacted = both + counts.refusal + counts.other
    asked = both + counts.refusal
    return Rates(
        rr1=_share(complete, every),
        rr2=_share(both, every),
        rr3=_share(complete, likely),
        rr4=_share(both, likely),
        rr5=_share(complete, counts.eligible),
        rr6=_share(both, counts.eligible),
        coop1=_share(complete, contacted),
        coop2=_share(both, contacted),
        coop3=_share(complete, asked),
        coop4=_share(both, asked),
        con1=_share(contacted, every),
        con2=_share(contacted, likely),
        con3=_share(contacted, counts.eligible),
        ref1=_share(counts.refusal, every),
        ref2=_share(counts.refusal, likely),
        ref3=_share(counts.refusal, counts.eligible),
        e=share,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
