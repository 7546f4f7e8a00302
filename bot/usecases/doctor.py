"""Is everything there that a real campaign needs? The command line and the console ask the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import demo_secrets_in_use
from bot.usecases import health
from bot.usecases.services import Services


class Finding(NamedTuple):
    """One thing looked at: is it well, and what to do if it is not."""

    name: str
    well: bool
    message: str


def examine(services: Services) -> Iterator[Finding]:
    """Everything that is looked at, in the order in which it should be mended."""
    settings = services.settings
    yield Finding("settings", True, "read" + (", demonstration mode" if settings.demo else ""))
    known = demo_secrets_in_use(settings)
    if settings.demo:
        yield Finding("keys", True, "the demonstration's; not for real people")
    else:
        message = f"set {', '.join(known)} to secrets of your own" if known else "your own"
        yield Finding("keys", not known, message)
    report = health.readiness(services)
    up = report["database"] == "up"
    yield Finding("database", up, "answers" if up else "does not answer: AWAAZ_DATABASE_URL")
    done = report.get("migrations") == "done"
    yield Finding("migrations", done, "done" if done else "run `awaaz db upgrade`")
    reachable = services.queue.is_reachable()
    message = "answers" if reachable else "does not answer: AWAAZ_REDIS_URL; work waits meanwhile"
    yield Finding("queue", reachable, message)
    yield _public_address(services)
    yield _clock(services)


def _public_address(services: Services) -> Finding:
    """Twilio signs the public address: a proxy may change the path to us, never what was signed."""
    parts = urlsplit(services.settings.public_url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if local:
        return Finding(
            "public address", services.settings.demo, f"{parts.geturl()}: this machine only"
        )
    well = parts.scheme == "https"
    hint = "Twilio calls it as it is" if well else "use https: answers travel through it"
    return Finding("public address", well, f"{parts.geturl()}: {hint}")


def _clock(services: Services) -> Finding:
    """Webhooks, quiet hours and leases need the right time; the database is the second opinion."""
    try:
        drift = health.clock_drift(services)
    except (SQLAlchemyError, ValueError, TypeError) as error:
        return Finding("clock", False, f"can not be compared: {type(error).__name__}")
    return Finding("clock", abs(drift) < 5, f"{drift:+.1f} s from the database's")
