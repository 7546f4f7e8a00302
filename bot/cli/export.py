"""`awaaz export` and `awaaz codebook`: response sets, and what their columns mean."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from bot.cli.common import DATA_OPTION, services_of
from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases import codebooks, exports
from bot.usecases.codebooks import CodebookFormat
from bot.usecases.exports import ExportRequest, Format, Operator, Shape

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("campaigns", nargs=-1, required=True)
@click.option(
    "--format",
    "kind",
    type=click.Choice([f.value for f in Format]),
    default="csv",
    show_default=True,
)
@click.option("--shape", type=click.Choice([s.value for s in Shape]), default=Shape.LONG.value)
@click.option(
    "--labels", metavar="LANG", help="Language of the labels; the survey's own without it."
)
@click.option(
    "--profile",
    type=click.Choice([p.value for p in Profile]),
    default=Profile.EXCEL.value,
    help="excel: safe to open in a spreadsheet; raw: to the letter, for R and Python.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level if level is not Level.NONE]),
    default=Level.FULL.value,
    show_default=True,
    help="How much is in it; see docs/exports.md.",
)
@click.option("--weights", type=_FILE, help="CSV with the columns pseudonym and weight.")
@click.option("--out", type=_FILE, required=True)
@DATA_OPTION
def export(
    campaigns: tuple[str, ...],
    kind: str,
    shape: str,
    labels: str | None,
    profile: str,
    level: str,
    weights: Path | None,
    out: Path,
    data: Path | None,
) -> None:
    """Write the answers of campaigns to a file: a row an answer (long) or a row a person (wide).

    Example: awaaz export wellbeing --format csv --shape wide --out wellbeing.csv
    """
    request = ExportRequest(
        format=Format(kind),
        requested_by=Operator.COMMAND_LINE,
        approved_by=None,
        shape=Shape(shape),
        labels=labels,
        profile=Profile(profile),
        level=Level(level),
        weights=None if weights is None else _weights(weights),
    )
    services = services_of(data)
    part = out.with_name(f".{out.name}.part")
    try:
        with (
            Console(stderr=True).status("Reading conversations") as status,
            part.open("wb") as file,
        ):
            written = exports.write(
                services,
                campaigns,
                request,
                file,
                lambda done: status.update(f"{done} conversations read"),
            )
        # A file that is there is whole: it appears when it is finished.
        part.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{out}: {written.rows} rows.")
    for sentence in written.losses.sentences():
        click.echo(sentence, err=True)


def _weights(path: Path) -> tuple[tuple[str, float], ...]:
    try:
        return exports.read_weights(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} can not be read: {error}.") from None


@click.command()
@click.argument("campaigns", nargs=-1, required=True)
@click.option("--labels", metavar="LANG", help="One language; all of them without it.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([f.value for f in CodebookFormat]),
    default=CodebookFormat.HTML.value,
    show_default=True,
)
@click.option("--out", type=_FILE, required=True)
@DATA_OPTION
def codebook(
    campaigns: tuple[str, ...], labels: str | None, kind: str, out: Path, data: Path | None
) -> None:
    """Write what the columns of campaigns mean, and the very words that people saw.

    Example: awaaz codebook wellbeing --format html --out codebook.html
    """
    text = codebooks.write(services_of(data), campaigns, CodebookFormat(kind), labels=labels)
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{out}: the codebook of {', '.join(campaigns)}.")
