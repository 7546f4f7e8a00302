"""One numeral: its decimal and thousands marks by language, and what may be written onto it."""

from __future__ import annotations

from collections.abc import Sequence, Set

import regex

from flows.reading.answers import Speech, Unread, Why
from flows.reading.vocabulary import Role

LONGEST_NUMERAL = 15

# Languages whose decimal mark is the comma, and what groups their thousands. Elsewhere the point
# is decimal and the comma groups, as people in the UK see it every day.
_COMMA_DECIMAL = {"fr": " ", "pl": " ", "ro": "."}
_LAKHS = frozenset({"bn", "ur", "pa", "syl", "pnb"})
_THOUSANDS = regex.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_LAKH_GROUPS = regex.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_POINT_GROUPS = regex.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_POINT_DECIMAL = regex.compile(r"[0-9]+\.[0-9]+")
_COMMA_DECIMALS = regex.compile(r"[0-9]+,[0-9]+")
_GROUPED_DECIMAL = regex.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_SUFFIXES = {Role.COUNTERS, Role.LIST_MARKS}
_GLUED = regex.compile(r"([0-9]+)([^0-9]+)")
_MARKED = regex.compile(r"([^0-9]+)([0-9]+)")


def marked_numeral(text: str, language: str) -> int | float | Unread:
    """Read a numeral with decimal or thousands marks by the language's habit.

    "1,500" is 1500 in English and 1.5 in French; "1.500" is the other way round. Where the habit
    of the language and the habit of the UK differ and the value does too, it is asked.
    """
    if len(text) > LONGEST_NUMERAL:
        return Unread(Why.OUT_OF_RANGE)
    text = text.replace("٬", ",").replace("٫", ".")
    if language in _COMMA_DECIMAL:
        return _comma_decimal(text, language)
    if _THOUSANDS.fullmatch(text) or (language in _LAKHS and _LAKH_GROUPS.fullmatch(text)):
        return int(text.replace(",", ""))
    if _POINT_GROUPS.fullmatch(text):
        return Unread(Why.FRACTION)
    if _POINT_DECIMAL.fullmatch(text) or _GROUPED_DECIMAL.fullmatch(text):
        return float(text.replace(",", ""))
    return Unread(Why.SEVERAL)


def _comma_decimal(text: str, language: str) -> int | float | Unread:
    if _POINT_GROUPS.fullmatch(text):
        if _COMMA_DECIMAL[language] == ".":
            return int(text.replace(".", ""))
        return Unread(Why.FRACTION)
    if _THOUSANDS.fullmatch(text) and not text.startswith("0"):
        return Unread(Why.FRACTION)
    if _COMMA_DECIMALS.fullmatch(text) or _POINT_DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    return Unread(Why.SEVERAL)


def spaced_thousands(parts: Sequence[str], language: str) -> int | None:
    """Return "1 500" as one number, where the language groups thousands with a space."""
    if _COMMA_DECIMAL.get(language) != " " or len(parts) < 2:
        return None
    grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    return int("".join(parts)) if grouped and all(part.isdigit() for part in parts) else None


def unglued(word: str, speech: Speech) -> tuple[int, str] | None:
    """Read a number written together with its counter or list mark: "৫জন", "পাঁচজন", "no4"."""
    if glued := _GLUED.fullmatch(word):
        number, counter = glued.groups()
        if _has(counter, _SUFFIXES, speech) and len(number) <= LONGEST_NUMERAL:
            return int(number), "digit"
    if marked := _MARKED.fullmatch(word):
        mark, number = marked.groups()
        if _has(mark, {Role.LIST_MARKS}, speech) and len(number) <= LONGEST_NUMERAL:
            return int(number), "digit"
    for end in range(2, len(word) - 1):
        meanings = speech.own.meanings(word[:end])
        values = {
            one.number for one in meanings if one.role is Role.NUMBER and one.number is not None
        }
        if len(values) == 1 and any(
            one.role is Role.COUNTERS for one in speech.own.meanings(word[end:])
        ):
            return next(iter(values)), "number word"
    return None


def _has(key: str, wanted: Set[Role], speech: Speech) -> bool:
    meanings = speech.own.meanings(key) + speech.english.meanings(key)
    roles = {one.role for one in meanings}
    return bool(wanted & roles) and not roles & {Role.NO, Role.NOT}
