"""One option or several, by number, letter, wording or an unmistakable near miss of it.

Everything in the message must point at the same option: a number beside a label must agree with
it, a negation beside a label makes it doubtful, and a word that several labels share says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import regex

from flows.reading.answers import Option, Read, Reading, Speech, Unread, Why
from flows.reading.folding import fold
from flows.reading.menus import Menu, menu_of, nearest, position
from flows.reading.messages import DECOR, Message, Piece, cut, opened
from flows.reading.numbers import gather, is_dotted_mark
from flows.reading.vocabulary import Role
from flows.reading.words import Kind, key_of
from flows.reading.yes_no import judge_yes_no

_DIGITS = regex.compile(r"[0-9]+")
_LISTED = regex.compile(r"[0-9]{1,3}(?:[,./][0-9]{1,3})+")
# Roles under which another wording of an option's meaning is the same answer.
_SAME_MEANING = (Role.UNSURE, Role.REFUSE)
_CONTRARY = frozenset({Role.NO, Role.NOT})


@dataclass(frozen=True, slots=True)
class Pointer:
    """A piece of the message that points at an option."""

    index: int
    how: str
    first: int
    last: int


def read_choice(text: str, options: Sequence[Option], speech: Speech) -> Reading:
    """Read one option; the value is the option's."""
    menu = menu_of(tuple(options))
    opening = opened(text, speech, options)
    if isinstance(opening, Unread):
        return opening
    message = cut(text, speech, menu.words, menu.longest)
    pointers, problem = _pointers(message, menu, speech)
    if problem is not None:
        return _by_meaning(message, menu, speech, problem)
    chosen = {pointer.index for pointer in pointers}
    if len(chosen) > 1:
        kinds = {pointer.how for pointer in pointers}
        why = Why.CONFLICT if "position" in kinds and len(kinds) > 1 else Why.SEVERAL
        return Unread(why, tuple(Read(menu.options[one].value, "label") for one in sorted(chosen)))
    if not chosen:
        return _by_meaning(message, menu, speech, Unread(Why.NOT_OFFERED))
    (index,) = chosen
    return Read(menu.options[index].value, _how(pointers, text, menu.options[index]))


def read_choices(text: str, options: Sequence[Option], speech: Speech) -> Reading:
    """Read several options; the value is a tuple of values in the order of the options."""
    menu = menu_of(tuple(options))
    opening = opened(text, speech, options)
    if isinstance(opening, Unread):
        return opening
    message = cut(text, speech, menu.words, menu.longest)
    pointers, problem = _pointers(message, menu, speech, several=True)
    if problem is not None:
        return problem
    chosen = sorted({pointer.index for pointer in pointers})
    if not chosen:
        return Unread(Why.NOT_OFFERED)
    if disagreeing := _disagreeing(message, pointers):
        return Unread(
            Why.CONFLICT, tuple(Read(menu.options[one].value, "label") for one in disagreeing)
        )
    values = tuple(menu.options[index].value for index in chosen)
    return Read(
        values, "list" if len(chosen) > 1 else _how(pointers, text, menu.options[chosen[0]])
    )


def _how(pointers: Sequence[Pointer], text: str, option: Option) -> str:
    kinds = {pointer.how for pointer in pointers}
    if len(kinds) > 1 and "position" in kinds:
        return "position and label"
    how = pointers[0].how
    if how == "label" and text.strip() != option.label.strip():
        return "folded label"
    return how


def _pointers(
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
            for place in split:
                if not 1 <= place <= len(menu.options):
                    return [], Unread(Why.OUT_OF_RANGE)
                pointers.append(Pointer(place - 1, "position", index, index))
            settled.add(index)
        elif several and (_joins(piece) or piece.key in ("&", "+", "/")):
            settled.add(index)
    pointers += _near(message, menu, speech, settled)
    found = gather(message, speech, settled)
    for number in found.numbers:
        place = pieces.index(number.piece)
        option, problem = position(number.value, menu)
        if problem is not None:
            return [], problem
        pointers.append(Pointer(option, "position", place, place))
    problem = _problem(message, found.problems, pointers, menu, settled)
    if problem is None and ((found.slash and not several) or found.out_of is not None):
        problem = Unread(Why.SEVERAL)
    return pointers, problem


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
    for piece in others:
        if piece.roles & {Role.YES, Role.NO} and not piece.roles & DECOR:
            return Unread(Why.NOT_OFFERED)
        if piece.roles & _CONTRARY:
            return Unread(Why.NEGATED)
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
    # A label with its own number was pointed at twice by one numeral.
    return None


def _joins(piece: Piece) -> bool:
    """Say whether a word joins two items. Urdu *aur* typed "or" may be either: ask."""
    return Role.AND in piece.roles and Role.OR not in piece.roles


def _letter(piece: Piece, menu: Menu) -> int | None:
    key = piece.key
    if piece.kind is Kind.WORD and len(key) == 1 and "a" <= key <= "z":
        index = ord(key) - ord("a")
        return index if index < len(menu.options) else None
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


def _by_meaning(message: Message, menu: Menu, speech: Speech, otherwise: Unread) -> Reading:
    """Read another wording of an option that says yes, no, don't know or no comment."""
    sides = {side: _siding(menu, speech, side) for side in ("yes", "no")}
    if all(len(indices) == 1 for indices in sides.values()):
        said = judge_yes_no(message, speech)
        if isinstance(said, Read):
            return Read(menu.options[sides[str(said.value)][0]].value, "same meaning")
        if said.why in (Why.HOMOGRAPH, Why.CONFLICT):
            return said
    asked = [p for p in message.pieces if p.kind is Kind.WORD and not p.roles & DECOR]
    for role in _SAME_MEANING:
        offered = _saying(menu, speech, role)
        if len(offered) == 1 and asked and all(role in piece.roles for piece in asked):
            return Read(menu.options[offered[0]].value, "same meaning")
    return otherwise


def _siding(menu: Menu, speech: Speech, side: str) -> list[int]:
    """Return the options that are a plain yes or no: by their code, or the language's own word."""
    plain = {side}
    for vocabulary in (speech.own, speech.english):
        plain.update(key_of(fold(one.word)) for one in islice(vocabulary.entries(Role(side)), 1))
    return [
        index
        for index, option in enumerate(menu.options)
        if option.value.casefold() == side or menu.labels[index] in plain
    ]


def _saying(menu: Menu, speech: Speech, role: Role) -> list[int]:
    """Return the options whose label or code says yes, no and so on."""
    return [
        index
        for index, option in enumerate(menu.options)
        if _says(menu.labels[index], speech) == role
        or _says(key_of(fold(option.value.replace("_", " "))), speech) == role
    ]


def _says(key: str, speech: Speech) -> Role | None:
    for vocabulary in (speech.own, speech.english):
        roles = {one.role for one in vocabulary.meanings(key)}
        sides = roles.intersection(_SAME_MEANING)
        if len(sides) == 1:
            return next(iter(sides))
    return None


def _disagreeing(message: Message, pointers: Sequence[Pointer]) -> list[int]:
    """Return the options of a number and a label side by side that do not agree: "2 racism".

    A comma or a joiner between them makes them two items of a list, and in "1. housing 2. jobs"
    a number belongs to the label after it.
    """
    placed = sorted(pointers, key=lambda one: one.first)
    taken = -1
    for place, (before, after) in enumerate(pairwise(placed)):
        if place <= taken or not _beside(message, before, after):
            continue
        if before.index == after.index:
            taken = place
            continue
        following = placed[place + 2] if place + 2 < len(placed) else None
        heads_the_next = (
            after.how == "position"
            and following is not None
            and following.index == after.index
            and _beside(message, after, following)
        )
        if not heads_the_next:
            return sorted({before.index, after.index})
    return []


def _beside(message: Message, before: Pointer, after: Pointer) -> bool:
    gap = message.text[message.pieces[before.last].end : message.pieces[after.first].start]
    numbered = (before.how == "position") != (after.how == "position")
    return numbered and before.last != after.first and not gap.strip(" .):-")
