"""`awaaz evaluate` and `awaaz listen`: what may be published, as a page, a PDF or JSON."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of

_FORMAT = click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "pdf", "json"]),
    default="html",
    show_default=True,
)
_LABELS = click.option(
    "--labels", default="en", show_default=True, help="Language of the report, for example ur."
)
_OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)


@click.command()
@click.argument("waves", nargs=-1, required=True)
@click.option("--score", default="who5", show_default=True, help="The score that is compared.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["funder", "group"]),
    default="funder",
    show_default=True,
    help="funder: every number; group: one page.",
)
@_LABELS
@_FORMAT
@_OUT
@DATA_OPTION
def evaluate(
    waves: tuple[str, ...],
    score: str,
    reader: str,
    labels: str,
    kind: str,
    out: Path,
    data: Path | None,
) -> None:
    """Compare the same people before and after: an initiative, or a baseline and a follow-up campaign.

    Example: awaaz evaluate walks-spring walks-autumn --score who5 --format pdf --out walks.pdf
    """
    if len(waves) > 2:
        raise click.UsageError(
            "Name an initiative, or two campaigns: the baseline and the follow-up."
        )
    # Statistics, pictures and PDF take seconds to load: other commands do without them.
    from bot.usecases import evaluation, reports  # noqa: PLC0415

    services = services_of(data)
    language = reports.tongue(services, labels)
    found = evaluation.evaluate(services, waves, score=score)
    if kind == "json":
        content = reports.as_json(found).encode()
    else:
        page = reports.evaluation_page(found, language, reports.Reader(reader))
        content = reports.as_pdf(page) if kind == "pdf" else page.encode()
    _write(out, content)
    click.echo(f"{out}: {found.judgement.verdict.value}, {found.judgement.n} people.")


@click.command()
@click.argument("campaigns", nargs=-1, required=True)
@click.option("--question", required=True, help="The question in which people chose or ranked.")
@click.option(
    "--group", help="The question that says who belongs where; else each campaign is a group."
)
@_LABELS
@_FORMAT
@_OUT
@DATA_OPTION
def listen(
    campaigns: tuple[str, ...],
    question: str,
    group: str | None,
    labels: str,
    kind: str,
    out: Path,
    data: Path | None,
) -> None:
    """Put issues in order: with an equal voice for every group, and with everybody together.

    Example: awaaz listen listening-one listening-two --question matters_most --out priorities.html
    """
    from bot.usecases import listening, reports  # noqa: PLC0415

    services = services_of(data)
    language = reports.tongue(services, labels)
    found = listening.listen(services, campaigns, question=question, group=group, language=labels)
    if kind == "json":
        content = reports.as_json(found).encode()
    else:
        page = reports.listening_page(found, language)
        content = reports.as_pdf(page) if kind == "pdf" else page.encode()
    _write(out, content)
    click.echo(f"{out}: {found.people} people.")


def _write(out: Path, content: bytes) -> None:
    """A file that is there is whole: it appears when it is finished."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
