"""Campaigns for tests, opened through the use cases that facilitators use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.usecases import campaign_state, campaigns, launching, translation
from bot.usecases.services import Services


def draft(
    services: Services, *, name: str = "Listening", languages: Sequence[str] = ("en",), **more: Any
) -> str:
    """A draft of a campaign, for the people on its list alone; its slug."""
    return campaigns.create(
        services,
        name=name,
        organisation=campaigns.add_organisation(services, "Aston Dars group"),
        languages=languages,
        **{"survey": "wellbeing"} | more,
    )


def open_campaign(
    services: Services,
    *,
    name: str = "Listening",
    survey: str = "wellbeing",
    languages: Sequence[str] = ("en",),
    keyword: str | None = None,
    walk_in: bool = True,
    organisation: str = "Aston Dars group",
    **more: Any,
) -> str:
    """A live campaign of an organisation; its slug."""
    slug = campaigns.create(
        services,
        name=name,
        organisation=campaigns.add_organisation(services, organisation),
        survey=survey,
        languages=languages,
        keyword=keyword,
        walk_in=walk_in,
        **more,
    )
    launch(services, slug)
    return slug


def launch(services: Services, slug: str) -> int:
    """Launch a draft, and invite everybody on its list as a worker would; how many were looked at."""
    campaign_state.launch(services, slug)
    return launching.run(services, id_of(services, slug))


def id_of(services: Services, slug: str) -> int:
    """A campaign's id."""
    return next(one.id for one in campaigns.all_campaigns(services) if one.slug == slug)


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
