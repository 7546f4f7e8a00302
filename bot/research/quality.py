"""Signs that answers may not mean what they say. Marks for an analyst, never a reason to drop a person.

Every mark is worked out from one conversation alone, so that it is always the same. Whether
somebody was fast depends on everybody: `fast` compares the stored seconds with the campaign's median.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from flows.expressions import Value, compile_expression, references
from flows.survey import SELECTS, Question, Survey

STRAIGHT = 4
"""Items of one scale, all answered alike, from which on it is worth a mark."""

FAST = 1 / 3
"""The share of the campaign's median below which a person's own median counts as fast."""


_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""No rule of ours speaks of today."""


class Mark(StrEnum):
    """What was found. Its value is a number, its detail says where.

    STRAIGHT_LINE: items of the instrument `detail` that were all answered alike.
    CONTRADICTION: 1, for the rule `detail`.
    SECONDS: the median time from question to answer, in seconds.
    ASKED_AGAIN: replies that could not be read, as a share of all replies to questions.
    NOT_ALONE: 1, with the mode as `detail`: help and voice raise scores.
    """

    STRAIGHT_LINE = "straight_line"
    CONTRADICTION = "contradiction"
    SECONDS = "seconds"
    ASKED_AGAIN = "asked_again"
    NOT_ALONE = "not_alone"


@dataclass(frozen=True, slots=True)
class Found:
    """One mark on a conversation."""

    mark: Mark
    detail: str
    value: float


@dataclass(frozen=True, slots=True)
class Timed:
    """When a question was asked and answered; only with both is there a time."""

    question: str
    asked: datetime | None
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Answers that hardly go together, as an XLSForm expression; it applies where all were given."""

    name: str
    when: str


CONTRADICTIONS = (
    Rule("lonely_never_but_isolated", "${lonely} = 'never' and ${ucla_isolated} = '3'"),
    Rule("lonely_always_but_nothing_lacking", (
        "${lonely} = 'often_or_always' and ${ucla_companionship} = '1' and ${ucla_left_out} = '1'"
        " and ${ucla_isolated} = '1'"
    )),
    Rule("cheerful_always_but_down_every_day", "${who5_1} = '5' and ${phq4_3} = '3'"),
    Rule("satisfied_fully_but_never_cheerful", "${ons4_satisfied} = 10 and ${who5_1} = '0'"),
    Rule("not_been_but_changed", "${attended} = 'not_yet' and ${helped} != 'nothing'"),
)  # fmt: skip
"""Rules over the names of the library's own questions; a survey without them is not touched."""


def marks(
    survey: Survey,
    answers: Mapping[str, Value],
    *,
    mode: str,
    times: Sequence[Timed],
    asked_again: int,
    rules: Iterable[Rule] = CONTRADICTIONS,
) -> list[Found]:
    """Every mark on one conversation, in a fixed order.

    Args:
        answers: question -> answer, as the conversation ended.
        mode: self, assisted, audio.
        times: of the answers that were typed.
        asked_again: replies that could not be read.
    """
    found = [
        Found(Mark.STRAIGHT_LINE, name, len(items))
        for name, items in _scales(survey).items()
        if len(items) >= STRAIGHT and _alike([answers.get(item) for item in items])
    ]
    found += [Found(Mark.CONTRADICTION, rule.name, 1) for rule in rules if _applies(rule, answers)]
    seconds = [
        (time.answered - time.asked).total_seconds()
        for time in times
        if time.asked is not None and time.answered is not None
    ]
    if seconds:
        found.append(Found(Mark.SECONDS, "", float(statistics.median(seconds))))
    if asked_again:
        found.append(Found(Mark.ASKED_AGAIN, "", asked_again / (asked_again + len(times))))
    if mode != "self":
        found.append(Found(Mark.NOT_ALONE, mode, 1))
    return found


def _scales(survey: Survey) -> dict[str, list[str]]:
    """Instrument and list of options -> its items: what is shown as one row of the same answers."""
    found: dict[tuple[str, str], list[str]] = {}
    for question in survey.questions:
        if question.instrument is not None and question.kind in SELECTS:
            found.setdefault((question.instrument, _options(question)), []).append(question.name)
    return {name: items for (name, _), items in found.items() if len(items) >= STRAIGHT}


def _options(question: Question) -> str:
    return question.list_name or " ".join(choice.name for choice in question.choices)


def _alike(values: Sequence[Value | None]) -> bool:
    return None not in values and len(set(values)) == 1


def _applies(rule: Rule, answers: Mapping[str, Value]) -> bool:
    if not answers.keys() >= references(rule.when):
        return False
    return _compiled(rule.when).holds(answers, now=_ANY_DAY)


_compiled = cache(compile_expression)


def fast(seconds: Mapping[int, float]) -> set[int]:
    """Conversations much faster than their campaign: below a third of the median of medians.

    Args:
        seconds: conversation -> its `Mark.SECONDS`, of one campaign.
    """
    if not seconds:
        return set()
    limit = FAST * statistics.median(seconds.values())
    return {conversation for conversation, value in seconds.items() if value < limit}
