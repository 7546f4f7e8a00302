"""Options put in order: read as a choice of several, with the order they were typed in kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import regex

from flows import reading
from flows.reading import Option, Read, Reading, Speech, Unread, Why
from flows.reading.messages import LONGEST_ANSWER

_WORD = regex.compile(r"[^\s,;/،؛、，；]+")
# What people draw between the places of an order.
_ARROWS = str.maketrans({">": ",", "→": ",", "⇒": ",", "➔": ",", "➡": ","})
# Beyond this many words nobody lists options: the order is asked for again.
_MOST_WORDS = 40


def read_ranking(text: str, options: Sequence[Option], speech: Speech, *, every: bool) -> Reading:
    """Read options in the order typed; the value is a tuple of their values.

    Args:
        text: exactly what was typed.
        options: what was offered.
        speech: how replies are read.
        every: whether all of them have to be there.
    """
    text = text.translate(_ARROWS)
    found = reading.read_choices(text, options, speech)
    if isinstance(found, Unread):
        return found
    assert isinstance(found.value, tuple)  # a choice of several is a tuple
    chosen = frozenset(found.value)
    if every and len(chosen) < len(options):
        return Unread(Why.NOT_OFFERED)
    if len(chosen) == 1:
        return found
    orders = list(_orders(text, options, speech, chosen))
    # The words can be cut in two ways that say different things: that is for the person to settle.
    return Read(orders[0], "ranked") if len(orders) == 1 else Unread(Why.CONFLICT)


def _orders(
    text: str, options: Sequence[Option], speech: Speech, chosen: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """Every order in which the text can be cut into one piece for each option chosen."""
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) > _MOST_WORDS or len(text) > LONGEST_ANSWER:
        return

    @cache
    def named(first: int, last: int) -> str | None:
        """The one option that these words name, if they name just one."""
        piece = text[words[first][0] : words[last][1]]
        read = reading.read_choices(piece, options, speech)
        one = isinstance(read, Read) and isinstance(read.value, tuple) and len(read.value) == 1
        return read.value[0] if one else None  # type: ignore[union-attr,index]

    def cut(first: int, so_far: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if len(so_far) == len(chosen):
            yield from [so_far] if first == len(words) else []
            return
        for last in range(first, len(words)):
            code = named(first, last)
            if code in chosen and code not in so_far:
                yield from cut(last + 1, (*so_far, str(code)))

    seen: set[tuple[str, ...]] = set()
    for order in cut(0, ()):
        if order not in seen:
            seen.add(order)
            yield order
