"""Participants, by their pseudonyms."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from bot.usecases import api_reading
from bot.usecases.api_tokens import Scope
from bot.web.api import schemas
from bot.web.api.answering import answer
from bot.web.api.security import auth, services, token

blueprint = APIBlueprint("participants", __name__, tag="participants")


@blueprint.get("/participants/<pseudonym:pseudonym>")
@blueprint.auth_required(auth, roles=[Scope.PARTICIPANTS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Participant)
def participant(pseudonym: str, query_data: dict[str, Any]) -> Response:
    """The waves she took part in, and what she consented to; never an address."""
    return answer(api_reading.participant(services(), token(), pseudonym))
