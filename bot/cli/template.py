"""`awaaz template`: the messages that WhatsApp has to approve, and their ids at Twilio."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, LANGUAGE_OPTION, services_of
from bot.usecases import contents, templates
from bot.usecases.contents import Definition
from bot.usecases.services import Services

_SURVEY = click.option("--survey", help="With --question: name or path of its survey.")
_QUESTION = click.option("--question", help="A question with options, to be shown as buttons.")
_APPROVAL = click.Choice(templates.APPROVALS)


@click.group()
def template() -> None:
    """Messages that WhatsApp approves one by one: what begins a conversation, and questions with buttons.

    Example: awaaz template list
    """


@template.command("list")
@click.option("--campaign", help="Slug: also tells what this campaign still lacks.")
@DATA_OPTION
def list_templates(campaign: str | None, data: Path | None) -> None:
    """List what is registered, and what a campaign still lacks (then it ends with status 1).

    Example: awaaz template list --campaign listening
    """
    services = services_of(data)
    for one in templates.listing(services):
        why = f" ({one.why})" if one.why else ""
        click.echo(
            f"{one.context}  {one.language}  {one.kind}  {one.content_sid}  {one.approval}{why}"
        )
    missing = [] if campaign is None else templates.missing(services, campaign)
    for lack in missing:
        click.echo(f"missing: {lack.context} in {lack.language}: {lack.why}")
    if missing:
        raise SystemExit(1)


@template.command()
@click.argument("context", required=False)
@_SURVEY
@_QUESTION
@LANGUAGE_OPTION
@DATA_OPTION
def show(
    context: str | None, survey: str | None, question: str | None, language: str, data: Path | None
) -> None:
    """Show what to enter at Twilio, as its Content API takes it.

    Example: awaaz template show bot/invitation --language bn
    """
    found = _define(services_of(data), context, survey, question, language)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))


@template.command("set")
@click.argument("content_sid")
@click.argument("context", required=False)
@_SURVEY
@_QUESTION
@LANGUAGE_OPTION
@click.option("--approval", type=_APPROVAL, default="unsubmitted", show_default=True)
@DATA_OPTION
def set_template(
    content_sid: str,
    context: str | None,
    survey: str | None,
    question: str | None,
    language: str,
    approval: str,
    data: Path | None,
) -> None:
    """Remember the ContentSid of a text, or of a question with buttons.

    Example: awaaz template set HX00000000000000000000000000000000 bot/invitation --language bn
    """
    services = services_of(data)
    found = _define(services, context, survey, question, language)
    templates.register(services, found, content_sid, approval)
    click.echo(f"{found.context} in {language}: {found.kind} {content_sid}, {approval}.")


@template.command()
@click.argument("content_sid")
@click.argument("approval", type=_APPROVAL)
@click.option("--why", default="", help="What WhatsApp says about it.")
@DATA_OPTION
def status(content_sid: str, approval: str, why: str, data: Path | None) -> None:
    """Write down what WhatsApp said of a message.

    Example: awaaz template status HX00000000000000000000000000000000 approved
    """
    templates.set_status(services_of(data), content_sid, approval, why)
    click.echo(f"{content_sid}: {approval}.")


def _define(
    services: Services,
    context: str | None,
    survey: str | None,
    question: str | None,
    language: str,
) -> Definition:
    if context is not None and question is None:
        return contents.define(services, context, language)
    if context is None and survey is not None and question is not None:
        return contents.define_question(services, survey, question, language)
    raise click.UsageError("Name a text, such as bot/invitation, or give --survey and --question.")
