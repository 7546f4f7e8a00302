"""The words people type in one language, from a file a community partner can edit and review.

The file is ``locales/<language>/replies.yaml``; its shape is checked here, and every entry keeps
the source and the confidence it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import yaml

from flows.reading.folding import folds
from flows.reading.words import key_of


class VocabularyError(ValueError):
    """A vocabulary file is not in the expected shape; the text names the file and the key."""


class Role(StrEnum):
    """What a word does in a reply."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"
    NOT = "not"
    STOP = "stop"
    START = "start"
    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    REPEAT = "repeat"
    LANGUAGE = "language"
    DELETE = "delete"
    REFUSE = "refuse"
    UNSURE = "unsure"
    GREETINGS = "greetings"
    COURTESY = "courtesy"
    CRISIS = "crisis"
    AND = "and"
    OR = "or"
    OUT_OF = "out_of"
    ABOUT = "about"
    HALF = "half"
    COUNTERS = "counters"
    LIST_MARKS = "list_marks"
    TODAY = "today"
    YESTERDAY = "yesterday"
    LETTERS = "letters"
    FRAME = "frame"
    ORDINARY = "ordinary"
    NUMBER = "number"
    MONTH = "month"
    WEEKDAY = "weekday"
    CALLED = "called"
    OPTION = "option"


# Roles that are not keys of ``replies``; OPTION is what a question offers, in no file.
_ELSEWHERE = frozenset({Role.NUMBER, Role.MONTH, Role.WEEKDAY, Role.CALLED, Role.OPTION})
# The keys of ``replies``. Two may be left out: ``frame`` ("it is", "we are", "I would say"), and
# ``ordinary``, spellings that are also everyday words: as a number or a yes they are asked about.
REPLY_ROLES = tuple(role for role in Role if role not in _ELSEWHERE)
OPTIONAL_ROLES = frozenset({Role.FRAME, Role.ORDINARY})
# The months and the weekdays count from January and from Monday, as ISO 8601 does.
_BOUNDS = {Role.NUMBER: (0, 100), Role.MONTH: (1, 12), Role.WEEKDAY: (1, 7)}
CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a word means in one language.

    Attributes:
        role: what the word does.
        number: the number or the month it names; None for the other roles.
        language: the language code of the file it came from.
        word: the spelling in the file, before folding.
        source: the key of the file's ``sources`` it was taken from.
        confidence: high, medium or low, as the file says.
    """

    role: Role
    number: int | None
    language: str
    word: str
    source: str
    confidence: str


Lookup: TypeAlias = Mapping[str, tuple[Meaning, ...]]
Phrase: TypeAlias = tuple[tuple[str, ...], Meaning]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words, compiled for look-up by folded key.

    Attributes:
        language: our code.
        name: the language's name for itself, as a menu shows it.
        english_name: its English name.
        called: what people type to choose it.
        borrows: the language whose words are added, or None.
        sources: what each source key stands for.
        words: folded key -> meanings, own before borrowed.
        reach: first word of a key -> the most words a key that starts so has.
        crises: first two letters -> the crisis phrases that start so, as words.
    """

    language: str
    name: str
    english_name: str
    called: tuple[str, ...]
    borrows: str | None
    sources: Mapping[str, str]
    words: Lookup
    reach: Mapping[str, int] = field(repr=False)
    crises: Mapping[str, tuple[Phrase, ...]] = field(repr=False)

    def meanings(self, key: str) -> tuple[Meaning, ...]:
        """Return every meaning of a folded key, own before borrowed; empty if unknown."""
        return self.words.get(key, ())

    def entries(self, role: Role) -> Iterator[Meaning]:
        """Yield every entry of a role, in the order of the file."""
        for meanings in self.words.values():
            yield from (meaning for meaning in meanings if meaning.role is role)


def parse_vocabulary(text: str, *, borrowed: Vocabulary | None = None, source: str) -> Vocabulary:
    """Read a replies file.

    Args:
        text: the YAML.
        borrowed: the vocabulary named under ``borrows``, when the file names one.
        source: the file's name, for error messages.

    Raises:
        VocabularyError: naming the file and the key that is wrong.
    """
    return _File(source).read(text, borrowed)


class _WordsLoader(yaml.CSafeLoader):
    """YAML in which *no*, *yes*, *on* and *null* are words, as whoever edits the file means them."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own class attribute)
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":merge"))]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class _File:
    source: str

    def error(self, key: str, problem: str) -> VocabularyError:
        return VocabularyError(f"{self.source}: {key}: {problem}")

    def read(self, text: str, borrowed: Vocabulary | None) -> Vocabulary:
        try:
            content = yaml.load(text, Loader=_WordsLoader)  # noqa: S506 (a SafeLoader)
        except yaml.YAMLError as error:
            raise self.error("YAML", str(error)) from error
        if not isinstance(content, dict):
            raise self.error("file", "must be a mapping")
        language = self.string(content, "language")
        borrows = content.get("borrows")
        if (borrowed.language if borrowed else None) != borrows:
            raise self.error("borrows", f"says {borrows!r}, but that vocabulary was not given")
        sources = content.get("sources")
        if not isinstance(sources, dict) or not sources:
            raise self.error("sources", "must say where the words come from")
        called = self.strings("called", content.get("called"))
        words: dict[str, list[Meaning]] = {}
        for meaning in self.every(content, language, sources, called):
            # A mark such as "/" or "&" has no key; the readers know marks in every language.
            for key in filter(None, map(key_of, folds(meaning.word))):
                held = words.setdefault(key, [])
                if not any(
                    (one.role, one.number) == (meaning.role, meaning.number) for one in held
                ):
                    held.append(meaning)
        for key, meanings in borrowed.words.items() if borrowed else ():
            held = words.setdefault(key, [])
            known = {(one.role, one.number) for one in held}
            # A borrowing language is called by its own name only.
            held.extend(
                one
                for one in meanings
                if (one.role, one.number) not in known and one.role is not Role.CALLED
            )
        return Vocabulary(
            language=language,
            name=self.string(content, "name"),
            english_name=self.string(content, "english_name"),
            called=called,
            borrows=borrows,
            sources=sources,
            words={key: tuple(meanings) for key, meanings in words.items() if meanings},
            reach=reach_of(words),
            crises=crises_of(words.items()),
        )

    def every(
        self, content: dict[str, Any], language: str, sources: object, called: tuple[str, ...]
    ) -> Iterator[Meaning]:
        known = {"language", "name", "english_name", "borrows", "called", "sources"}
        for key in content.keys() - known - {"replies", "numbers", "months", "weekdays"}:
            raise self.error(str(key), "is not a key of a vocabulary")
        yield from (Meaning(Role.CALLED, None, language, word, "called", "high") for word in called)
        replies = content.get("replies")
        if not isinstance(replies, dict):
            raise self.error("replies", "must be a mapping")
        for key in replies.keys() - set(REPLY_ROLES):
            raise self.error(f"replies.{key}", "is not a kind of reply")
        for role in REPLY_ROLES:
            if role not in replies and role not in OPTIONAL_ROLES:
                raise self.error(f"replies.{role}", "is missing (an empty list says there is none)")
            key = f"replies.{role}"
            for group, origin, confidence in self.groups(key, replies.get(role, []), sources):
                for word in self.strings(key, group):
                    yield Meaning(role, None, language, word, origin, confidence)
        yield from self.numbered(Role.NUMBER, "numbers", content, language, sources)
        yield from self.numbered(Role.MONTH, "months", content, language, sources)
        if "weekdays" in content:
            yield from self.numbered(Role.WEEKDAY, "weekdays", content, language, sources)

    def numbered(
        self, role: Role, key: str, content: dict[str, Any], language: str, sources: object
    ) -> Iterator[Meaning]:
        lowest, highest = _BOUNDS[role]
        for group, origin, confidence in self.groups(key, content.get(key), sources):
            if not isinstance(group, dict):
                raise self.error(key, "words must map a number to its spellings")
            for number, spellings in group.items():
                if type(number) is not int or not lowest <= number <= highest:
                    raise self.error(f"{key}.{number}", f"must be {lowest} to {highest}")
                for word in self.strings(f"{key}.{number}", spellings):
                    yield Meaning(role, number, language, word, origin, confidence)

    def groups(
        self, key: str, groups: object, sources: object
    ) -> Iterator[tuple[object, str, str]]:
        if not isinstance(groups, list):
            raise self.error(key, "must be a list")
        for group in groups:
            if not isinstance(group, dict) or set(group) != {"words", "source", "confidence"}:
                raise self.error(key, "each entry needs words, source and confidence")
            if not isinstance(sources, dict) or group["source"] not in sources:
                raise self.error(key, f"source {group['source']!r} is not under sources")
            if group["confidence"] not in CONFIDENCES:
                raise self.error(key, f"confidence {group['confidence']!r} is not known")
            yield group["words"], group["source"], group["confidence"]

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.error(key, "must be a list of words")
        for word in value:
            if not isinstance(word, str):
                raise self.error(key, f"{word!r} must be in quotes")
        return tuple(value)

    def string(self, content: dict[str, Any], key: str) -> str:
        value = content.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(key, "must be a text")
        return value


def reach_of(keys: Mapping[str, object]) -> dict[str, int]:
    """Return, for each first word, the most words a key starting with it has."""
    reach: dict[str, int] = {}
    for key in keys:
        first, length = key.split(" ", 1)[0], key.count(" ") + 1
        reach[first] = max(length, reach.get(first, 0))
    return reach


def crises_of(
    words: Iterable[tuple[str, Iterable[Meaning]]],
) -> dict[str, tuple[Phrase, ...]]:
    """Index a vocabulary's crisis phrases by the first two letters of their first word."""
    index: dict[str, list[Phrase]] = {}
    for key, meanings in words:
        for meaning in meanings:
            if meaning.role is Role.CRISIS:
                index.setdefault(key[:2].strip(), []).append((tuple(key.split(" ")), meaning))
    return {first: tuple(phrases) for first, phrases in index.items()}
