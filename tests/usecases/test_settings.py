"""Settings: everything read once; what is wrong gets one line that says what to set."""

from __future__ import annotations

import base64
import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import create_app
from bot.settings import (
    DEMO_TOKEN,
    Settings,
    SettingsError,
    demo_environment,
    demo_secrets_in_use,
    for_command,
    prices_of_environment,
    refuse_demo_secrets,
)
from flows.prices import Prices
from tests.support.settings import VALUES, make_settings

KEY = base64.b64encode(b"k" * 32).decode()


def test_the_variables_become_settings() -> None:
    settings = make_settings(
        AWAAZ_DATA="/srv/awaaz",
        AWAAZ_DATABASE_URL="postgres://user:secret@db/awaaz",
        AWAAZ_PUBLIC_URL="https://awaaz.example.org/",
        AWAAZ_ENCRYPTION_KEYS=f"1:{KEY}, 3:{KEY}",
        AWAAZ_DEFAULT_REGION="bd",
        AWAAZ_LOG_LEVEL="debug",
        AWAAZ_SWEEP_SECONDS="0.5",
    )
    assert settings.demo is False
    assert settings.data == Path("/srv/awaaz")
    assert settings.database_url == "postgresql+psycopg://user:secret@db/awaaz"
    assert settings.public_url == "https://awaaz.example.org"
    assert settings.encryption_keys == {1: b"k" * 32, 3: b"k" * 32}
    assert settings.default_region == "BD"
    assert settings.log_level == "DEBUG"
    assert settings.sweep_seconds == 0.5


def test_prices_are_unknown_until_the_operator_says_them() -> None:
    assert make_settings().prices == Prices()
    assert make_settings().currency == "GBP"
    said = {
        "AWAAZ_PRICE_SMS_PART": "0.0463",
        "AWAAZ_PRICE_SMS_PART_IN": "0",
        "AWAAZ_PRICE_WHATSAPP_MESSAGE": " .005 ",
    }
    settings = make_settings(**said, AWAAZ_CURRENCY="eur")
    assert settings.prices == Prices(Decimal("0.0463"), Decimal(0), Decimal("0.005"))
    assert settings.currency == "EUR"
    assert prices_of_environment(said) == settings.prices


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_settings().demo = True  # type: ignore[misc]


def test_secrets_are_not_shown() -> None:
    settings = make_settings(AWAAZ_DATABASE_URL="postgresql://user:hunter2@db/awaaz")
    shown = repr(settings)
    for secret in (
        "hunter2",
        VALUES["TWILIO_AUTH_TOKEN"],
        VALUES["AWAAZ_SECRET_KEY"],
        "eeee",
        "iiii",
    ):
        assert secret not in shown


@pytest.mark.parametrize(
    "name",
    [
        "AWAAZ_DATABASE_URL", "AWAAZ_REDIS_URL", "AWAAZ_PUBLIC_URL", "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN", "AWAAZ_ENCRYPTION_KEYS", "AWAAZ_INDEX_KEY", "AWAAZ_SECRET_KEY",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["", "  ", None])
def test_what_is_needed_is_asked_for_by_name(name: str, value: str | None) -> None:
    environment = {key: text for key, text in VALUES.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environment)
    assert str(refused.value) == f"Set {name} (see .env.example): it has no default."


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AWAAZ_DEMO", "perhaps", "yes or no"),
        ("AWAAZ_DATABASE_URL", "mysql://db", "postgresql:// or sqlite:///"),
        ("AWAAZ_REDIS_URL", "http://redis", "redis://"),
        ("AWAAZ_PUBLIC_URL", "awaaz.example.org", "http(s)://"),
        ("AWAAZ_PUBLIC_URL", "https://awaaz.example.org/?a=b", "without a query"),
        ("AWAAZ_PUBLIC_URL", "https://my_awaaz.example.org", "without _"),
        ("AWAAZ_PUBLIC_URL", "https://آواز.example", "in ASCII"),
        ("TWILIO_ACCOUNT_SID", "AC123", "AC and 32 characters"),
        ("TWILIO_ACCOUNT_SID", "XX" + "0" * 32, "AC and 32 characters"),
        ("TWILIO_API_URL", "ftp://api", "http(s)://"),
        ("AWAAZ_ENCRYPTION_KEYS", KEY, "VERSION:KEY"),
        ("AWAAZ_ENCRYPTION_KEYS", "1:short", "32 random bytes"),
        ("AWAAZ_ENCRYPTION_KEYS", "1:" + base64.b64encode(b"k" * 31).decode(), "32 random bytes"),
        ("AWAAZ_INDEX_KEY", "not base64!", "32 random bytes"),
        ("AWAAZ_DEFAULT_REGION", "United Kingdom", "two letters"),
        ("AWAAZ_LOG_LEVEL", "LOUD", "DEBUG, INFO"),
        ("AWAAZ_SWEEP_SECONDS", "0", "above 0"),
        ("AWAAZ_SWEEP_SECONDS", "-1", "above 0"),
        ("AWAAZ_SWEEP_SECONDS", "often", "above 0"),
        ("AWAAZ_SWEEP_SECONDS", "9999", "at most 3600"),
        ("AWAAZ_PRICE_SMS_PART", "-0.04", "a price in digits, such as 0.04"),
        ("AWAAZ_PRICE_SMS_PART", "4p", "or leave it empty"),
        ("AWAAZ_PRICE_SMS_PART_IN", "NaN", "a price in digits"),
        ("AWAAZ_PRICE_WHATSAPP_MESSAGE", "Infinity", "a price in digits"),
        ("AWAAZ_PRICE_WHATSAPP_MESSAGE", "0,005", "a price in digits"),
        ("AWAAZ_PRICE_WHATSAPP_MESSAGE", ".", "a price in digits"),
        ("AWAAZ_CURRENCY", "pounds", "the three letters of a currency"),
        ("AWAAZ_CURRENCY", "QQQ", "the three letters of a currency"),
    ],
)
def test_a_wrong_value_gets_one_line_that_names_the_variable(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        make_settings(**{name: value})
    line = str(refused.value)
    assert line.startswith(f"Set {name} to ")
    assert words in line
    assert "\n" not in line
    assert value not in line or len(value) < 3  # a wrong value may be a secret


def test_a_file_can_hold_a_value(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("from a file\n", encoding="utf-8")
    environment = {key: text for key, text in VALUES.items() if key != "TWILIO_AUTH_TOKEN"}
    found = Settings.from_env(environment | {"TWILIO_AUTH_TOKEN_FILE": str(secret)})
    assert found.twilio_auth_token == "from a file"
    both = Settings.from_env(VALUES | {"TWILIO_AUTH_TOKEN_FILE": str(secret)})
    assert both.twilio_auth_token == VALUES["TWILIO_AUTH_TOKEN"]


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    environment = {key: text for key, text in VALUES.items() if key != "TWILIO_AUTH_TOKEN"}
    with pytest.raises(SettingsError, match="Set TWILIO_AUTH_TOKEN_FILE to a readable file"):
        Settings.from_env(environment | {"TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "nothing")})


def test_demonstration_mode_needs_nothing(tmp_path: Path) -> None:
    settings = Settings.from_env({"AWAAZ_DEMO": "yes", "AWAAZ_DATA": str(tmp_path)})
    assert settings.demo
    assert settings.twilio_auth_token == DEMO_TOKEN
    assert settings.database_url.endswith("awaaz.sqlite")
    refuse_demo_secrets(settings)


def test_what_is_set_wins_over_what_demonstration_mode_makes_up(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("mine", encoding="utf-8")
    environment = {
        "AWAAZ_DEMO": "1",
        "AWAAZ_SECRET_KEY": "my own",
        "TWILIO_AUTH_TOKEN_FILE": str(token),
    }
    settings = Settings.from_env(environment)
    assert (settings.secret_key, settings.twilio_auth_token) == ("my own", "mine")


@pytest.mark.parametrize(
    "name", ["TWILIO_AUTH_TOKEN", "AWAAZ_ENCRYPTION_KEYS", "AWAAZ_INDEX_KEY", "AWAAZ_SECRET_KEY"]
)
def test_the_demonstrations_secrets_are_refused_for_real_people(name: str) -> None:
    from bot.settings import demo_values

    known = demo_values(Path("data"))[name]
    settings = make_settings(**{name: known})
    assert demo_secrets_in_use(settings) == (name,)
    with pytest.raises(SettingsError, match=f"Set {name} to a secret of your own"):
        create_app(settings)


def test_an_old_key_of_the_demonstration_is_refused_too() -> None:
    from bot.settings import demo_values

    known = demo_values(Path("data"))["AWAAZ_ENCRYPTION_KEYS"]
    settings = make_settings(AWAAZ_ENCRYPTION_KEYS=f"{known},2:{KEY}")
    assert demo_secrets_in_use(settings) == ("AWAAZ_ENCRYPTION_KEYS",)


def test_secrets_of_ones_own_are_fine() -> None:
    assert demo_secrets_in_use(make_settings()) == ()
    refuse_demo_secrets(make_settings())


def test_a_command_finds_the_demonstration_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VALUES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="AWAAZ_DATABASE_URL"):
        for_command(None)
    with pytest.raises(SettingsError, match="--data a folder that `awaaz run` has made"):
        for_command(tmp_path / "nothing")
    (tmp_path / "data").mkdir()
    assert for_command(None).database_url == f"sqlite:///{tmp_path}/data/awaaz.sqlite"
    assert for_command(None) == for_command(tmp_path / "data")
    monkeypatch.setenv("AWAAZ_PUBLIC_URL", "https://awaaz.example.org")
    assert for_command(None).public_url == "https://awaaz.example.org"
    assert demo_environment(tmp_path)["AWAAZ_PUBLIC_URL"] == "https://awaaz.example.org"


def test_every_variable_is_explained_where_operators_look() -> None:
    root = Path(__file__).resolve().parents[2]
    explained = (root / ".env.example").read_text(encoding="utf-8")
    source = (root / "bot" / "settings.py").read_text(encoding="utf-8")
    names = {part.split('"')[0] for part in source.split('source.read("')[1:]}
    assert len(names) > 10
    assert [name for name in sorted(names) if f"\n{name}=" not in f"\n{explained}"] == []
