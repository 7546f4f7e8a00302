"""`/audio/<digest>.ogg`: recorded prompts, for the provider to fetch and for the simulator to play.

What lies here is what we say to everybody, under a name that is its content's hash: nothing of a person's.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Response, abort, current_app, send_file

from bot.usecases import recordings
from bot.usecases.services import Services

blueprint = Blueprint("audio", __name__, url_prefix="/audio")

_NAME = re.compile(r"[0-9a-f]{64}")
_YEAR = 365 * 24 * 60 * 60


@blueprint.get(f"/<digest>.{recordings.SUFFIX}")
def play(digest: str) -> Response:
    """A recording, whole or the range that was asked for. It never changes: kept for a year."""
    services: Services = current_app.extensions["awaaz"]
    found = recordings.find(services, digest) if _NAME.fullmatch(digest) else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(
        BytesIO(found.content),
        mimetype=found.content_type,
        conditional=True,
        etag=digest,
        max_age=_YEAR,
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.cache_control.no_cache = None
    return response
