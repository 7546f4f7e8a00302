"""`awaaz export`: response sets."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from bot.cli.common import DATA_OPTION, services_of
from bot.research.csv_file import Profile
from bot.usecases import exports
from bot.usecases.exports import Shape


@click.command()
@click.argument("campaigns", nargs=-1, required=True)
@click.option("--format", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option("--shape", type=click.Choice([s.value for s in Shape]), default=Shape.LONG.value)
@click.option(
    "--profile",
    type=click.Choice([p.value for p in Profile]),
    default=Profile.EXCEL.value,
    help="excel: safe to open in a spreadsheet; raw: to the letter, for R and Python.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@DATA_OPTION
def export(
    campaigns: tuple[str, ...], kind: str, shape: str, profile: str, out: Path, data: Path | None
) -> None:
    """Write the answers of campaigns to a file: a row an answer (long) or a row a person (wide).

    Example: awaaz export wellbeing --format csv --shape wide --out wellbeing.csv
    """
    assert kind == "csv"  # the only choice there is
    services = services_of(data)
    part = out.with_name(f".{out.name}.part")
    try:
        with (
            Console(stderr=True).status("Reading conversations") as status,
            part.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = exports.export(
                services,
                campaigns,
                file,
                shape=Shape(shape),
                profile=Profile(profile),
                progress=lambda done: status.update(f"{done} conversations read"),
            )
        # A file that is there is whole: it appears when it is finished.
        part.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{out}: {rows} rows.")
