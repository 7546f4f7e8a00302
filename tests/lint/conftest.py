"""A few rows of a survey, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import PHRASES, Voices
from flows.lint import Report, lint
from flows.parsing import parse_survey
from flows.survey import Instrument, Survey
from tests.support.talk import HEAD, NOW, marked

Check: TypeAlias = Callable[..., Report]

LISTS = "###lists\n"
"""Stands between rows and further lists of options."""


def survey_of(rows: str, instruments: Mapping[str, Instrument]) -> Survey:
    """A survey of these rows, and of the lists behind them."""
    rows, _, lists = rows.partition(LISTS)
    text = HEAD.replace("survey:\n", lists + "survey:\n") + rows
    return parse_survey(text, source="small.yaml", instruments=instruments)


@pytest.fixture
def check(voices: Voices, surveys: SurveyFiles) -> Check:
    """`check(rows)` is the report on a survey of these rows.

    `said` maps a language to what its catalogue says instead of the English with its code before it:
    context -> translation; an empty translation is none.
    """

    def make(
        rows: str | Survey,
        *,
        languages: Sequence[str] = ("en",),
        said: Mapping[str, Mapping[str, str]] | None = None,
        demanded: Sequence[str] = (),
    ) -> Report:
        survey = survey_of(rows, surveys.instruments) if isinstance(rows, str) else rows
        family = dict(marked(voices, survey, languages))
        for code, texts in (said or {}).items():
            catalogue = dict(family[code].catalogue)
            for key in list(catalogue):
                if key[0] in texts:
                    catalogue[key] = texts[key[0]]
            kept = {key: text for key, text in catalogue.items() if text}
            family[code] = replace(family[code], catalogue=kept)
        return lint(
            survey,
            languages=family,
            instruments=surveys.instruments,
            phrases=PHRASES,
            now=NOW,
            demanded=demanded,
        )

    return make
