"""One option or several, by number, letter, wording or an unmistakable near miss of it.

Everything in the message must point at the same option: a number beside a label must agree with
it, a negation beside a label makes it doubtful, and a word that several labels share says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from flows.reading.answers import Option, Read, Reading, Speech, Unread, Why
from flows.reading.folding import fold
from flows.reading.menus import Menu, exactly, menu_of
from flows.reading.messages import DECOR, Message, cut, opened
from flows.reading.pointing import Pointer, point
from flows.reading.vocabulary import Role
from flows.reading.words import Kind, key_of
from flows.reading.yes_no import judge_yes_no

# Roles under which another wording of an option's meaning is the same answer.
_SAME_MEANING = (Role.UNSURE, Role.REFUSE)
_SIDES = frozenset({Role.YES, Role.NO})


def read_choice(text: str, options: Sequence[Option], speech: Speech) -> Reading:
    """Read one option; the value is the option's."""
    menu = menu_of(tuple(options))
    opening = opened(text, speech, options)
    if isinstance(opening, Unread):
        return opening
    if (shown := exactly(text, menu)) is not None:
        return Read(menu.options[shown].value, _how([], text, menu.options[shown]))
    message = cut(text, speech, menu.words, menu.longest)
    pointers, problem = point(message, menu, speech)
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
    pointers, problem = point(message, menu, speech, several=True)
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
    how = pointers[0].how if pointers else "label"
    if how == "label" and text.strip() != option.label.strip():
        return "folded label"
    return how


def _by_meaning(message: Message, menu: Menu, speech: Speech, otherwise: Unread) -> Reading:
    """Read another wording of an option that says yes, no, don't know or no comment."""
    sides = {side: _siding(menu, speech, side) for side in ("yes", "no")}
    if _begins_a_label(message, menu):
        return otherwise
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


def _begins_a_label(message: Message, menu: Menu) -> bool:
    """Say whether a yes or no may be part of an option: "I don't" of "I don't know", "sure"."""
    typed = key_of(message.text)
    if any(one.startswith(typed) and one != typed for one in menu.labels):
        return True
    return any(
        f" {piece.key} " in f" {label} "
        for piece in message.pieces
        if piece.roles & _SIDES and piece.key not in menu.labels
        for label in menu.labels
    )


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
