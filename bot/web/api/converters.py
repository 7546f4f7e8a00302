"""What may stand in a path: anything else is not found, and never reaches a database."""

from __future__ import annotations

from collections.abc import Mapping

from apiflask import APIFlask
from werkzeug.routing import BaseConverter

PATTERNS: Mapping[str, str] = {
    "slug": r"[a-z0-9][a-z0-9-]{0,62}",
    "pseudonym": r"[A-Za-z0-9-]{1,32}",
    "reference": r"[0-9a-f]{32}",
}


class Slug(BaseConverter):
    """Of a campaign."""

    regex = PATTERNS["slug"]


class Pseudonym(BaseConverter):
    """Of a participant."""

    regex = PATTERNS["pseudonym"]


class Reference(BaseConverter):
    """Of an export."""

    regex = PATTERNS["reference"]


def install(app: APIFlask) -> None:
    """Let paths say `<slug:slug>`."""
    app.url_map.converters.update(slug=Slug, pseudonym=Pseudonym, reference=Reference)
