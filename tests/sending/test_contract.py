"""Twilio's own description of its API stands between the SDK and the stand-in: both have to keep to it.

Prism (https://stoplight.io/open-source/prism) checks every request and every answer against the OpenAPI
description that lies beside the repository; it is Twilio's, and never becomes part of it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import requests

from bot.gateways.addresses import Address
from bot.gateways.twilio import Retry, SendFailed, Template, Twilio
from tests.support.processes import end, free_port, wait_until
from tests.support.settings import ACCOUNT, SENDER, TOKEN
from tests.support.twilio_stand_in import TwilioStandIn, twilio_stand_in

CONTRACT = Path(__file__).resolve().parents[3] / "shared/contract/twilio_api_v2010.json"
ANNA = Address.parse("+447700900123")
CALLBACK = "https://awaaz.example.org/twilio/status?outbound=7"


def not_here(reason: str) -> NoReturn:
    """What this machine has no place for is no failure, not even in a run that requires everything."""
    if os.environ.get("AWAAZ_REQUIRE_ALL"):
        pytest.xfail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def prism(run_folder: Path) -> Path:
    """Prism's program, installed by npm."""
    if shutil.which("npx") is None or shutil.which("npm") is None:
        not_here("Prism needs npm, and there is none")
    if not CONTRACT.exists():
        not_here(f"Twilio's API description is not at {CONTRACT}")
    folder = run_folder / "prism"
    if not (folder / "node_modules/.bin/prism").exists():
        install = [
            *("npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"),
            *("--prefer-offline", "@stoplight/prism-cli"),
        ]
        # A registry that hiccups is asked again.
        for pause in (0, 5, 20):
            time.sleep(pause)
            done = subprocess.run(install, capture_output=True, text=True, timeout=240, check=False)
            if not done.returncode:
                break
        if done.returncode:
            # Where everything is required, this skip counts as a failure.
            pytest.skip(f"npm's registry refused @stoplight/prism-cli: {done.stderr[-400:]}")
    return folder / "node_modules/.bin/prism"


@pytest.fixture
def behind() -> Iterator[TwilioStandIn]:
    with twilio_stand_in() as running:
        yield running


@pytest.fixture
def checked(prism: Path, behind: TwilioStandIn) -> Iterator[str]:
    """The address of Prism, which passes on to the stand-in what keeps to the contract."""
    port = free_port()
    process = subprocess.Popen(
        [str(prism), "proxy", "--errors", "--port", str(port), str(CONTRACT), behind.url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def listening() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(listening, seconds=60, what="Prism", pause=0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def test_everything_we_say_to_twilio_and_hear_keeps_to_its_contract(
    checked: str, behind: TwilioStandIn
) -> None:
    client = Twilio(ACCOUNT, TOKEN, checked, SENDER)
    sid = client.send(ANNA, "আপনি কেমন আছেন?", status_callback=CALLBACK, validity_seconds=600)
    whatsapp = Address.parse("whatsapp:+447700900123")
    client.send(whatsapp, "hello", status_callback=CALLBACK)
    client.send(
        whatsapp, "", status_callback=CALLBACK, template=Template("HX" + "a" * 32, {"1": "Aston"})
    )
    since = datetime.now(UTC) - timedelta(hours=1)
    assert [message.sid for message in client.sent_to(ANNA, since=since)] == [sid]
    behind.writes("+447700900123", "hello")
    behind.writes("whatsapp:+447700900123", "", media=[("audio/ogg", b"voice")])
    received = client.received(since=since)
    assert [message.body for message in received] == ["hello", ""]
    assert received[1].media[0][0] == "audio/ogg"
    client.delete(sid)
    assert client.sent_to(ANNA, since=since) == []
    behind.writes("+447700900123", "STOP")
    behind.faults.add(None, 21211)
    for code in (21610, 21211):
        with pytest.raises(SendFailed) as refused:
            client.send(ANNA, "hello", status_callback=CALLBACK)
        assert (refused.value.code, refused.value.retry) == (code, Retry.NEVER)
    assert len(behind.log.accepted) == 3


@pytest.mark.parametrize(
    "change",
    [{"To": "07700900123"}, {"Body": "x" * 1601}, {"ValidityPeriod": "soon"}, {"From": None}],
)
def test_the_contract_stops_a_request_that_twilio_would_not_understand(
    checked: str, behind: TwilioStandIn, change: dict[str, str | None]
) -> None:
    form = {"To": "+447700900123", "From": SENDER, "Body": "hello"} | change
    url = f"{checked}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.post(
        url, data={k: v for k, v in form.items() if v}, auth=(ACCOUNT, TOKEN), timeout=10
    )
    assert answer.status_code == 422, answer.text
    assert behind.log.accepted == []


def test_the_contract_stops_an_answer_that_is_not_twilios(
    checked: str, behind: TwilioStandIn
) -> None:
    sid = behind.log.take_in("+447700900123", "hello", SENDER)["sid"]
    behind.log.messages[sid]["status"] = "lost in the post"
    url = f"{checked}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    answer = requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10)
    assert answer.status_code == 500
    assert "status" in json.dumps(answer.json())
