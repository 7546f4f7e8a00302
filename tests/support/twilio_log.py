"""Twilio's memory: what it accepted and when, who opted out at which number, what people wrote.

Nothing here speaks HTTP; `twilio_stand_in.py` does. Written from Twilio's documentation, not from our code.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from tests.support.settings import ACCOUNT

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
STOP = frozenset(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
START = frozenset(["START", "YES", "UNSTOP"])
_TO = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}")


class Refused(Exception):
    """A request that Twilio answers with an error."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(message)


@dataclass(frozen=True)
class Accepted:
    """A message that Twilio took from us: it goes out, whatever we were told."""

    sid: str
    at: datetime
    to: str
    from_: str
    body: str
    form: Mapping[str, str]

    @property
    def outbound_id(self) -> int:
        """Our own number of it, from the callback's address."""
        return int(self.form["StatusCallback"].rpartition("outbound=")[2])


@dataclass
class TwilioLog:
    """One account's messages."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[tuple[datetime, int, str]] = field(default_factory=list)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    """(our number, the person): SMS alone, as at Twilio."""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """SID -> the message as the REST API shows it, oldest first."""
    media: dict[str, dict[str, tuple[str, bytes]]] = field(default_factory=dict)
    """Message SID -> media SID -> content type and bytes."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._dice = random.Random(1)

    def create(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Accept a message, or raise Refused."""
        with self.lock:
            try:
                self._check(form)
            except Refused as refused:
                self.refused.append((self.clock(), refused.code, form.get("To", "")))
                raise
            content = f"template {form['ContentSid']}" if "ContentSid" in form else ""
            body = form.get("Body") or content
            shown = self._add("outbound-api", "queued", form["From"], form["To"], body)
            self.accepted.append(
                Accepted(shown["sid"], self.clock(), form["To"], form["From"], body, dict(form))
            )
            return dict(shown)

    def _check(self, form: Mapping[str, str]) -> None:
        to, sender = form.get("To", ""), form.get("From", "")
        if not _TO.fullmatch(to):
            raise Refused(21211, "Invalid 'To' Phone Number")
        if not sender:
            raise Refused(21603, "A 'From' or 'MessagingServiceSid' is required")
        if not {"Body", "ContentSid", "MediaUrl"} & form.keys():
            raise Refused(21619, "A text message body or media urls must be specified")
        if len(form.get("Body", "")) > 1600:
            raise Refused(21617, "The concatenated message body exceeds the 1600 character limit")
        if not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36000:
            raise Refused(30032, "ValidityPeriod is out of range")
        if (sender, to) in self.opted_out:
            raise Refused(21610, "Attempt to send to unsubscribed recipient")

    def take_in(
        self, sender: str, body: str, to: str, media: Sequence[tuple[str, bytes]] = ()
    ) -> dict[str, Any]:
        """Somebody writes to one of our numbers; Twilio minds STOP and START on SMS by itself."""
        with self.lock:
            word = body.strip().upper()
            if not to.startswith("whatsapp:") and word in STOP:
                self.opted_out.add((to, sender))
            elif not to.startswith("whatsapp:") and word in START:
                self.opted_out.discard((to, sender))
            shown = self._add("inbound", "received", sender, to, body, media=len(media))
            shown["date_sent"] = shown["date_created"]
            self.media[shown["sid"]] = {f"ME{self._hex()}": one for one in media}
            return shown

    def reply(self, inbound: Mapping[str, Any], body: str) -> dict[str, Any]:
        """A message that came back as TwiML."""
        with self.lock:
            return self._add("outbound-reply", "queued", inbound["to"], inbound["from"], body)

    def _hex(self) -> str:
        return f"{self._dice.getrandbits(128):032x}"

    def _add(
        self, direction: str, status: str, sender: str, to: str, body: str, media: int = 0
    ) -> dict[str, Any]:
        sid = f"{'MM' if media else 'SM'}{self._hex()}"
        created = format_datetime(self.clock().astimezone(UTC))
        uri = f"{ROOT}/Messages/{sid}"
        self.messages[sid] = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": created,
            # What has only been queued has not been sent: no date yet.
            "date_sent": None,
            "date_updated": created,
            "direction": direction,
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": None,
            "num_media": str(media),
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": to,
            "uri": f"{uri}.json",
        }
        return self.messages[sid]

    def settle(self, sid: str, status: str, error_code: int | None = None) -> None:
        """What became of a message."""
        with self.lock:
            if sid in self.messages:
                now = format_datetime(self.clock().astimezone(UTC))
                self.messages[sid] |= {
                    "status": status, "error_code": error_code, "date_sent": now,
                    "date_updated": now,
                }  # fmt: skip

    def listed(self, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The messages that a listing's filters leave, newest first."""
        with self.lock:
            found = [dict(message) for message in reversed(self.messages.values())]
        after = query.get("DateSent>")
        for message in found:
            if query.get("To", message["to"]) != message["to"]:
                continue
            if query.get("From", message["from"]) != message["from"]:
                continue
            if after is not None:
                sent = message["date_sent"]
                if sent is None or parsedate_to_datetime(sent) < _moment(after):
                    continue
            yield message

    def delete(self, sid: str) -> bool:
        """Forget a message and its media; False if there is none."""
        with self.lock:
            self.media.pop(sid, None)
            return self.messages.pop(sid, None) is not None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
