"""`awaaz campaign`: what is being asked, and of whom."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import campaigns
from flows.language import SOURCE


@click.group()
def campaign() -> None:
    """Campaigns: a survey, an organisation, and the languages it is offered in.

    Example: awaaz campaign list
    """


@campaign.command("list")
@DATA_OPTION
def list_campaigns(data: Path | None) -> None:
    """List every campaign, with the word that joins it.

    Example: awaaz campaign list
    """
    table = Table("campaign", "organisation", "survey", "languages", "joined by", "state")
    for found in campaigns.all_campaigns(services_of(data)):
        joined = [found.keyword or "", "any first message" if found.walk_in else ""]
        table.add_row(
            found.slug,
            found.organisation,
            found.form_id,
            " ".join(found.languages),
            ", ".join(filter(None, joined)),
            found.state,
        )
    Console().print(table)


@campaign.command()
@click.argument("name")
@click.option("--survey", required=True, help="Name of a survey, or the path of a YAML file.")
@click.option("--organisation", required=True, help="Slug of the organisation.")
@click.option("--languages", required=True, help="Codes with commas between, in menu order.")
@click.option("--keyword", help="The word that joins it.")
@click.option("--walk-in", is_flag=True, help="A first message without a keyword joins it too.")
@DATA_OPTION
def create(
    name: str,
    survey: str,
    organisation: str,
    languages: str,
    keyword: str | None,
    walk_in: bool,
    data: Path | None,
) -> None:
    """Freeze a survey as it is now and open a campaign with it.

    Example: awaaz campaign create spring --survey wellbeing --organisation aston --languages en,bn
    """
    services = services_of(data)
    codes = [code.strip() for code in languages.split(",") if code.strip()]
    slug = campaigns.create(
        services,
        name=name,
        organisation=organisation,
        survey=survey,
        languages=codes,
        keyword=keyword,
        walk_in=walk_in,
    )
    click.echo(slug)
    if services.settings.demo and set(codes) - {SOURCE}:
        click.echo("A demonstration: translations may be drafts that nobody reviewed.", err=True)
