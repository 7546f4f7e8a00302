"""What in a message points at an option: its number, letter or wording, or a near miss of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from flows.reading.answers import Speech, Unread, Why
from flows.reading.menus import Menu, nearest, position
from flows.reading.messages import DECOR, Message, Piece
from flows.reading.numbers import gather, is_dotted_mark
from flows.reading.vocabulary import Role
from flows.reading.words import Kind

_HAN = regex.compile(r"\p{Han}")
_DIGITS = regex.compile(r"[0-9]+")
_LISTED = regex.compile(r"[0-9]{1,3}(?:[,./][0-9]{1,3})+")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A piece of the message that points at an option."""

    index: int
    how: str
    first: int
    last: int


def point(
    message: Message, menu: Menu, speech: Speech, *, several: bool = False
) -> tuple[list[Pointer], Unread | None]:
    """Find everything that points at an option; or the reason to ask again."""
    pieces = message.pieces
    pointers: list[Pointer] = []
    settled: set[int] = set()
    for index, piece in enumerate(pieces):
        named = piece.numbers(Role.OPTION)
        if len(named) > 1:
            return [], Unread(Why.SEVERAL)
        if named:
            how = next(one.source for one in piece.meanings if one.role is Role.OPTION)
            pointers.append(Pointer(next(iter(named)), how, index, index))
            settled.add(index)
        elif (letter := _letter(piece, menu)) is not None:
            pointers.append(Pointer(letter, "letter", index, index))
            settled.add(index)
        elif several and (split := _split(piece)):
            for listed in split:
                place, problem = position(listed, menu)
                if problem is not None:
                    return [], problem
                pointers.append(Pointer(place, "position", index, index))
            settled.add(index)
        elif several and (_joins(piece) or piece.key in ("&", "+", "/")):
            settled.add(index)
    pointers += _near(message, menu, speech, settled)
    found = gather(message, speech, settled)
    for number in found.numbers:
        stood = pieces.index(number.piece)
        place, problem = position(number.value, menu)
        if problem is None and _in_another_label(number.piece, place, menu):
            problem = Unread(Why.CONFLICT)
        if problem is not None:
            return [], problem
        pointers.append(Pointer(place, "position", stood, stood))
    problem = _problem(message, found.problems, pointers, menu, settled)
    if problem is None and ((found.slash and not several) or found.out_of is not None):
        problem = Unread(Why.SEVERAL)
    return pointers, problem


def _in_another_label(piece: Piece, place: int, menu: Menu) -> bool:
    """Say whether a number's word stands in another option too: Tigrinya "sometimes" is one-one.

    Han characters do in most menus, and are left to the place they name.
    """
    if piece.kind is not Kind.WORD or _HAN.search(piece.key):
        return False
    others = (label for index, label in enumerate(menu.labels) if index != place)
    return any(f" {piece.key} " in f" {label} " for label in others)


def _problem(
    message: Message,
    problems: Sequence[Unread],
    pointers: Sequence[Pointer],
    menu: Menu,
    settled: set[int],
) -> Unread | None:
    if problems:
        return min(problems, key=lambda one: one.why is Why.UNKNOWN)
    others = [
        piece
        for index, piece in enumerate(message.pieces)
        if index not in settled and not is_dotted_mark(piece, message.pieces, index)
    ]
    if any(Role.YES in piece.roles and not piece.roles & DECOR for piece in others):
        return Unread(Why.NOT_OFFERED)
    marked = any(Role.LIST_MARKS in piece.roles for piece in others)
    if not marked and any(
        Role.COUNTERS in piece.roles and not piece.roles & (DECOR | {Role.NUMBER})
        for piece in others
    ):
        return Unread(Why.UNKNOWN)
    kinds = {pointer.how for pointer in pointers}
    if "letter" in kinds and "position" in kinds:
        return Unread(Why.CONFLICT)
    if "letter" in kinds and len(kinds) > 1 and len({one.index for one in pointers}) > 1:
        # "a" beside a label is as likely the article.
        return Unread(Why.CONFLICT)
    return None


def _joins(piece: Piece) -> bool:
    """Say whether a word joins two items. Urdu *aur* typed "or" may be either: ask."""
    return Role.AND in piece.roles and Role.OR not in piece.roles


def _letter(piece: Piece, menu: Menu) -> int | None:
    key = piece.key
    if piece.kind is Kind.WORD and len(key) == 1 and "a" <= key <= "z":
        index = ord(key) - ord("a")
        # "A" may be the first option, or the beginning of "A lot".
        others = (one.split(" ")[0] for place, one in enumerate(menu.labels) if place != index)
        return index if index < len(menu.options) and key not in others else None
    return None


def _split(piece: Piece) -> tuple[int, ...]:
    """Return the numbers of a list written without spaces: "1,3", "1.3", "1/3"."""
    if piece.kind is Kind.NUMERAL and _LISTED.fullmatch(piece.key):
        return tuple(int(one) for one in _DIGITS.findall(piece.key))
    return ()


def _near(message: Message, menu: Menu, speech: Speech, settled: set[int]) -> list[Pointer]:
    """Find runs of unexplained words that are a near miss of exactly one label."""
    pointers = []
    for first, last in _unexplained(message, settled):
        pieces = message.pieces[first : last + 1]
        typed = [piece.key for piece in pieces if piece.kind is Kind.WORD]
        index = nearest(" ".join(typed), menu, speech)
        if index is not None:
            pointers.append(Pointer(index, "near label", first, last))
            settled.update(range(first, last + 1))
    return pointers


def _unexplained(message: Message, settled: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each run of words that holds an unknown one."""
    start: int | None = None
    for index, piece in enumerate((*message.pieces, None)):
        wordy = (
            piece is not None
            and index not in settled
            and piece.kind is Kind.WORD
            and not piece.roles & (DECOR | {Role.AND, Role.OR, Role.LIST_MARKS, Role.NUMBER})
        )
        if wordy and start is None:
            start = index
        if not wordy and start is not None:
            # "majhe majhe" is a maybe to a yes/no question, and may well be half a label here.
            if any(one.roles <= {Role.MAYBE} for one in message.pieces[start:index]):
                yield start, index - 1
            start = None
