"""`awaaz campaign`: what is being asked, and of whom."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.campaign_life import COMMANDS
from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import campaigns
from bot.usecases.plans import PACES, Plan, PlanError
from bot.usecases.quiet_hours import LONDON
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
@click.option("--initiative", help="Slug of the initiative that it evaluates.")
@click.option(
    "--starts",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Nobody is invited before this day (or moment), in London.",
)
@click.option("--reminders", default="48,120", help="Hours of silence before each; '' for none.")
@click.option("--expires", default=14, help="Days after the invitation.", show_default=True)
@click.option(
    "--late", default=14, help="Days after that in which answers count.", show_default=True
)
@click.option("--tell", default=0, help="Days before the invitation on which it is announced.")
@click.option("--quota", "quotas", multiple=True, help="total=100 or LANGUAGE=20; may be repeated.")
@click.option(
    "--pace", type=click.Choice(PACES), default="whole", help="daily: one question a day."
)
@click.option("--follow-up", type=int, help="Weeks after which the same people are asked again.")
@DATA_OPTION
def create(
    name: str,
    survey: str,
    organisation: str,
    languages: str,
    keyword: str | None,
    walk_in: bool,
    initiative: str | None,
    starts: datetime | None,
    data: Path | None,
    **plan: Any,
) -> None:
    """Make a draft of a campaign. `awaaz campaign launch` starts it.

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
        initiative=initiative,
        plan=_plan(**plan),
        starts=None if starts is None else starts.replace(tzinfo=ZoneInfo(LONDON)),
    )
    click.echo(slug)
    if services.settings.demo and set(codes) - {SOURCE}:
        click.echo("A demonstration: translations may be drafts that nobody reviewed.", err=True)


def _plan(
    *,
    reminders: str,
    expires: int,
    late: int,
    tell: int,
    quotas: tuple[str, ...],
    pace: str,
    follow_up: int | None,
) -> Plan:
    """The plan that the options say; what can not be kept is said in one line."""
    try:
        return Plan(
            reminder_hours=tuple(int(hours) for hours in reminders.split(",") if hours.strip()),
            expire_days=expires,
            late_days=late,
            tell_days=tell,
            quota=dict(_quota(given) for given in quotas),
            pace=pace,
            follow_up_weeks=follow_up,
        )
    except PlanError as error:
        raise click.ClickException(str(error)) from None
    except ValueError:
        raise click.ClickException("Give --reminders as hours, for example 48,120.") from None


def _quota(given: str) -> tuple[str, int]:
    name, _, count = given.partition("=")
    if not count.isdecimal():
        raise click.ClickException(f"Give --quota as total=100 or bn=20, not {given!r}.")
    return name.strip(), int(count)


for command in COMMANDS:
    campaign.add_command(command)
