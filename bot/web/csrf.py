"""Forms that only our own pages can send: a cookie, and the same value signed in a hidden field.

Another site can make a browser send the form, but it can read neither the cookie nor the page; the
cookie is not even sent along (SameSite=Strict). The signature stops a sibling host from planting both.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "awaaz_form"
FIELD = "form_key"
_HOURS = 12


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="awaaz.csrf")


def form_key() -> str:
    """What a form on this page carries in its hidden field."""
    if "form_nonce" not in g:
        g.form_nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
    return str(_signer().dumps(g.form_nonce))


def is_ours() -> bool:
    """Whether this request's form came from a page of ours, not too long ago."""
    cookie = request.cookies.get(COOKIE, "")
    try:
        nonce = _signer().loads(request.form.get(FIELD, ""), max_age=_HOURS * 3600)
    except BadSignature:
        return False
    return bool(cookie) and hmac.compare_digest(cookie.encode(), str(nonce).encode())


def keep(response: Response, *, path: str, secure: bool) -> Response:
    """Hand the browser the cookie that this page's forms go with."""
    if "form_nonce" in g:
        response.set_cookie(
            COOKIE,
            g.form_nonce,
            path=path,
            max_age=_HOURS * 3600,
            secure=secure,
            httponly=True,
            samesite="Strict",
        )
    return response
