"""`awaaz translation export|import`: the sheets that go to translators, and what comes back in them."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import BY_OPTION, DATA_OPTION, LANGUAGE_OPTION, services_of
from bot.gateways.handover_files import FORMATS
from bot.usecases import handover
from bot.usecases.handover import Preview
from flows.handover import KEPT, TAKEN, Change, Outcome, summary
from flows.meaning import Step

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("survey")
@LANGUAGE_OPTION
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By default, what --out says.")
@click.option("--out", type=_FILE, required=True, help="A new file: .xlsx or .po.")
@DATA_OPTION
def export(survey: str, language: str, kind: str | None, out: Path, data: Path | None) -> None:
    """Write every text of a survey into a sheet for a translator.

    Example: awaaz translation export wellbeing --language bn --format xlsx --out wellbeing-bn.xlsx
    """
    if out.suffix.lstrip(".") not in FORMATS or (kind and out.suffix != f".{kind}"):
        raise click.ClickException(f"Give --out a name that ends in .{kind or 'xlsx or .po'}.")
    count = handover.export(services_of(data), survey, language, out)
    click.echo(f"{out}: {count} texts.")


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--survey", required=True, help="Name of a survey, or the path of a YAML file.")
@LANGUAGE_OPTION
@BY_OPTION
@click.option(
    "--preview", "only_preview", is_flag=True, help="Show what it would do (the default)."
)
@click.option("--apply", "really", is_flag=True, help="Write what was added and changed.")
@click.option(
    "--step",
    type=click.Choice([Step.DRAFT, Step.REVIEW, Step.ADJUDICATION]),
    default=Step.DRAFT,
    show_default=True,
    help="What making this sheet was.",
)
@click.option("--machine", is_flag=True, help="A machine wrote it; NAME handed it in.")
@DATA_OPTION
def import_sheet(
    file: Path,
    survey: str,
    language: str,
    by: str,
    only_preview: bool,
    really: bool,
    step: str,
    machine: bool,
    data: Path | None,
) -> None:
    """Show what a translator's sheet would change; with --apply, change it.

    Example: awaaz translation import wellbeing-bn.xlsx --survey wellbeing --language bn --by "A. Begum"
    """
    if only_preview and really:
        raise click.ClickException("Choose one of --preview and --apply.")
    services = services_of(data)
    if really:
        found = handover.apply(
            services, survey, language, file, by=by, step=Step(step), machine=machine
        )
    else:
        found = handover.preview(services, survey, language, file)
    _print_preview(found)
    if found.refused:
        raise click.exceptions.Exit(1)


def _print_preview(found: Preview) -> None:
    for outcome in found.outcomes:
        if outcome.change in TAKEN:
            click.echo(f"{outcome.change}: {_row_name(outcome)}")
            if outcome.before:
                click.echo(f"  - {outcome.before}")
            click.echo(f"  + {outcome.after}")
        elif outcome.change not in KEPT or outcome.change is Change.OLDER:
            click.echo(f"{outcome.change}: row {outcome.row.line}, {_row_name(outcome)}")
            if outcome.refused and outcome.row.translation.strip():
                click.echo(f"  ! {outcome.row.translation.strip()}")
    for outcome in found.unkept:
        click.echo(
            f"comment not kept: {_row_name(outcome)} is unchanged; `awaaz translation review` keeps it, "
            "or --step review for a whole sheet."
        )
    counts = [f"{number} {change}" for change, number in summary(found.outcomes).items()]
    what = (
        "Written."
        if found.applied
        else "Nothing was written; --apply writes what is added and changed."
    )
    click.echo(f"{', '.join(counts) or 'No rows'}. {what}")


def _row_name(outcome: Outcome) -> str:
    if outcome.wording is None:
        return outcome.row.context or outcome.row.id
    return outcome.wording.context


COMMANDS = (export, import_sheet)
