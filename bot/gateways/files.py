"""Surveys, instruments and languages as they lie on disk: read on first use, then kept."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.pofile import read_po

from flows.keywords import Keywords
from flows.language import SOURCE, usable
from flows.parsing import parse_instrument, parse_survey
from flows.reading import Vocabulary, parse_vocabulary
from flows.survey import Instrument, Survey
from flows.wording import Wording

_ROOT = Path(__file__).resolve().parents[2]

Translations = Mapping[tuple[str, str], str]
"""(context, source) -> translation."""

Catalogues = Mapping[str, Translations]
"""Language code -> its translations."""

_Stamp = tuple[int, int]

_Chain = tuple[tuple[str, str], ...]
"""A language's code and the text of its vocabulary, then those of the languages it borrows from."""


@dataclass(frozen=True)
class SurveyFile:
    """A survey as it lies on disk, with its text, which is what gets frozen.

    Attributes:
        survey: the survey.
        source: its file's text.
        catalogues: the catalogues that lie beside the file: `clinic.bn.po` beside `clinic.yaml`.
    """

    survey: Survey
    source: str
    catalogues: Catalogues = field(default_factory=dict)


def _stamp(path: Path) -> _Stamp:
    """Changes when a file does; nothing for a file that is not there."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def recording_in(folder: Path, context: str) -> Path | None:
    """The recording of a text in a folder of recordings, in a format that WhatsApp plays."""
    paths = (folder / f"{context}{suffix}" for suffix in (".ogg", ".mp3", ".m4a", ".aac", ".amr"))
    return next((path for path in paths if path.is_file()), None)


class SurveyFiles:
    """`flows/surveys` and `flows/instruments`."""

    def __init__(self, folder: Path = _ROOT / "flows") -> None:
        self._folder = folder
        # By its text: a survey that is edited is another one. Surveys never change, so one is enough.
        self._parsed = lru_cache(maxsize=64)(self._parse)

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

    def path(self, name: str) -> Path:
        """Where a survey lies: in the library, or where its name says if that ends in .yaml."""
        path = Path(name)
        return path if path.suffix == ".yaml" else self._folder / "surveys" / f"{name}.yaml"

    def load(self, name: str) -> SurveyFile:
        """A survey by name, or by the path of a YAML file.

        Raises:
            FileNotFoundError: there is no such survey.
            SurveyError: the file has problems.
        """
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        return SurveyFile(self.parse(text, source=path.name), text, _catalogues_beside(path))

    def parse(self, text: str, *, source: str) -> Survey:
        """A survey from its text; raises SurveyError."""
        return self._parsed(text, source)

    def _parse(self, text: str, source: str) -> Survey:
        return parse_survey(text, source=source, instruments=self.instruments)


class LanguageFiles:
    """`locales/`: a folder a language, with its vocabulary and its catalogues."""

    def __init__(self, folder: Path = _ROOT / "locales") -> None:
        self._folder = folder
        self._translations: dict[str, tuple[_Stamp, Translations]] = {}

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """Code -> what people type in that language; raises VocabularyError."""
        return {chain[0][0]: _vocabulary(chain) for chain in self._chains}

    @cached_property
    def keywords(self) -> Keywords:
        """The commands of every language."""
        return _keywords(self._chains)

    @cached_property
    def _chains(self) -> tuple[_Chain, ...]:
        paths = sorted(self._folder.glob("*/replies.yaml"))
        texts = {path.parent.name: path.read_text(encoding="utf-8") for path in paths}

        def chain(code: str) -> _Chain:
            borrowed = next((c for c in texts if f"\nborrows: {c}\n" in texts[code]), None)
            return ((code, texts[code]), *(chain(borrowed) if borrowed else ()))

        return tuple(chain(code) for code in texts)

    def direction(self, code: str) -> str:
        """`ltr` or `rtl`."""
        vocabulary = self.vocabularies[code]
        try:
            return Locale.parse(code, sep="-").text_direction
        except (UnknownLocaleError, ValueError):
            return self.direction(vocabulary.borrows) if vocabulary.borrows else "ltr"

    def script(self, code: str) -> str:
        """ISO 15924 code of the script a language is written in, such as `Beng`."""
        subtags = code.replace("-", "_")
        written = [tag for tag in code.split("-") if len(tag) == 4 and tag.istitle()]
        likely = get_global("likely_subtags")
        full = likely.get(subtags) or likely.get(subtags.partition("_")[0])
        borrows = self.vocabularies[code].borrows
        if written:
            return written[0]
        if full:
            return str(full).split("_")[1]
        return self.script(borrows) if borrows else "Latn"

    def catalogue_path(self, code: str) -> Path:
        """Where what the bot says in a language lies, or would lie."""
        return self._folder / code / "LC_MESSAGES" / "survey.po"

    def audio_folder(self, code: str) -> Path:
        """Where the recordings of a language lie, or would lie: `locales/syl/audio/CONTEXT.ogg`."""
        return self._folder / code / "audio"

    def translations(self, code: str) -> Translations:
        """(context, English) -> translation; never a fuzzy one, never with a wrong placeholder."""
        # What is launched has to be what was signed off: a file that was changed is read again.
        stamp = _stamp(self.catalogue_path(code))
        kept = self._translations.get(code)
        if kept is None or kept[0] != stamp:
            kept = self._translations[code] = (stamp, self._read(code))
        return kept[1]

    def _read(self, code: str) -> Translations:
        path = self.catalogue_path(code)
        if code == SOURCE or not path.exists():
            return {}
        return _read_catalogue(path)


def _read_catalogue(path: Path) -> Translations:
    """The finished translations of a PO file."""
    with path.open("rb") as file:
        return finished(file)


def finished(file: IO[bytes]) -> Translations:
    """The finished translations of a PO file's content."""
    catalogue = read_po(file, charset="utf-8")
    return {
        (message.context or "", message.id): str(message.string)
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and not message.fuzzy
        and usable(Wording(message.context or "", message.id), str(message.string))
    }


def catalogue_beside(path: Path, code: str) -> Path:
    """Where the catalogue of a language lies, for a survey's file."""
    return path.with_name(f"{path.stem}.{code}.po")


def is_own(name: str) -> bool:
    """Whether a survey's name is that of one that an organisation wrote: `aston-dars-group/clinic`."""
    return "/" in name and Path(name).suffix != ".yaml"


def beside(name: str) -> Path | None:
    """The folder of an imported survey, where more of its own may lie; None for one of the library."""
    path = Path(name)
    return path.parent if path.suffix == ".yaml" else None


def _catalogues_beside(path: Path) -> Catalogues:
    found = sorted(path.parent.glob(f"{glob.escape(path.stem)}.*.po"))
    return {
        other.name.removeprefix(f"{path.stem}.").removesuffix(".po"): _read_catalogue(other)
        for other in found
    }


@lru_cache(maxsize=64)
def _vocabulary(chain: _Chain) -> Vocabulary:
    """A language's vocabulary: compiled once a process, however often the folder is opened."""
    (code, text), *lenders = chain
    borrowed = _vocabulary(tuple(lenders)) if lenders else None
    return parse_vocabulary(text, borrowed=borrowed, source=f"locales/{code}/replies.yaml")


@lru_cache(maxsize=4)
def _keywords(chains: tuple[_Chain, ...]) -> Keywords:
    return Keywords.compile(_vocabulary(chain) for chain in chains)
