"""The web application: wiring only."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot import logs
from bot.settings import Settings, refuse_demo_secrets
from bot.usecases.services import Services, build
from bot.web import api, assets, health, interface, simulator, webhooks

log = structlog.get_logger(__name__)

REQUEST_LIMIT = 64 * 1024
"""Bytes in a request. Twilio's largest form is far smaller."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Pages load nothing but our own files: no inline script or style, no third party."""


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """The application of one process.

    Args:
        settings: configuration; read from the environment when neither argument is given.
        services: the outside world, for tests; built from the settings otherwise.
    """
    if services is None:
        settings = settings or Settings.from_env()
        refuse_demo_secrets(settings)
        services = build(settings)
    logs.configure(services.settings.log_level)
    app = Flask(__name__, root_path=None, template_folder="web/templates", static_folder=None)
    app.config.update(
        SECRET_KEY=services.settings.secret_key,
        MAX_CONTENT_LENGTH=REQUEST_LIMIT,
        MAX_FORM_PARTS=200,
    )
    app.extensions["awaaz"] = services
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(health.blueprint)
    assets.install(app)
    interface.install(app, services)
    if services.settings.demo:
        app.register_blueprint(simulator.blueprint)
    app.register_error_handler(Exception, _failed)
    app.after_request(_protect)
    # An application of its own: problem details there, pages here, and neither knows the other's cookies.
    mounted: dict[str, Any] = {api.PREFIX: api.create(services).wsgi_app}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]
    return app


def _failed(error: Exception) -> Response:
    """One clear line to the outside; the cause goes to the log, without what a person wrote."""
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        return Response(f"{status.value} {status.phrase}\n", status, mimetype="text/plain")
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return Response(
        "500 Something went wrong here; nothing was half-done. Please try again.\n",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        mimetype="text/plain",
    )


def _protect(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    return response
