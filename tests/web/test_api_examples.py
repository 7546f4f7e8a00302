"""The scripts of the documentation, as a researcher runs them: against a server, over the network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from bot.usecases.api_tokens import Scope
from bot.usecases.services import Services
from bot.web.api.problems import _USUAL
from bot.web.api.schemas import AnswersQuery, OrderIn
from tests.support.api import make_token
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def address(services: Services, app: Flask, queue: FakeQueue) -> Iterator[str]:
    """A server on loopback with a campaign, and a worker beside it."""
    open_campaign(services)
    Person(services, "+447700900123").goes_through("hello", *WHOLE)
    Person(services, "+447700900124").goes_through("hello", "yes")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            queue.work(services)
            time.sleep(0.05)

    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stopped.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()


def run(script: str, address: str, token: str, campaign: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", str(DOCS / "examples" / script), campaign],
        env={"AWAAZ_URL": address, "AWAAZ_TOKEN": token, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_script_reads_a_campaign(services: Services, address: str) -> None:
    done = run("answers.py", address, make_token(services), "listening")
    assert done.returncode == 0, done.stderr
    assert "Listening in English" in done.stdout
    answers = len({(row["conversation_id"], row["question"]) for row in rows(services, "answer")})
    assert f"{answers} answers of 2 participants" in done.stdout
    assert "2 conversations in the file" in done.stdout


def test_the_script_says_what_is_wrong(services: Services, address: str) -> None:
    wrong = run("answers.py", address, "awz_wrong", "listening")
    assert wrong.returncode == 1
    assert "Unauthorized: Send a valid token" in wrong.stderr
    missing = run("answers.py", address, make_token(services), "nowhere")
    assert "There is no campaign 'nowhere'" in missing.stderr


def test_the_script_in_r_can_be_parsed_where_r_is() -> None:
    script = DOCS / "examples" / "answers.R"
    text = script.read_text(encoding="utf-8")
    for pair in ("()", "{}", "[]"):
        assert text.count(pair[0]) == text.count(pair[1])
    interpreter = shutil.which("Rscript")
    if interpreter is not None:
        expression = f"invisible(parse({str(script)!r}))"
        subprocess.run([interpreter, "-e", expression], check=True, timeout=60)


def test_the_page_names_every_scope_problem_and_parameter() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for scope in Scope:
        assert f"`{scope}`" in page
    for status, (kind, _) in _USUAL.items():
        if status != 500:
            assert str(status) in page
            assert kind in page
    for schema in (AnswersQuery, OrderIn):
        for name in schema().fields:
            assert name in page, name
