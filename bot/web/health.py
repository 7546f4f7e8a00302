"""Whether this process lives (`/healthz`) and whether it can take messages (`/readyz`)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app

from bot.usecases import health

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, Any], HTTPStatus]:
    """The database answers and is migrated. A queue that is down is degraded, not unready."""
    report = health.readiness(current_app.extensions["awaaz"])
    ready = report["status"] != "unready"
    return report, HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
