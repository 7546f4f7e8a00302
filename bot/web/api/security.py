"""Bearer tokens, their scopes, and how many requests each may make."""

from __future__ import annotations

import hashlib
from typing import cast

from apiflask import APIFlask, HTTPTokenAuth
from flask import current_app, request
from flask_limiter import Limiter

from bot.usecases import api_tokens
from bot.usecases.api_tokens import Token
from bot.usecases.services import Services

RATE = "120 per minute"

auth = HTTPTokenAuth(
    scheme="Bearer",
    realm="Awaaz",
    description="A token that the operator makes with `awaaz token create`.",
    security_scheme_name="token",
)


def services() -> Services:
    """The services of this application."""
    found: Services = current_app.extensions["awaaz"]
    return found


def token() -> Token:
    """The token of this request, after `auth_required`."""
    return cast("Token", auth.current_user)


@auth.verify_token  # type: ignore[untyped-decorator]
def _verified(presented: str) -> Token | None:
    return api_tokens.authenticate(services(), presented) if presented else None


@auth.get_user_roles  # type: ignore[untyped-decorator]
def _scopes(found: Token) -> list[str]:
    return [scope.value for scope in found.scopes]


def install(app: APIFlask, redis_url: str, rate: str) -> None:
    """Count requests by token; in this process alone while the queue's server is away."""
    # The limits library calls a socket by another name than Redis' own client.
    address = f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
    Limiter(
        _whose,
        app=app,
        application_limits=[rate],
        storage_uri=address,
        storage_options={"socket_timeout": 1, "socket_connect_timeout": 1},
        key_prefix="awaaz-api",
        in_memory_fallback_enabled=True,
        # Requests that find the server gone at the same moment as the first one: uncounted, not refused.
        swallow_errors=True,
    )


def _whose() -> str:
    """A digest of what was presented as a token, valid or not; the address of whoever brings none."""
    presented = request.headers.get("Authorization", "")
    if not presented:
        return request.remote_addr or "nobody"
    return hashlib.sha256(presented.encode("utf-8", "surrogatepass")).hexdigest()[:32]
