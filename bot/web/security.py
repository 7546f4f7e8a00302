"""What every answer carries: a content policy with a nonce, and headers that keep a page to itself."""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.usecases.services import Services

View = TypeVar("View", bound=Callable[..., Any])

_LOOPBACK = ("127.0.0.1", "localhost")
_SMALL = 800
"""Bytes below which compressing saves nothing."""

_COMPRESSED = frozenset({"text/html", "application/json", "text/plain", "text/csv"})


def install(app: Flask, services: Services) -> None:
    """Give templates `csp_nonce()`, and every answer its headers."""
    proxies = services.settings.proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    app.add_template_global(csp_nonce)
    app.before_request(_allow_files)
    app.after_request(_protect)
    app.after_request(_compress)


def takes_files(limit: int) -> Callable[[View], View]:
    """A view whose form may carry files: this many bytes instead of the few that every form may have."""

    def decorate(view: View) -> View:
        view.takes_bytes = limit  # type: ignore[attr-defined]
        return view

    return decorate


def listens(view: View) -> View:
    """A view whose page may ask for the microphone, and play what it recorded before it is sent."""
    view.listens = True  # type: ignore[attr-defined]
    return view


def _is_listening() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "listens", False)


def _allow_files() -> None:
    # Before the form is read for the first time, which is when its key is checked.
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "takes_bytes", None)
    if limit is not None:
        request.max_content_length = limit


def csp_nonce() -> str:
    """What a script or style sheet of this page has to carry to be taken for ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def content_policy() -> str:
    """Pages load nothing but our own files; a script counts only with this answer's nonce."""
    nonce = csp_nonce()
    media = "'self' blob:" if _is_listening() else "'self'"
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        f"img-src 'self'; media-src {media}; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def is_secure() -> bool:
    """Whether cookies are for https alone: always, but when our own machine is looked at directly."""
    services: Services = current_app.extensions["awaaz"]
    host = f"{request.host}:".partition(":")[0]
    return services.settings.public_url.startswith("https://") and host not in _LOOPBACK


def _protect(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Content-Security-Policy", content_policy())
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    microphone = "(self)" if _is_listening() else "()"
    response.headers.setdefault(
        "Permissions-Policy",
        f"camera=(), geolocation=(), payment=(), usb=(), microphone={microphone}",
    )
    if is_secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _compress(response: Response) -> Response:
    """Pages go out compressed; files are by themselves, once (`assets`)."""
    if (
        response.mimetype not in _COMPRESSED
        or response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < _SMALL
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
