"""Languages that nobody speaks, made from English on the fly: what breaks in them breaks in others too.

`en-XA` is accented, twice as long and in brackets: text that is cut off, squeezed or not translatable at
all is seen at once. `ar-XB` runs from right to left. Replies are read as in English and in Arabic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import cycle

import regex

from bot.gateways.voices import PHRASES, Voices
from flows.language import SOURCE, Language
from flows.survey import Survey
from flows.wording import Wording

ACCENTED, MIRRORED = "en-XA", "ar-XB"

_BORROWS = {ACCENTED: SOURCE, MIRRORED: "ar"}
LANGUAGES = tuple(_BORROWS)

# Placeholders and numbers stay as they are: they are filled in, read, counted and dialled.
_KEPT = regex.compile(r"(\$?\{[^{}]*\}|\d+)")
_WORDS = regex.compile(r"\p{L}[\p{L}\p{M}'’]*")
_ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž",
)
_PADDING = "lorem ipsum dolor sit amet consectetur adipiscing elit"
_RIGHT_TO_LEFT, _END = "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{POP DIRECTIONAL FORMATTING}"
_MARK = "\N{RIGHT-TO-LEFT MARK}"


def accented(text: str) -> str:
    """A text with accents, in brackets, at least twice as long: `Yes` -> `[Ýéš lorem]`."""
    padding = cycle(_PADDING.split())
    words = next(padding)
    while len(words) < len(text):
        words = f"{words} {next(padding)}"
    return f"[{_outside_kept(text, lambda part: part.translate(_ACCENTS))} {words}]"


def mirrored(text: str) -> str:
    """A text whose words run from right to left; its letters stay as they are."""
    turned = _outside_kept(
        text, lambda part: _WORDS.sub(lambda word: f"{_RIGHT_TO_LEFT}{word[0]}{_END}", part)
    )
    return "\n".join(f"{_MARK}{line}{_MARK}" for line in turned.split("\n"))


def _outside_kept(text: str, change: Callable[[str], str]) -> str:
    parts = _KEPT.split(text)
    return "".join(part if kept else change(part) for kept, part in _alternating(parts))


def _alternating(parts: Iterable[str]) -> Iterable[tuple[bool, str]]:
    """Parts with whether they matched: a split at a group gives every second one so."""
    return ((place % 2 == 1, part) for place, part in enumerate(parts))


def language(voices: Voices, survey: Survey, code: str) -> Language:
    """A pseudo-language that holds this survey, alone on its menu.

    Args:
        voices: the real languages.
        survey: what is to be said in it.
        code: `en-XA` or `ar-XB`.
    """
    family: dict[str, Language] = {}
    lender = voices.family([_BORROWS[code]])[_BORROWS[code]]
    change = {ACCENTED: accented, MIRRORED: mirrored}[code]
    family[code] = replace(
        lender,
        code=code,
        name=change("English" if code == ACCENTED else "Arabic"),
        catalogue=_said((*survey.wordings(), *PHRASES), change),
        offered=family,
    )
    return family[code]


def _said(
    wordings: Iterable[Wording], change: Callable[[str], str]
) -> Mapping[tuple[str, str], str]:
    return {(w.context, w.source): change(w.source) for w in wordings}
