"""Up to which id a table is complete: nothing below it can still appear.

PostgreSQL hands out ids before it commits: a row with a lower id may appear after one with a higher id was
read. Whoever reads "everything above id N" would lose it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Table, func, select, text

from bot.store.database import Database

_PAUSE = 0.02
_ROUNDS = 100

# Whoever writes into a table holds this lock on it from before the first id until the commit.
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted "
    "AND mode = 'RowExclusiveLock' AND relation = to_regclass(:name) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def settled(database: Database, table: Table, sleep: Callable[[float], None]) -> int | None:
    """The highest id below which no row is on its way; None if a writer takes more than two seconds.

    Nobody is held up: we wait for those who are writing at this moment, not for those who come after.

    Args:
        database: where the table is.
        table: it only grows at its end.
        sleep: waits this many seconds.
    """
    highest = select(func.coalesce(func.max(table.c.id), 0))
    if database.is_sqlite:
        # One writer at a time: ids become visible in their order.
        with database.reading() as connection:
            return int(connection.execute(highest).scalar_one())
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        top = int(connection.execute(highest).scalar_one())
        name = {"name": table.name}
        writing = set(connection.scalars(_WRITERS, name))
        for _ in range(_ROUNDS):
            if not writing:
                return top
            sleep(_PAUSE)
            writing &= set(connection.scalars(_WRITERS, name))
    return None
