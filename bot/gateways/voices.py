"""The languages a frozen survey can be held in, put together from its frozen words and ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.gateways.files import LanguageFiles, Translations
from flows import phrases
from flows.language import SOURCE, Language
from flows.reading import Speech
from flows.survey import Survey
from flows.wording import Wording

PHRASES: tuple[Wording, ...] = tuple(
    value for value in vars(phrases).values() if isinstance(value, Wording)
)
"""Everything the bot says of its own accord."""


class Voices:
    """Makes `Language` values, and knows which languages can hold a survey."""

    def __init__(self, files: LanguageFiles) -> None:
        self.files = files

    def complete(self, survey: Survey) -> tuple[str, ...]:
        """Codes of the languages in which every text of a survey, and every phrase, can be said."""
        texts = (*survey.wordings(), *PHRASES)
        family = self.family(self.files.vocabularies)
        ready = [code for code, language in family.items() if not language.untranslated(texts)]
        return tuple(sorted(ready, key=lambda code: (code != SOURCE, code)))

    def frozen(self, survey: Survey, codes: Iterable[str]) -> dict[str, Any]:
        """The translations of a survey as they are now, to be kept with its version."""
        wordings = survey.wordings()
        return {code: self._texts(code, wordings) for code in codes if code != SOURCE}

    def _texts(self, code: str, wordings: Iterable[Wording]) -> list[list[str]]:
        known = self.files.translations(code)
        return [
            [w.context, w.source, known[w.context, w.source]]
            for w in wordings
            if (w.context, w.source) in known
        ]

    def family(
        self, codes: Iterable[str], frozen: Mapping[str, list[list[str]]] | None = None
    ) -> Mapping[str, Language]:
        """Languages that can change into one another, in the order given.

        Args:
            codes: which languages, in the order of the menu.
            frozen: the texts kept with a survey's version; without them, those on disk.
        """
        family: dict[str, Language] = {}
        for code in codes:
            vocabulary = self.files.vocabularies[code]
            family[code] = Language(
                code=code,
                name=vocabulary.name,
                direction=self.files.direction(code),
                speech=Speech(
                    code, vocabulary, self.files.vocabularies[SOURCE], self.files.keywords
                ),
                catalogue=self._catalogue(code, frozen),
                called=tuple(vocabulary.called),
                vocabularies=tuple(self.files.vocabularies.values()),
                offered=family,
            )
        return family

    def _catalogue(self, code: str, frozen: Mapping[str, list[list[str]]] | None) -> Translations:
        current = self.files.translations(code)
        if frozen is None:
            return current
        # The bot's own phrases follow the release; a survey's words stay as they were launched.
        ours = {key: text for key, text in current.items() if key[0].startswith("bot/")}
        return ours | {(context, source): text for context, source, text in frozen.get(code, ())}
