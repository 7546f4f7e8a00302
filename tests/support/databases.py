"""An empty, migrated database for every test: the migrations run once, in a template."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bot.settings import Settings
from bot.store import migrate
from bot.store.database import Database
from tests.support import postgres
from tests.support.postgres import Postgres
from tests.support.settings import make_settings

TEMPLATE = "awaaz_template"

_mine: dict[int, tuple[str, object]] = {}
"""Port of a server -> the database of this process on it, and its shape."""

_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_COUNTED = b"SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
_SHAPE = (
    b"SELECT version_num FROM alembic_version",
    b"""
        SELECT table_name, column_name, data_type, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
    """,
    b"""
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    b"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    b"SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
)


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
def fresh_postgres(server: Postgres) -> Iterator[str]:
    """The address of an empty, migrated database.

    Making one takes half a second, so that each process has its own and empties it after a test. One whose
    shape a test has changed is dropped instead.
    """
    if server.port not in _mine:
        made = f"awaaz_{secrets.token_hex(6)}"
        server.administer(f"CREATE DATABASE {made} TEMPLATE {TEMPLATE}")
        _mine[server.port] = made, _shape_of_new(server.url(made))
    name, shape = _mine[server.port]
    try:
        yield server.url(name)
    finally:
        if not _emptied(server.url(name), shape):
            del _mine[server.port]
            server.administer(f"DROP DATABASE {name} WITH (FORCE)")


def _emptied(url: str, shape: object) -> bool:
    """Whether a database is again as it was made."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Whatever a test left running would keep its locks.
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if _shape(connection) != shape:
            return False
        tables = [row[0] for row in connection.execute(_TABLES) if row[0] != "alembic_version"]
        asked = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)
        filled = [row[0] for row in connection.execute(" UNION ALL ".join(asked).encode())]
        if filled:
            names = ", ".join(f'"{one}"' for one in filled)
            connection.execute(f"TRUNCATE {names} CASCADE".encode())
        # A number that was given out and rolled back counts as well.
        for (used,) in connection.execute(_COUNTED).fetchall():
            connection.execute(f'ALTER SEQUENCE "{used}" RESTART'.encode())
    return True


def _shape_of_new(url: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [row[0] for row in connection.execute(_TABLES) if row[0] != "alembic_version"]
        for one in tables:
            found = connection.execute(f'SELECT count(*) FROM "{one}"'.encode()).fetchone()
            assert found == (0,), f"a migration fills {one}: emptying would lose that"
        return _shape(connection)


def _shape(connection: psycopg.Connection[Any]) -> object:
    """Tables, columns, constraints, indexes and the migration that they are at."""
    return [connection.execute(query).fetchall() for query in _SHAPE]


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
