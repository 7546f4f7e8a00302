"""How often one address may try: counted in Redis for all processes, or in each while Redis is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from bot.usecases.services import Services

SIGN_IN = "20 per minute; 200 per hour"
"""A community hall signs in behind one address: generous to people, far too slow for guessing."""

View = TypeVar("View", bound=Callable[..., Any])


def limited(view: View) -> View:
    """A view that somebody could guess at."""
    view.limited = SIGN_IN  # type: ignore[attr-defined]
    return view


def install(app: Flask, services: Services) -> None:
    """Limit every view that says so; only what is sent counts, looking is free."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=_storage(services.settings.redis_url),
        key_prefix="awaaz",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )
    for name, view in list(app.view_functions.items()):
        if hasattr(view, "limited"):
            counted: Any = limiter.limit(view.limited, methods=["POST"])(view)
            app.view_functions[name] = counted


def _storage(redis_url: str) -> str:
    """Redis's address as the package that counts writes it."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
