"""Many who wait to write on SQLite, and one who writes and has to read something beside it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from bot.store import database as store
from bot.store.database import Database

WAITING = 20
"""More than the connections that SQLAlchemy keeps by default."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_waits_holds_no_connection_and_whoever_writes_can_read_beside_it(
    database_url: str,
) -> None:
    database, here = Database(database_url), threading.Barrier(WAITING + 1)

    def write() -> None:
        here.wait()
        with database.transaction() as work:
            work.connection.exec_driver_sql("SELECT 1")

    with ThreadPoolExecutor(WAITING) as pool:
        with database.transaction():
            waiting = [pool.submit(write) for _ in range(WAITING)]
            here.wait()
            with database.reading() as connection:
                assert connection.exec_driver_sql("SELECT 1").scalar() == 1
                assert database.engine.pool.checkedout() == 2  # type: ignore[attr-defined]
        for one in waiting:
            one.result()
    database.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_waits_in_vain_is_told_so_by_sqlite(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    database = Database(database_url)
    with (
        database.transaction(),
        ThreadPoolExecutor(1) as pool,
        pytest.raises(OperationalError, match="database is locked"),
    ):
        pool.submit(database.transaction().__enter__).result()
    with database.transaction() as work:  # the turn was given back by the one who had it
        assert work.connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.dispose()
