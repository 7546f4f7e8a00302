"""Bringing a database to the schema that this code expects."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x41574141
"""Key of the advisory lock that lets one process migrate at a time."""


def _config(connection: Connection | None = None) -> Config:
    # Loaded when a database is migrated or looked at, not by every process that starts.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database) -> None:
    """Run every migration that is missing, in one transaction, one process at a time."""
    from alembic import command  # noqa: PLC0415

    with database.transaction() as work:
        if not database.is_sqlite:
            work.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        command.upgrade(_config(work.connection), "head")


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        ).scalar()
    return revision


@cache
def expected() -> str | None:
    """The revision this code was written for."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return ScriptDirectory.from_config(_config()).get_current_head()
