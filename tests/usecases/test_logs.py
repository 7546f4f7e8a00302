"""A log never holds a number or a word of a person, whatever happens."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask

from bot import logs
from bot.app import create_app
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue
from tests.support.people import WHOLE, Person
from tests.support.signing import TwilioClient, flask_transport

PHONE = "+447700900123"
WORDS = "the canal path behind the mosque"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged from here on, at the most talkative level.

    Ask for it after `app`, which sets the level that the settings name.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("DEBUG")
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def assert_silent_about(written: io.StringIO, *secrets: str) -> None:
    assert written.getvalue(), "nothing was logged: this test would prove nothing"
    for secret in secrets:
        assert secret not in written.getvalue()
        assert json.dumps(secret)[1:-1] not in written.getvalue()


def test_a_conversation_and_its_refusals_leave_nothing_personal(
    services: Services, app: Flask, queue: FakeQueue, written: io.StringIO
) -> None:
    open_campaign(services)
    phone = TwilioClient(flask_transport(app), phone=PHONE)
    for text in ("hello", *WHOLE[:-2], WORDS, "B69"):
        phone.sends(text)
    phone.post_form("/twilio/inbound", [("From", PHONE), ("Body", WORDS)])  # another account
    phone.post_bytes("/twilio/inbound", b"Body=" + WORDS.encode(), "wrong")
    phone.sends(WORDS, From="call me on 0121 496 0123")
    phone.reports(f"{services.settings.public_url}/twilio/status?outbound=1", WORDS[:20])
    queue.work(services)
    assert_silent_about(written, PHONE, "7700900123", WORDS, "4960123", "496 0123")


def test_an_exception_in_the_middle_of_a_message_leaves_nothing_personal(
    services: Services, app: Flask, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_campaign(services)
    phone = TwilioClient(flask_transport(app), phone=PHONE)
    phone.sends("hello")

    def fail(_connection: object, _id: int, **values: object) -> None:
        raise RuntimeError(f"{WORDS} {PHONE} {values}")

    monkeypatch.setattr("bot.usecases.effects.inbox.save_conversation", fail)
    answer = phone.sends(WORDS)
    assert answer.status == 500
    assert WORDS.encode() not in answer.body
    assert b"Traceback" not in answer.body
    assert "RuntimeError" in written.getvalue()  # the operator sees what failed, and where
    assert "save_conversation" in written.getvalue() or "effects.py" in written.getvalue()
    assert_silent_about(written, PHONE, "7700900123", WORDS)


def test_a_database_error_does_not_carry_what_was_to_be_stored(
    services: Services, written: io.StringIO
) -> None:
    from sqlalchemy import insert

    from bot.store.inbox import INBOUND

    log = structlog.get_logger("test")
    try:
        with services.database.transaction() as work:
            values = {"provider_sid": None, "body": WORDS, "contact_point_id": 1}
            work.connection.execute(insert(INBOUND).values(**values))
    except Exception:
        log.exception("failed")
    assert_silent_about(written, WORDS)


@pytest.mark.parametrize(
    "text",
    ["+447700900123", "+44 7700 900 123", "(0121) 496-0123", "07700.900.123", "whatsapp:+447700900123",
     "from +447700900123 to +447700900124"],
)  # fmt: skip
def test_what_looks_like_a_number_is_taken_out_of_any_field(
    written: io.StringIO, text: str
) -> None:
    structlog.get_logger("test").info(
        f"event {text}", reason=f"because of {text}", detail=[{"a": text}]
    )
    logging.getLogger("library").warning("from a library: %s", text)
    assert_silent_about(written, "900123", "900 123", "900.123", "4960123", "496-0123")
    assert len(lines(written)) == 2


def test_counts_times_and_paths_stay(written: io.StringIO) -> None:
    structlog.get_logger("test").info(
        "swept", analyse=123456789, path="/twilio/inbound", port="8000"
    )
    (line,) = lines(written)
    assert line["analyse"] == 123456789
    assert (line["path"], line["port"], line["level"]) == ("/twilio/inbound", "8000", "info")
    assert str(line["timestamp"]).startswith("20")


@pytest.mark.parametrize("name", ["body", "text", "raw", "address", "sender", "to", "payload"])
def test_a_field_that_is_personal_by_its_name_is_never_written(
    written: io.StringIO, name: str
) -> None:
    structlog.get_logger("test").info("event", **{name: WORDS})
    assert_silent_about(written, WORDS)


def test_an_application_configures_its_logs(services: Services, written: io.StringIO) -> None:
    create_app(services=services)
    assert logging.getLogger().level == logging.INFO


def test_a_person_without_a_number_stays_out_of_the_log(
    services: Services, app: Flask, written: io.StringIO
) -> None:
    open_campaign(services)
    Person(services, "whatsapp:GB.secretname").goes_through("hello", "yes")
    TwilioClient(flask_transport(app), phone="whatsapp:GB.secretname").sends(
        "yes", AccountSid="AC0"
    )
    assert_silent_about(written, "secretname")
