"""One database, SQLite or PostgreSQL, and the unit of work: one transaction, then the bells."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool, QueuePool

# The wheel's SQLite where there is one: several processes on a WAL need 3.51.3 or newer.
if importlib.util.find_spec("pysqlite3"):
    from pysqlite3 import dbapi2 as sqlite
else:  # pragma: no cover - platforms without the wheel
    import sqlite3 as sqlite

BUSY_SECONDS = 30
"""How long a SQLite writer waits for its turn."""


@dataclass
class UnitOfWork:
    """One transaction. `after_commit` is for doorbells: what is rung then is never lost by a rollback."""

    connection: Connection
    _bells: list[Callable[[], object]] = field(default_factory=list)

    def after_commit(self, bell: Callable[[], object]) -> None:
        """Call something once the transaction is durable; not at all if it is rolled back."""
        self._bells.append(bell)

    def ring(self) -> None:
        """Ring what was left for after the commit."""
        for bell in self._bells:
            bell()


class Database:
    """The engine behind every unit of work."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A unit of work that writes: committed at the end, rolled back on any exception."""
        with self._in_turn(), self.engine.begin() as connection:
            work = UnitOfWork(connection)
            yield work
        work.ring()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """On SQLite: this process's writers one after the other.

        SQLite has no queue: whoever finds it taken sleeps and looks again, up to a tenth of a second later,
        and among many threads the same one can find it taken for half a minute. So they wait for each other
        here, where the next one is woken, and one of them for other processes.
        """
        if not self.is_sqlite:
            yield
            return
        # Whoever waits in vain goes on: SQLite says then what is the matter.
        turn = self._turn
        mine = turn.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if mine:
                turn.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for reading; takes no writer's turn."""
        with self.engine.connect() as connection:
            view = connection.execution_options(awaaz_reading=True)
            with view.begin():
                if not self.is_sqlite:
                    view.exec_driver_sql(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
                    )
                yield view

    def dispose(self) -> None:
        """Close every connection; needed after a fork and at the end."""
        self.engine.dispose()
        self._turn = threading.Lock()  # a fork may have copied one that a thread of the parent held


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            poolclass=QueuePool,
            # Two for each of the web server's sixteen threads: some reads stand beside a transaction.
            pool_size=8,
            max_overflow=24,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,  # an error in a log must not carry what a person wrote
            connect_args={"connect_timeout": 5, "prepare_threshold": 2},
        )
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    # No limit but the threads': one of them writes, and each may have to read something beside it.
    pool: dict[str, Any] = (
        {"poolclass": QueuePool, "max_overflow": -1} if file else {"poolclass": NullPool}
    )
    engine = create_engine(
        url,
        module=sqlite,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        **pool,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL" if _wal_is_safe() else "journal_mode = DELETE",
        "synchronous = FULL",  # an acknowledged message survives a power cut
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _wal_is_safe() -> bool:
    return tuple(sqlite.sqlite_version_info) >= (3, 51, 3)


def _begin_sqlite(connection: Connection) -> None:
    # A writer that starts as a reader can lose its turn half-way: take the turn first.
    reading = connection.get_execution_options().get("awaaz_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
