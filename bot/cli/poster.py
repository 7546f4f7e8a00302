"""`awaaz poster`: a page to print, by which people join a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.gateways.addresses import Channel
from bot.usecases import posters


@click.command()
@click.argument("campaign")
@click.option("--languages", default="", help="Codes with commas between, in the page's order.")
@click.option(
    "--channel",
    "channels",
    type=click.Choice([channel.value for channel in Channel]),
    multiple=True,
    help="How people can join; both without it.",
)
@click.option(
    "--draft", is_flag=True, help="Print texts that nobody has reviewed, marked as a draft."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@DATA_OPTION
def poster(
    campaign: str,
    languages: str,
    channels: tuple[str, ...],
    draft: bool,
    out: Path,
    data: Path | None,
) -> None:
    """Write a poster with QR codes that join a campaign: an HTML page for A4.

    Example: awaaz poster spring --languages bn,ur --out poster.html
    """
    page = posters.poster(
        services_of(data),
        campaign,
        languages=[code.strip() for code in languages.split(",") if code.strip()],
        channels=[Channel(channel) for channel in channels] or list(Channel),
        draft=draft,
    )
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    click.echo(f"{out}: open it in a browser and print it.")
