from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.gateways.voices import Voices
from bot.usecases import people
from bot.usecases.people import Imported
from bot.usecases.people_words import Words
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign

Read = Callable[..., Imported]


@pytest.fixture(scope="session")
def words(voices: Voices) -> Words:
    """What lists may say, in every language."""
    return Words(voices.files.vocabularies, voices.files.keywords)


@pytest.fixture
def campaign(demo: Services) -> str:
    """A campaign in three languages."""
    return open_campaign(demo, name="Spring", languages=("en", "bn", "ur"), keyword="spring")


@pytest.fixture
def read(demo: Services, campaign: str) -> Read:
    """Read a list into the campaign; everybody agreed, unless a test says otherwise."""

    def read(text: str | bytes, **more: Any) -> Imported:
        raw = text.encode() if isinstance(text, str) else text
        given = {"by": "A. Facilitator", "consent": "asked at the group", **more}
        return people.import_people(demo, given.pop("campaign", campaign), "list.csv", raw, **given)

    return read
