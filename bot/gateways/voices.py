"""The languages a frozen survey can be held in, put together from its frozen words and ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.gateways.files import Catalogues, LanguageFiles, Translations
from bot.gateways.recordings import Recording, recordings_of
from flows import phrases
from flows.language import SOURCE, Language
from flows.meaning import SPOKEN_ONLY
from flows.reading import Speech
from flows.spoken import texts_to_record
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

    def complete(
        self, survey: Survey, own: Catalogues | None = None, beside: Path | None = None
    ) -> tuple[str, ...]:
        """Codes of the languages in which every text of a survey, and every phrase, can be said.

        Args:
            survey: the survey.
            own: the catalogues that lie beside its file.
            beside: the folder that its file lies in, with recordings.
        """
        texts = (*survey.wordings(), *PHRASES)
        family = self.family(self.files.vocabularies, own=own)
        ready = [
            code
            for code, language in family.items()
            if not language.untranslated(texts)
            and (not language.spoken or self._is_recorded(survey, code, beside))
        ]
        return tuple(sorted(ready, key=lambda code: (code != SOURCE, code)))

    def _is_recorded(self, survey: Survey, code: str, beside: Path | None) -> bool:
        said = texts_to_record(survey, PHRASES)
        return said.keys() <= self.recordings(survey, code, beside).keys()

    def recordings(
        self, survey: Survey, code: str, beside: Path | None = None
    ) -> dict[str, Recording]:
        """Name -> recording, for all that is recorded of a survey and of the bot in a language."""
        return recordings_of(self.files, survey, code, PHRASES, beside)

    def frozen(
        self, survey: Survey, codes: Iterable[str], own: Catalogues | None = None
    ) -> dict[str, Any]:
        """The translations of a survey as they are now, to be kept with its version."""
        wordings = (*survey.wordings(), *survey.short_wordings(), *PHRASES)
        found = {code: self._texts(code, wordings, own) for code in codes}
        # English is what most is written in: nothing of it has to be kept.
        return {code: texts for code, texts in found.items() if texts or code != SOURCE}

    def _texts(
        self, code: str, wordings: Iterable[Wording], own: Catalogues | None
    ) -> list[list[str]]:
        known = self._known(code, own)
        return [
            [w.context, w.source, known[w.context, w.source]]
            for w in wordings
            if w.language != code and (w.context, w.source) in known
        ]

    def _known(self, code: str, own: Catalogues | None) -> Translations:
        """The house's translations, and those that lie beside a survey's file."""
        ours = self.files.translations(code)
        beside = (own or {}).get(code)
        return {**ours, **beside} if beside else ours

    def family(
        self,
        codes: Iterable[str],
        frozen: Mapping[str, list[list[str]]] | None = None,
        own: Catalogues | None = None,
        recordings: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Mapping[str, Language]:
        """Languages that can change into one another, in the order given.

        Args:
            codes: which languages, in the order of the menu.
            frozen: the texts kept with a survey's version; without them, those on disk.
            own: the catalogues that lie beside a survey's file, while it is not frozen.
            recordings: language -> name of a recording -> its digest, as frozen with the version.
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
                catalogue=self._catalogue(code, frozen, own),
                called=tuple(vocabulary.called),
                vocabularies=tuple(self.files.vocabularies.values()),
                spoken=code in SPOKEN_ONLY,
                recordings=(recordings or {}).get(code, {}),
                offered=family,
            )
        return family

    def _catalogue(
        self,
        code: str,
        frozen: Mapping[str, list[list[str]]] | None,
        own: Catalogues | None,
    ) -> Translations:
        if frozen is None:
            return self._known(code, own)
        current = self.files.translations(code)
        # Words stay as they were approved and launched; what a release adds is said as it has it.
        ours = {key: text for key, text in current.items() if key[0].startswith("bot/")}
        return ours | {(context, source): text for context, source, text in frozen.get(code, ())}
