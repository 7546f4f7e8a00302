"""A fresh, migrated database for every test: the migrations run once, then a template is copied."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import Settings
from bot.store import migrate
from bot.store.database import Database
from tests.support import postgres
from tests.support.postgres import Postgres
from tests.support.settings import make_settings

TEMPLATE = "awaaz_template"


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """One process of the run at a time."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shared_postgres(run: Path) -> Postgres:
    """The server of this run, started by whichever process needs it first."""
    told = run / "postgres.json"
    with alone(run, "postgres"):
        if not told.exists():
            server = postgres.start(run / "pg")
            told.write_text(json.dumps([server.pid, server.port, str(server.folder)]))
            server.administer(f"CREATE DATABASE {TEMPLATE}")
            _migrate(server.url(TEMPLATE))
        pid, port, folder = json.loads(told.read_text())
    return Postgres(pid, port, Path(folder))


def stop_shared_postgres(run: Path) -> None:
    """End the server of this run, if there was one."""
    told = run / "postgres.json"
    if told.exists():
        pid, port, folder = json.loads(told.read_text())
        Postgres(pid, port, Path(folder)).stop()


def _migrate(url: str) -> None:
    database = Database(normal(url))
    try:
        migrate.upgrade(database)
    finally:
        database.dispose()


def normal(url: str) -> str:
    """The address as `Settings` hands it on."""
    settings: Settings = make_settings(AWAAZ_DATABASE_URL=url)
    return settings.database_url


@contextmanager
def fresh_postgres(server: Postgres, *, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a database of its own, dropped afterwards."""
    name = f"awaaz_{secrets.token_hex(6)}"
    server.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url(name)
    finally:
        server.administer(f"DROP DATABASE {name} WITH (FORCE)")


def fresh_sqlite(run: Path, folder: Path) -> str:
    """The address of a database file of its own."""
    template = run / "template.sqlite"
    with alone(run, "sqlite"):
        if not template.exists():
            made = run / "making.sqlite"
            _migrate(f"sqlite:///{made}")
            made.rename(template)
    copy = folder / "awaaz.sqlite"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"
