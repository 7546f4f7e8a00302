"""The scripts of the documentation, as a researcher runs them: against a server, over the network."""

from __future__ import annotations

import os
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

GIVEN = [
    ["area", "-95", "1"], ["consent", "yes", "1"], ["matters", "-95", "1"],
    ["ons4_satisfied", "7", "1"], ["private", "yes", "2"], ["who5_1", "3", "1"],
    ["who5_2", "2", "1"], ["who5_3", "3", "1"], ["who5_4", "3", "1"], ["who5_5", "2", "1"],
]  # fmt: skip
"""What the two people below gave: question, code, how many. Without a file of words there is no text."""


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


@pytest.fixture(params=["answers.py", "answers.R"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """How a script of the page is run."""
    script = str(DOCS / "examples" / request.param)
    if script.endswith(".py"):
        return [sys.executable, "-I", "-W", "error", script]
    interpreter = shutil.which("Rscript")
    if interpreter is None:
        pytest.skip("R is not installed")
    return [interpreter, script]


def run(
    command: list[str], address: str, token: str, campaign: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    told = {"AWAAZ_URL": address, "AWAAZ_TOKEN": token}
    return subprocess.run(
        [*command, campaign],
        env=told | {"PYTHONUTF8": "1", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_script_reads_a_campaign(
    services: Services, address: str, command: list[str], tmp_path: Path
) -> None:
    done = run(command, address, make_token(services), "listening", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    said = rows(services, "answer")
    answers = {(row["conversation_id"], row["question"]): row["value"] for row in said}
    title, count, *given, file, cursor = done.stdout.splitlines()
    assert title == "Listening in English"
    assert count == f"{len(answers)} answers of 2 participants"
    # Both scripts print the same lines, in the same order.
    assert [line.split() for line in given] == GIVEN
    assert file == "2 conversations in the file"
    assert cursor.startswith("cursor ")


def test_a_script_says_what_is_wrong(
    services: Services, address: str, command: list[str], tmp_path: Path
) -> None:
    wrong = run(command, address, "awz_wrong", "listening", tmp_path)
    assert wrong.returncode == 1
    assert "Unauthorized" in wrong.stderr
    assert "Send a valid token" in wrong.stderr
    missing = run(command, address, make_token(services), "nowhere", tmp_path)
    assert missing.returncode == 1
    assert "There is no campaign 'nowhere'" in missing.stderr


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
