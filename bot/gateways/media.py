"""Media: what a file really is by its first bytes, and fetching what a person sent from the provider.

Twilio keeps what came with a message under an address that asks for our name and token, and sends whoever
has them on to its store. We follow it there and nowhere else, and our token goes to the API alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import requests

from flows.events import Media

LARGEST = 16 * 1024 * 1024
"""Bytes of the largest file that WhatsApp carries."""

SECONDS = (5.0, 20.0)
"""To connect, and between two pieces of the answer."""

HOSTS = frozenset({"api.twilio.com", "media.twiliocdn.com", "mms.twiliocdn.com"})
"""Where Twilio keeps media: https://www.twilio.com/docs/messaging/guides/accept-reply-to-messages."""

API = "https://api.twilio.com"
_REDIRECTS = 3
_PIECE = 64 * 1024

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
)


def content_type_of(content: bytes) -> str | None:
    """What a file is by its first bytes, of the types that we keep; None for everything else."""
    for place, magic, content_type in _MAGIC:
        if content[place : place + len(magic)] == magic:
            return content_type
    return None


def kind_of(content_type: str) -> Media:
    """Our word for a content type."""
    main = content_type.partition("/")[0]
    return {"audio": Media.AUDIO, "image": Media.PICTURE}.get(main, Media.OTHER)


class Why(StrEnum):
    """Why something was not fetched."""

    HOST = "not a place where the provider keeps media"
    TOO_LARGE = "too large"
    TYPE = "neither sound nor picture"
    GONE = "not at the provider any more"
    UNREACHABLE = "the provider could not be reached"


class FetchFailed(Exception):
    """Media that did not come; `again` says whether another try can help."""

    def __init__(self, why: Why, *, again: bool = False) -> None:
        self.why, self.again = why, again
        super().__init__(why.value)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched, and what it is by its bytes."""

    content: bytes
    content_type: str


class MediaStore:
    """The provider's store of media, under one account."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str) -> None:
        self._credentials = (account_sid, auth_token)
        self._api_url = api_url

    def fetch(self, url: str) -> Fetched:
        """What a person sent, from the address that the provider's message gave.

        Raises:
            FetchFailed: it is not there, not allowed, or could not be had now.
        """
        address = self._reached(url)
        for _ in range(_REDIRECTS + 1):
            with self._get(address) as answer:
                if answer.is_redirect:
                    address = self._reached(urljoin(address, answer.headers["Location"]))
                    continue
                return self._read(answer)
        raise FetchFailed(Why.HOST)

    def _reached(self, url: str) -> str:
        """The address to ask; TWILIO_API_URL stands for Twilio's own."""
        if url == API or url.startswith(f"{API}/"):
            return self._api_url + url.removeprefix(API)
        parts = urlsplit(url)
        ours = url == self._api_url or url.startswith(f"{self._api_url}/")
        if ours or (parts.scheme == "https" and parts.hostname in HOSTS and parts.port is None):
            return url
        raise FetchFailed(Why.HOST)

    def _get(self, address: str) -> requests.Response:
        ours = address.startswith(f"{self._api_url}/")
        try:
            return requests.get(
                address,
                auth=self._credentials if ours else None,
                timeout=SECONDS,
                stream=True,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise FetchFailed(Why.UNREACHABLE, again=True) from error

    def _read(self, answer: requests.Response) -> Fetched:
        if answer.status_code in (404, 410):
            raise FetchFailed(Why.GONE)
        if answer.status_code != 200:
            raise FetchFailed(Why.UNREACHABLE, again=True)
        if int(answer.headers.get("Content-Length") or 0) > LARGEST:
            raise FetchFailed(Why.TOO_LARGE)
        content = bytearray()
        try:
            for piece in answer.iter_content(_PIECE):
                content += piece
                # What a header says is a promise: the bytes are counted.
                if len(content) > LARGEST:
                    raise FetchFailed(Why.TOO_LARGE)
        except requests.RequestException as error:
            raise FetchFailed(Why.UNREACHABLE, again=True) from error
        content_type = content_type_of(bytes(content))
        if content_type is None:
            raise FetchFailed(Why.TYPE)
        return Fetched(bytes(content), content_type)

    def remove(self, url: str) -> None:
        """Remove it at the provider; what is gone already is fine.

        Raises:
            FetchFailed: the provider did not confirm it.
        """
        address = self._reached(url)
        if not address.startswith(f"{self._api_url}/"):
            raise FetchFailed(Why.HOST)
        try:
            answer = requests.delete(
                f"{address.removesuffix('.json')}.json",
                auth=self._credentials,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise FetchFailed(Why.UNREACHABLE, again=True) from error
        if answer.status_code not in (204, 404, 410):
            raise FetchFailed(Why.UNREACHABLE, again=True)
