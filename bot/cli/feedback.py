"""`awaaz feedback`: you said, we did. What came of a campaign, told to those who took part."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.cli.common import DATA_OPTION, services_of
from bot.usecases import (
    feedback,
    feedback_hands,
    feedback_templates,
    feedback_wishes,
    feedback_writing,
    telling,
    templates,
)
from bot.usecases.feedback_hands import FeedbackError, Why
from bot.usecases.templates import APPROVALS
from flows.told import READINGS

_BY = click.option(
    "--by", required=True, help="Name or e-mail address of the person who does this."
)
_LANGUAGE = click.option("--language", required=True, help="Code, for example bn.")
_HEARD = click.option("--heard", required=True, help="What people said.")
_DONE = click.option("--done", required=True, help="What is being done about it.")


@click.group(name="feedback")
def feedback_group() -> None:
    """You said, we did: compose it, translate it, sign it off, send it, and see what became of it.

    Example: awaaz feedback show autumn
    """


@feedback_group.command()
@click.argument("campaign")
@_HEARD
@_DONE
@click.option(
    "--asked",
    help="The question of the survey in which people said that they want to be told; without it, the one "
    "that was chosen before, or else the survey's own question `tell`.",
)
@click.option(
    "--asked-elsewhere",
    is_flag=True,
    help="They were asked outside of the survey: the consent ledger alone counts (awaaz feedback wish).",
)
@_BY
@DATA_OPTION
def compose(
    campaign: str,
    heard: str,
    done: str,
    asked: str | None,
    asked_elsewhere: bool,
    by: str,
    data: Path | None,
) -> None:
    """Write in English what people said and what is being done about it, or write it anew.

    Example: awaaz feedback compose autumn --heard "You said ..." --done "We ..." --by "Amina Begum"
    """
    if asked is not None and asked_elsewhere:
        raise click.UsageError("Give --asked or --asked-elsewhere, not both.")
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    if asked is None and not asked_elsewhere:
        asked = feedback.opened(services, campaign).offered
    feedback_writing.compose(services, campaign, heard=heard, done=done, asked=asked, hand=hand)
    click.echo("Composed. Somebody else signs the English off, and others translate it.")
    click.echo(_who_agreed(feedback.opened(services, campaign)))


def _who_agreed(found: feedback.Feedback) -> str:
    """Which question decides who is told."""
    if found.asked is None:
        return "Only who is in the consent ledger is told: awaaz feedback wish."
    words = dict(found.questions)[found.asked]
    return (
        f'Who said yes to {found.asked} is told, if the consent ledger has no later word: "{words}"'
    )


@feedback_group.command()
@click.argument("campaign")
@_LANGUAGE
@_HEARD
@_DONE
@_BY
@DATA_OPTION
def translate(
    campaign: str, language: str, heard: str, done: str, by: str, data: Path | None
) -> None:
    """Put it into a language of the campaign.

    Example: awaaz feedback translate autumn --language ur --heard "..." --done "..." --by "Bilal Khan"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    feedback_writing.translate(services, campaign, language, heard=heard, done=done, hand=hand)
    click.echo(f"Kept. Somebody else signs {language} off.")


@feedback_group.command()
@click.argument("campaign")
@_LANGUAGE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_BY
@DATA_OPTION
def record(campaign: str, language: str, file: Path, by: str, data: Path | None) -> None:
    """Keep a recording of the whole message, in a language that is only spoken.

    Example: awaaz feedback record autumn --language syl told.ogg --by "Rina Miah"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    feedback_writing.record(services, campaign, language, file.read_bytes(), hand=hand)
    click.echo(f"Kept. Somebody else listens to it and signs {language} off.")


@feedback_group.command(name="sign-off")
@click.argument("campaign")
@_LANGUAGE
@_BY
@click.option("--comment", default="", help="What was found.")
@DATA_OPTION
def sign_off(campaign: str, language: str, by: str, comment: str, data: Path | None) -> None:
    """Approve the words of a language as they are now; who wrote them can not.

    Example: awaaz feedback sign-off autumn --language ur --by "Sadia Malik"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    feedback_writing.sign_off(services, campaign, language, hand=hand, comment=comment)
    click.echo(f"{language} is signed off.")


@feedback_group.command()
@click.argument("campaign")
@click.argument("pseudonym")
@click.option("--yes/--no", "agreed", required=True, help="What she said.")
@click.option("--how", required=True, help='Such as "asked at the Tuesday group".')
@_BY
@DATA_OPTION
def wish(campaign: str, pseudonym: str, agreed: bool, how: str, by: str, data: Path | None) -> None:
    """Write down whether somebody wants to be told what came of it.

    Example: awaaz feedback wish autumn p1a2b3c --yes --how "asked at the group" --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    feedback_wishes.keep(services, campaign, pseudonym, agreed=agreed, how=how, hand=hand)
    click.echo("Kept in the consent ledger.")


@feedback_group.command()
@click.argument("campaign")
@_LANGUAGE
@click.option("--register", "sid", help="The ContentSid that Twilio gave it.")
@click.option("--approval", type=click.Choice(APPROVALS), default="unsubmitted", show_default=True)
@DATA_OPTION
def template(
    campaign: str, language: str, sid: str | None, approval: str, data: Path | None
) -> None:
    """Print what has to be entered at Twilio for WhatsApp, or register what was entered there.

    Example: awaaz feedback template autumn --language ur
    """
    services = services_of(data)
    definition = feedback_templates.define(services, campaign, language)
    if sid is None:
        click.echo(json.dumps(definition.as_json(), ensure_ascii=False, indent=2))
        return
    templates.register(services, definition, sid, approval)
    click.echo(f"{definition.context} in {language}: {approval}.")


@feedback_group.command()
@click.argument("campaign")
@_BY
@click.option("--yes", is_flag=True, help="Do not ask.")
@DATA_OPTION
def send(campaign: str, by: str, yes: bool, data: Path | None) -> None:
    """Tell everybody who took part, agreed, and was not told yet, in the languages signed off.

    Example: awaaz feedback send autumn --by "Amina Begum"
    """
    services = services_of(data)
    hand = feedback_hands.hand_named(services, by)
    found = telling.audience(services, campaign)
    _show_audience(found)
    if not yes:
        click.confirm(f"Tell {found.all} people?", abort=True)
    found = telling.send(services, campaign, hand=hand)
    click.echo(f"{found.all} people will be told, in daytime and at the usual pace.")


@feedback_group.command()
@click.argument("campaign")
@DATA_OPTION
def show(campaign: str, data: Path | None) -> None:
    """How it stands in each language, whom it can be told, what became of it, and what they said.

    Example: awaaz feedback show autumn
    """
    # Disclosure control takes seconds to load: other commands do without it.
    from bot.usecases import feedback_counts  # noqa: PLC0415

    services = services_of(data)
    found = feedback.opened(services, campaign)
    if found.id is None:
        raise FeedbackError(
            Why.NOT_COMPOSED, f"Nothing is composed yet: awaaz feedback compose {campaign}."
        )
    click.echo(f"{found.heard}\n\n{found.done}\n\n{_who_agreed(found)}\n")
    table = Table("language", "stands", "written by", "signed off by", title="Words")
    for one in found.standings:
        table.add_row(one.language, one.status.value, one.author, one.signer)
    Console().print(table)
    _show_audience(telling.audience(services, campaign))
    counted = feedback_counts.counts(services, campaign)
    table = Table("language", "told", "became", "reacted", title="Messages")
    for line in counted.lines:
        became = ", ".join(f"{what.value} {n}" for what, n in sorted(line.became.items()))
        table.add_row(line.language, str(line.told), became, str(line.reacted))
    Console().print(table)
    if counted.held:
        click.echo(
            f"{counted.held} wait on WhatsApp until the person writes, or until the text is approved: "
            f"awaaz feedback template {campaign}."
        )
    if counted.reactions is None:
        click.echo("Fewer than ten reactions can be counted: what they said is not shown.")
        return
    said = counted.reactions.all
    shown = (f"{one} {'hidden' if said[one] is None else said[one]}" for one in READINGS)
    click.echo(f"{counted.people} reactions: {', '.join(shown)}.")


def _show_audience(found: telling.Audience) -> None:
    table = Table("language", "can be told now", "told before", "left out", title="People")
    for code in found.languages:
        out = ", ".join(f"{why.value} {n}" for why, n in found.left_out_in(code))
        table.add_row(code, str(found.ready.get(code, 0)), str(found.told.get(code, 0)), out)
    Console().print(table)
