"""How far two coders agree on the themes of open answers; an answer may have several themes, or none.

Kappa speaks of one theme: given or not, answer by answer. Alpha speaks of all of them: every answer with
every theme is a unit, given or not, and its interval draws whole answers, because decisions about one answer
hang together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.research.agreement import Estimate, alpha_with_interval, kappa_with_interval

Pair = tuple[Collection[str], Collection[str]]
"""The themes that the first and the second coder gave to one answer."""


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """One theme: how many answers got it from both coders, from one alone, from neither."""

    code: str
    both: int
    first: int
    second: int
    neither: int
    kappa: Estimate | None


@dataclass(frozen=True)
class Agreement:
    """All themes.

    Attributes:
        answers: that both coders are done with: what every figure rests on.
        same: of them, with exactly the same themes.
        themes: in the order of the codebook.
        alpha: of all themes together.
    """

    answers: int
    same: int
    themes: tuple[ThemeAgreement, ...]
    alpha: Estimate | None


def agreement(pairs: Mapping[int, Pair], themes: Sequence[str]) -> Agreement:
    """The agreement of two coders.

    Args:
        pairs: answer -> what both coders gave it; only answers that both are done with.
        themes: codes of every theme there is.
    """
    found = [pairs[answer] for answer in sorted(pairs)]
    units = [[(code in first, code in second) for code in themes] for first, second in found]
    return Agreement(
        answers=len(found),
        same=sum(set(first) == set(second) for first, second in found),
        themes=tuple(_theme(code, found) for code in themes),
        alpha=alpha_with_interval(units),
    )


def _theme(code: str, pairs: Sequence[Pair]) -> ThemeAgreement:
    first = [code in pair[0] for pair in pairs]
    second = [code in pair[1] for pair in pairs]
    cells = list(zip(first, second, strict=True))
    return ThemeAgreement(
        code=code,
        both=cells.count((True, True)),
        first=cells.count((True, False)),
        second=cells.count((False, True)),
        neither=cells.count((False, False)),
        kappa=kappa_with_interval(first, second),
    )
