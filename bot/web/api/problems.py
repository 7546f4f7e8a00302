"""Errors as problem details (RFC 9457): what is wrong, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response

from bot.usecases.api_answers import Busy
from bot.usecases.api_reading import NotThere, TooMuch
from bot.usecases.export_orders import AnotherWish, Gone, NotReady

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 5
"""After how long it is worth asking again for what is not ready."""

RATE_SECONDS = 60
"""The window of the rate limit: after it, there is room again."""

_USUAL: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request can not be read. Send JSON in UTF-8, as the OpenAPI document says."),
    401: ("unauthorized", "Send a valid token as 'Authorization: Bearer awz_...'. It may have expired."),
    403: ("forbidden", "This token may not do that. Ask the operator for one with the scope it needs."),
    404: ("not-found", "There is nothing at this address. See /api/v1/openapi.json."),
    405: ("method-not-allowed", "This address does not take that method; Allow names those it takes."),
    409: ("not-ready", "It is not ready. Ask again after Retry-After."),
    410: ("gone", "It is no longer kept. Order it again."),
    413: ("too-large", "The request is too large: send at most 64 KiB."),
    415: ("unsupported-media-type", "Send the body as application/json."),
    416: ("range-not-satisfiable", "The file ends before this range; Content-Range tells how long it is."),
    422: ("invalid-request", "Some fields can not be used; `errors` names each of them."),
    429: ("too-many-requests", "Too many requests with this token. Wait for Retry-After."),
    500: ("failed", "Something went wrong here; nothing was half-done. Try again."),
    503: ("busy", "Too much is being written. Ask again after Retry-After."),
}  # fmt: skip


def problem(
    status: int,
    detail: str | None = None,
    *,
    kind: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """A problem: its `type` names it for programs, its `detail` tells a person what to do."""
    usual, advice = _USUAL.get(status, ("error", "See /api/v1/openapi.json."))
    body = {
        "type": f"urn:awaaz:problem:{kind or usual}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or advice,
        **more,
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    response.headers.update(headers or {})
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers.setdefault("Retry-After", str(RATE_SECONDS))
    return response


def install(app: APIFlask) -> None:
    """Answer every error of this application with a problem."""
    app.error_processor(_of_http)
    app.register_error_handler(NotThere, lambda e: problem(404, str(e)))
    app.register_error_handler(TooMuch, lambda e: problem(403, str(e), kind="level-too-low"))
    app.register_error_handler(
        AnotherWish, lambda e: problem(422, str(e), kind="idempotency-key-reused")
    )
    soon = {"Retry-After": str(RETRY_SECONDS)}
    app.register_error_handler(NotReady, lambda e: problem(409, str(e), headers=soon))
    app.register_error_handler(Busy, lambda e: problem(503, str(e), headers=soon))
    app.register_error_handler(Gone, lambda e: problem(410, str(e)))
    app.register_error_handler(Exception, _of_ours)


def _of_http(error: HTTPError) -> Response:
    headers = {name: str(value) for name, value in dict(error.headers).items()}
    if error.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and isinstance(error.detail, dict):
        return problem(422, headers=headers, errors=list(_errors(error.detail)))
    return problem(error.status_code, headers=headers)


def _errors(detail: Mapping[str, Any]) -> Any:
    """`{"query": {"limit": ["Not a number."]}}` as a list of places and messages."""
    for place, fields in detail.items():
        named = fields if isinstance(fields, dict) else {"": fields}
        for name, messages in named.items():
            yield {"in": str(place), "field": str(name), "message": _sentence(messages)}


def _sentence(messages: Any) -> str:
    if isinstance(messages, dict):
        messages = [f"{key}: {_sentence(value)}" for key, value in messages.items()]
    return " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


def _of_ours(error: Exception) -> Response:
    """The cause goes to the log alone, as everywhere in the house."""
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return problem(500)
