"""Settings for tests: everything explicit, nothing from this machine's environment."""

from __future__ import annotations

import base64

from bot.settings import Settings

ACCOUNT = "AC" + "7e57" * 8
TOKEN = "a token of the tests"
PUBLIC_URL = "https://awaaz.example.org"
SENDER = "+447700900100"

VALUES = {
    "AWAAZ_DEMO": "no",
    "AWAAZ_DATABASE_URL": "sqlite:///nowhere.sqlite",
    # Loopback, and a port that nothing can listen on: a test that needs a queue starts one.
    "AWAAZ_REDIS_URL": "redis://127.0.0.1:1/0",
    "AWAAZ_PUBLIC_URL": PUBLIC_URL,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_API_URL": "http://127.0.0.1:1",
    "TWILIO_SENDER": SENDER,
    "AWAAZ_ENCRYPTION_KEYS": f"1:{base64.b64encode(b'e' * 32).decode()}",
    "AWAAZ_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
    "AWAAZ_SECRET_KEY": "a secret of the tests",
}


def make_settings(**changes: str) -> Settings:
    """The settings of the tests, with some variables changed."""
    return Settings.from_env(VALUES | changes)
