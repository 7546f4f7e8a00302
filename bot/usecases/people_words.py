"""What a list may say about a person, in any language: names of languages, yes and no, days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

import regex
from babel.core import get_global

from bot.gateways.phone_numbers import plain
from flows.keywords import ENGLISH, Keywords
from flows.reading import Read, Speech, Vocabulary, read_date
from flows.reading.folding import fold
from flows.reading.vocabulary import Role
from flows.understand import resolve_language

_MOST_NAMES = 1000
"""A column of languages has few different ones; what was looked up is kept."""

_CODE = regex.compile(r"([a-z]{2,3})((?:[-_][a-z0-9]{2,8})*)")
_YES = ("x", "✓", "✔", "☑", "1", "t", "consented", "agreed", "agrees", "given", "opted in")
_NO = ("✗", "✘", "☐", "0", "f", "false", "no", "n", "refused", "declined", "withdrawn", "opted out")


class Words:
    """What a list may say about a person, in any language: names of languages, yes and no."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary], keywords: Keywords) -> None:
        self._vocabularies = vocabularies
        self._named: dict[str, tuple[str, ...]] = {}
        english = vocabularies[ENGLISH]
        self._speech = Speech(ENGLISH, english, english, keywords)

    @cached_property
    def _languages(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for code, vocabulary in self._vocabularies.items():
            names = (code, vocabulary.name, vocabulary.english_name, *vocabulary.called)
            for name in dict.fromkeys(self._key(name) for name in names):
                found.setdefault(name, []).append(code)
        return {name: tuple(codes) for name, codes in found.items()}

    @staticmethod
    def _key(name: str) -> str:
        return str(regex.sub(r"[^\p{L}\p{M}\p{N}]+", " ", fold(name))).strip()

    def languages(self, text: str) -> tuple[str, ...]:
        """The languages that a text may name, by name in any language or by code."""
        if text not in self._named:
            if len(self._named) >= _MOST_NAMES:
                self._named.clear()
            self._named[text] = self._languages_of(text)
        return self._named[text]

    def _languages_of(self, text: str) -> tuple[str, ...]:
        key = self._key(text)
        found = self._languages.get(key, ())
        if not found and (code := _CODE.fullmatch(plain(text[:40]).casefold())):
            # bn-BD, BEN and ur_PK are codes too.
            base = str(get_global("language_aliases").get(code[1], code[1])).replace("_", "-")
            ours = resolve_language(base + code[2], self._vocabularies)
            found = () if ours is None else (ours,)
        return found

    @cached_property
    def _yes_and_no(self) -> tuple[frozenset[str], frozenset[str]]:
        said: dict[Role, set[str]] = {
            Role.YES: {fold(word) for word in _YES},
            Role.NO: {fold(word) for word in _NO},
        }
        for vocabulary in self._vocabularies.values():
            for role, words in said.items():
                words.update(meaning for meaning in _keys(vocabulary, role))
        # What is a no anywhere is never taken for a yes.
        return frozenset(said[Role.YES] - said[Role.NO]), frozenset(said[Role.NO])

    def says_yes(self, text: str) -> bool | None:
        """True for a yes, False for a no in any language, None for anything else."""
        yes, no = self._yes_and_no
        key = fold(text).strip(" .!")
        return True if key in yes else False if key in no else None

    def day(self, text: str) -> date | None:
        """The day that a text names, as 2026-03-14, 14/3/2026 or 14 March 2026."""
        reading = read_date(plain(text[:60]), self._speech)
        return date.fromisoformat(str(reading.value)) if isinstance(reading, Read) else None


def _keys(vocabulary: Vocabulary, role: Role) -> Iterator[str]:
    for key, meanings in vocabulary.words.items():
        if any(meaning.role is role for meaning in meanings):
            yield key
