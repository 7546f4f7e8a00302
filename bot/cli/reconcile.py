"""`awaaz reconcile`: what Twilio knows and we do not."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.gateways.twilio import SendFailed
from bot.usecases import outbox, reconciliation


@click.command()
@DATA_OPTION
def reconcile(data: Path | None) -> None:
    """Read Twilio's own log: take in messages that never reached us, settle those of unknown fate.

    Example: awaaz reconcile
    """
    services = services_of(data)
    try:
        taken_in = reconciliation.catch_up(services)
    except SendFailed as failure:
        told = "" if failure.code is None else f" (Twilio's error {failure.code})"
        raise click.ClickException(
            f"Twilio's log can not be read{told}: check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and"
            " the connection, then run `awaaz reconcile` again."
        ) from None
    settled = outbox.reconcile(services)
    click.echo(f"{taken_in} messages taken in, {settled} of unknown fate settled.")
