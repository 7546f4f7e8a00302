"""Many who wait to write, and one who writes and has to read something beside it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.store.database import Database

WAITING = 20
"""More than the connections that SQLAlchemy keeps by default."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_has_the_turn_can_read_beside_it(database_url: str) -> None:
    database = Database(database_url)

    def write() -> None:
        with database.transaction():
            pass

    with ThreadPoolExecutor(WAITING) as pool:
        with database.transaction():
            waiting = [pool.submit(write) for _ in range(WAITING)]
            while database.engine.pool.checkedout() <= WAITING:  # type: ignore[attr-defined]
                time.sleep(0.01)
            with database.reading() as connection:
                assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        for one in waiting:
            one.result()
    database.dispose()
