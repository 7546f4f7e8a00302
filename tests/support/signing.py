"""A client that signs as Twilio does, from its documentation, without its SDK.

https://www.twilio.com/docs/usage/security#validating-requests: the full URL, then every POST field
sorted by name, name and value without a separator; HMAC-SHA1 under the auth token, in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from flask import Flask

from tests.support.settings import ACCOUNT, PUBLIC_URL, TOKEN

Fields: TypeAlias = Iterable[tuple[str, str]]


def signature(token: str, url: str, fields: Fields) -> str:
    """Twilio's signature of a form posted to a URL.

    A name that stands there several times counts each of its distinct values once, in order.
    """
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


@dataclass(frozen=True)
class Answer:
    """What the webhook answered."""

    status: int
    body: bytes
    content_type: str

    @property
    def messages(self) -> list[str]:
        """The texts of the TwiML, in order."""
        return [message.text or "" for message in self._messages()]

    @property
    def callbacks(self) -> list[str]:
        """Where each of them wants its delivery reported."""
        return [message.get("action", "") for message in self._messages()]

    def _messages(self) -> list[ET.Element]:
        return ET.fromstring(self.body).findall("Message")


Transport: TypeAlias = Callable[[str, bytes, Mapping[str, str]], Answer]
"""Posts bytes with headers to a path (query included)."""


def flask_transport(app: Flask, base_url: str = "http://10.0.0.7:8000") -> Transport:
    """Into an application in this process, at an address that is not the public one."""

    def post(path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        response = app.test_client().post(path, data=body, headers=headers, base_url=base_url)
        return Answer(response.status_code, response.data, response.content_type)

    return post


_counter = itertools.count(1)


def new_sid() -> str:
    """A message SID that was never there before."""
    return f"SM{next(_counter):08x}{secrets.token_hex(12)}"


@dataclass
class TwilioClient:
    """Twilio's side of the webhooks for one phone."""

    post: Transport
    phone: str = "+447700900123"
    to: str = "+447700900100"
    account: str = ACCOUNT
    token: str = TOKEN
    public_url: str = PUBLIC_URL
    extra: dict[str, str] = field(default_factory=dict)

    def sends(self, body: str, *, sid: str | None = None, **fields: str) -> Answer:
        """The person writes something."""
        return self.post_form("/twilio/inbound", self.form(body, sid=sid, **fields))

    def form(self, body: str, *, sid: str | None = None, **fields: str) -> list[tuple[str, str]]:
        """The form of an incoming message, as SMS and WhatsApp bring it."""
        sid = sid or new_sid()
        values = {
            "ToCountry": "GB",
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "AccountSid": self.account,
            "From": self.phone,
            "To": self.to,
            "Body": body,
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        if self.phone.startswith("whatsapp:"):
            values |= {"ProfileName": "A", "MessageType": "text", "ChannelMetadata": '{"a":"b"}'}
        return list((values | self.extra | fields).items())

    def reports(self, callback: str, status: str, **fields: str) -> Answer:
        """Twilio says what became of a message, at the callback it was given for it."""
        values = {
            "MessageSid": new_sid(),
            "MessageStatus": status,
            "AccountSid": self.account,
            "To": self.phone,
            "From": self.to,
        }
        path = callback.removeprefix(self.public_url)
        return self.post_form(path, list((values | fields).items()))

    def post_form(self, path: str, fields: Fields) -> Answer:
        """Post a form, signed."""
        fields = list(fields)
        signed = signature(self.token, self.public_url + path, fields)
        return self.post_bytes(path, urlencode(fields).encode(), signed)

    def post_bytes(self, path: str, body: bytes, signed: str | None) -> Answer:
        """Post bytes under a signature, whatever it is worth."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "TwilioProxy"}
        if signed is not None:
            headers["X-Twilio-Signature"] = signed
        return self.post(path, body, headers)
