"""Sentences that say what is wrong: words with gaps, and beside them what stands in the gaps.

Their English is written here, and `str()` is all of it. Whoever shows one in another language looks its
words up and fills the gaps in that language's way; gettext's extractor finds the words at `Sentence` and
`counted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

Value: TypeAlias = Union[int, float, str, tuple[str, ...], "Sentence"]
"""What stands in a gap: a number, words as they are, several of them, or a part to be translated too."""


@dataclass(frozen=True, slots=True, init=False)
class Sentence:
    """A sentence, or a part of one, that can be said in any language.

    Attributes:
        template: its English, every gap a name in braces: `“{button}” has {length} characters`.
        many: the English for any `count` but one; None where no number changes the words.
        values: what stands in the gaps, by name. One called `language` is a language's code, or its name.
    """

    template: str
    many: str | None
    values: tuple[tuple[str, Value], ...]

    def __init__(self, template: str, /, many: str | None = None, **values: Value) -> None:
        # A frozen value is set like this; each gap is an argument, so that calls read as sentences do.
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "many", many)
        object.__setattr__(self, "values", tuple(values.items()))

    def __str__(self) -> str:
        values = dict(self.values)
        words = self.template if self.many is None or values["count"] == 1 else self.many
        return words.format(**{name: _english(value) for name, value in values.items()})


def counted(one: str, many: str, count: int, **values: Value) -> Sentence:
    """A sentence whose words change with a number, which stands in the gap `count`."""
    return Sentence(one, many, count=count, **values)


def joined(first: str, *others: str) -> Sentence | str:
    """Words joined by "and"."""
    told: Sentence | str = first
    for other in others:
        told = Sentence("{first} and {second}", first=told, second=other)
    return told


def _english(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
