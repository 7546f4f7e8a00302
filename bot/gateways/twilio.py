"""Twilio: signatures checked, its words turned into ours, messages sent. Nothing else imports it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.gateways.addresses import Address, BadAddress, Channel
from bot.gateways.twilio_errors import Reaction, reaction_to

HTTP_SECONDS = 10.0
PAGE = 500
"""Messages of Twilio's log in one answer."""


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
    EXPIRED = "expired"


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
    Delivery.EXPIRED: 6,
    Delivery.FAILED: 7,
    Delivery.DELIVERED: 8,
    Delivery.READ: 9,
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

    @property
    def reaction(self) -> Reaction:
        """What it makes us do."""
        if self.retry is Retry.UNKNOWN:
            return Reaction.UNCERTAIN
        found = reaction_to(self.code)
        return Reaction.BACK_OFF if found is Reaction.FAIL and self.retry is Retry.LATER else found


@dataclass(frozen=True, slots=True)
class Template:
    """An approved WhatsApp message, which may be sent outside the 24-hour window."""

    content_sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TwilioInbound:
    """A message from a person in Twilio's log, and when Twilio took it."""

    sid: str
    sender: Address
    body: str
    media: tuple[tuple[str, str], ...]
    created: datetime


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

    def sender_on(self, channel: Channel) -> str:
        """Our own address on a channel, in Twilio's form."""
        return Address(channel, Address.parse(self.sender).address).provider

    def send(
        self,
        to: Address,
        body: str,
        *,
        status_callback: str,
        validity_seconds: int | None = None,
        template: Template | None = None,
        media_url: str | None = None,
    ) -> str:
        """Send one message and return its SID.

        Args:
            to: the person.
            body: the text; not used with a template.
            status_callback: where Twilio reports what becomes of it.
            validity_seconds: after this, nobody shall deliver it any more.
            template: what to send in place of the text.
            media_url: where Twilio finds the recording to send in place of the text.

        Raises:
            SendFailed: refused, or of unknown outcome. The provider has no idempotency key: what is
                unknown must be looked up before it is ever sent again.
        """
        content: dict[str, Any] = {"body": body}
        if media_url is not None:
            content = {"media_url": [media_url]}
        if template is not None:
            content = {"content_sid": template.content_sid}
            if template.variables:
                # Twilio wants the variables as a text that is JSON.
                content["content_variables"] = json.dumps(
                    dict(template.variables), ensure_ascii=False
                )
        if validity_seconds is not None:
            content["validity_period"] = validity_seconds
        try:
            message = self._client.messages.create(
                to=to.provider,
                from_=self.sender_on(to.channel),
                status_callback=status_callback,
                **content,
            )
        except TwilioRestException as error:
            raise SendFailed(error.code, _retry(error)) from error
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
        """Twilio's own log of what we sent to an address by REST since a moment, every page of it.

        Replies that went back as TwiML are left out: none of them was ever uncertain. No date is asked
        for: what Twilio has accepted and not yet sent has no date of sending.

        Raises:
            SendFailed: the log could not be read.
        """
        found = self._read(self._client.messages, to=to.provider)
        return [
            TwilioMessage(
                sid=message.sid or "",
                status=STATUS.get(str(message.status)),
                body=message.body or "",
                error_code=message.error_code,
                created=message.date_created,
            )
            for message in found
            if message.direction == "outbound-api"
            and (message.date_created is None or message.date_created >= since)
        ]

    def received(self, *, since: datetime) -> list[TwilioInbound]:
        """Twilio's own log of what people wrote to us since a moment, oldest first.

        Raises:
            SendFailed: the log could not be read.
        """
        found: list[TwilioInbound] = []
        for channel in Channel:
            # The SDK writes a moment down without its time zone: it has to be UTC.
            log = self._read(
                self._client.messages,
                to=self.sender_on(channel),
                date_sent_after=since.astimezone(UTC),
            )
            # Newest first in the log; within one second, only that order tells which came first.
            for message in reversed(log):
                one = self._inbound(message) if message.direction == "inbound" else None
                found += [] if one is None else [one]
        return sorted(found, key=lambda message: message.created)

    def _inbound(self, message: Any) -> TwilioInbound | None:
        try:
            sender = Address.parse(message.from_ or "")
        except BadAddress:
            return None
        media: tuple[tuple[str, str], ...] = ()
        if (message.num_media or "0") != "0":
            root = "https://api.twilio.com"
            media = tuple(
                (str(one.content_type), f"{root}{str(one.uri).removesuffix('.json')}")
                for one in self._read(message.media)
            )
        created = message.date_sent or message.date_created
        return TwilioInbound(message.sid or "", sender, message.body or "", media, created)

    def _read(self, listing: Any, **filters: Any) -> list[Any]:
        """Every page of a listing."""
        try:
            return list(listing.stream(page_size=PAGE, **filters))
        except TwilioRestException as error:
            raise SendFailed(error.code, Retry.LATER) from error
        except (TwilioException, requests.RequestException) as error:
            raise SendFailed(None, Retry.LATER) from error

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


def _retry(error: TwilioRestException) -> Retry:
    """Whether trying again can help, after an answer that was an error."""
    reaction = reaction_to(error.code, error.status)
    if reaction is Reaction.UNCERTAIN:
        return Retry.UNKNOWN
    waits = (Reaction.BACK_OFF, Reaction.PAUSE_INVITATIONS)
    return Retry.LATER if reaction in waits else Retry.NEVER
