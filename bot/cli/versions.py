"""`awaaz survey publish` and `awaaz survey versions`: what is frozen, under which name."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import versions as usecase
from bot.usecases.versions import Version


@click.command()
@click.argument("survey")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a line.")
@DATA_OPTION
def publish(survey: str, as_json: bool, data: Path | None) -> None:
    """Freeze a survey as it is now, with its translations and recordings, for good.

    Launching a campaign does the same. Who approved the words is asked at the launch, not here.

    Example: awaaz survey publish wellbeing
    """
    found = usecase.publish(services_of(data), survey)
    click.echo(json.dumps(_as_json(found)) if as_json else _as_line(found))


@click.command()
@click.argument("survey")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@DATA_OPTION
def versions(survey: str, as_json: bool, data: Path | None) -> None:
    """List the published versions of a survey, oldest first.

    Example: awaaz survey versions wellbeing
    """
    found = usecase.versions(services_of(data), survey)
    if as_json:
        click.echo(json.dumps({"versions": [_as_json(one) for one in found]}))
        return
    for one in found:
        click.echo(_as_line(one))
    if not found:
        click.echo(f"No version of {survey} has been published yet.")


def _as_json(found: Version) -> dict[str, object]:
    return {**asdict(found), "published": found.published.isoformat()}


def _as_line(found: Version) -> str:
    asked = "1 campaign" if found.campaigns == 1 else f"{found.campaigns} campaigns"
    day = found.published.date().isoformat()
    return f"{found.form_id} {found.version}  {found.digest}  published {day}, {asked}"
