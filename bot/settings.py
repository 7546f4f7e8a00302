"""Every setting, read once from the environment or from files, and frozen: nothing else reads it."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


class SettingsError(ValueError):
    """A setting that can not be used; the message is one line that says what to set."""


@dataclass(frozen=True)
class Settings:
    """The configuration of one process. `.env.example` explains each variable.

    Attributes:
        demo: demonstration mode: drafts may be shown, keys may be made up, the simulator is open.
        data: folder for the embedded database, queue and demo keys.
        database_url: SQLAlchemy URL; SQLite and PostgreSQL are supported.
        redis_url: `redis://`, `rediss://` or `unix://`.
        public_url: scheme and host that Twilio calls, without a trailing slash.
        twilio_account_sid: the account that webhooks must come from.
        twilio_auth_token: verifies webhooks and signs REST requests.
        twilio_api_url: where the REST API is reached; Twilio's own address by default.
        twilio_sender: the number or `whatsapp:` address that messages are sent from.
        encryption_keys: version -> 32 bytes; the highest version encrypts, all decrypt.
        index_key: 32 bytes of the keyed hash that addresses are looked up by.
        secret_key: signs what the browser keeps.
        default_region: ISO 3166 code that local phone numbers are read in.
        log_level: DEBUG, INFO, WARNING or ERROR.
        sweep_seconds: between two looks at what was never rung.
        send_rate: messages a second from one number.
        reconcile_seconds: between two looks at the messages in Twilio's own log.
        proxies: how many proxies stand in front, whose word on a visitor's address is taken.
        oidc_issuer: the university's OpenID Connect provider; empty without one.
        oidc_client_id: what we are called there.
        oidc_client_secret: proves that it is us.
        oidc_name: what staff call that sign-in.
    """

    demo: bool
    data: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_url: str
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    twilio_api_url: str
    twilio_sender: str
    encryption_keys: Mapping[int, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    secret_key: str = field(repr=False)
    default_region: str = "GB"
    log_level: str = "INFO"
    sweep_seconds: float = 5.0
    send_rate: float = 10.0
    reconcile_seconds: float = 180.0
    proxies: int = 0
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process.

        A variable `NAME_FILE` names a file that holds the value of `NAME`, as container platforms
        hand over secrets.

        Raises:
            SettingsError: with one line that names the variable and what to set it to.
        """
        source = _Source(os.environ if environment is None else environment)
        demo = source.read("AWAAZ_DEMO", _boolean, "no")
        data = source.read("AWAAZ_DATA", Path, "data")
        if demo:
            source.fill_in(demo_values(data))
        return cls(
            demo=demo,
            data=data,
            database_url=source.read("AWAAZ_DATABASE_URL", _database),
            redis_url=source.read("AWAAZ_REDIS_URL", _redis),
            public_url=source.read("AWAAZ_PUBLIC_URL", _public_url),
            twilio_account_sid=source.read("TWILIO_ACCOUNT_SID", _account),
            twilio_auth_token=source.read("TWILIO_AUTH_TOKEN", _text),
            twilio_api_url=source.read("TWILIO_API_URL", _public_url, "https://api.twilio.com"),
            twilio_sender=source.read("TWILIO_SENDER", str, ""),
            encryption_keys=source.read("AWAAZ_ENCRYPTION_KEYS", _keys),
            index_key=source.read("AWAAZ_INDEX_KEY", _key),
            secret_key=source.read("AWAAZ_SECRET_KEY", _text),
            default_region=source.read("AWAAZ_DEFAULT_REGION", _region, "GB"),
            log_level=source.read("AWAAZ_LOG_LEVEL", _level, "INFO"),
            sweep_seconds=source.read("AWAAZ_SWEEP_SECONDS", _seconds, "5"),
            send_rate=source.read("AWAAZ_SEND_RATE", _rate, "10"),
            reconcile_seconds=source.read("AWAAZ_RECONCILE_SECONDS", _seconds, "180"),
            proxies=source.read("AWAAZ_PROXIES", _proxies, "0"),
            oidc_issuer=source.read("AWAAZ_OIDC_ISSUER", _issuer, ""),
            oidc_client_id=source.read("AWAAZ_OIDC_CLIENT_ID", str, ""),
            oidc_client_secret=source.read("AWAAZ_OIDC_CLIENT_SECRET", str, ""),
            oidc_name=source.read("AWAAZ_OIDC_NAME", str, "University"),
        )


def for_command(data: Path | None) -> Settings:
    """The settings of a command: the environment's, or those of a demonstration's data folder.

    Args:
        data: the folder that was named; without one, `./data` counts if it is there and the
            environment names no database.

    Raises:
        SettingsError: as `Settings.from_env`, or because there is no such folder.
    """
    if data is not None and not data.is_dir():
        raise SettingsError(f"Give --data a folder that `awaaz run` has made, not {data}.")
    folder = data
    if folder is None and "AWAAZ_DATABASE_URL" not in os.environ and Path("data").is_dir():
        folder = Path("data")
    return Settings.from_env(os.environ if folder is None else demo_environment(folder))


def demo_environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a demonstration in this folder, for this process or for one it starts."""
    return {"AWAAZ_DEMO": "yes", "AWAAZ_DATA": str(folder.absolute()), **more, **os.environ}


class _Source:
    """Reads variables, or the files they point to, and words what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values = dict(environment)

    def fill_in(self, values: Mapping[str, str]) -> None:
        """Use a value where neither the variable nor its file is set."""
        for name, value in values.items():
            if not self._values.get(name) and not self._values.get(f"{name}_FILE"):
                self._values[name] = value

    def read(self, name: str, convert: Callable[[str], T], default: str | None = None) -> T:
        raw = self._raw(name)
        if raw is None or not raw.strip():
            if default is None:
                raise SettingsError(f"Set {name} (see .env.example): it has no default.")
            raw = default
        try:
            return convert(raw.strip())
        except ValueError as error:
            raise SettingsError(f"Set {name} to {error}.") from None

    def _raw(self, name: str) -> str | None:
        path = self._values.get(f"{name}_FILE")
        if path and not self._values.get(name):
            try:
                return Path(path).read_text(encoding="utf-8")
            except OSError as error:
                reason = error.strerror or "unreadable"
                raise SettingsError(f"Set {name}_FILE to a readable file: {reason}.") from None
        return self._values.get(name)


DEMO_TOKEN = "demo-token-not-for-real-use"  # noqa: S105 - refused outside demo mode
DEMO_ACCOUNT = "AC" + "0" * 32
_DEMO_KEY = base64.b64encode(b"awaaz demonstration key, no use!").decode()


def demo_values(data: Path) -> dict[str, str]:
    """What demonstration mode runs on when nothing else is set; refused outside it."""
    return {
        "AWAAZ_DATABASE_URL": f"sqlite:///{(data / 'awaaz.sqlite').absolute()}",
        "AWAAZ_REDIS_URL": f"unix://{(data / 'valkey.sock').absolute()}",
        "AWAAZ_PUBLIC_URL": "http://127.0.0.1:8000",
        "TWILIO_ACCOUNT_SID": DEMO_ACCOUNT,
        "TWILIO_AUTH_TOKEN": DEMO_TOKEN,
        "TWILIO_SENDER": "+447700900000",
        "AWAAZ_ENCRYPTION_KEYS": f"1:{_DEMO_KEY}",
        "AWAAZ_INDEX_KEY": _DEMO_KEY,
        "AWAAZ_SECRET_KEY": "demo-secret-not-for-real-use",
    }


def demo_secrets_in_use(settings: Settings) -> tuple[str, ...]:
    """The variables that still hold a demonstration value."""
    demo = demo_values(settings.data)
    key = base64.b64decode(_DEMO_KEY)
    found = {
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token == DEMO_TOKEN,
        "AWAAZ_ENCRYPTION_KEYS": key in settings.encryption_keys.values(),
        "AWAAZ_INDEX_KEY": settings.index_key == key,
        "AWAAZ_SECRET_KEY": settings.secret_key == demo["AWAAZ_SECRET_KEY"],
    }
    return tuple(name for name, used in found.items() if used)


def refuse_demo_secrets(settings: Settings) -> None:
    """Refuse to run for real with keys that everybody knows; raises SettingsError."""
    known = () if settings.demo else demo_secrets_in_use(settings)
    if known:
        raise SettingsError(f"Set {known[0]} to a secret of your own: this is the demonstration's.")


def _text(raw: str) -> str:
    return raw


def _boolean(raw: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if raw.lower() not in words:
        raise ValueError("yes or no")
    return words[raw.lower()]


def _database(raw: str) -> str:
    # The driver is ours to choose: operators paste the URL that their platform gives them.
    for prefix in ("postgres://", "postgresql://"):
        if raw.startswith(prefix):
            return "postgresql+psycopg://" + raw.removeprefix(prefix)
    if raw.startswith(("postgresql+psycopg://", "sqlite:///")):
        return raw
    raise ValueError("a postgresql:// or sqlite:/// address")


def _redis(raw: str) -> str:
    if raw.startswith(("redis://", "rediss://", "unix://")):
        return raw
    raise ValueError("a redis://, rediss:// or unix:// address")


def _public_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("an http(s):// address without a query")
    if not raw.isascii() or "_" in parts.hostname:
        raise ValueError(
            "an address in ASCII without _ in its host name, or Twilio can not call it"
        )
    return raw.rstrip("/")


def _issuer(raw: str) -> str:
    parts = urlsplit(raw)
    local = parts.hostname in ("127.0.0.1", "localhost")
    if raw and not (parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError("the provider's https:// address, as its discovery document has it")
    return raw


def _proxies(raw: str) -> int:
    if not raw.isdecimal() or int(raw) > 9:
        raise ValueError("the number of proxies in front, from 0 to 9")
    return int(raw)


def _account(raw: str) -> str:
    if len(raw) != 34 or not raw.startswith("AC"):
        raise ValueError("the account SID: AC and 32 characters")
    return raw


def _key(raw: str) -> bytes:
    try:
        key = base64.b64decode(raw, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("32 random bytes in base64 (`openssl rand -base64 32`)")
    return key


def _keys(raw: str) -> Mapping[int, bytes]:
    keys: dict[int, bytes] = {}
    for part in raw.split(","):
        version, _, key = part.strip().partition(":")
        if not version.isdecimal():
            raise ValueError("VERSION:KEY[,VERSION:KEY], a key being 32 random bytes in base64")
        keys[int(version)] = _key(key)
    return keys


def _region(raw: str) -> str:
    if len(raw) != 2 or not raw.isalpha():
        raise ValueError("a country's two letters, such as GB")
    return raw.upper()


def _level(raw: str) -> str:
    if raw.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("DEBUG, INFO, WARNING or ERROR")
    return raw.upper()


def _rate(raw: str) -> float:
    rate = float(raw) if raw.replace(".", "", 1).isdecimal() else 0.0
    if not 0 < rate <= 1000:
        raise ValueError("a number of messages a second above 0, at most 1000")
    return rate


def _seconds(raw: str) -> float:
    seconds = float(raw) if raw.replace(".", "", 1).isdecimal() else 0.0
    if not 0 < seconds <= 3600:
        raise ValueError("a number of seconds above 0, at most 3600")
    return seconds
