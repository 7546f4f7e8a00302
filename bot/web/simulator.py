"""The phone simulator: `/simulator` makes a phone, `/simulator/<token>` is one, or up to four side by side.

Everything works as plain forms; `static/simulator.js` only spares the page from being loaded anew, and htmx
asks for new messages while it is open. The demonstration's clock can be moved forward, for everybody at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
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
from bot.usecases import simulated_phone, simulator, time_travel
from bot.usecases.services import Services
from bot.usecases.simulated_phone import NoSuchPhone
from bot.usecases.simulator import NotOffered, NotTappable
from flows.segments import BODY_LIMIT

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
MOST = 4
"""Phones that stand side by side."""

STEPS = {
    "10m": timedelta(minutes=10),
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
}
"""How far the clock is moved forward at once."""

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
        beside=_beside(MOST - 1),
        picked=request.form,
        not_offered=not_offered,
    )


@blueprint.post("")
def start() -> AnyResponse | tuple[str, HTTPStatus]:
    """Make a phone; with `?beside=`, next to those that are there already."""
    beside = _beside(MOST - 1)
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
    return _to_phones([*beside, token], token)


@blueprint.get("/<token>")
def phones(token: str) -> str:
    """One phone, or with `?beside=` up to four."""
    tokens = _all(token)
    return _shown(
        "simulator/phones.html",
        phones=[simulated_phone.open_phone(_services(), one) for one in tokens],
        tokens=tokens,
        most=MOST,
        body_limit=BODY_LIMIT,
        steps=STEPS,
        now=_services().clock.now(),
        ahead=time_travel.ahead(_services()),
    )


def _shown(template: str, **values: Any) -> str:
    return render_template(
        template,
        cost_class=simulated_phone.cost_class,
        new_message_id=simulator.new_message_id,
        open_reasons=request.args.get("reasons") == "open",
        **values,
    )


@blueprint.get("/<token>/news")
def news(token: str) -> str | tuple[str, HTTPStatus]:
    """What came to one of the phones of a page after the messages that it shows: for an open page."""
    tokens = _all(token)
    place = request.args.get("place", 1, type=int)
    if not 1 <= place <= len(tokens):
        raise NoSuchPhone
    phone = simulated_phone.open_phone(_services(), tokens[place - 1])
    after = max(0, request.args.get("after", 0, type=int))
    if after >= len(phone.thread):
        return "", HTTPStatus.NO_CONTENT
    return _shown("simulator/news.html", phone=phone, tokens=tokens, place=place, after=after)


@blueprint.post("/<token>/time")
def travel(token: str) -> AnyResponse:
    """Move the clock of the demonstration forward; back to the page."""
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        abort(HTTPStatus.BAD_REQUEST)
    tokens = _all(token)
    time_travel.forward(_services(), step)
    return _to_phones(tokens, None)


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
    return _to_phones(_all(token), sender)


def _typed() -> str:
    # Browsers send line ends as CR LF; phones send LF. A null character is kept as its visible sign.
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\x00", "␀")
    if len(text) > BODY_LIMIT:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return text


def _to_phones(tokens: Sequence[str], latest: str | None) -> AnyResponse:
    """To the page with these phones, at the newest message of one of them."""
    first, *beside = tokens
    anchor = f"latest-{tokens.index(latest) + 1}" if latest in tokens else None
    # How the page shows things stays as it was chosen.
    reasons = request.args.get("reasons")
    return redirect(
        url_for("simulator.phones", token=first, beside=beside, reasons=reasons, _anchor=anchor),
        HTTPStatus.SEE_OTHER,
    )


def _all(token: str) -> list[str]:
    """The phones of a page, each once."""
    return list(dict.fromkeys([_checked(token), *_beside(MOST - 1)]))


def _beside(most: int) -> list[str]:
    return [_checked(one) for one in request.args.getlist("beside")[:most]]


def _checked(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise NoSuchPhone
    return token
