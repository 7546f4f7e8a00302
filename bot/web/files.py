"""A file that was made before, sent whole or from a byte on."""

from __future__ import annotations

import base64
from typing import IO, cast

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from bot.usecases.export_orders import Kept

_BLOCK = 1 << 20


def send(kept: Kept) -> Response:
    """The file as an answer to this request: Range, If-Range and ETag; Repr-Digest is the whole's SHA-256."""
    response = Response(
        FileWrapper(cast("IO[bytes]", kept.file), _BLOCK),
        content_type=kept.media_type,
        direct_passthrough=True,
    )
    digest = base64.b64encode(bytes.fromhex(kept.digest)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    response.headers["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    response.content_length = kept.size
    response.last_modified = kept.finished
    response.set_etag(kept.digest)
    response.make_conditional(request, accept_ranges=True, complete_length=kept.size)
    return response
