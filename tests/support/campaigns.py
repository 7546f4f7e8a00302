"""Campaigns for tests, opened through the use cases that facilitators use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.usecases import campaigns, translation
from bot.usecases.services import Services


def open_campaign(
    services: Services,
    *,
    name: str = "Listening",
    survey: str = "wellbeing",
    languages: Sequence[str] = ("en",),
    keyword: str | None = None,
    walk_in: bool = True,
) -> str:
    """A live campaign of an organisation; its slug."""
    return campaigns.create(
        services,
        name=name,
        organisation=campaigns.add_organisation(services, "Aston Dars group"),
        survey=survey,
        languages=languages,
        keyword=keyword,
        walk_in=walk_in,
    )


def write_survey(folder: Path, text: str, name: str = "small") -> str:
    """A survey's text as a file; its path, which stands for its name."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def sign_off(services: Services, survey: str, languages: Sequence[str]) -> None:
    """A community reviewer approves the wording of a survey, and of the bot, as it is now."""
    for code in languages:
        refused = translation.sign_off(services, survey, code, by="A. Reviewer").refused
        assert not refused, refused
