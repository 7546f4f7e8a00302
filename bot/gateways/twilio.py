"""Twilio: signatures checked, its words turned into ours, messages sent. Nothing else imports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from bot.gateways.addresses import Address

HTTP_SECONDS = 10.0


class Delivery(StrEnum):
    """What became of an outbound message. A message only ever moves down this list."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    REPLIED = "replied"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATUS: Mapping[str, Delivery] = {
    "accepted": Delivery.SENT,
    "scheduled": Delivery.SENT,
    "queued": Delivery.SENT,
    "sending": Delivery.SENT,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "partially_delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.CANCELLED,
}
"""Twilio's message status -> ours. What is not here is not about a message of ours."""

RANK: Mapping[Delivery, int] = {
    Delivery.QUEUED: 0,
    Delivery.SENDING: 1,
    Delivery.UNCERTAIN: 2,
    Delivery.REPLIED: 3,
    Delivery.SENT: 4,
    Delivery.CANCELLED: 5,
    Delivery.FAILED: 6,
    Delivery.DELIVERED: 7,
    Delivery.READ: 8,
}
"""Callbacks come late and out of order: a message moves to a higher rank or stays where it is.

Delivered outranks failed: a handset's receipt is proof, a carrier's first verdict is not.
"""


class Retry(StrEnum):
    """Whether trying a failed send again can help."""

    NEVER = "never"
    LATER = "later"
    UNKNOWN = "unknown"


class SendFailed(Exception):
    """A send that did not go through, or of which that is not known (`Retry.UNKNOWN`)."""

    def __init__(self, code: int | None, retry: Retry) -> None:
        self.code, self.retry = code, retry
        super().__init__(f"code {code}, retry {retry}")


@dataclass(frozen=True, slots=True)
class TwilioMessage:
    """A message in Twilio's log."""

    sid: str
    status: Delivery | None
    body: str
    error_code: int | None
    created: datetime | None


class _Transport(TwilioHttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's transport with a timeout, and pointed at `TWILIO_API_URL`."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=HTTP_SECONDS)
        self._api_url = api_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self._api_url, 1), *args, **kwargs
        )


class Twilio:
    """One account at Twilio, or a stand-in for it."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str, sender: str) -> None:
        self.account_sid = account_sid
        self.sender = sender
        self._validator = RequestValidator(auth_token)
        self._client = Client(account_sid, auth_token, http_client=_Transport(api_url))

    def is_genuine(self, url: str, form: Mapping[str, Any], signature: str | None) -> bool:
        """Whether Twilio signed this form for this public URL, path and query included."""
        return signature is not None and bool(self._validator.validate(url, form, signature))

    def send(self, to: Address, body: str, *, status_callback: str) -> str:
        """Send one message and return its SID.

        Raises:
            SendFailed: refused, or of unknown outcome. The provider has no idempotency key: what is
                unknown must be looked up before it is ever sent again.
        """
        sender = Address.parse(self.sender)
        try:
            message = self._client.messages.create(
                to=to.provider,
                from_=Address(to.channel, sender.address).provider,
                body=body,
                status_callback=status_callback,
            )
        except TwilioRestException as error:
            if error.status == 429 or error.code == 20429:
                raise SendFailed(error.code, Retry.LATER) from error
            retry = Retry.UNKNOWN if error.status >= 500 else Retry.NEVER
            raise SendFailed(error.code, retry) from error
        except requests.ConnectionError as error:
            # A connection that was never made carried nothing; one that broke may have.
            refused = "refused" in str(error).lower()
            raise SendFailed(None, Retry.LATER if refused else Retry.UNKNOWN) from error
        except requests.RequestException as error:
            raise SendFailed(None, Retry.UNKNOWN) from error
        if message.sid is None:
            raise SendFailed(None, Retry.UNKNOWN)
        return str(message.sid)

    def sent_to(self, to: Address, *, since: datetime) -> list[TwilioMessage]:
        """Twilio's own log of what was sent to an address since a moment."""
        found = self._client.messages.list(to=to.provider, date_sent_after=since, limit=200)
        return [
            TwilioMessage(
                sid=message.sid or "",
                status=STATUS.get(str(message.status)),
                body=message.body or "",
                error_code=message.error_code,
                created=message.date_created,
            )
            for message in found
            if (message.direction or "").startswith("outbound")
        ]

    def delete(self, sid: str) -> None:
        """Remove a message from the provider's log; one that is gone already is fine.

        Raises:
            SendFailed: the provider did not confirm it.
        """
        try:
            self._client.messages(sid).delete()
        except TwilioRestException as error:
            if error.status != 404:
                raise SendFailed(error.code, Retry.LATER) from error
        except requests.RequestException as error:
            raise SendFailed(None, Retry.LATER) from error

    def ping(self) -> str:
        """The account's status at Twilio; raises SendFailed when it can not be asked."""
        try:
            account = self._client.api.v2010.accounts(self.account_sid).fetch()
        except TwilioRestException as error:
            raise SendFailed(error.code, Retry.NEVER) from error
        except requests.RequestException as error:
            raise SendFailed(None, Retry.LATER) from error
        return str(account.status)


def reply_document(replies: Sequence[tuple[str, str]]) -> str:
    """TwiML that sends each (body, status callback URL) as a message of its own, in order."""
    document = MessagingResponse()
    for body, status_callback in replies:
        document.message(body, action=status_callback, method="POST")
    return str(document)
