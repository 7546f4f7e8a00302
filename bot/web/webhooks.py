"""Twilio's two webhooks: a message came in, and something became of a message we sent.

Only what Twilio signed gets past `_genuine`, over the public URL it called. The same message may come
again: `conversations.receive` answers it with the same words.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import structlog
from flask import Blueprint, Request, Response, abort, current_app, request

from bot.gateways.addresses import Address, BadAddress
from bot.gateways.twiml import reply_document
from bot.usecases import conversations, deliveries, outbox, recordings
from bot.usecases.conversations import InboundText, media_kind
from bot.usecases.services import Services
from flows.events import Media

log = structlog.get_logger(__name__)
blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")

_SID_LENGTH = 64
_ERROR_CODE = re.compile(r"[0-9]{1,6}")


def _services() -> Services:
    services: Services = current_app.extensions["awaaz"]
    return services


@blueprint.before_request
def _genuine() -> None:
    """403 for everything that Twilio did not sign for this account and this public URL."""
    services = _services()
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    url = f"{services.settings.public_url}{request.path}{query}"
    signature = request.headers.get("X-Twilio-Signature")
    if not services.sms.is_genuine(url, request.form, signature):
        log.warning("webhook refused", reason="signature", path=request.path)
        abort(HTTPStatus.FORBIDDEN)
    if request.form.get("AccountSid") != services.settings.twilio_account_sid:
        log.warning("webhook refused", reason="account", path=request.path)
        abort(HTTPStatus.FORBIDDEN)


@blueprint.post("/inbound")
def inbound() -> Response:
    """A message from a person; the replies go back as TwiML."""
    services = _services()
    try:
        message = parse_inbound(request, services.settings.default_region)
    except BadAddress:
        abort(HTTPStatus.BAD_REQUEST, "From is not an address.")
    replies = conversations.receive(services, message)
    document = reply_document(
        [
            (
                reply.body,
                outbox.status_callback(services, reply.outbound_id),
                recordings.public_url(services, reply.audio),
            )
            for reply in replies
        ]
    )
    return Response(document, mimetype="text/xml")


@blueprint.post("/status")
def status() -> tuple[str, HTTPStatus]:
    """What became of a message of ours. 204 whatever it says: Twilio would only say it again."""
    outbound = request.args.get("outbound", "")
    error_code = request.form.get("ErrorCode", "")
    if outbound.isascii() and outbound.isdecimal() and len(outbound) < 19:
        deliveries.record(
            _services(),
            outbound_id=int(outbound),
            provider_sid=request.form.get("MessageSid", "")[:_SID_LENGTH],
            status=request.form.get("MessageStatus", ""),
            error_code=int(error_code) if _ERROR_CODE.fullmatch(error_code) else None,
        )
    return "", HTTPStatus.NO_CONTENT


def parse_inbound(incoming: Request, region: str) -> InboundText:
    """Twilio's form as our message; 400 without a SID, BadAddress without a usable sender."""
    form = incoming.form
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not sid or len(sid) > _SID_LENGTH:
        abort(HTTPStatus.BAD_REQUEST, "MessageSid is missing.")
    count = form.get("NumMedia", "0")
    places = range(min(int(count), 10) if count.isdecimal() else 0)
    attachments = [
        (
            media_kind(form.get(f"MediaContentType{place}", "")),
            form.get(f"MediaUrl{place}", "")[:2048],
        )
        for place in places
    ]
    if form.get("Latitude") and form.get("Longitude"):
        location = f"geo:{form['Latitude']},{form['Longitude']}"[:64]
        attachments.append((Media.LOCATION, location))
    return InboundText(
        provider_sid=sid,
        sender=Address.parse(form.get("From", ""), region=region),
        # PostgreSQL has no place for a null character; its visible sign keeps the place.
        text=form.get("Body", "").replace("\x00", "␀"),
        payload=(form.get("ButtonPayload") or form.get("ListId") or "")[:256] or None,
        media=tuple(attachments),
        answers_sid=form.get("OriginalRepliedMessageSid", "")[:_SID_LENGTH] or None,
        opt_out=_opt_out(form.get("OptOutType", "")),
    )


def _opt_out(word: str) -> str | None:
    """The word that Twilio took the message for, and has answered already; None for none."""
    return word.upper() if word.upper() in ("STOP", "START", "HELP") else None
