"""A language as the engine needs it: what the bot says in it, and how replies in it are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.reading import Option, Speech
from flows.reading.vocabulary import Vocabulary
from flows.wording import SOURCE, Wording, placeholders

__all__ = ["SOURCE", "Language", "Untranslated", "usable"]


class Untranslated(LookupError):
    """A text that has no finished translation. It is never replaced by English."""

    def __init__(self, language: str, wording: Wording) -> None:
        self.language, self.wording = language, wording
        super().__init__(f"{language} has no translation of {wording.context}: {wording.source!r}")


@dataclass(frozen=True)
class Language:
    """One language of one conversation.

    Attributes:
        code: BCP 47, for example `bn` or `zh-Hant-HK`.
        name: what its speakers call it.
        direction: `ltr` or `rtl`.
        speech: how replies are read.
        catalogue: (context, source) -> translation; what is written in this language needs none.
        called: what people type to choose it.
        vocabularies: every language's words, for the safeguarding scan.
        spoken: whether it is only spoken: nothing is said in writing, recordings say it.
        recordings: name of a recording (`flows.spoken`) -> digest of what it holds.
        offered: code -> language, in the order of the menu: what this conversation can change to.
    """

    code: str
    name: str
    direction: str
    speech: Speech
    catalogue: Mapping[tuple[str, str], str]
    called: tuple[str, ...] = ()
    vocabularies: Sequence[Vocabulary] = ()
    spoken: bool = False
    recordings: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, Language] = field(default_factory=dict, repr=False, compare=False)

    def text(self, wording: Wording, **values: str | float) -> str:
        """The wording in this language, its `{placeholders}` filled in; nothing where it is only spoken.

        Raises:
            Untranslated: there is no finished translation.
        """
        if self.spoken:
            return ""
        translation = self._lookup(wording)
        if translation is None:
            raise Untranslated(self.code, wording)
        return translation.format(**values) if values else translation

    def _lookup(self, wording: Wording) -> str | None:
        if self.code == wording.language:
            return wording.source
        return self.catalogue.get((wording.context, wording.source))

    def either(self, wording: Wording | None, otherwise: Wording) -> str:
        """The shorter wording if there is one in this language, else the other."""
        short = None if wording is None else self._lookup(wording)
        return self.text(otherwise) if short is None else short

    def untranslated(self, wordings: Iterable[Wording]) -> tuple[Wording, ...]:
        """Those wordings that can not be said in this language."""
        if self.spoken:
            return ()
        return tuple(wording for wording in wordings if self._lookup(wording) is None)

    def menu(self) -> tuple[Option, ...]:
        """The languages on offer, each under its own name, for a language menu."""
        return tuple(Option(code, other.name, other.called) for code, other in self.offered.items())


def usable(wording: Wording, translation: str) -> bool:
    """Whether a translation may be used: not empty, and with the same placeholders as its source."""
    if not translation.strip():
        return False
    if not wording.context.startswith("bot/"):
        return True
    try:
        return placeholders(translation) == placeholders(wording.source)
    except ValueError:
        return False
