"""The shapes a reading has: what was offered, what was read, and why something was not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from flows.keywords import Keywords
    from flows.reading.vocabulary import Vocabulary

Value: TypeAlias = str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as the person saw it.

    Attributes:
        value: the stable code that is stored.
        label: the wording in the conversation's language.
        keys: further words accepted for this option, from the survey's author.
        number: the number shown before it, if that is not its place in the list (from 1): a scale
            whose codes are its scores shows the codes, so "0" to "5" are typed as they are stored.
    """

    value: str
    label: str
    keys: tuple[str, ...] = ()
    number: int | None = None


class Why(StrEnum):
    """Why a message was not read. Each one leads to asking again."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    OUT_OF_RANGE = "out of range"
    SEVERAL = "several"
    FRACTION = "fraction"
    SIGNED = "signed"
    GLUED = "glued"
    APPROXIMATE = "approximate"
    HOMOGRAPH = "homograph"
    MAYBE = "maybe"
    NEGATED = "negated"
    CONFLICT = "conflict"
    CLOSE = "close"
    AMBIGUOUS_DATE = "ambiguous date"
    INCOMPLETE_DATE = "incomplete date"
    NOT_OFFERED = "not offered"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Read:
    """A message that was understood: the value, and the code that says how."""

    value: Value
    how: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A message the person is asked about again.

    Attributes:
        why: the reason, which chooses the wording of the re-ask.
        candidates: the readings to show ("Did you mean 9, or no?"). Values of different kinds
            appear when one spelling means both: the number as an int, yes or no as a str.
    """

    why: Why
    candidates: tuple[Read, ...] = ()


Reading: TypeAlias = Read | Unread


@dataclass(frozen=True, slots=True)
class Speech:
    """What reading needs to know of the language of a conversation.

    Attributes:
        language: our code, such as ``bn`` or ``zh-Hant-HK``.
        own: the words people type in that language.
        english: the English words, which are known in every language.
        keywords: the commands of every language at once.
    """

    language: str
    own: Vocabulary
    english: Vocabulary
    keywords: Keywords
