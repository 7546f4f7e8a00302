"""`awaaz audit`: is the log as it was written?"""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import audit as log
from bot.usecases import staff


@click.group()
def audit() -> None:
    """Look into the audit log.

    Example: awaaz audit verify --organisation aston-dars-group
    """


@audit.command()
@click.option("--organisation", help="Slug; the installation's own log without it.")
@click.option("--expect", metavar="HASH", help="A hash that was written down before.")
@DATA_OPTION
def verify(organisation: str | None, expect: str | None, data: Path | None) -> None:
    """Check every entry of a log against the one before it, and print the newest hash.

    Write that hash down somewhere else: with --expect, even a log that was rewritten as a whole is found.

    Example: awaaz audit verify --organisation aston-dars-group
    """
    services = services_of(data)
    place = None
    if organisation is not None:
        place = staff.organisation_id(services, organisation)
    found = log.verify(services, place, expected=expect)
    click.echo(f"{found.count} entries are as they were written; newest hash {found.head}")
    if found.broken is not None:
        raise click.ClickException(f"The log is broken at entry {found.broken}.")
    if not found.found:
        raise click.ClickException("The hash that was expected is not in the log.")
