"""A survey with every type of question, for transcripts of what the library's surveys do not ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.gateways.files import SurveyFiles


@pytest.fixture(scope="session")
def survey_path(surveys: SurveyFiles) -> object:
    """Name of a survey in a transcript -> what `SurveyFiles.load` takes."""
    here = Path(__file__).parent

    def find(name: str) -> str:
        own = here / f"{name}.yaml"
        return str(own) if own.exists() else name

    return find
