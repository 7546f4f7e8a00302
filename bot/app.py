"""The web application: wiring only."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

import structlog
from flask import Flask, Response
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot import logs
from bot.settings import Settings, refuse_demo_secrets
from bot.usecases.services import Services, build
from bot.web import api, assets, console, csrf, health, interface, security, simulator, webhooks

log = structlog.get_logger(__name__)

REQUEST_LIMIT = 64 * 1024
"""Bytes in a request. Twilio's largest form is far smaller."""


class Awaaz(Flask):
    """Flask, with the templates of NHS.UK frontend beside ours. Every template escapes what it is given."""

    jinja_options: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "autoescape": True,  # by default only templates that end in .html do, and theirs end in .jinja
        "undefined": ChainableUndefined,  # their macros ask for parameters of parameters that are not there
    }

    def create_global_jinja_loader(self) -> Any:
        """Ours first, then theirs."""
        return ChoiceLoader(
            [super().create_global_jinja_loader(), PackageLoader("nhsuk_frontend_jinja")]
        )


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
    app = Awaaz(__name__, root_path=None, template_folder="web/templates", static_folder=None)
    app.config.update(
        SECRET_KEY=services.settings.secret_key,
        SESSION_COOKIE_NAME="awaaz_page",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=REQUEST_LIMIT,
        MAX_FORM_PARTS=200,
    )
    app.extensions["awaaz"] = services
    security.install(app, services)
    csrf.install(app)
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(health.blueprint)
    assets.install(app)
    interface.install(app, services)
    console.install(app, services)
    if services.settings.demo:
        app.register_blueprint(simulator.blueprint)
    app.register_error_handler(Exception, _failed)
    # An application of its own: problem details there, pages here, and neither knows the other's cookies.
    mounted: dict[str, Any] = {api.PREFIX: api.create(services).wsgi_app}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]
    return app


def _failed(error: Exception) -> Response | tuple[str, HTTPStatus]:
    """One clear line to the outside; the cause goes to the log, without what a person wrote."""
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        page = console.problem(status)
        if page is not None:
            return page
        return Response(f"{status.value} {status.phrase}\n", status, mimetype="text/plain")
    log.error("request failed", error=type(error).__name__, exc_info=error)
    return Response(
        "500 Something went wrong here; nothing was half-done. Please try again.\n",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        mimetype="text/plain",
    )
