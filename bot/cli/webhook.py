"""`awaaz webhook`: the other systems that are told when something has happened."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import webhook_endpoints
from bot.usecases.webhook_endpoints import WebhookError
from bot.usecases.webhooks import Event


@click.group()
def webhook() -> None:
    """Webhooks: the addresses that are told when something has happened.

    Example: awaaz webhook list
    """


@webhook.command()
@click.argument("url")
@click.option("--organisation", required=True, help="Slug of the organisation it is told about.")
@click.option(
    "--events",
    default=",".join(Event),
    show_default=True,
    metavar="EVENT[,EVENT]",
    help="What it is told, with commas between.",
)
@click.option("--made-by", default="command line", show_default=True, help="Who asks for it.")
@DATA_OPTION
def add(url: str, organisation: str, events: str, made_by: str, data: Path | None) -> None:
    """Add an address, and print the secret that it checks our signatures with, this once.

    Example: awaaz webhook add https://example.org/awaaz --organisation aston
    """
    reference, secret = webhook_endpoints.add(
        services_of(data),
        organisation=organisation,
        url=url,
        events=_events(events),
        made_by=made_by,
    )
    click.echo(f"{reference} {secret}")
    click.echo("Keep the secret safe: it is not shown again.", err=True)


def _events(text: str) -> list[Event]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in list(Event):
            raise WebhookError(f"There is no event {name!r}; there are: {', '.join(Event)}.")
    return [Event(name) for name in names]


@webhook.command("list")
@DATA_OPTION
def list_endpoints(data: Path | None) -> None:
    """List every address, and whether it takes what it is sent.

    Example: awaaz webhook list
    """
    table = Table("endpoint", "organisation", "address", "told of", "state", "since", "why")
    for found in webhook_endpoints.all_endpoints(services_of(data)):
        table.add_row(
            found.reference,
            found.organisation,
            found.url,
            " ".join(found.events),
            found.state,
            f"{found.since:%Y-%m-%d %H:%M}",
            found.why,
        )
    Console().print(table)


@webhook.command()
@click.argument("endpoint")
@DATA_OPTION
def remove(endpoint: str, data: Path | None) -> None:
    """Remove an address: nothing more is sent there.

    Example: awaaz webhook remove ep_5f2c9a01d3b4
    """
    webhook_endpoints.remove(services_of(data), endpoint)
    click.echo(f"{endpoint} is removed.")


@webhook.command()
@click.argument("endpoint")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@DATA_OPTION
def deliveries(endpoint: str, limit: int, data: Path | None) -> None:
    """List what became of the newest notices to an address.

    Example: awaaz webhook deliveries ep_5f2c9a01d3b4
    """
    table = Table("notice", "event", "state", "tries", "written", "why")
    for found in webhook_endpoints.deliveries(services_of(data), endpoint, limit=limit):
        table.add_row(
            found.reference,
            found.event,
            found.state,
            str(found.attempts),
            f"{found.created:%Y-%m-%d %H:%M:%S}",
            found.why,
        )
    Console().print(table)
