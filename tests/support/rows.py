"""Looking into a database as a suspicious auditor would: every row of every table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import MetaData, Table, select

from bot.store.schema import Base
from bot.usecases.services import Services


def rows(services: Services, table: Table | str, **where: Any) -> list[dict[str, Any]]:
    """The rows of a table, in the order they were added, as dictionaries."""
    if isinstance(table, str):
        table = Base.metadata.tables[table]
    statement = select(table).filter_by(**where)
    if "id" in table.c:
        statement = statement.order_by(table.c.id)
    with services.database.reading() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def cells(services: Services) -> Iterator[tuple[str, str, Any]]:
    """Table, column and value of everything in the database, as the database itself lists it."""
    found = MetaData()
    with services.database.reading() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    yield table.name, str(column), value


def places_of(services: Services, text: str) -> list[str]:
    """Where in the database a text stands, in clear."""
    needle = text.encode()
    places = []
    for table, column, value in cells(services):
        stored = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        if needle in stored:
            places.append(f"{table}.{column}")
    return sorted(set(places))
