"""The phone simulator: `/simulator` makes a phone, `/simulator/<token>` is one, or two side by side.

Everything works as plain forms; `static/simulator.js` only spares the page from being loaded anew.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from bot.gateways.addresses import Channel
from bot.usecases import simulated_phone, simulator
from bot.usecases.services import Services
from bot.usecases.simulated_phone import NoSuchPhone
from bot.usecases.simulator import NotOffered, NotTappable
from flows.segments import BODY_LIMIT

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{16}")


def _services() -> Services:
    services: Services = current_app.extensions["awaaz"]
    return services


@blueprint.url_defaults
def _keep_the_interface_language(_endpoint: str, values: dict[str, Any]) -> None:
    if "ui" in request.args:
        values.setdefault("ui", request.args["ui"])


@blueprint.after_request
def _private(response: Response) -> Response:
    # What people try out here is nobody else's business, a shared computer's cache included.
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(NoSuchPhone)
def _no_such_phone(_error: NoSuchPhone) -> tuple[str, HTTPStatus]:
    return _problem(HTTPStatus.NOT_FOUND)


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> tuple[str, HTTPStatus] | HTTPException:
    if error.response is not None:
        return error
    return _problem(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR))


def _problem(status: HTTPStatus) -> tuple[str, HTTPStatus]:
    return render_template("simulator/problem.html", status=status.value), status


@blueprint.get("")
def choose() -> str:
    """The form that a phone is made with."""
    return _choices()


def _choices(*, not_offered: bool = False) -> str:
    campaigns = simulator.offered(_services())
    names = _services().voices.files.vocabularies
    codes = dict.fromkeys(code for campaign in campaigns for code in campaign.languages)
    return render_template(
        "simulator/choose.html",
        campaigns=campaigns,
        languages=[(code, names[code].name) for code in codes],
        beside=_beside(),
        picked=request.form,
        not_offered=not_offered,
    )


@blueprint.post("")
def start() -> AnyResponse | tuple[str, HTTPStatus]:
    """Make a phone; with `?beside=`, next to the one that is there already."""
    try:
        token = simulator.start(
            _services(),
            campaign=request.form.get("campaign", ""),
            channel=Channel(request.form.get("look", "")),
            language=request.form.get("language") or None,
        )
    except NotOffered:
        return _choices(not_offered=True), HTTPStatus.BAD_REQUEST
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    beside = _beside()
    if beside is None:
        return _to_phones(token, None, token)
    return _to_phones(beside, token, token)


@blueprint.get("/<token>")
def phones(token: str) -> str:
    """One phone, or with `?beside=` two."""
    tokens = dict.fromkeys([token, *filter(None, [_beside()])])
    return render_template(
        "simulator/phones.html",
        phones=[simulated_phone.open_phone(_services(), _checked(one)) for one in tokens],
        cost_class=simulated_phone.cost_class,
        new_message_id=simulator.new_message_id,
        body_limit=BODY_LIMIT,
        names=_services().voices.files.vocabularies,
    )


@blueprint.post("/<token>")
def send(token: str) -> AnyResponse:
    """A message from the phone named by the field `phone`; back to the page, at its newest message."""
    message_id = request.form.get("message", "")
    sender = _checked(request.form.get("phone", ""))
    text = _typed()
    tap = request.form.get("tap")
    if not _MESSAGE_ID.fullmatch(message_id):
        abort(HTTPStatus.BAD_REQUEST)
    if text.strip() or tap is not None:
        try:
            simulator.send(_services(), sender, message_id, text=text, tap=tap)
        except NotTappable:
            abort(HTTPStatus.BAD_REQUEST)
    return _to_phones(_checked(token), _beside(), sender)


def _typed() -> str:
    # Browsers send line ends as CR LF; phones send LF. A null character is kept as its visible sign.
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\x00", "␀")
    if len(text) > BODY_LIMIT:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return text


def _to_phones(first: str, second: str | None, latest: str) -> AnyResponse:
    anchor = "latest-beside" if latest == second else "latest"
    return redirect(
        url_for("simulator.phones", token=first, beside=second, _anchor=anchor),
        HTTPStatus.SEE_OTHER,
    )


def _beside() -> str | None:
    beside = request.args.get("beside")
    return None if beside is None else _checked(beside)


def _checked(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise NoSuchPhone
    return token
