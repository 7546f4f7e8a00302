"""Answers of the API: JSON under a validator, so that nothing is sent twice that has not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request


def answer(
    data: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Data as JSON; 304 without it if the caller has it already."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, status, mimetype="application/json")
    response.headers.update(headers or {})
    if request.method in ("GET", "HEAD"):
        response.set_etag(hashlib.sha256(body).hexdigest()[:32])
        response.make_conditional(request)
    return response


def protect(response: Response) -> Response:
    """It is for this token alone, it is no page, and it sets no cookie."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.add("Vary", "Authorization")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
