"""`awaaz db`: the database's schema."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.store import migrate


@click.group()
def db() -> None:
    """The database's schema.

    Example: awaaz db upgrade
    """


@db.command()
@DATA_OPTION
def upgrade(data: Path | None) -> None:
    """Bring the database to the schema of this version; safe to run again, and at the same time.

    Example: awaaz db upgrade
    """
    services = services_of(data)
    before = migrate.current(services.database)
    migrate.upgrade(services.database)
    after = migrate.current(services.database)
    click.echo(f"The database is at {after}." if before == after else f"{before} -> {after}")
