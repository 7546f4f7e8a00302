"""`awaaz campaign check|preview|test-send|launch|pause|resume|close|status|follow-up`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from babel.numbers import format_currency
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.gateways.addresses import Address, BadAddress
from bot.usecases import campaign_state, checklist, dispositions, launching, trials, waves
from bot.usecases.campaigns import all_campaigns
from bot.usecases.checklist_items import Checklist, Severity
from bot.usecases.dispositions import Report, Tally
from bot.usecases.estimates import Price
from bot.usecases.services import Services
from flows.prices import Unpriced

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_UNPRICED = {
    Unpriced.SMS_SENT: ("SMS parts sent", "AWAAZ_PRICE_SMS_PART"),
    Unpriced.SMS_RECEIVED: ("SMS parts received", "AWAAZ_PRICE_SMS_PART_IN"),
    Unpriced.WHATSAPP: ("WhatsApp messages", "AWAAZ_PRICE_WHATSAPP_MESSAGE"),
}
_MARKS = {
    Severity.BLOCKING: "[red]to do[/]",
    Severity.WARNING: "[yellow]look[/]",
    Severity.NOTE: "[blue]note[/]",
}


@click.command()
@click.argument("campaign")
@_JSON
@DATA_OPTION
def check(campaign: str, as_json: bool, data: Path | None) -> None:
    """Show the launch checklist: what is to be done first, what to know, what it costs at most.

    Ends with 1 when something keeps the campaign from being launched.

    Example: awaaz campaign check spring
    """
    found = checklist.check(services_of(data), campaign)
    if as_json:
        _echo(found.to_json())
    else:
        _print_checklist(found)
    if found.blocking:
        raise click.exceptions.Exit(1)


def _echo(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_checklist(found: Checklist) -> None:
    console = Console()
    for item in found.items:
        console.print(f"{_MARKS[item.severity]} ", end="")
        console.print(item.message, markup=False, soft_wrap=True)
    if found.estimate:
        _print_estimate(console, found)
    if not found.blocking:
        console.print(f"{found.campaign} can be launched: awaaz campaign launch {found.campaign}")


def _print_estimate(console: Console, found: Checklist) -> None:
    price = found.price
    table = Table("language", "channel", "people", "waves", "SMS parts out + in")
    for name in ("WhatsApp messages", "reminders", "their parts or messages"):
        table.add_column(name)
    if price is not None:
        table.add_column("price")
    table.title = "at most, if everybody answers everything and gets every reminder"
    for row in found.estimate:
        parts = f"{row.parts_out} + {row.parts_in}"
        numbers = (row.recipients, row.waves, parts, row.messages, row.reminders)
        cells = [*map(str, numbers), str(row.reminder_parts or row.reminder_messages)]
        if price is not None:
            cells.append("unknown" if row.price is None else _money(row.price.money, price))
        table.add_row(row.language, row.channel, *cells)
    console.print(table)
    for line in _about_price(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _about_price(found: Checklist) -> Iterator[str]:
    """What it costs at most in all, and what is not in that."""
    price = found.price
    if price is not None:
        reminders = f", {_money(price.reminders, price)} of it for reminders"
        yield f"At most {_money(price.money, price)}{reminders if price.reminders else ''}."
        missing = [_UNPRICED[what] for what in price.left_out]
        if missing:
            names = ", ".join(f"{name} ({variable})" for name, variable in missing)
            yield f"There is no price for this, so the amount leaves it out: {names}."
    if found.not_counted:
        yield f"Not counted, since the survey is not complete in their language: {found.not_counted}."
    if found.can_be_joined:
        yield "Whoever joins without being on the list is not counted."


def _money(amount: Decimal, price: Price) -> str:
    return format_currency(amount, price.currency, locale="en_GB")


@click.command()
@click.argument("campaign")
@click.option("--language", help="Code; the first language on offer without it.")
@DATA_OPTION
def preview(campaign: str, language: str | None, data: Path | None) -> None:
    """Show every message of one complete interview, as a phone would.

    Example: awaaz campaign preview spring --language bn
    """
    shown = trials.preview(services_of(data), campaign, language)
    for place, text in enumerate(shown, 1):
        click.echo(f"--- {place}\n{text}")


@click.command("test-send")
@click.argument("campaign")
@click.option("--to", required=True, help="Your own number; whatsapp:NUMBER for WhatsApp.")
@click.option("--language", help="Code; the survey asks without it.")
@DATA_OPTION
def test_send(campaign: str, to: str, language: str | None, data: Path | None) -> None:
    """Send a campaign's first message to yourself. The conversation is marked, and not counted.

    It may be a draft, and its translations too: send it to nobody but yourself.

    Example: awaaz campaign test-send spring --to +447700900123
    """
    services = services_of(data)
    try:
        address = Address.parse(to, region=services.settings.default_region)
    except BadAddress as error:
        raise click.ClickException(f"{to!r} is {error}.") from None
    sent = trials.send_trial(services, campaign, address, language)
    click.echo(
        "Sent." if sent else "It waits in the outbox: see `awaaz doctor` if it does not come."
    )


@click.command()
@click.argument("campaign")
@_JSON
@DATA_OPTION
def launch(campaign: str, as_json: bool, data: Path | None) -> None:
    """Start a campaign: check it, freeze its survey, invite everybody on its list.

    Interrupted, it goes on by itself: the clock finds whoever was not invited yet.

    Example: awaaz campaign launch spring
    """
    services = services_of(data)
    found = campaign_state.launch(services, campaign)
    if not as_json:
        for item in found.items:
            click.echo(item.message, err=True)
    _invite(services, campaign, found.recipients, quiet=as_json)
    _say_state(services, campaign, as_json=as_json)


def _invite(services: Services, campaign: str, people: int, *, quiet: bool) -> None:
    campaign_id = next(one.id for one in all_campaigns(services) if one.slug == campaign)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet or not people) as bar:
        task = bar.add_task("inviting", total=people)
        launching.run(services, campaign_id, lambda done: bar.update(task, completed=done))


def _say_state(services: Services, campaign: str, *, as_json: bool) -> None:
    found = next(one for one in all_campaigns(services) if one.slug == campaign)
    if as_json:
        starts = None if found.starts is None else found.starts.isoformat()
        _echo({"campaign": campaign, "state": found.state, "starts": starts})
    else:
        click.echo(f"{campaign} is {found.state}.")


def _mover(name: str, help_text: str) -> click.Command:
    @click.command(name, help=f"{help_text}\n\nExample: awaaz campaign {name} spring")
    @click.argument("campaign")
    @_JSON
    @DATA_OPTION
    def command(campaign: str, as_json: bool, data: Path | None) -> None:
        services = services_of(data)
        getattr(campaign_state, name)(services, campaign)
        _say_state(services, campaign, as_json=as_json)

    return command


pause = _mover("pause", "Send nothing more for now; replies to what people write still go out.")
resume = _mover("resume", "Go on after a pause, or after an error of the account was put right.")
close = _mover("close", "End a campaign: what waits is cancelled, what was answered stays.")


@click.command()
@click.argument("campaign")
@_JSON
@DATA_OPTION
def status(campaign: str, as_json: bool, data: Path | None) -> None:
    """Show what became of everybody: dispositions, the funnel, and AAPOR's response rates.

    Example: awaaz campaign status spring --json
    """
    found = dispositions.report(services_of(data), campaign)
    if as_json:
        _echo(found.to_json())
    else:
        _print_report(found)


def _print_report(found: Report) -> None:
    console = Console()
    console.print(f"{found.campaign} is {found.state}.", highlight=False)
    groups = [("everybody", found.whole)] + [
        (name, tally) for tallies in found.by.values() for name, tally in sorted(tallies.items())
    ]
    table = Table("", *(name for name, _ in groups))
    for disposition in dispositions.Disposition:
        counts = [tally.dispositions[disposition] for _, tally in groups]
        if any(counts):
            table.add_row(disposition.value.replace("_", " "), *map(str, counts))
    table.add_section()
    for name in ("rr1", "rr2", "rr5", "rr6", "coop1", "con1", "ref1"):
        table.add_row(name.upper(), *(_percent(tally, name) for _, tally in groups))
    console.print(table)
    for question, count in found.whole.breakoffs.most_common(10):
        console.print(f"stopped at {question}: {count}", highlight=False)


def _percent(tally: Tally, name: str) -> str:
    share = getattr(tally.rates, name)
    return "" if share is None else f"{share:.1%}"


@click.command("follow-up")
@click.argument("campaign")
@click.option(
    "--weeks", type=click.IntRange(min=1), required=True, help="After the launch of CAMPAIGN."
)
@DATA_OPTION
def follow_up(campaign: str, weeks: int, data: Path | None) -> None:
    """Make the draft of the next wave: the same survey for the same people, so many weeks later.

    The clock launches it on that day.

    Example: awaaz campaign follow-up spring --weeks 12
    """
    services = services_of(data)
    slug = waves.follow_up(services, campaign, weeks=weeks)
    starts = next(one.starts for one in all_campaigns(services) if one.slug == slug)
    assert starts is not None  # a wave has its day
    click.echo(slug)
    click.echo(f"It is launched on {starts:%d %B %Y} by itself.", err=True)


COMMANDS = (check, preview, test_send, launch, pause, resume, close, status, follow_up)
