"""Campaigns, their answers in pages, and what the columns of those mean."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from bot.usecases import api_answers, api_reading
from bot.usecases.api_tokens import Scope
from bot.web.api import cursors, schemas
from bot.web.api.answering import answer
from bot.web.api.security import auth, services, token

blueprint = APIBlueprint("campaigns", __name__, tag="campaigns")


@blueprint.get("/campaigns")
@blueprint.auth_required(auth, roles=[Scope.CAMPAIGNS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Campaigns)
def campaigns(query_data: dict[str, Any]) -> Response:
    """Every campaign of the organisation."""
    return answer({"campaigns": api_reading.campaigns(services(), token())})


@blueprint.get("/campaigns/<slug:slug>")
@blueprint.auth_required(auth, roles=[Scope.CAMPAIGNS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Campaign)
def campaign(slug: str, query_data: dict[str, Any]) -> Response:
    """One campaign."""
    return answer(api_reading.campaign(services(), token(), slug))


@blueprint.get("/campaigns/<slug:slug>/codebook")
@blueprint.auth_required(auth, roles=[Scope.CAMPAIGNS])
@blueprint.input(schemas.CodebookQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Codebook)
def codebook(slug: str, query_data: dict[str, Any]) -> Response:
    """What the columns of its answers mean, and the very words that people saw."""
    return answer(api_reading.codebook(services(), token(), slug, query_data.get("language")))


@blueprint.get("/campaigns/<slug:slug>/answers")
@blueprint.auth_required(auth, roles=[Scope.ANSWERS])
@blueprint.input(schemas.AnswersQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Answers)
def answers(slug: str, query_data: dict[str, Any]) -> Response:
    """Its answers, oldest first, as the rows of the long export; `next` leads to those that follow."""
    secret_key = services().settings.secret_key
    cursor = query_data.get("cursor")
    page = api_answers.page(
        services(),
        token(),
        slug,
        after=None if cursor is None else cursors.read(secret_key, cursor),
        since=query_data.get("since"),
        labels=query_data.get("labels"),
        limit=query_data["limit"],
    )
    after = cursors.write(secret_key, page.next)
    return answer({"answers": page.rows, "next": after, "more": page.more})
