"""`awaaz people`: lists of people, read in, taken back and shown."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.gateways.addresses import Channel
from bot.usecases import people as usecase
from bot.usecases import people_lists
from bot.usecases.people import Imported

_CHANNEL = click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    default=Channel.SMS.value,
    show_default=True,
    help="How people are written to where the list does not say.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
_SHOWN = 50
"""Problems that are shown; `--json` has them all."""


@click.group()
def people() -> None:
    """People: lists for a campaign, with the consent they gave.

    Example: awaaz people list spring
    """


@people.command("import")
@click.argument("campaign")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--consent", help="How everybody in the list agreed to be written to.")
@click.option("--language", help="Code for people whose row names no language.")
@_CHANNEL
@click.option(
    "--keep", multiple=True, metavar="HEADING", help="Keep this column as an attribute too."
)
@click.option("--by", help="Name of the person who does it; by default the account's.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--strict", is_flag=True, help="Status 2 if a row was not taken.")
@_JSON
@DATA_OPTION
def import_list(
    campaign: str,
    file: str,
    consent: str | None,
    language: str | None,
    channel: str,
    keep: tuple[str, ...],
    by: str | None,
    preview: bool,
    strict: bool,
    as_json: bool,
    data: Path | None,
) -> None:
    """Read a list of people (CSV, XLSX or pasted text; - is standard input) into a campaign.

    Good rows are taken; every other one is explained. Example: awaaz people import spring people.csv
    --consent "asked at the Tuesday group"
    """
    services = services_of(data)
    name = "standard input" if file == "-" else Path(file).name
    try:
        with click.open_file(file, "rb") as opened:
            raw = opened.read()
    except OSError as error:
        raise click.ClickException(f"{name} can not be read: {error.strerror}.") from None
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading people", total=None)
        found = usecase.import_people(
            services,
            campaign,
            name,
            raw,
            by=by or getpass.getuser(),
            consent=consent,
            language=language,
            channel=Channel(channel),
            keep=keep,
            preview=preview,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        _print(found, preview=preview)
    if strict and found.bad:
        raise click.exceptions.Exit(2)


def _as_json(found: Imported) -> dict[str, Any]:
    return {
        "import": found.import_id,
        "rows": found.rows,
        "good": found.good,
        "bad_rows": found.bad_rows,
        "bad": [
            {name: getattr(problem, name) for name in ("row", "column", "reason", "say", "number")}
            for problem in found.bad
        ],
        "columns": dict(found.columns),
        "not_kept": list(found.not_kept),
        "notes": list(found.notes),
    }


def _print(found: Imported, *, preview: bool) -> None:
    for problem in found.bad[:_SHOWN]:
        where = f"row {problem.row}" + (f", {problem.column}" if problem.column else "")
        number = f" ({problem.number})" if problem.number else ""
        click.echo(f"{where}{number}: {problem.say}", err=True)
    if len(found.bad) > _SHOWN:
        click.echo(f"... and {len(found.bad) - _SHOWN} more; --json shows them all.", err=True)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    if found.not_kept:
        click.echo(f"note: these columns were not kept: {', '.join(found.not_kept)}.", err=True)
    if preview:
        click.echo(f"{found.good} of {found.rows} rows would be taken. Nothing was written.")
        return
    click.echo(
        f"{found.good} of {found.rows} rows were taken. Take them back with: "
        f"awaaz people undo {found.import_id}"
    )


@people.command()
@click.argument("import_id", metavar="IMPORT", type=int)
@_JSON
@DATA_OPTION
def undo(import_id: int, as_json: bool, data: Path | None) -> None:
    """Take a list back: whoever has not been invited yet will not be.

    Example: awaaz people undo 1
    """
    services = services_of(data)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Taking people back", total=None)
        found = people_lists.undo(
            services,
            import_id,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(
        f"{found.removed} removed; {found.left_out} left out, who are here for other reasons too; "
        f"{found.kept} stay as they are."
    )


@people.command("list")
@click.argument("campaign")
@_JSON
@DATA_OPTION
def list_people(campaign: str, as_json: bool, data: Path | None) -> None:
    """Show the people of a campaign: pseudonyms, and the last digits of their numbers.

    Example: awaaz people list spring
    """
    found = people_lists.listed(services_of(data), campaign)
    if as_json:
        json.dump([asdict(person) for person in found], sys.stdout, ensure_ascii=False)
        click.echo()
        return
    table = Table("pseudonym", "channel", "number", "language", "state", "why")
    for person in found:
        said = (person.language or "", person.state, person.why or "")
        table.add_row(person.pseudonym, person.channel, person.number, *said)
    Console().print(table)


@people.command("lists")
@click.argument("campaign")
@DATA_OPTION
def show_lists(campaign: str, data: Path | None) -> None:
    """Show the lists that were read into a campaign, newest first.

    Example: awaaz people lists spring
    """
    table = Table("import", "list", "by", "at", "taken", "not taken", "undone")
    for found in people_lists.lists(services_of(data), campaign):
        bad = len({problem["row"] for problem in found.problems})
        table.add_row(
            str(found.id),
            found.source,
            found.who,
            f"{found.at:%Y-%m-%d %H:%M}",
            str(found.good),
            str(bad),
            "" if found.undone is None else f"{found.undone:%Y-%m-%d %H:%M}",
        )
    Console().print(table)


@people.command()
@click.argument("campaign")
@click.argument("number")
@click.option("--consent", required=True, help="How she agreed to be written to.")
@click.option("--language", help="Code; without it she is asked.")
@_CHANNEL
@click.option("--nickname", default="", help="What she is called, where people share the phone.")
@click.option("--pin", default="", help="Four digits that she chose.")
@DATA_OPTION
def add(
    campaign: str,
    number: str,
    consent: str,
    language: str | None,
    channel: str,
    nickname: str,
    pin: str,
    data: Path | None,
) -> None:
    """Put one person down for a campaign; prints her pseudonym.

    Example: awaaz people add spring "07700 900123" --consent "asked in person" --language bn
    """
    pseudonym = usecase.add(
        services_of(data),
        campaign,
        number,
        consent=consent,
        language=language,
        channel=Channel(channel),
        nickname=nickname,
        pin=pin,
    )
    click.echo(pseudonym)
