"""`awaaz organisation` and `awaaz initiative`: who asks, and for which project."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import organisations
from bot.usecases.hours import SWITCHES
from bot.usecases.quiet_hours import Rules


@click.group()
def organisation() -> None:
    """Organisations: who runs campaigns, and at which hours they write to people.

    Example: awaaz organisation list
    """


@organisation.command("add")
@click.argument("name")
@DATA_OPTION
def add_organisation(name: str, data: Path | None) -> None:
    """Add an organisation; prints its slug.

    Example: awaaz organisation add "Aston Dars group"
    """
    click.echo(organisations.add(services_of(data), name))


@organisation.command("list")
@DATA_OPTION
def list_organisations(data: Path | None) -> None:
    """List every organisation with the hours it keeps.

    Example: awaaz organisation list
    """
    table = Table("organisation", "name", "campaigns", "hours", "quiet")
    for found in organisations.all_organisations(services_of(data)):
        quiet = ", ".join(switch for switch, on in found.switches.items() if on)
        table.add_row(found.slug, found.name, str(found.campaigns), _hours(found.rules), quiet)
    Console().print(table)


def _hours(rules: Rules) -> str:
    return f"{rules.opens:%H:%M} to {rules.closes:%H:%M}"


@organisation.command()
@click.argument("slug")
@click.option("--opens", metavar="HH:MM", help="Nothing but a reply is sent before it.")
@click.option("--closes", metavar="HH:MM", help="Nothing but a reply is sent after it.")
@click.option("--friday/--no-friday", default=None, help="Keep Friday prayer quiet.")
@click.option("--ramadan/--no-ramadan", default=None, help="Keep the evenings of Ramadan quiet.")
@click.option("--eid/--no-eid", default=None, help="Keep both feasts of Eid quiet.")
@DATA_OPTION
def hours(
    slug: str,
    opens: str | None,
    closes: str | None,
    friday: bool | None,
    ramadan: bool | None,
    eid: bool | None,
    data: Path | None,
) -> None:
    """Show the hours an organisation keeps, and change them.

    Example: awaaz organisation hours aston-dars-group --opens 10:00 --closes 19:00
    """
    services = services_of(data)
    said = {"opens": opens, "closes": closes, "friday": friday, "ramadan": ramadan, "eid": eid}
    changes = {name: value for name, value in said.items() if value is not None}
    if changes:
        organisations.set_hours(services, slug, changes)
    rules = organisations.hours(services, slug)
    kept = {window.name for window in rules.quiet}
    quiet = [switch for switch, names in SWITCHES.items() if kept & set(names)]
    click.echo(
        f"{slug}: {_hours(rules)} in {rules.zone}; quiet: {', '.join(quiet) or 'nothing else'}."
    )


@click.group()
def initiative() -> None:
    """Initiatives: the community projects that campaigns evaluate.

    Example: awaaz initiative list
    """


@initiative.command("add")
@click.argument("name")
@click.option("--organisation", "owner", required=True, help="Slug of the organisation.")
@click.option("--description", default="", help="What it is, in a sentence.")
@DATA_OPTION
def add_initiative(name: str, owner: str, description: str, data: Path | None) -> None:
    """Add an initiative of an organisation; prints its slug.

    Example: awaaz initiative add "Walking group" --organisation aston-dars-group
    """
    found = organisations.add_initiative(
        services_of(data), name, organisation=owner, description=description
    )
    click.echo(found)


@initiative.command("list")
@DATA_OPTION
def list_initiatives(data: Path | None) -> None:
    """List every initiative.

    Example: awaaz initiative list
    """
    table = Table("initiative", "name", "organisation", "campaigns")
    for found in organisations.all_initiatives(services_of(data)):
        table.add_row(found.slug, found.name, found.organisation, str(found.campaigns))
    Console().print(table)
