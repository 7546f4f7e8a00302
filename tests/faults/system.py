"""`awaaz run` as a process, people who write to it at once, and a hand that kills parts of it."""

from __future__ import annotations

import csv
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.settings import DEMO_ACCOUNT, DEMO_TOKEN
from tests.support.processes import end, free_port, wait_until
from tests.support.signing import Answer, Transport, TwilioClient, new_sid

COPIES = 3
"""How often Twilio is made to deliver each message, all at the same time."""

AWAAZ = [sys.executable, "-c", "from bot.cli import main; main()"]
BETWEEN_KILLS = 20
"""Messages that the web server answers before it is killed again."""

_PATIENCE = 90.0


@dataclass
class System:
    """A running `awaaz run`."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]
    answered: int = 0
    over: bool = False
    """Whether everybody has finished."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> Mapping[str, int]:
        """Name of each part -> its process id, as `awaaz run` leaves it."""
        found: dict[str, int] = json.loads((self.data / "processes.json").read_text("utf-8"))
        return found

    def kill(self, name: str) -> None:
        """Kill a part without warning: the process itself, or, of the web server, its worker."""
        try:
            victim = psutil.Process(self.pids()[name.partition(" ")[0]])
            if name.endswith("child"):
                victim = victim.children()[0]
            victim.send_signal(signal.SIGKILL)
        except (psutil.NoSuchProcess, IndexError, FileNotFoundError, json.JSONDecodeError):
            pass  # it is being started again just now

    def export(self, shape: str) -> list[dict[str, str]]:
        """What a researcher downloads."""
        out = self.data / f"{shape}.csv"
        subprocess.run(
            [
                *AWAAZ,
                *("export", "wellbeing", "--shape", shape, "--profile", "raw"),
                *("--out", str(out), "--data", str(self.data)),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        with out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@contextmanager
def running(data: Path) -> Iterator[System]:
    """Start everything in a folder, wait until it is ready, and end it."""
    data.mkdir(exist_ok=True)
    port = free_port()
    log = (data / "run.log").open("wb")
    process = subprocess.Popen(
        [*AWAAZ, "run", "--port", str(port), "--data", str(data)],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "AWAAZ_SWEEP_SECONDS": "1"},
    )
    try:
        said = data / "run.log"
        wait_until(
            lambda: b"ready" in said.read_bytes() or process.poll() is not None,
            seconds=_PATIENCE,
            what="awaaz run",
        )
        assert process.poll() is None, said.read_text("utf-8")
        yield System(data, port, process)
    finally:
        end(process, seconds=40)
        log.close()


def http_post(port: int) -> Transport:
    """Post over a new connection, and try again as Twilio does when it is told to."""

    def post(path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        patience = time.monotonic() + _PATIENCE
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request("POST", path, body, dict(headers))
                response = connection.getresponse()
                content = response.read()
                if response.status < 500:
                    kind = response.headers.get("Content-Type", "")
                    return Answer(response.status, content, kind)
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            assert time.monotonic() < patience, "the web server did not come back"
            time.sleep(0.1)

    return post


@dataclass
class Respondent:
    """Someone who answers the wellbeing survey, and knows what she said."""

    number: int
    language: str
    channel: str
    replies: Sequence[tuple[str, str, str]]
    received: list[list[str]] = field(default_factory=list)

    @property
    def phone(self) -> str:
        prefix = "whatsapp:" if self.channel == "whatsapp" else ""
        return f"{prefix}+44770090{self.number:04d}"

    @property
    def matters(self) -> str:
        """What only she wrote: how her answers are found again."""
        return f"what matters to person {self.number} ✓"

    def answer_all(self, system: System, copies: ThreadPoolExecutor) -> None:
        """The whole conversation; every message is delivered several times at once."""
        client = TwilioClient(
            http_post(system.port),
            phone=self.phone,
            account=DEMO_ACCOUNT,
            token=DEMO_TOKEN,
            public_url=system.url,
        )
        texts = ["hello", self.language_name, *(text for _, text, _ in self.replies)]
        for text in texts:
            sid = new_sid()
            answers = list(copies.map(lambda _: client.sends(text, sid=sid), range(COPIES)))  # noqa: B023
            assert {answer.status for answer in answers} == {200}
            assert len({answer.body for answer in answers}) == 1, "copies got different replies"
            self.received.append(answers[0].messages)
            system.answered += 1

    @property
    def language_name(self) -> str:
        return {"en": "English", "bn": "বাংলা", "ur": "اردو", "so": "Soomaali"}[self.language]


def respondents(count: int, seed: int) -> list[Respondent]:
    """People in four languages on two channels, each with answers of her own."""
    dice = random.Random(seed)
    yes = {"en": "yes", "bn": "জি হ্যাঁ", "ur": "جی ہاں", "so": "haa"}
    digits = {"en": "012345", "bn": "০১২৩৪৫", "ur": "۰۱۲۳۴۵", "so": "012345"}
    people = []
    for number in range(count):
        language = ("en", "bn", "ur", "so")[number % 4]
        items = [dice.randrange(6) for _ in range(5)]
        satisfied = dice.randrange(11)
        person = Respondent(number, language, ("sms", "whatsapp")[number // 4 % 2], ())
        person.replies = [
            ("private", yes[language], "yes"),
            ("consent", yes[language], "yes"),
            *((f"who5_{i}", digits[language][item], str(item)) for i, item in enumerate(items, 1)),
            ("ons4_satisfied", str(satisfied), str(satisfied)),
            ("matters", person.matters, person.matters),
            ("area", "B69", "B69"),
        ]
        people.append(person)
    return people


def answer_at_once(system: System, people: Sequence[Respondent]) -> None:
    """All of them at the same time; raises what any of them ran into."""
    with (
        ThreadPoolExecutor(len(people)) as everyone,
        ThreadPoolExecutor(COPIES * len(people)) as copies,
    ):
        for finished in [everyone.submit(p.answer_all, system, copies) for p in people]:
            finished.result()
    system.over = True


@contextmanager
def killing(system: System, parts: Sequence[str], seed: int) -> Iterator[list[str]]:
    """Kill parts at random moments meanwhile; what was killed is in the list.

    The web server has to have answered `BETWEEN_KILLS` messages since it was killed last: on a busy
    machine it would otherwise only ever start, and there would be no answer that could be lost.
    """
    dice = random.Random(seed)
    over = threading.Event()
    killed: list[str] = []
    spared_until = BETWEEN_KILLS

    def strike() -> None:
        nonlocal spared_until
        while not over.wait(dice.uniform(0.8, 2.4)):
            part = parts[len(killed) % len(parts)]
            if part.startswith("web"):
                if system.answered < spared_until and not system.over:
                    continue
                spared_until = system.answered + BETWEEN_KILLS
            system.kill(part)
            killed.append(part)

    hand = threading.Thread(target=strike)
    hand.start()
    try:
        yield killed
    finally:
        over.set()
        hand.join()
