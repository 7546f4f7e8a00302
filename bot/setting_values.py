"""What the text of a variable has to be: each reader hands back its value, or says what to set instead.

A reader raises ValueError with words that go on after "Set NAME to", and never repeats the text: it
may be a secret.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from babel.numbers import is_currency


def text(raw: str) -> str:
    """Any text."""
    return raw


def boolean(raw: str) -> bool:
    """Yes or no."""
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if raw.lower() not in words:
        raise ValueError("yes or no")
    return words[raw.lower()]


def database(raw: str) -> str:
    """The address of a database, as SQLAlchemy reads it."""
    # The driver is ours to choose: operators paste the URL that their platform gives them.
    for prefix in ("postgres://", "postgresql://"):
        if raw.startswith(prefix):
            return "postgresql+psycopg://" + raw.removeprefix(prefix)
    if raw.startswith(("postgresql+psycopg://", "sqlite:///")):
        return raw
    raise ValueError("a postgresql:// or sqlite:/// address")


def redis(raw: str) -> str:
    """The address of a queue."""
    if raw.startswith(("redis://", "rediss://", "unix://")):
        return raw
    raise ValueError("a redis://, rediss:// or unix:// address")


def public_url(raw: str) -> str:
    """Scheme and host that others reach us at, without a slash at its end."""
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("an http(s):// address without a query")
    if not raw.isascii() or "_" in parts.hostname:
        raise ValueError(
            "an address in ASCII without _ in its host name, or Twilio can not call it"
        )
    return raw.rstrip("/")


def issuer(raw: str) -> str:
    """An OpenID Connect provider; it may be empty."""
    parts = urlsplit(raw)
    local = parts.hostname in ("127.0.0.1", "localhost")
    if raw and not (parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError("the provider's https:// address, as its discovery document has it")
    return raw


def proxies(raw: str) -> int:
    """How many proxies stand in front."""
    if not raw.isdecimal() or int(raw) > 9:
        raise ValueError("the number of proxies in front, from 0 to 9")
    return int(raw)


def account(raw: str) -> str:
    """A Twilio account."""
    if len(raw) != 34 or not raw.startswith("AC"):
        raise ValueError("the account SID: AC and 32 characters")
    return raw


def key(raw: str) -> bytes:
    """32 bytes."""
    try:
        found = base64.b64decode(raw, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != 32:
        raise ValueError("32 random bytes in base64 (`openssl rand -base64 32`)")
    return found


def keys(raw: str) -> Mapping[int, bytes]:
    """Version -> 32 bytes."""
    found: dict[int, bytes] = {}
    for part in raw.split(","):
        version, _, secret = part.strip().partition(":")
        if not version.isdecimal():
            raise ValueError("VERSION:KEY[,VERSION:KEY], a key being 32 random bytes in base64")
        found[int(version)] = key(secret)
    return found


def region(raw: str) -> str:
    """An ISO 3166 code."""
    if len(raw) != 2 or not raw.isalpha():
        raise ValueError("a country's two letters, such as GB")
    return raw.upper()


def level(raw: str) -> str:
    """A level of the logs."""
    if raw.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("DEBUG, INFO, WARNING or ERROR")
    return raw.upper()


def rate(raw: str) -> float:
    """Messages a second."""
    found = float(raw) if _is_number(raw) else 0.0
    if not 0 < found <= 1000:
        raise ValueError("a number of messages a second above 0, at most 1000")
    return found


def seconds(raw: str) -> float:
    """Seconds, up to an hour."""
    found = float(raw) if _is_number(raw) else 0.0
    if not 0 < found <= 3600:
        raise ValueError("a number of seconds above 0, at most 3600")
    return found


def price(raw: str) -> Decimal | None:
    """The price of one part or message, 0 where it is free; None if it is empty: nobody has said."""
    if not raw:
        return None
    # Neither a sign nor an exponent, and neither "NaN" nor "Infinity", which a Decimal may be.
    if not _is_number(raw):
        raise ValueError("a price in digits, such as 0.04, or leave it empty if you do not know it")
    return Decimal(raw)


def currency(raw: str) -> str:
    """An ISO 4217 code that Unicode's data knows, in capitals."""
    if not is_currency(raw.upper()):
        raise ValueError("the three letters of a currency in ISO 4217, such as GBP")
    return raw.upper()


def _is_number(raw: str) -> bool:
    return raw.replace(".", "", 1).isdecimal()
