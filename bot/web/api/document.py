"""The OpenAPI document: what APIFlask finds in the views, and the errors that every address may answer."""

from __future__ import annotations

from typing import Any

from bot.research.levels import Level
from bot.usecases.exports import MEDIA_TYPES
from bot.web.api.converters import PATTERNS
from bot.web.api.problems import MEDIA_TYPE

TITLE = "Awaaz"
VERSION = "1"
DESCRIPTION = (
    "Answers of the surveys of one organisation, at the level of a token: "
    f"{', '.join(Level)}. See docs/api.md."
)

_ERRORS = {
    "400": "The request can not be read",
    "401": "No valid token",
    "403": "The token's scope or level does not hold this",
    "404": "Not there, or another organisation's",
    "422": "Some fields can not be used",
    "429": "Too many requests; Retry-After says when to go on",
    "500": "Something went wrong here",
    "503": "Busy; Retry-After says when to ask again",
}
_OF_FILES = {
    "409": "Still being made; Retry-After says when to ask again",
    "410": "No longer kept, or could not be made",
    "416": "The file ends before this range",
}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add errors, 304, patterns of paths and the media types of files."""
    document["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        pattern = PATTERNS.get(parameter["name"]) if parameter["in"] == "path" else None
        if pattern is not None:
            parameter["schema"] = {"type": "string", "pattern": f"^{pattern}$"}
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    responses = operation["responses"]
    if method == "get":
        responses["304"] = {"description": "You have it already (If-None-Match)"}
    is_file = path.endswith("/file")
    if is_file:
        binary = {"schema": {"type": "string", "format": "binary"}}
        content = {kind.partition(";")[0]: binary for kind in MEDIA_TYPES.values()}
        responses["200"]["content"] = content
        responses["206"] = {"description": "A part of the file", "content": content}
    for status, description in (_ERRORS | (_OF_FILES if is_file else {})).items():
        schema = {"$ref": "#/components/schemas/Problem"}
        responses[status] = {
            "description": description,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What is wrong, and what to do (RFC 9457)",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:awaaz:problem:[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "field", "message"],
                "properties": {
                    "in": {"type": "string"},
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
