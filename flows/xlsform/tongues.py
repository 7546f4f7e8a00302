"""The language that a heading names: `English (en)`, `English`, `en`, `বাংলা`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import regex

from flows.reading.folding import fold
from flows.understand import resolve_language

_TAGGED = regex.compile(
    r"(?P<name>.*?)\s*\(\s*(?P<code>[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)\s*\)"
)
_CODE = regex.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
# Written standards that are not ours: mainland Chinese is not Cantonese, Iran's Persian is not Dari.
_NOT_OURS = frozenset({"zh", "zho", "zh-cn", "zh-hans", "zh-hant", "zh-tw", "fa", "fas", "fa-ir"})


@dataclass(frozen=True)
class Tongues:
    """The languages of the house, as headings name them.

    Attributes:
        names: code -> the language's English name.
        called: folded name -> code, for every name that a language is called by.
    """

    names: Mapping[str, str]
    called: Mapping[str, str]

    def code(self, tag: str) -> str:
        """Our code for a heading's language; for a language that is not ours, a code that says so."""
        tagged = _TAGGED.fullmatch(tag.strip())
        if tagged is not None:
            return self._ours(tagged["code"]) or tagged["code"].replace("_", "-").lower()
        named = self.called.get(fold(tag).strip())
        if named is not None:
            return named
        if _CODE.fullmatch(tag.strip()):
            return self._ours(tag) or tag.strip().replace("_", "-").lower()
        slug = regex.sub(r"[^a-z0-9]+", "-", fold(tag)).strip("-")[:8]
        return f"x-{slug or 'unnamed'}"

    def _ours(self, code: str) -> str | None:
        plain = code.strip().replace("_", "-").lower()
        return None if plain in _NOT_OURS else resolve_language(plain, self.names)

    def heading(self, code: str) -> str:
        """A language as a heading names it, such as `Bengali (bn)`."""
        return f"{self.names.get(code, code)} ({code})"
