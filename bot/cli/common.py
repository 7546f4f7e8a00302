"""What several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from bot import logs
from bot.settings import for_command
from bot.usecases.services import Services, build

DATA_OPTION = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a demonstration started with `awaaz run`; ./data if there is one.",
)
LANGUAGE_OPTION = click.option(
    "--language", required=True, help="Code of the language, such as bn."
)
BY_OPTION = click.option("--by", required=True, help="Name of the person.")


def services_of(data: Path | None) -> Services:
    """The services that a command works with; logs below a warning stay out of its output."""
    logs.configure("WARNING")
    return build(for_command(data))
