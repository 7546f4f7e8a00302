"""A house whose catalogues may be written: a copy of the languages, with the same vocabularies."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.gateways.catalogues import Catalogue
from bot.gateways.files import LanguageFiles
from bot.gateways.voices import Voices
from bot.usecases import translation
from bot.usecases.scripts import Scripts
from bot.usecases.services import Services
from bot.usecases.texts import Text, texts
from flows.meaning import Translation
from tests.support.campaigns import write_survey

ROOT = Path(__file__).resolve().parents[2]

SURVEY = """\
settings: {form_id: clinic, form_title: The clinic}
choices:
  often:
    - {name: daily, label: Every day}
    - {name: never, label: Never}
survey:
  - {type: text, name: name, label: "What should we call you?"}
  - {type: select_one often, name: visits, label: "How often do you visit the clinic, ${name}?"}
  - {type: text, name: matters, label: "What matters most to you there?", hint: In your own words.}
"""

BENGALI = {
    ("clinic/name", "What should we call you?"): "আপনাকে আমরা কী নামে ডাকব?",
    ("clinic/visits", "How often do you visit the clinic, ${name}?"): "${name}, আপনি কত ঘন ঘন যান?",
    ("clinic/often/daily", "Every day"): "প্রতিদিন",
    ("clinic/often/never", "Never"): "কখনোই না",
    ("clinic/matters", "What matters most to you there?"): "সেখানে আপনার কাছে কী গুরুত্বপূর্ণ?",
    ("clinic/matters", "In your own words."): "আপনার নিজের ভাষায়।",
}
"""The survey's Bengali, written for these tests; nobody's real translation."""


def copy_locales(folder: Path) -> Path:
    """The languages of the house in a folder of their own."""
    copied = folder / "locales"
    shutil.copytree(ROOT / "locales", copied)
    return copied


@dataclass
class House:
    """Services with a survey of their own and catalogues that may be changed."""

    services: Services
    locales: Path
    survey: str

    def say(self, language: str, words: Mapping[tuple[str, str], str], **more: bool) -> None:
        """Put words into a language's catalogue, without the ledger knowing."""
        self.catalogue(language).keep(
            [
                Translation(context, source, text, **more)
                for (context, source), text in words.items()
            ]
        )

    def catalogue(self, language: str) -> Catalogue:
        return Catalogue(self.locales / language / "LC_MESSAGES" / "survey.po", language)

    def edit(self, before: str, after: str) -> None:
        """Change the survey's file."""
        path = Path(self.survey)
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1
        path.write_text(text.replace(before, after), encoding="utf-8")

    def texts(self, language: str = "bn") -> list[Text]:
        return texts(self.services, self.survey, language)

    def statuses(self, language: str = "bn") -> dict[str, str]:
        """Id -> status."""
        return {text.wording.digest: text.status.value for text in self.texts(language)}

    def text(self, context: str, kind: str = "label", language: str = "bn") -> Text:
        (found,) = [
            text
            for text in self.texts(language)
            if text.wording.context == context and text.place.kind == kind
        ]
        return found

    def sign(self, language: str = "bn", by: str = "Rokeya Khatun", **more: str) -> None:
        found = translation.sign_off(self.services, self.survey, language, by=by, **more)
        assert not found.refused


@pytest.fixture
def house(services: Services, tmp_path: Path, voices: Voices) -> House:
    locales = copy_locales(tmp_path)
    files = LanguageFiles(locales)
    # The vocabularies are the same, and long to read.
    files.__dict__["vocabularies"] = voices.files.vocabularies
    files.__dict__["keywords"] = voices.files.keywords
    own = Voices(files)
    made = replace(services, voices=own, scripts=Scripts(services.surveys, own))
    found = House(made, locales, write_survey(tmp_path, SURVEY, "clinic"))
    found.say("bn", BENGALI)
    return found
