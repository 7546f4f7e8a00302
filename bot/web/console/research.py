"""Research: the campaigns, their figures as pictures beside tables, and the codebook."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import boards, codebooks, research_campaigns, staff_orders
from bot.usecases.permission import Action
from bot.web.console.forms import page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen

blueprint = organisation_pages("research", __name__)


@blueprint.get("")
@needs(Action.READ_RESEARCH)
def overview() -> Any:
    """Every campaign, and the ways on from here."""
    place, me = here().organisation, here().me
    return page(
        "research.html",
        campaigns=research_campaigns.campaigns(services(), place),
        waiting=staff_orders.waiting(services(), place, me),
    )


@blueprint.get("/campaigns/<slug>")
@needs(Action.READ_RESEARCH)
def funnel(slug: str) -> Any:
    """How far people came."""
    found = boards.funnel(services(), here().organisation, slug, chosen().code)
    return page("research_board.html", board=found)


@blueprint.get("/campaigns/<slug>/scores")
@needs(Action.READ_RESEARCH)
def scores(slug: str) -> Any:
    """A score, with `?pick=` its name."""
    pick = request.args.get("pick")
    found = boards.scores(services(), here().organisation, slug, chosen().code, pick)
    return page("research_board.html", board=found)


@blueprint.get("/campaigns/<slug>/answers")
@needs(Action.READ_RESEARCH)
def answers(slug: str) -> Any:
    """How many gave each answer, with `?pick=` the question's name."""
    pick = request.args.get("pick")
    found = boards.answers(services(), here().organisation, slug, chosen().code, pick)
    return page("research_board.html", board=found)


@blueprint.get("/campaigns/<slug>/languages")
@needs(Action.READ_RESEARCH)
def languages(slug: str) -> Any:
    """How the speakers of each language fared."""
    found = boards.languages(services(), here().organisation, slug, chosen().code)
    return page("research_board.html", board=found)


@blueprint.get("/campaigns/<slug>/places")
@needs(Action.READ_RESEARCH)
def places(slug: str) -> Any:
    """Where people live."""
    found = boards.places(services(), here().organisation, slug, chosen().code)
    return page("research_board.html", board=found)


@blueprint.get("/campaigns/<slug>/codebook")
@needs(Action.READ_RESEARCH)
def codebook(slug: str) -> Any:
    """What the columns mean and which words people saw, with `?language=` one of the campaign's."""
    place, language = here().organisation, request.args.get("language")
    return page(
        "research_codebook.html",
        board=research_campaigns.opened(services(), place, slug),
        book=codebooks.of_campaign(services(), place.id, slug, language or None),
    )
