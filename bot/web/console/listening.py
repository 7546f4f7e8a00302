"""Listening: the two rounds of each, and priorities followed back to what people said."""

from __future__ import annotations

from typing import Any

from bot.usecases import listening_results
from bot.usecases.permission import Action
from bot.web.console.forms import page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen

blueprint = organisation_pages("listening", __name__, under="research/listening")


@blueprint.get("")
@needs(Action.READ_RESEARCH)
def overview() -> Any:
    """Every listening of the organisation."""
    found = listening_results.listing(services(), here().organisation)
    return page("listening_list.html", listenings=found)


@blueprint.get("/<slug>")
@needs(Action.READ_RESEARCH)
def one(slug: str) -> Any:
    """Priorities, what is done about them, and the quotes that they came from."""
    found = listening_results.opened(services(), slug, here().organisation, chosen().code)
    return page("listening.html", rounds=found)
