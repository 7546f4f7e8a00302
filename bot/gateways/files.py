"""Surveys, instruments and languages as they lie on disk: read on first use, then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from flows.keywords import Keywords
from flows.language import SOURCE, usable
from flows.parsing import parse_instrument, parse_survey
from flows.reading import Vocabulary, parse_vocabulary
from flows.survey import Instrument, Survey
from flows.wording import Wording

_ROOT = Path(__file__).resolve().parents[2]

Translations = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class SurveyFile:
    """A survey as it lies on disk, with its text, which is what gets frozen."""

    survey: Survey
    source: str


class SurveyFiles:
    """`flows/surveys` and `flows/instruments`."""

    def __init__(self, folder: Path = _ROOT / "flows") -> None:
        self._folder = folder

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Name -> instrument; raises SurveyError."""
        found = [
            parse_instrument(path.read_text(encoding="utf-8"), source=path.name)
            for path in sorted(self._folder.glob("instruments/*.yaml"))
        ]
        return {instrument.name: instrument for instrument in found}

    def names(self) -> list[str]:
        """Names of the surveys that come with the house."""
        return sorted(path.stem for path in self._folder.glob("surveys/*.yaml"))

    def load(self, name: str) -> SurveyFile:
        """A survey by name, or by the path of a YAML file.

        Raises:
            FileNotFoundError: there is no such survey.
            SurveyError: the file has problems.
        """
        path = Path(name)
        if path.suffix != ".yaml":
            path = self._folder / "surveys" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        return SurveyFile(self.parse(text, source=path.name), text)

    def parse(self, text: str, *, source: str) -> Survey:
        """A survey from its text; raises SurveyError."""
        return parse_survey(text, source=source, instruments=self.instruments)


class LanguageFiles:
    """`locales/`: a folder a language, with its vocabulary and its catalogues."""

    def __init__(self, folder: Path = _ROOT / "locales") -> None:
        self._folder = folder
        self._translations: dict[str, Translations] = {}

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """Code -> what people type in that language; raises VocabularyError."""
        found: dict[str, Vocabulary] = {}
        paths = {path.parent.name: path for path in sorted(self._folder.glob("*/replies.yaml"))}

        def load(code: str) -> Vocabulary:
            if code not in found:
                text = paths[code].read_text(encoding="utf-8")
                source = f"locales/{code}/replies.yaml"
                borrowed = next((c for c in paths if f"\nborrows: {c}\n" in text), None)
                lender = load(borrowed) if borrowed else None
                found[code] = parse_vocabulary(text, borrowed=lender, source=source)
            return found[code]

        return {code: load(code) for code in paths}

    @cached_property
    def keywords(self) -> Keywords:
        """The commands of every language."""
        return Keywords.compile(self.vocabularies.values())

    def direction(self, code: str) -> str:
        """`ltr` or `rtl`."""
        vocabulary = self.vocabularies[code]
        try:
            return Locale.parse(code, sep="-").text_direction
        except (UnknownLocaleError, ValueError):
            return self.direction(vocabulary.borrows) if vocabulary.borrows else "ltr"

    def translations(self, code: str) -> Translations:
        """(context, English) -> translation; never a fuzzy one, never with a wrong placeholder."""
        if code not in self._translations:
            self._translations[code] = self._read(code)
        return self._translations[code]

    def _read(self, code: str) -> Translations:
        path = self._folder / code / "LC_MESSAGES" / "survey.po"
        if code == SOURCE or not path.exists():
            return {}
        with path.open("rb") as file:
            catalogue = read_po(file, charset="utf-8")
        return {
            (message.context or "", message.id): str(message.string)
            for message in catalogue
            if isinstance(message.id, str)
            and message.id
            and not message.fuzzy
            and usable(Wording(message.context or "", message.id), str(message.string))
        }
