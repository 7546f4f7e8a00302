"""The API for researchers, an application of its own: `create(services)`."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Response, request

from bot.usecases.services import Services
from bot.web.api import (
    answering,
    campaigns,
    converters,
    document,
    exports,
    participants,
    problems,
    security,
)

PREFIX = "/api/v1"

REQUEST_LIMIT = 64 * 1024


def create(services: Services, *, rate: str = security.RATE) -> APIFlask:
    """The application, to be mounted at `PREFIX`.

    Args:
        services: the outside world.
        rate: requests of one token, as Flask-Limiter writes it.
    """
    app = APIFlask(
        __name__,
        title=document.TITLE,
        version=document.VERSION,
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]
        spec_path="/openapi.json",
    )
    app.config.update(
        MAX_CONTENT_LENGTH=REQUEST_LIMIT,
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=document.DESCRIPTION,
        SERVERS=[{"url": PREFIX}],
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
    )
    app.extensions["awaaz"] = services
    app.spec_processor(document.complete)  # type: ignore[arg-type]
    converters.install(app)
    problems.install(app)
    app.before_request(_once)
    security.install(app, services.settings.redis_url, rate)
    for blueprint in (campaigns.blueprint, participants.blueprint, exports.blueprint):
        app.register_blueprint(blueprint)
    app.after_request(answering.protect)
    return app


def _once() -> Response | None:
    """A parameter that stands there twice has no meaning: nobody is to guess which one counts."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if not twice:
        return None
    message = "Send this parameter once."
    errors = [{"in": "query", "field": name, "message": message} for name in twice]
    return problems.problem(422, errors=errors)
