"""Folding text to a look-up key: the many spellings of one word become one.

Folding is for looking things up only; what the person typed is stored byte for byte. The rules:

- case, full-width and presentation forms, and Latin accents go ("Arrêt" -> "arret");
- Arabic script: yeh, kaf, heh, noon, alef and hamza forms unify, harakat and tatweel go;
- Bengali and Gurmukhi: nukta, candrabindu, bindi and addak go, long i and u become short;
- Ethiopic letters that sound alike today unify;
- the simplified Han characters that occur in replies become traditional ones;
- invisible characters, emoji skin tones and variation selectors go;
- every decimal digit of every script becomes its ASCII digit.

NFKC is never used: it would turn 10² into 102.
"""

from __future__ import annotations

import unicodedata

import regex

_ARABIC = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ے": "ی", "ێ": "ی",
    "ك": "ک", "ڪ": "ک", "ګ": "گ", "ہ": "ه", "ھ": "ه", "ة": "ه", "ۃ": "ه", "ە": "ه",
    "ں": "ن", "ٱ": "ا", "ء": "", "ـ": "",
}  # fmt: skip
_INDIC = {
    # The currency sign that looks like a danda, and is typed for one.
    "\u09f7": "।",
    "\u09bc": "", "\u0a3c": "", "\u0981": "", "\u0a02": "", "\u0a01": "", "\u0a71": "",
    "\u09c0": "\u09bf", "\u09c2": "\u09c1", "\u09ce": "\u09a4\u09cd",
}  # fmt: skip
_LATIN = {"ł": "l", "đ": "d", "ø": "o", "œ": "oe", "æ": "ae", "ı": "i"}
_HAN = dict(
    zip(
        "系无两点帮说语话换过续复谢请个岁没错对开后东还这时间问题误删资讯号数难愿选项",
        "係無兩點幫說語話換過續復謝請個歲沒錯對開後東還這時間問題誤刪資訊號數難願選項",
        strict=True,
    )
)
# Ethiopic series of seven vowel orders each: an obsolete letter and the one it sounds like.
_ETHIOPIC_SERIES = ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0),
                    (0x1340, 0x1338))  # fmt: skip
_PRESENTATION_BLOCKS = ((0xFB00, 0xFE00), (0xFE70, 0xFEFF), (0xFF01, 0xFFEF), (0x1D400, 0x1D800))
_APOSTROPHES = "'’‘`´ʼʻ′"


def _presentation_forms() -> dict[int, str]:
    """Full-width, mathematical and contextual forms of letters, and full-width punctuation."""
    forms: dict[int, str] = {}
    for first, last in _PRESENTATION_BLOCKS:
        for code in range(first, last):
            kind, _, points = unicodedata.decomposition(chr(code)).rpartition(">")
            if kind:
                plain = "".join(chr(int(point, 16)) for point in points.split())
                forms[code] = unicodedata.normalize("NFD", plain).casefold().translate(_TABLE)
    return forms


def _table() -> dict[int, str]:
    pairs = {**_ARABIC, **_INDIC, **_LATIN, **_HAN}
    table = {ord(spelt): key for spelt, key in pairs.items()}
    for old, new in _ETHIOPIC_SERIES:
        table.update({old + order: chr(new + order) for order in range(8)})
    # The first and fourth orders of the gutturals are one sound: ሀ and ሃ, አ and ኣ.
    for guttural, fourth in ((0x1200, 0x1203), (0x1200, 0x1213), (0x1200, 0x1283),
                             (0x12A0, 0x12A3), (0x12A0, 0x12D3)):  # fmt: skip
        table[fourth] = chr(guttural)
    # Latin accents, harakat, variation selectors and emoji skin tones.
    for first, last in ((0x300, 0x370), (0x64B, 0x660), (0x610, 0x61B), (0x6D6, 0x6DD),
                        (0xFE00, 0xFE10), (0x1F3FB, 0x1F400)):  # fmt: skip
        table.update(dict.fromkeys(range(first, last), ""))
    table[0x670] = ""
    return table


_TABLE = _table()
_TABLE.update(_presentation_forms())

_INVISIBLE = regex.compile(r"[\p{Cf}\p{Co}\p{Cs}\u034f\U000e0100-\U000e01ef]+")
_NATIVE_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_APOSTROPHE = regex.compile(rf"(?<=\p{{L}})[{_APOSTROPHES}](?=\p{{L}})")
# Bengali spells many words with either vowel at the end: কখনও and কখনো.
_FINAL_O = regex.compile(r"(?<=[\u0995-\u09b9])\u0993(?!\w)")
_SPACE = regex.compile(r"[\s\p{Z}\p{Cc}]+")
# Persian and its neighbours part the pieces of one word with it; many people type a space there.
_NON_JOINER = regex.compile(r"(?<=\p{Arabic})\u200c+(?=\p{Arabic})")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_STRETCHED = regex.compile(r"(\p{L})\1{2,}")


def _decimal(digit: regex.Match[str]) -> str:
    """Return a native digit in ASCII; one that this Python's Unicode does not know stays itself."""
    return str(unicodedata.decimal(digit[0], digit[0]))


def fold(text: str) -> str:
    """Return the look-up form of a text: same words, one spelling, single spaces."""
    if text.isascii():
        folded = text.lower()
    else:
        folded = _INVISIBLE.sub("", text)
        folded = unicodedata.normalize("NFD", folded).casefold()
        folded = unicodedata.normalize("NFD", folded).translate(_TABLE)
        folded = _FINAL_O.sub("\u09c7\u09be", folded)
        folded = _NATIVE_DIGIT.sub(_decimal, folded)
    folded = _APOSTROPHE.sub("", folded)
    spaced: str = _SPACE.sub(" ", folded)
    return spaced.strip()


def folds(text: str) -> tuple[str, ...]:
    """Return a text's look-up form; and, if it has zero-width non-joiners, the form with spaces."""
    parted = _NON_JOINER.sub(" ", text)
    return (fold(text),) if parted == text else (fold(text), fold(parted))


def spelling(text: str) -> str:
    """Return the words of a text as they are spelt, with none of their marks folded away.

    For the rare pairs that folding makes one: ਦਸ is ten and ਦੱਸ is "tell".
    """
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).casefold()
    return f" {' '.join(_WORD.findall(plain))} "


def unstretched(word: str) -> tuple[str, ...]:
    """Return the spellings a drawn-out word may stand for: "yesss" -> ("yess", "yes").

    Only three equal letters or more are shortened: "teen" (3 in Urdu) is not "ten".
    """
    if not _STRETCHED.search(word):
        return ()
    return (_STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word))
