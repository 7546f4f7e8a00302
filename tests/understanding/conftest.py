"""The vocabularies as the files have them, read once for the corpora and for STOP."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.gateways.files import LanguageFiles
from flows.understand import Interpreter


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    return Interpreter.compile(LanguageFiles().vocabularies.values())


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of the corpora: one ``<language>.tsv`` each."""
    return Path(__file__).parent
