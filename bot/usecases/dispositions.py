"""What became of everybody on a campaign's list, as survey research reports it.

A case is a person who was put on the list, or who joined by herself. `of` decides; everything else counts.
The codes are AAPOR's (`bot.research.response_rates`); which of our dispositions is which stands in `CODES`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from bot.research.response_rates import Code, Counts, Rates, rates
from bot.store import dispositions as store
from bot.store.inbox import AnyRow
from bot.usecases.campaigns import named
from bot.usecases.moves import COUNTED
from bot.usecases.services import Services
from flows.effects import Missing, Outcome
from flows.state import State
from flows.survey import Survey

HALF = 0.5
"""Whoever has answered at least half of what applied to her has given a partial interview (AAPOR's usual
line between a partial interview and a break-off)."""


class Disposition(StrEnum):
    """What became of somebody."""

    WAITING = "waiting"
    INVITED = "invited"
    DELIVERED = "delivered"
    STARTED = "started"
    BREAKOFF = "breakoff"
    PARTIAL = "partial"
    COMPLETE = "complete"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"
    INELIGIBLE = "ineligible"


CODES: Mapping[Disposition, Code | None] = {
    # Not asked yet: no case so far.
    Disposition.WAITING: None,
    # It left, and no receipt says that anybody has it.
    Disposition.INVITED: Code.UNKNOWN_HOUSEHOLD,
    # The phone has it, and nobody has answered.
    Disposition.DELIVERED: Code.NON_CONTACT,
    # In the middle of it: as it stands, a break-off.
    Disposition.STARTED: Code.REFUSAL,
    Disposition.BREAKOFF: Code.REFUSAL,
    Disposition.PARTIAL: Code.PARTIAL,
    Disposition.COMPLETE: Code.COMPLETE,
    Disposition.REFUSED: Code.REFUSAL,
    Disposition.OPTED_OUT: Code.REFUSAL,
    # Whether she still belongs to those who are asked is not known.
    Disposition.UNREACHABLE: Code.UNKNOWN_OTHER,
    Disposition.INELIGIBLE: Code.NOT_ELIGIBLE,
}

_LEFT_OUT = {
    "opted_out": Disposition.OPTED_OUT,
    "refused": Disposition.REFUSED,
    "closed": Disposition.UNREACHABLE,
}
_FIELD = {
    Code.COMPLETE: "complete",
    Code.PARTIAL: "partial",
    Code.REFUSAL: "refusal",
    Code.NON_CONTACT: "non_contact",
    Code.OTHER: "other",
    Code.UNKNOWN_HOUSEHOLD: "unknown_household",
    Code.UNKNOWN_OTHER: "unknown_other",
    Code.NOT_ELIGIBLE: "not_eligible",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one person in a campaign.

    Attributes:
        listed: state of her enrolment; None for somebody who joined by herself.
        why: why she was left out.
        outcome: how her conversation ended; None while it goes on, or without one.
        opted_out: whether she has stopped everything, or this organisation.
        closed: whether nothing reaches her.
        wrote: whether she has ever written in this conversation.
        delivered: whether a message of ours is known to have arrived.
        failed: whether every message of ours failed.
        share: how much of what applied to her she has answered, from 0 to 1.
    """

    listed: str | None = None
    why: str | None = None
    outcome: str | None = None
    opted_out: bool = False
    closed: bool = False
    wrote: bool = False
    delivered: bool = False
    failed: bool = False
    share: float = 0.0


def of(case: Case) -> Disposition:
    """What became of somebody; the first thing that is true."""
    if case.listed == "left_out":
        return _LEFT_OUT.get(case.why or "", Disposition.INELIGIBLE)
    if case.listed in ("listed", "told", "turn"):
        return Disposition.OPTED_OUT if case.outcome == Outcome.STOPPED else Disposition.WAITING
    match case.outcome:
        case Outcome.COMPLETE:
            return Disposition.COMPLETE
        case Outcome.REFUSED:
            return Disposition.REFUSED
        case Outcome.QUOTA_FULL:
            return Disposition.INELIGIBLE
        case Outcome.STOPPED | Outcome.ERASED:
            return Disposition.PARTIAL if case.share >= HALF else Disposition.OPTED_OUT
        case Outcome.EXPIRED if case.wrote:
            return Disposition.PARTIAL if case.share >= HALF else Disposition.BREAKOFF
        case _:
            return _silent(case)


def _silent(case: Case) -> Disposition:
    """Somebody who has not finished, or was never heard."""
    if case.wrote:
        return Disposition.STARTED
    if case.opted_out:
        return Disposition.OPTED_OUT
    if case.closed or case.failed:
        return Disposition.UNREACHABLE
    return Disposition.DELIVERED if case.delivered else Disposition.INVITED


@dataclass
class Tally:
    """Some of the people of a campaign, counted.

    Attributes:
        dispositions: what became of how many.
        breakoffs: question -> people who stopped there.
        standing: question -> people who are there now, in the middle of it.
    """

    dispositions: Counter[Disposition] = field(default_factory=Counter)
    breakoffs: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> Counts:
        """The same by AAPOR's codes."""
        found: Counter[str] = Counter()
        for disposition, number in self.dispositions.items():
            code = CODES[disposition]
            if code is not None:
                found[_FIELD[code]] += number
        return Counts(**found)

    @property
    def rates(self) -> Rates:
        """AAPOR's outcome rates."""
        return rates(self.counts)

    def add(self, disposition: Disposition, question: str | None) -> None:
        """Count one more person; `question` is the one at which she stands or stopped."""
        self.dispositions[disposition] += 1
        if disposition in (Disposition.BREAKOFF, Disposition.PARTIAL) and question is not None:
            self.breakoffs[question] += 1
        if disposition is Disposition.STARTED and question is not None:
            self.standing[question] += 1

    def to_json(self) -> dict[str, Any]:
        """Everything by its name; rates as shares, rounded to four places."""
        shares = {
            name: None if share is None else round(share, 4)
            for name, share in asdict(self.rates).items()
        }
        return {
            "people": self.dispositions.total(),
            "dispositions": {one.value: self.dispositions[one] for one in Disposition},
            "breakoff_at": dict(self.breakoffs.most_common()),
            "aapor": {code.value: getattr(self.counts, name) for code, name in _FIELD.items()},
            "rates": shares,
        }


@dataclass
class Report:
    """A campaign's dispositions, as a whole and by language, channel and organisation."""

    campaign: str
    state: str
    whole: Tally = field(default_factory=Tally)
    by: dict[str, dict[str, Tally]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Everything by its name."""
        return {
            "campaign": self.campaign,
            "state": self.state,
            **self.whole.to_json(),
            "by": {
                what: {name: tally.to_json() for name, tally in sorted(tallies.items())}
                for what, tallies in self.by.items()
            },
        }


def report(services: Services, slug: str) -> Report:
    """What became of everybody in a campaign so far; raises CampaignError."""
    with services.database.reading() as connection:
        campaign = named(connection, slug)
        script = services.scripts.get(connection, campaign.survey_version_id, campaign.languages)
        found = Report(slug, campaign.state, by={"language": {}, "channel": {}, "organisation": {}})
        for row in store.people(connection, campaign.id, COUNTED):
            share, question = _progress(script.survey, row.state)
            disposition = of(_case(row, share))
            groups = {
                "language": row.spoken or row.wanted or "not chosen",
                "channel": row.channel,
                "organisation": row.organisation,
            }
            found.whole.add(disposition, question)
            for what, name in groups.items():
                found.by[what].setdefault(name, Tally()).add(disposition, question)
    return found


def _case(row: AnyRow, share: float) -> Case:
    sent, arrived, failed = row.sent or 0, row.arrived or 0, row.failed or 0
    return Case(
        listed=row.listed,
        why=row.why,
        outcome=row.outcome,
        opted_out=row.opted_out is not None or row.stopped is not None,
        closed=row.closed is not None,
        wrote=bool(row.wrote),
        delivered=arrived > 0,
        failed=0 < sent == failed,
        share=share,
    )


def _progress(survey: Survey, stored: str | None) -> tuple[float, str | None]:
    """How much of what applies was answered, gates left aside, and the question that is next."""
    if stored is None:
        return 0.0, None
    state = State.from_json(stored)
    asked = [one.name for one in survey.questions if one.takes_answer and one.purpose is None]
    applies = [name for name in asked if state.missing.get(name) is not Missing.NOT_RELEVANT]
    done = sum(name in state.answers for name in applies)
    return (done / len(applies) if applies else 0.0), state.position
