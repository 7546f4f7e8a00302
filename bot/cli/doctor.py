"""`awaaz doctor`: is everything there that a real campaign needs?"""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases.doctor import examine


@click.command()
@DATA_OPTION
def doctor(data: Path | None) -> None:
    """Check settings, keys, database, migrations, queue, public address and clock.

    Example: awaaz doctor
    """
    services = services_of(data)
    table = Table("", "what", "found")
    findings = list(examine(services))
    for finding in findings:
        table.add_row("✓" if finding.well else "✗", finding.name, finding.message)
    Console().print(table)
    if not all(finding.well for finding in findings):
        raise click.exceptions.Exit(1)
