"""The options of a question, compiled for look-up: by wording, by place, by near miss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex
from rapidfuzz.distance import OSA

from flows.reading.answers import Option, Read, Speech, Unread, Why
from flows.reading.folding import fold, folds
from flows.reading.vocabulary import Lookup, Meaning, Role
from flows.reading.words import Kind, key_of, tokenise

_ENUMERATOR = regex.compile(
    r"\s*(?:\(?(?P<number>[0-9]{1,2}|[a-z])\s*[.):\-]\s+|(?P<bare>[0-9]{1,2})\s+)"
)
_NUMBER = regex.compile(r"[0-9]+")
_LETTERS = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Menu:
    """The options of a question, compiled for look-up."""

    options: tuple[Option, ...]
    words: Lookup
    longest: int
    labels: tuple[str, ...]  # the folded label of each option
    shown: tuple[str, ...]  # the same with its signs, and without spaces
    numbers: tuple[frozenset[int], ...]  # the numbers inside each label
    places: Mapping[int, int]  # the number shown before an option -> its index
    coded: Mapping[int, int]  # codes that look like numbers but were not shown -> index


@lru_cache(maxsize=1024)
def menu_of(options: tuple[Option, ...]) -> Menu:
    """Compile the options of a question; survey wording only, nothing a person typed."""
    words: dict[str, list[Meaning]] = {}
    labels = []
    numbers = []
    # "1 person" beside "2 or 3 people" is no list.
    listed = all(_ENUMERATOR.match(fold(option.label)) for option in options)
    for index, option in enumerate(options):
        folded = fold(option.label)
        label = key_of(folded)
        spellings = [(label, "label"), (_plain(folded), "label")]
        if listed:
            spellings.append((_bare(folded), "label"))
        # "sometimes" for "some times", and Persian words with and without a non-joiner.
        spellings += [(label.replace(" ", ""), "label"), (key_of(folds(option.label)[-1]), "label")]
        spellings += [(key_of(fold(key)), "key") for key in option.keys]
        spellings += [(shorter, "near label") for shorter in _lightened(label)]
        value = key_of(fold(option.value.replace("_", " ")))
        if len(value) >= 2 and not value.isdigit() and not _in_another(value, index, options):
            spellings.append((value, "value"))
        for spelling, how in spellings:
            held = words.setdefault(spelling, [])
            if spelling and not any(one.number == index for one in held):
                held.append(Meaning(Role.OPTION, index, "", option.label, how, "high"))
        labels.append(label)
        numbers.append(frozenset(int(one) for one in _NUMBER.findall(folded)[:9]))
    table = {key: tuple(meanings) for key, meanings in words.items() if key}
    longest = max((key.count(" ") + 1 for key in table), default=1)
    places, coded = _places(options)
    shown = tuple(_signs_kept(option.label) for option in options)
    return Menu(options, table, longest, tuple(labels), shown, tuple(numbers), places, coded)


def _in_another(value: str, index: int, options: tuple[Option, ...]) -> bool:
    """Say whether a code, which nobody was shown, also begins a word of another option's label."""
    return any(
        f" {key_of(fold(other.label))}".find(f" {value}") >= 0
        for place, other in enumerate(options)
        if place != index
    )


def _places(options: tuple[Option, ...]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Return what the numbers before the options stand for, and the codes they may be taken for."""
    shown = [index + 1 if one.number is None else one.number for index, one in enumerate(options)]
    places = {number: index for index, number in enumerate(shown)}
    told = any(one.number is not None for one in options)
    if told or not all(one.value.isascii() and one.value.isdigit() for one in options):
        return places, {}
    return places, {int(one.value): index for index, one in enumerate(options)}


def _plain(folded: str) -> str:
    """Return a label's key without its emoji."""
    return " ".join(one.text for one in tokenise(folded) if one.kind in (Kind.WORD, Kind.NUMERAL))


def _lightened(label: str) -> set[str]:
    """Return an English label's key without its little words: "all the time", "most of time"."""
    words = label.split(" ")
    dropped = ({"of"}, {"the"}, {"of", "the"})
    shorter = {" ".join(word for word in words if word not in light) for light in dropped}
    return {one for one in shorter if " " in one} - {label}


def _bare(folded: str) -> str:
    """Return a label's key without its own number or letter: "1. Never" -> "never"."""
    return key_of(_ENUMERATOR.sub("", folded, count=1))


def position(value: float, menu: Menu) -> tuple[int, Unread | None]:
    """Return the option a number stands for: its place, unless a label's number says otherwise."""
    if isinstance(value, float):
        return 0, Unread(Why.FRACTION)
    named = {index for index, numbers in enumerate(menu.numbers) if value in numbers}
    place = menu.places.get(value)
    if menu.coded.get(value, place) != place:
        # "3" may be the third line or the code 3: nobody told the person which.
        return 0, Unread(Why.CONFLICT)
    if not any(menu.numbers):
        return (0, Unread(Why.OUT_OF_RANGE)) if place is None else (place, None)
    told = menu.options[0].number is not None
    if all(menu.numbers) and len(named) == 1 and not told and _enumerated(menu):
        # Every label begins with its own number, and nothing else was shown before it.
        return next(iter(named)), None
    if place is not None and (named == {place} or _below_every_label(value, menu)):
        return place, None
    candidates = named | (set() if place is None else {place})
    reads = tuple(Read(menu.options[one].value, "label") for one in sorted(candidates))
    return 0, Unread(Why.CONFLICT if reads else Why.OUT_OF_RANGE, reads)


def _enumerated(menu: Menu) -> bool:
    firsts = [_ENUMERATOR.match(fold(option.label)) for option in menu.options]
    return all(firsts) and all(len(numbers) == 1 for numbers in menu.numbers)


def _below_every_label(value: int, menu: Menu) -> bool:
    """Say whether a number is far too small to be meant as a number inside any label.

    In "16-24, 25-34, 35 or over" a 2 is the second line; in "0-4, 5-9" it is not.
    """
    lowest = min(number for numbers in menu.numbers for number in numbers)
    return value <= len(menu.options) < lowest and _NUMBER.match(menu.labels[0]) is not None


def exactly(text: str, menu: Menu) -> int | None:
    """Return the option whose label is the whole message, signs and all: "65+", "1-2"."""
    typed = _signs_kept(text)
    same = [index for index, shown in enumerate(menu.shown) if shown == typed]
    return same[0] if len(same) == 1 else None


def _signs_kept(text: str) -> str:
    return fold(text).replace(" ", "").rstrip(".!।۔።。,")


def nearest(typed: str, menu: Menu, speech: Speech) -> int | None:
    """Return the one option whose label the typed words nearly are, with a margin."""
    joined = typed.replace(" ", "")
    distances = [OSA.distance(joined, label.replace(" ", "")) for label in menu.labels]
    order = sorted(range(len(distances)), key=distances.__getitem__)
    if not order or not _alike(typed, menu.labels[order[0]], menu, speech):
        return None
    if len(order) > 1 and distances[order[1]] < distances[order[0]] + 2:
        return None
    return order[0]


def _as_near(our: str, other: str, allowed: int) -> bool:
    """Say whether a word is as easily another of the menu, or cut off before the two part."""
    return other.startswith(our) or OSA.distance(our, other) <= allowed


def _alike(typed: str, label: str, menu: Menu, speech: Speech) -> bool:
    if typed.replace(" ", "") == label.replace(" ", ""):
        return True
    if len(_LETTERS.findall(label)) < 5:
        return False
    ours, theirs = typed.split(" "), label.split(" ")
    if len(ours) != len(theirs):
        return False
    others = {word for one in menu.labels for word in one.split(" ")}
    changed = 0
    for our, their in zip(ours, theirs, strict=True):
        if our == their:
            continue
        changed += 1
        letters = len(_LETTERS.findall(their))
        allowed = 0 if letters < 5 else 1 if letters < 9 else 2
        # A changed first letter is how many languages say the opposite; a word that means
        # something else is not a slip of the finger.
        meanings = speech.own.meanings(our) + speech.english.meanings(our)
        known = our in others or any(one.role is not Role.MAYBE for one in meanings)
        if our[0] != their[0] or known or OSA.distance(our, their) > allowed:
            return False
        if any(_as_near(our, other, allowed) for other in others - {their}):
            return False
    return changed <= 2
