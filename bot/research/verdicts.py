"""What may be said of a change, in plain words that never claim more than the numbers do.

The sentences are gettext templates: English is the source, `locales/<lang>/LC_MESSAGES/console.po` has the
rest. `N_` marks them for the extractor; whoever shows one passes it through her catalogue first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.research.cautions import Caution
from bot.research.evaluation import Change

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extractors know
    """Mark a sentence for translation and leave it as it is."""
    return text


class Verdict(StrEnum):
    """What the interval of the mean change allows to be said."""

    TOO_FEW = "too_few"
    UNCLEAR = "unclear"
    IMPROVED = "improved"
    IMPROVED_BELOW = "improved_perhaps_below_threshold"
    IMPROVED_MEANINGFULLY = "improved_by_the_threshold"
    WORSENED = "worsened"
    WORSENED_BELOW = "worsened_perhaps_below_threshold"
    WORSENED_MEANINGFULLY = "worsened_by_the_threshold"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the numbers that its sentence needs; `mean` and the interval are improvements."""

    verdict: Verdict
    n: int
    mean: float = 0.0
    low: float = 0.0
    high: float = 0.0
    threshold: float = 0.0

    @property
    def numbers(self) -> Mapping[str, float]:
        """What stands in the sentence's placeholders: sizes, so that a fall is not "minus" a fall."""
        small, large = sorted((abs(self.low), abs(self.high)))
        return {
            "n": self.n,
            "change": abs(self.mean),
            "low": small,
            "high": large,
            "threshold": self.threshold,
        }


SENTENCES: Mapping[Verdict, str] = {
    Verdict.TOO_FEW: N_(
        "Too few people answered both times to say anything without showing a person: at least ten "
        "are needed."
    ),
    Verdict.UNCLEAR: N_(
        "We can not say whether the score changed. With this many people, a change for the better, "
        "none, and one for the worse all fit what was measured."
    ),
    Verdict.IMPROVED: N_(
        "On average the score of the people who answered both times was better by {change} points "
        "(between {low} and {high})."
    ),
    Verdict.IMPROVED_BELOW: N_(
        "On average the score of the people who answered both times was better by {change} points "
        "(between {low} and {high}). This range includes changes smaller than the {threshold} points "
        "that count as a change people notice."
    ),
    Verdict.IMPROVED_MEANINGFULLY: N_(
        "On average the score of the people who answered both times was better by {change} points "
        "(between {low} and {high}): at least the {threshold} points that count as a change people "
        "notice."
    ),
    Verdict.WORSENED: N_(
        "On average the score of the people who answered both times was worse by {change} points "
        "(between {low} and {high})."
    ),
    Verdict.WORSENED_BELOW: N_(
        "On average the score of the people who answered both times was worse by {change} points "
        "(between {low} and {high}). This range includes changes smaller than the {threshold} points "
        "that count as a change people notice."
    ),
    Verdict.WORSENED_MEANINGFULLY: N_(
        "On average the score of the people who answered both times was worse by {change} points "
        "(between {low} and {high}): at least the {threshold} points that count as a change people "
        "notice."
    ),
}

CAUTIONS: Mapping[Caution, str] = {
    Caution.NO_CONTROL: N_(
        "There was no comparison group. The score may have changed for other reasons, so this does "
        "not show that the activity caused it."
    ),
    Caution.REGRESSION: N_(
        "People often join when they feel worse than usual, and feel more like usual later, with or "
        "without an activity."
    ),
    Caution.SMALL: N_(
        "Few people are compared. Only a large change (about {detectable} standard deviations) would "
        "have been likely to show."
    ),
    Caution.DROPPED_OUT: N_(
        "Some people answered only the first time. Those who stayed may differ from those who left."
    ),
    Caution.MODE: N_(
        "The two times were not answered in the same way (alone, with help, or by voice). Help "
        "makes scores higher."
    ),
    Caution.LANGUAGE: N_(
        "The two times were not answered in the same languages. Part of the difference may be one "
        "of wording."
    ),
    Caution.RAMADAN: N_(
        "Only one of the two times fell in Ramadan, which changes people's days and nights."
    ),
    Caution.RAMADAN_WHO5: N_(
        "Only one of the two times fell in Ramadan. Nights are short then, and one of the five "
        "questions asks about waking up rested."
    ),
}


def judge(
    change: Change | None,
    *,
    threshold: float | None,
    lower_is_better: bool = False,
    fewest: int = 10,
) -> Judgement:
    """What may be said. Only an interval that leaves out zero speaks of a direction.

    Args:
        change: of `evaluation.paired`.
        threshold: the instrument's published change, in points; None without one.
        lower_is_better: whether a fall is an improvement.
        fewest: people below whom nothing is said.
    """
    if change is None or change.n < fewest:
        return Judgement(Verdict.TOO_FEW, 0 if change is None else change.n)
    if change.interval is None:
        return Judgement(Verdict.UNCLEAR, change.n)
    sign = -1 if lower_is_better else 1
    low, high = sorted((sign * change.interval.low, sign * change.interval.high))
    verdict = _verdict(low, high, threshold)
    return Judgement(verdict, change.n, sign * change.mean, low, high, threshold or 0.0)


def _verdict(low: float, high: float, threshold: float | None) -> Verdict:
    if low <= 0 <= high:
        return Verdict.UNCLEAR
    better = low > 0
    if threshold is None:
        return Verdict.IMPROVED if better else Verdict.WORSENED
    if min(abs(low), abs(high)) < threshold:
        return Verdict.IMPROVED_BELOW if better else Verdict.WORSENED_BELOW
    return Verdict.IMPROVED_MEANINGFULLY if better else Verdict.WORSENED_MEANINGFULLY


def sentence(
    judgement: Judgement, translate: Translate, number: Callable[[float], str] = "{:.1f}".format
) -> str:
    """The verdict in the language of a catalogue.

    Args:
        translate: the catalogue's gettext.
        number: how the language writes a number.
    """
    shown = {name: number(value) for name, value in judgement.numbers.items()}
    shown |= {"n": str(judgement.n), "threshold": f"{judgement.threshold:g}"}
    return fill(translate(SENTENCES[judgement.verdict]), SENTENCES[judgement.verdict], shown)


def caution(
    found: Caution,
    translate: Translate,
    change: Change,
    number: Callable[[float], str] = "{:.1f}".format,
) -> str:
    """A caution in the language of a catalogue."""
    detectable = "" if change.detectable is None else number(change.detectable)
    return fill(translate(CAUTIONS[found]), CAUTIONS[found], {"detectable": detectable})


def fill(translated: str, source: str, values: Mapping[str, str]) -> str:
    """Put values into a translated template; one with a broken placeholder gives way to English."""
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError):
        return source.format(**values)
