"""`awaaz play`: talk to a survey in the terminal; with a campaign, the talk is stored as its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bot.cli.common import DATA_OPTION, services_of
from bot.gateways import pseudo
from bot.gateways.clock import Clock
from bot.gateways.files import LanguageFiles, SurveyFile, SurveyFiles
from bot.gateways.voices import Voices
from bot.usecases import rehearsals
from bot.usecases.services import Services
from flows.effects import Answered, AskedAgain, LeftOut, Say
from flows.engine import Turn, advance
from flows.events import Invited, Received
from flows.language import SOURCE, Language
from flows.spoken import on_channel
from flows.state import Phase, State
from flows.survey import Survey


@click.command()
@click.argument("survey")
@click.option("--language", default=SOURCE, show_default=True, help="Code of the language.")
@click.option("--explain", is_flag=True, help="Show how each reply was read.")
@click.option("--campaign", help="Store the talk as a conversation of this campaign.")
@DATA_OPTION
def play(
    survey: str, language: str, explain: bool, campaign: str | None, data: Path | None
) -> None:
    """Talk to a survey here; replies may come from a pipe, one a line.

    Nothing is stored, unless a campaign is named: then the talk is one of its conversations, in the
    mode `simulated`, and is exported with the others.

    Example: awaaz play wellbeing --language bn
    """
    files, voices = SurveyFiles(), Voices(LanguageFiles())
    try:
        file = files.load(survey)
    except FileNotFoundError:
        known = ", ".join(files.names())
        raise click.ClickException(f"There is no survey {survey!r}; there are {known}.") from None
    script = file.survey
    if campaign is not None:
        if explain:
            raise click.UsageError(
                "--explain needs a talk that is not stored: leave --campaign out."
            )
        _stored(services_of(data), campaign, script, language)
        return
    family, clock = _family(voices, file, survey, language), Clock()
    state = State(language=language, language_chosen=True)
    turn = advance(script, state, Invited(clock.now()), family[language])
    _show(turn, explain=False)
    for line in sys.stdin:
        event = Received(line.rstrip("\n"), clock.now())
        turn = advance(script, turn.state, event, family[turn.state.language])
        _show(turn, explain=explain)
        if turn.state.phase is Phase.FINISHED:
            return


def _stored(services: Services, campaign: str, script: Survey, language: str) -> None:
    """The same talk through the door that every message comes in by."""
    talk = rehearsals.begin(services, campaign=campaign, form_id=script.form_id, language=language)
    for body in talk.said:
        click.echo(f"{body}\n")
    for line in sys.stdin:
        for body in rehearsals.reply(services, talk, line.rstrip("\n")):
            click.echo(f"{body}\n")
        if rehearsals.is_finished(services, talk):
            return


def _family(voices: Voices, file: SurveyFile, name: str, language: str) -> Mapping[str, Language]:
    """The languages of this talk: those that are complete, or the pseudo-language that was asked for."""
    if language in pseudo.LANGUAGES:
        return {language: pseudo.language(voices, file.survey, language)}
    # A terminal plays no recordings.
    ready = on_channel(voices.complete(file.survey, file.catalogues), "sms")
    if language not in ready:
        raise click.ClickException(f"{name} is not complete in {language!r}: {', '.join(ready)}.")
    if language != SOURCE:
        click.echo("A demonstration: these words may be drafts that nobody has reviewed.", err=True)
    return voices.family(ready, own=file.catalogues)


def _show(turn: Turn, *, explain: bool) -> None:
    for effect in turn.effects:
        match effect:
            case Say():
                click.echo(f"{effect.text}\n")
            case Answered() if explain:
                click.echo(f"    [{effect.question} = {effect.value!r}, read as {effect.how}]")
            case LeftOut() if explain:
                click.echo(f"    [{effect.question} left out: {effect.why}]")
            case AskedAgain() if explain:
                click.echo(f"    [{effect.question} asked again: {effect.why}]")
            case _:
                pass
