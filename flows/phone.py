"""Questions put to a phone rather than to a person: who is answering, her four digits, who may write.

They belong to no survey, so no survey's state can hold them: `contact_point.asking` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import regex

from flows import asking, phrases, reading
from flows.keywords import Command, read_command
from flows.language import Language
from flows.reading import Option, Read
from flows.reading.folding import fold
from flows.wording import Wording

TRIES = 5
"""Wrong digits in a row before the phone has to wait for an hour."""

ANSWERED_WITHIN = (timedelta(hours=2), timedelta(days=1))
"""After this a message is no answer to who is answering; and to who may write."""

LONGEST_NICKNAME = 40
SOMEONE_ELSE = "someone-else"
EVERYONE = "everyone"

_FOUR_DIGITS = regex.compile(r"[0-9]{4}")


class What(StrEnum):
    """Which question the phone was asked."""

    WHO = "who"
    NICKNAME = "nickname"
    NEW_PIN = "new_pin"
    PIN = "pin"
    ORGANISATIONS = "organisations"


SECRET = frozenset({What.NICKNAME, What.NEW_PIN, What.PIN})
"""What is answered with a name or with digits that we do not keep in clear."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question put to the phone, until it is answered.

    Attributes:
        what: which question.
        language: the code it was asked in.
        organisation: whose people, or on whose behalf; None for all.
        held: the message that made us ask.
        talk: the conversation that message would have gone to.
        meant: whether it answers what was put there, and nothing else.
        campaign: the campaign it would join.
        person: the member of the household whose digits are awaited.
        tries: replies to this question that could not be read.
        put: when it was put.
    """

    what: What
    language: str
    put: datetime
    organisation: int | None = None
    held: int | None = None
    talk: int | None = None
    meant: bool = False
    campaign: int | None = None
    person: int | None = None
    tries: int = 0

    def to_json(self) -> dict[str, Any]:
        """A plain value that `from_json` makes an equal question of."""
        return {**asdict(self), "put": self.put.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Question:
        """The question that `to_json` wrote."""
        put = datetime.fromisoformat(stored["put"])
        return cls(**{**stored, "what": What(stored["what"]), "put": put})

    def lapsed(self, now: datetime, *, written_since: bool) -> bool:
        """Whether the next message answers something else: it was long ago, or something else was put."""
        patience = ANSWERED_WITHIN[self.what is What.ORGANISATIONS]
        return written_since or now - self.put > patience


def people(named: Sequence[tuple[int, str]], language: Language) -> tuple[Option, ...]:
    """The people of a phone as a menu: their nicknames, then someone else."""
    known = [Option(str(person), nickname) for person, nickname in named]
    return (*known, Option(SOMEONE_ELSE, language.text(phrases.SOMEONE_ELSE)))


def organisations(named: Sequence[tuple[int, str]], language: Language) -> tuple[Option, ...]:
    """Who may write again: everyone, then each organisation."""
    known = [Option(str(organisation), name) for organisation, name in named]
    return (Option(EVERYONE, language.text(phrases.EVERYONE)), *known)


def menu(phrase: Wording, options: Sequence[Option], language: Language) -> str:
    """A phrase, and under it the options with their numbers."""
    return "\n".join([language.text(phrase), *asking.numbered(options)])


def chosen(text: str, options: Sequence[Option], language: Language) -> str | None:
    """The option that a reply chooses; None when that is not sure."""
    found = reading.read_choice(text, options, language.speech)
    return str(found.value) if isinstance(found, Read) else None


def read_pin(text: str) -> str | None:
    """Four digits in any script, spaces and dashes aside; None for anything else."""
    bare = regex.sub(r"[\s-]", "", fold(text))
    return bare if _FOUR_DIGITS.fullmatch(bare) else None


def read_nickname(text: str, language: Language) -> str | None:
    """A name as it was typed, without odd spaces; None for what can not be one."""
    name = " ".join(text.split())
    if not fold(name) or len(name) > LONGEST_NICKNAME:
        return None
    if not regex.search(r"\p{L}", name) or command_of(text, language) is not None:
        return None  # a number would be taken for a place in the menu
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two nicknames are the same name."""
    return fold(one) == fold(other)


def command_of(text: str, language: Language, offered: Sequence[Option] = ()) -> Command | None:
    """The command a message is, in any language."""
    found = read_command(text, language.speech.keywords, language=language.code, offered=offered)
    return None if found is None else found.command


def declines(text: str, language: Language) -> bool:
    """Whether somebody does not want digits: SKIP, or a plain no."""
    if command_of(text, language) is Command.SKIP:
        return True
    found = reading.read_yes_no(text, language.speech)
    return isinstance(found, Read) and found.value == "no"


def language_of(text: str, language: Language) -> str:
    """The language a command was said in; the conversation's own for anything else."""
    found = read_command(text, language.speech.keywords, language=language.code)
    return language.code if found is None or found.language is None else found.language
