"""Who is asking: the cookie of a sign-in, and whose it is."""

from __future__ import annotations

from typing import TypeVar

from flask import current_app, g, request
from werkzeug.wrappers import Response

from bot.usecases import signing_in
from bot.usecases.services import Services
from bot.usecases.signing_in import Device, SignedIn
from bot.web.security import is_secure

COOKIE = "awaaz_in"
STEP = "awaaz_step"
"""The cookie between two steps of a sign-in."""

_STEP_SECONDS = 600

Answer = TypeVar("Answer", bound=Response)


def services() -> Services:
    """What use cases are given."""
    found: Services = current_app.extensions["awaaz"]
    return found


def current_staff() -> SignedIn | None:
    """Who is signed in, perhaps only half (`whole`); looked up once a request."""
    if "signed_in" not in g:
        token = request.cookies.get(COOKIE, "")
        g.signed_in = signing_in.current(services(), token) if token else None
    found: SignedIn | None = g.signed_in
    return found


def device() -> Device:
    """Where this request comes from."""
    return Device(request.remote_addr or "", request.user_agent.string)


def remember(response: Answer, token: str) -> Answer:
    """Give the browser a sign-in. It ends with the browser; the database ends it sooner."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=is_secure(), path="/")
    return response


def forget(response: Answer) -> Answer:
    """Take the sign-in from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=is_secure(), path="/")
    return response


def remember_step(response: Answer, token: str) -> Answer:
    """Give the browser what the next step is found by."""
    response.set_cookie(
        STEP,
        token,
        max_age=_STEP_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=is_secure(),
        path="/",
    )
    return response


def step() -> str:
    """What the step before this one left in the browser."""
    return request.cookies.get(STEP, "")
