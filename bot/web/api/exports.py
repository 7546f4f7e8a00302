"""Exports: ordered, made by a worker, fetched."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, request
from marshmallow import RAISE

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases import export_orders
from bot.usecases.api_tokens import Scope
from bot.usecases.export_orders import Wish
from bot.usecases.exports import Format, Shape
from bot.web.api import schemas
from bot.web.api.answering import answer
from bot.web.api.problems import RETRY_SECONDS
from bot.web.api.security import auth, services, token
from bot.web.files import send

blueprint = APIBlueprint("exports", __name__, tag="exports")


@blueprint.post("/exports")
@blueprint.auth_required(auth, roles=[Scope.ORDERS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.input(schemas.OrderHeaders, location="headers")
@blueprint.input(schemas.OrderIn)
@blueprint.output(schemas.Order, status_code=202, description="Ordered; Location leads to it")
def order(
    query_data: dict[str, Any], headers_data: dict[str, Any], json_data: dict[str, Any]
) -> Response:
    """Order an export; the same Idempotency-Key gives the same order."""
    wish = Wish(
        campaigns=tuple(dict.fromkeys(json_data["campaigns"])),
        format=Format(json_data["format"]),
        shape=Shape(json_data["shape"]),
        labels=json_data["labels"],
        profile=Profile(json_data["profile"]),
        level=Level(json_data["level"]),
    )
    made = export_orders.order(services(), token(), wish, headers_data["idempotency_key"])
    headers = {"Location": f"{request.root_path}/exports/{made['id']}"}
    return answer(made, 202, headers | _soon(made))


def _soon(made: dict[str, Any]) -> dict[str, str]:
    return {"Retry-After": str(RETRY_SECONDS)} if made["state"] in ("queued", "running") else {}


@blueprint.get("/exports")
@blueprint.auth_required(auth, roles=[Scope.EXPORTS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Orders)
def orders(query_data: dict[str, Any]) -> Response:
    """The organisation's newest exports."""
    return answer({"exports": export_orders.all_orders(services(), token())})


@blueprint.get("/exports/<reference:reference>")
@blueprint.auth_required(auth, roles=[Scope.EXPORTS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(schemas.Order)
def state(reference: str, query_data: dict[str, Any]) -> Response:
    """What became of an export; Retry-After says when to ask again."""
    found = export_orders.state_of(services(), token(), reference)
    return answer(found, headers=_soon(found))


@blueprint.get("/exports/<reference:reference>/file")
@blueprint.auth_required(auth, roles=[Scope.EXPORTS])
@blueprint.input(schemas.NothingQuery, location="query", unknown=RAISE)
@blueprint.output(
    FileSchema(type="string", format="binary"), content_type="application/octet-stream"
)
def file(reference: str, query_data: dict[str, Any]) -> Response:
    """Its file, whole or from a byte on (Range); Repr-Digest is the SHA-256 of the whole."""
    return send(export_orders.fetch(services(), token(), reference))
