"""Every setting, read once from the environment or from files, and frozen: nothing else reads it."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot import setting_values as values
from flows.prices import Prices

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
        prices: what the provider charges, as far as the operator has said.
        currency: ISO 4217 code that they are in.
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
    prices: Prices = field(default_factory=Prices)
    currency: str = "GBP"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process.

        A variable `NAME_FILE` names a file that holds the value of `NAME`, as container platforms
        hand over secrets.

        Raises:
            SettingsError: with one line that names the variable and what to set it to.
        """
        source = _Source(os.environ if environment is None else environment)
        demo = source.read("AWAAZ_DEMO", values.boolean, "no")
        data = source.read("AWAAZ_DATA", Path, "data")
        if demo:
            source.fill_in(demo_values(data))
        return cls(
            demo=demo,
            data=data,
            database_url=source.read("AWAAZ_DATABASE_URL", values.database),
            redis_url=source.read("AWAAZ_REDIS_URL", values.redis),
            public_url=source.read("AWAAZ_PUBLIC_URL", values.public_url),
            twilio_account_sid=source.read("TWILIO_ACCOUNT_SID", values.account),
            twilio_auth_token=source.read("TWILIO_AUTH_TOKEN", values.text),
            twilio_api_url=source.read(
                "TWILIO_API_URL", values.public_url, "https://api.twilio.com"
            ),
            twilio_sender=source.read("TWILIO_SENDER", str, ""),
            encryption_keys=source.read("AWAAZ_ENCRYPTION_KEYS", values.keys),
            index_key=source.read("AWAAZ_INDEX_KEY", values.key),
            secret_key=source.read("AWAAZ_SECRET_KEY", values.text),
            default_region=source.read("AWAAZ_DEFAULT_REGION", values.region, "GB"),
            log_level=source.read("AWAAZ_LOG_LEVEL", values.level, "INFO"),
            sweep_seconds=source.read("AWAAZ_SWEEP_SECONDS", values.seconds, "5"),
            send_rate=source.read("AWAAZ_SEND_RATE", values.rate, "10"),
            reconcile_seconds=source.read("AWAAZ_RECONCILE_SECONDS", values.seconds, "180"),
            proxies=source.read("AWAAZ_PROXIES", values.proxies, "0"),
            oidc_issuer=source.read("AWAAZ_OIDC_ISSUER", values.issuer, ""),
            oidc_client_id=source.read("AWAAZ_OIDC_CLIENT_ID", str, ""),
            oidc_client_secret=source.read("AWAAZ_OIDC_CLIENT_SECRET", str, ""),
            oidc_name=source.read("AWAAZ_OIDC_NAME", str, "University"),
            prices=_prices(source),
            currency=source.read("AWAAZ_CURRENCY", values.currency, "GBP"),
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


def prices_of_environment(environment: Mapping[str, str] | None = None) -> Prices:
    """The prices alone, for a command that needs no other setting; raises SettingsError."""
    return _prices(_Source(os.environ if environment is None else environment))


def demo_environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a demonstration in this folder, for this process or for one it starts."""
    return {"AWAAZ_DEMO": "yes", "AWAAZ_DATA": str(folder.absolute()), **more, **os.environ}


class _Source:
    """Reads variables, or the files they point to, and words what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values = dict(environment)

    def fill_in(self, made_up: Mapping[str, str]) -> None:
        """Use a value where neither the variable nor its file is set."""
        for name, value in made_up.items():
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


def _prices(source: _Source) -> Prices:
    return Prices(
        part_out=source.read("AWAAZ_PRICE_SMS_PART", values.price, ""),
        part_in=source.read("AWAAZ_PRICE_SMS_PART_IN", values.price, ""),
        message=source.read("AWAAZ_PRICE_WHATSAPP_MESSAGE", values.price, ""),
    )


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
