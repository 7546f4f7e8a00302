"""`awaaz token`: who may read what by the API."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.research.levels import Level
from bot.usecases import api_tokens
from bot.usecases.api_tokens import LONGEST_DAYS, Scope, TokenError


@click.group()
def token() -> None:
    """Tokens of the API: what they may do, how much they see, until when.

    Example: awaaz token list
    """


@token.command()
@click.option("--organisation", required=True, help="Slug of the organisation that it reads.")
@click.option(
    "--scopes",
    required=True,
    metavar="SCOPE[,SCOPE]",
    help=f"What it may do, with commas between: {', '.join(Scope)}.",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=90,
    show_default=True,
    help="How long it is valid.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.DEIDENTIFIED.value,
    show_default=True,
    help="The most that it gives of what people wrote.",
)
@click.option("--made-by", default="command line", show_default=True, help="Who asks for it.")
@click.option("--approved-by", help="The second person, for the level full.")
@DATA_OPTION
def create(
    organisation: str,
    scopes: str,
    days: int,
    level: str,
    made_by: str,
    approved_by: str | None,
    data: Path | None,
) -> None:
    """Make a token and print it, this once.

    Example: awaaz token create --organisation aston --scopes campaigns:read,answers:read --days 30
    """
    made = api_tokens.create(
        services_of(data),
        organisation=organisation,
        scopes=_scopes(scopes),
        days=days,
        level=Level(level),
        made_by=made_by,
        approved_by=approved_by,
    )
    click.echo(made)
    click.echo(
        "Keep it safe: it is not shown again. Send it as Authorization: Bearer ...", err=True
    )


def _scopes(text: str) -> list[Scope]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in list(Scope):
            raise TokenError(f"There is no scope {name!r}; there are: {', '.join(Scope)}.")
    return [Scope(name) for name in names]


@token.command("list")
@click.option("--organisation", help="Slug of one organisation.")
@DATA_OPTION
def list_tokens(organisation: str | None, data: Path | None) -> None:
    """List every token by how it begins.

    Example: awaaz token list
    """
    services = services_of(data)
    table = Table("token", "organisation", "may", "level", "state", "until", "last used", "made by")
    for found in api_tokens.all_tokens(services, organisation):
        table.add_row(
            found.prefix,
            found.organisation,
            " ".join(sorted(found.scopes)),
            found.level.value,
            found.state(services.clock.now()),
            f"{found.expires:%Y-%m-%d}",
            "never" if found.last_used is None else f"{found.last_used:%Y-%m-%d %H:%M}",
            found.made_by,
        )
    Console().print(table)


@token.command()
@click.argument("prefix")
@DATA_OPTION
def revoke(prefix: str, data: Path | None) -> None:
    """Take a token back: from this moment on it opens nothing.

    Example: awaaz token revoke awz_k3vd8m2p
    """
    api_tokens.revoke(services_of(data), prefix)
    click.echo(f"{prefix} is revoked.")
