"""Numbers as people write them: digits of any script, words, marks, counters and courtesy.

A number is read when it is the only one in the message and everything around it is explained.
Two numbers, ranges, fractions, signs, approximations and unknown words are asked about.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

import regex

from flows.reading.answers import Read, Reading, Speech, Unread, Why
from flows.reading.messages import (
    DECOR,
    Message,
    Piece,
    doubting,
    opened,
    own_or_english,
)
from flows.reading.numerals import LONGEST_NUMERAL, marked_numeral, spaced_thousands, unglued
from flows.reading.vocabulary import Role
from flows.reading.words import Kind

OLDEST = 120
FIRST_YEAR, LAST_YEAR = 1900, 2100

_HAN = regex.compile(r"\p{Han}")

_DASHES = frozenset("-–—−‒‐‑")
_ABOUT_SIGNS = frozenset("~≈<>≤≥±")
_OTHER_SIGNS = frozenset("%٪‰^*×÷\\&£$€¥₹৳₨")
_NEUTRAL = DECOR | {Role.COUNTERS, Role.LIST_MARKS, Role.LETTERS}
_DOUBTS = {Role.ABOUT: Why.APPROXIMATE, Role.HALF: Why.FRACTION, Role.NOT: Why.NEGATED,
           Role.MAYBE: Why.MAYBE, Role.UNSURE: Why.MAYBE, Role.NO: Why.CONFLICT,
           Role.OR: Why.SEVERAL, Role.AND: Why.SEVERAL}  # fmt: skip
# A number word that is also one of these is two things at once on a number question.
_RIVALS = frozenset({Role.YES, Role.NO, Role.NOT, Role.MAYBE, Role.HALF, Role.ABOUT, Role.OR,
                     Role.AND, Role.UNSURE, Role.REFUSE, Role.SKIP, Role.ORDINARY})  # fmt: skip

# The rivals that can be shown beside the number when it is asked: "Did you mean 9, or no?"
_SIDES = {Role.YES: "yes", Role.NO: "no", Role.NOT: "no"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in a message."""

    value: int | float
    how: str
    piece: Piece


@dataclass(slots=True)
class Found:
    """Everything in a message that bears on its number."""

    numbers: list[Number] = field(default_factory=list)
    problems: list[Unread] = field(default_factory=list)
    slash: bool = False
    out_of: Piece | None = None

    def problem(self, why: Why, *candidates: Read) -> None:
        """Note a reason to ask again."""
        self.problems.append(Unread(why, candidates))


def read_integer(
    text: str, speech: Speech, *, minimum: int | None = None, maximum: int | None = None
) -> Reading:
    """Read one whole number between the bounds (both included), or say why not."""
    return _read(text, speech, minimum, maximum, whole=True)


def read_decimal(
    text: str, speech: Speech, *, minimum: float | None = None, maximum: float | None = None
) -> Reading:
    """Read one number with local decimal and thousands marks; the value is a float."""
    reading = _read(text, speech, minimum, maximum, whole=False)
    if isinstance(reading, Read) and not isinstance(reading.value, (str, tuple)):
        return Read(float(reading.value), reading.how)
    return reading


def read_age(text: str, speech: Speech, *, minimum: int = 0, maximum: int = OLDEST) -> Reading:
    """Read an age in whole years."""
    return read_integer(text, speech, minimum=minimum, maximum=maximum)


def read_year(
    text: str, speech: Speech, *, minimum: int = FIRST_YEAR, maximum: int = LAST_YEAR
) -> Reading:
    """Read a year of the common calendar, written in full."""
    return read_integer(text, speech, minimum=minimum, maximum=maximum)


def _read(
    text: str,
    speech: Speech,
    minimum: float | None,
    maximum: float | None,
    *,
    whole: bool,
) -> Reading:
    message = opened(text, speech)
    if isinstance(message, Unread):
        return message
    found = gather(message, speech)
    reading = settle(found, speech, maximum)
    if not isinstance(reading, Read) or isinstance(reading.value, (str, tuple)):
        return reading
    if whole and isinstance(reading.value, float):
        return Unread(Why.FRACTION)
    if minimum is not None and reading.value < minimum:
        return Unread(Why.OUT_OF_RANGE)
    if maximum is not None and reading.value > maximum:
        return Unread(Why.OUT_OF_RANGE)
    return reading


def gather(message: Message, speech: Speech, settled: Container[int] = ()) -> Found:
    """Sort the pieces of a message into numbers and reasons to doubt them.

    Args:
        message: the pieces.
        speech: the language of the conversation.
        settled: the indices of pieces that are already explained.
    """
    found = Found()
    if doubting(message.pieces):
        found.problem(Why.MAYBE)
    for index, piece in enumerate(message.pieces):
        if index in settled:
            continue
        match piece.kind:
            case Kind.NUMERAL:
                _take_numeral(found, piece, speech)
            case Kind.ENCLOSED:
                found.numbers.append(Number(int(piece.key), "enclosed digit", piece))
            case Kind.ODD:
                found.problem(Why.FRACTION)
            case Kind.WORD:
                _take_word(found, message.pieces, index, speech)
            case Kind.MARK:
                _take_mark(found, message, index)
            case _:
                continue  # a face or a flag says nothing of a number
    return found


def settle(found: Found, speech: Speech, maximum: float | None) -> Reading:
    """Return the one number of a message, or why there is none."""
    numbers = found.numbers
    if found.problems:
        order = [Why.HOMOGRAPH, *(why for why in Why if why not in (Why.HOMOGRAPH, Why.UNKNOWN))]
        order.append(Why.UNKNOWN)
        return min(found.problems, key=lambda problem: order.index(problem.why))
    if not numbers:
        return Unread(Why.UNKNOWN)
    if len(numbers) == 2 and (found.slash or found.out_of):
        return _score(found, maximum)
    if found.slash or found.out_of:
        return Unread(Why.FRACTION)
    grouped = spaced_thousands([one.piece.key for one in numbers], speech.language)
    if grouped is not None:
        return Read(grouped, "digit")
    if len(numbers) == 2 and numbers[0].value == numbers[1].value:
        # "5 (five)" says one number twice; "5 5" may be 55.
        kinds = {number.piece.kind for number in numbers}
        if len(kinds) == 2:
            return Read(numbers[0].value, "digit")
    if len(numbers) > 1:
        return Unread(Why.SEVERAL, tuple(Read(one.value, one.how) for one in numbers))
    return Read(numbers[0].value, numbers[0].how)


def _score(found: Found, maximum: float | None) -> Reading:
    first, second = found.numbers
    if maximum is None:
        return Unread(Why.FRACTION)
    # "8/10" can be nothing but a score, but on a scale to 4 "3/4" can be a fraction.
    if second.value == maximum and (maximum >= 5 or not found.slash):
        return Read(first.value, "out of")
    # Bengali, Urdu and others say the maximum first: "১০ এর মধ্যে ৮".
    if first.value == maximum and found.out_of is not None:
        languages = {one.language for one in found.out_of.meanings if one.role is Role.OUT_OF}
        if languages - {"en"}:
            return Read(second.value, "out of")
    return Unread(Why.FRACTION)


def _take_numeral(found: Found, piece: Piece, speech: Speech) -> None:
    text = piece.key
    if text.isdigit():
        if len(text) > LONGEST_NUMERAL:
            found.problem(Why.OUT_OF_RANGE)
        else:
            found.numbers.append(Number(int(text), "digit", piece))
        return
    if text.count("/") == 1 and text.replace("/", "").isdigit():
        first, second = text.split("/")
        found.slash = True
        for part in (first, second):
            found.numbers.append(Number(int(part[:LONGEST_NUMERAL]), "digit", piece))
        return
    value = marked_numeral(text, speech.language)
    if isinstance(value, Unread):
        found.problems.append(value)
    else:
        found.numbers.append(Number(value, "digit", piece))


def _take_word(found: Found, pieces: Sequence[Piece], index: int, speech: Speech) -> None:
    piece = pieces[index]
    roles = piece.roles
    if roles >= {Role.NUMBER, Role.COUNTERS, Role.ORDINARY} and _counts(pieces, index):
        # Polish *raz* alone may be once or one; in "jeden raz" it only counts.
        return
    if Role.NUMBER in roles:
        _take_number_word(found, pieces, index, speech)
        return
    if Role.LIST_MARKS in roles and is_dotted_mark(piece, pieces, index):
        return
    # Own words come before English ones: Polish "to 7" is "it is 7".
    spoken = {one.role for one in piece.meanings if one.language != "en"}
    doubted = roles - {Role.ABOUT} if Role.FRAME in spoken and Role.ABOUT not in spoken else roles
    doubt = next((why for role, why in _DOUBTS.items() if role in doubted), None)
    if Role.COUNTERS in roles and _counts(pieces, index):
        # Romanian "5 ori" is five times, although *ori* also means or.
        return
    if roles & DECOR and doubt in (None, Why.MAYBE):
        return
    if Role.OUT_OF in roles:
        found.out_of = piece
    elif doubt is not None:
        found.problem(doubt)
    elif roles & _NEUTRAL or (Role.YES in roles and not _HAN.search(piece.key)):
        # "yes, 5" says 5; but Han characters side by side may be another word: 一係 is "or else".
        return
    elif (glued := unglued(piece.key, speech)) is not None:
        found.numbers.append(Number(*glued, piece))
    elif any(character.isdigit() for character in piece.key):
        found.problem(Why.GLUED)
    else:
        found.problem(Why.UNKNOWN)


def _counts(pieces: Sequence[Piece], index: int) -> bool:
    """Say whether a word stands just after a number and before no other: "5 times"."""
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    return index > 0 and _is_number(pieces[index - 1]) and not (after and _is_number(after))


def _take_number_word(found: Found, pieces: Sequence[Piece], index: int, speech: Speech) -> None:
    piece = pieces[index]
    values = piece.numbers()
    rivals = [one for one in piece.meanings if one.role in _RIVALS]
    if rivals and len(values) == 1 and all(one.language != "en" for one in rivals):
        # "নয় জন" counts people: beside a counter of its own language the number is meant.
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if following is not None and Role.COUNTERS in following.roles:
            rivals = []
    how = own_or_english(piece, Role.NUMBER, speech, "number word")
    if rivals or len(values) > 1:
        numbers = [Read(value, how) for value in sorted(values)]
        others = [
            Read(_SIDES[one.role], f"{one.role} word") for one in rivals if one.role in _SIDES
        ]
        found.problem(Why.HOMOGRAPH, *dict.fromkeys([*numbers, *others]))
        return
    found.numbers.append(Number(next(iter(values)), how, piece))


def is_dotted_mark(piece: Piece, pieces: Sequence[Piece], index: int) -> bool:
    """Say whether a list mark is an abbreviation with its sign: "no. 4" or "n° 4", not "no 4"."""
    return (
        index + 2 < len(pieces)
        and pieces[index + 1].key in (".", "°")
        and pieces[index + 1].start == piece.end
        and pieces[index + 2].kind is Kind.NUMERAL
    )


def _take_mark(found: Found, message: Message, index: int) -> None:
    pieces, text = message.pieces, message.text
    piece = pieces[index]
    sign = piece.key
    before = pieces[index - 1] if index else None
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    if sign == "/":
        found.slash = True
    elif sign in _DASHES:
        glued = before is not None and before.end == piece.start
        if after is None or not _is_number(after):
            return
        if before is not None and _is_number(before):
            found.problem(Why.SEVERAL)
        elif before is None or (after.start == piece.end and not glued):
            found.problem(Why.SIGNED)
    elif sign == "+":
        follows = before is not None and _is_number(before)
        found.problem(Why.APPROXIMATE if follows else Why.SIGNED)
    elif sign in _ABOUT_SIGNS:
        found.problem(Why.APPROXIMATE)
    elif sign in _OTHER_SIGNS and not _wraps(text, sign):
        found.problem(Why.UNKNOWN)


def _wraps(text: str, sign: str) -> bool:
    """Say whether a sign only decorates the whole message, like WhatsApp's *bold*."""
    return sign == "*" and text.startswith("*") and text.endswith("*")


def _is_number(piece: Piece) -> bool:
    return piece.kind in (Kind.NUMERAL, Kind.ENCLOSED) or Role.NUMBER in piece.roles
