"""A way to talk with the engine about a few rows of a survey."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from tests.support.talk import Talk, marked, small

MakeTalk = Callable[..., Talk]


@pytest.fixture
def talk(voices: Voices, surveys: SurveyFiles) -> MakeTalk:
    """`talk(rows)` is a conversation about these rows; `languages` are those on offer."""

    def make(rows: str, *, languages: Sequence[str] = ("en",), language: str | None = None) -> Talk:
        survey = small(rows, surveys.instruments)
        return Talk(survey, marked(voices, survey, languages), language)

    return make


@pytest.fixture
def wellbeing(voices: Voices, surveys: SurveyFiles) -> Talk:
    """The wellbeing survey, in English alone."""
    survey = surveys.load("wellbeing").survey
    return Talk(survey, marked(voices, survey, ["en"]))
