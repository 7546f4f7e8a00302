"""Forms of this house's own languages and instruments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import Voices
from bot.gateways.xlsform_files import XlsForms
from flows.xlsform import Imported

Load = Callable[..., Imported]


@pytest.fixture(scope="session")
def languages(voices: Voices) -> LanguageFiles:
    return voices.files


@pytest.fixture(scope="session")
def xlsforms(surveys: SurveyFiles, languages: LanguageFiles) -> XlsForms:
    return XlsForms(surveys, languages)


@pytest.fixture
def load(xlsforms: XlsForms, tmp_path: Path) -> Load:
    """`load(tables)` imports a form written as pyxform's tests write them."""

    def make(tables: str, name: str = "clinic.md") -> Imported:
        path = tmp_path / name
        path.write_text(tables, encoding="utf-8")
        return xlsforms.load(path)

    return make
