"""Text that a participant may see, named so that a translation can be found for it."""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass

SOURCE = "en"
"""The language that phrases, instruments and (unless they say otherwise) surveys are written in."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A source text and its place: `context` is gettext's msgctxt, `source` its msgid.

    The context of survey text is `survey/question` (or `instrument/item`, `survey/list/choice`);
    the context of the bot's own phrases is `bot/phrase`. `language` is the one `source` is in.
    """

    context: str
    source: str
    language: str = SOURCE

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever the context or the source text does."""
        return digest(self.context, self.source)


def digest(*parts: str) -> str:
    """SHA-256 of the parts, shortened to twelve hexadecimal digits."""
    return hashlib.sha256("\x04".join(parts).encode()).hexdigest()[:12]


def placeholders(text: str) -> frozenset[str]:
    """The names in `{braces}`; raises ValueError when the braces do not match up."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
