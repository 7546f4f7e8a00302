"""Forms that only our own pages can send: a cookie, and the same value signed in a hidden field.

This is the one mechanism of every page, console and simulator alike; Twilio's webhooks are signed instead.
Another site can make a browser send a form, but it can read neither the cookie nor the page; the cookie is
not even sent along (SameSite). The signature is bound to who is signed in: a sibling host that plants both
gets nowhere, and neither does a form from before somebody else signed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from http import HTTPStatus

from flask import Flask, Response, abort, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.web import identity
from bot.web.security import is_secure

COOKIE = "awaaz_form"
FIELD = "form_key"
_HOURS = 12
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_EXEMPT = frozenset({"webhooks"})
"""Blueprints whose senders prove themselves in another way."""


def install(app: Flask) -> None:
    """Refuse every form that is not ours; give templates `form_key()`."""
    app.before_request(_check)
    app.after_request(_keep)
    app.add_template_global(form_key)


def _check() -> None:
    if request.method not in _SAFE and request.blueprint not in _EXEMPT and not is_ours():
        abort(HTTPStatus.FORBIDDEN)


def _signer() -> URLSafeTimedSerializer:
    # The sign-in's cookie is part of it, hashed: whoever signs in starts with new forms.
    holder = hashlib.sha256(request.cookies.get(identity.COOKIE, "").encode()).hexdigest()
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"awaaz.csrf.{holder}")


def form_key() -> str:
    """What a form on this page carries in its hidden field.

    It is masked anew each time: how well a page compresses then tells nothing about it.
    """
    if "form_nonce" not in g:
        g.form_nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
    nonce = g.form_nonce.encode()[:64]
    mask = secrets.token_bytes(len(nonce))
    masked = bytes(one ^ other for one, other in zip(nonce, mask, strict=True))
    return str(_signer().dumps(base64.b64encode(mask + masked).decode()))


def is_ours() -> bool:
    """Whether this request's form came from a page of ours, not too long ago."""
    cookie = request.cookies.get(COOKIE, "").encode()[:64]
    try:
        both = base64.b64decode(
            str(_signer().loads(request.form.get(FIELD, ""), max_age=_HOURS * 3600))
        )
    except BadSignature:
        return False
    half = len(both) // 2
    nonce = bytes(one ^ other for one, other in zip(both[:half], both[half:], strict=True))
    return bool(cookie) and hmac.compare_digest(cookie, nonce)


def _keep(response: Response) -> Response:
    """Hand the browser the cookie that this page's forms go with."""
    if "form_nonce" in g:
        response.set_cookie(
            COOKIE,
            g.form_nonce,
            path="/",
            max_age=_HOURS * 3600,
            secure=is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response
