"""A message as tokens: words, numerals, emoji and marks, in the order they were typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import regex

# Letters and digits in one run are one word, so that "na3am" and "৫জন" stay whole; a Han
# character is a word of its own, because Chinese is written without spaces.
_LETTER = r"[[\p{L}\p{M}]--[\p{Han}\u20e3]]"
_TOKEN = regex.compile(
    rf"""
      (?P<keycap>[0-9#*]\u20e3)
    | (?P<numeral>(?<!{_LETTER})(?>[0-9]+(?:[.,٫٬/:'’-][0-9]+)*)(?!{_LETTER}))
    | (?P<ethiopic>[\u1369-\u137c]+)
    | (?P<han>\p{{Han}})
    | (?P<word>[[\p{{L}}\p{{M}}0-9]--[\p{{Han}}\u20e3]]+)
    | (?P<sign>\S)
    """,
    regex.VERBOSE | regex.VERSION1,
)
_ENCLOSED = (
    (0x2460, 0x2473, 1),
    (0x2474, 0x2487, 1),
    (0x2488, 0x249B, 1),
    (0x24F5, 0x24FE, 1),
    (0x2776, 0x277F, 1),
    (0x2780, 0x2789, 1),
    (0x278A, 0x2793, 1),
)
_SINGLE = {"\u24ea": 0, "\u24ff": 0, "\U0001f51f": 10}


class Kind(StrEnum):
    """What sort of thing a token is."""

    WORD = "word"
    NUMERAL = "numeral"
    ENCLOSED = "enclosed"  # keycaps, ⑦, 🔟: a number that is one sign
    EMOJI = "emoji"
    ODD = "odd"  # ², ½, Ⅳ: numeric signs that are not plain numbers
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a folded text, with where it stood."""

    kind: Kind
    text: str
    start: int
    end: int


def _sign(text: str) -> tuple[Kind, str]:
    code = ord(text)
    if text in _SINGLE:
        return Kind.ENCLOSED, str(_SINGLE[text])
    for first, last, number in _ENCLOSED:
        if first <= code <= last:
            return Kind.ENCLOSED, str(code - first + number)
    category = unicodedata.category(text)
    if category in ("No", "Nl"):
        return Kind.ODD, text
    if category == "So" and text != "°":
        return Kind.EMOJI, text
    return Kind.MARK, text


def ethiopic_number(text: str) -> int:
    """Return the value of Ethiopic numerals, which add and have no zero: ፳፭ is 25."""
    total = part = 0
    for sign in text:
        place = ord(sign) - 0x1369
        if place < 9:
            part += place + 1
        elif place < 18:
            part += 10 * (place - 8)
        elif place == 18:
            total, part = total + 100 * (part or 1), 0
        else:
            total, part = 10_000 * (total + part or 1), 0
    return total + part


def tokenise(folded: str) -> list[Token]:
    """Cut a folded text into tokens; spaces are dropped, everything else is kept."""
    tokens = []
    for found in _TOKEN.finditer(folded):
        text = found[0]
        match found.lastgroup:
            case "keycap":
                kind, text = (Kind.ENCLOSED, text[0]) if text[0].isdigit() else (Kind.ODD, text)
            case "numeral":
                kind = Kind.NUMERAL
            case "ethiopic":
                kind, text = Kind.NUMERAL, str(ethiopic_number(text))
            case "sign":
                kind, text = _sign(text)
            case _:
                kind = Kind.WORD
        tokens.append(Token(kind, text, found.start(), found.end()))
    return tokens


def key_of(folded: str) -> str:
    """Return the look-up key of a folded phrase: its words and emoji, joined by single spaces."""
    kinds = (Kind.WORD, Kind.NUMERAL, Kind.EMOJI, Kind.ENCLOSED)
    return " ".join(token.text for token in tokenise(folded) if token.kind in kinds)
