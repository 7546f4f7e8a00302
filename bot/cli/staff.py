"""`awaaz staff`: who works here, and the links that let somebody in."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import fresh_start, invitations
from bot.usecases import staff as people
from bot.usecases.permission import Role
from bot.usecases.services import Services

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def staff() -> None:
    """Invite staff and list them.

    Example: awaaz staff list --organisation aston-dars-group
    """


@staff.command()
@click.argument("email")
@click.option("--role", type=_ROLES, required=True, help="What she becomes.")
@click.option("--organisation", help="Slug; a system admin has none.")
@DATA_OPTION
def invite(email: str, role: str, organisation: str | None, data: Path | None) -> None:
    """Print a link that makes somebody staff, once, within seven days.

    Example: awaaz staff invite amina@example.org --role facilitator --organisation aston-dars-group
    """
    services = services_of(data)
    token = invitations.invite(
        services,
        email=email,
        role=Role(role),
        organisation=organisation,
        by=people.COMMAND_LINE,
    )
    click.echo(link_of(services, token))


@staff.command()
@click.argument("email")
@DATA_OPTION
def reset(email: str, data: Path | None) -> None:
    """Print a link for somebody who lost her password or phone: she begins anew with it, within a day.

    Example: awaaz staff reset amina@example.org
    """
    services = services_of(data)
    token = fresh_start.offer(services, email, by=people.COMMAND_LINE)
    click.echo(link_of(services, token))


@staff.command("list")
@click.option("--organisation", help="Slug; every organisation without it.")
@DATA_OPTION
def list_(organisation: str | None, data: Path | None) -> None:
    """List who works where, and as what.

    Example: awaaz staff list
    """
    services = services_of(data)
    table = Table("e-mail", "name", "organisation", "roles")
    for place in people.organisations(services):
        if organisation in (None, place.slug):
            for member in people.members(services, place.id):
                table.add_row(member.email, member.name, place.slug, ", ".join(member.roles))
    if organisation is None:
        for member in people.members(services, None):
            table.add_row(member.email, member.name, "-", ", ".join(member.roles))
    Console().print(table)


def link_of(services: Services, token: str) -> str:
    """The address of an invitation."""
    return f"{services.settings.public_url}/invitation/{token}"
