"""`awaaz play`: talk to a survey in the terminal. Nothing is stored."""

from __future__ import annotations

import sys

import click

from bot.gateways.clock import Clock
from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import Voices
from flows.effects import AskedAgain, Answered, LeftOut, Say
from flows.engine import Turn, advance
from flows.events import Invited, Received
from flows.language import SOURCE
from flows.state import Phase, State


@click.command()
@click.argument("survey")
@click.option("--language", default=SOURCE, show_default=True, help="Code of the language.")
@click.option("--explain", is_flag=True, help="Show how each reply was read.")
def play(survey: str, language: str, explain: bool) -> None:
    """Talk to a survey here; replies may come from a pipe, one a line.

    Example: awaaz play wellbeing --language bn
    """
    files, voices = SurveyFiles(), Voices(LanguageFiles())
    try:
        script = files.load(survey).survey
    except FileNotFoundError:
        known = ", ".join(files.names())
        raise click.ClickException(f"There is no survey {survey!r}; there are {known}.") from None
    ready = voices.complete(script)
    if language not in ready:
        raise click.ClickException(f"{survey} is not complete in {language!r}: {', '.join(ready)}.")
    family, clock = voices.family(ready), Clock()
    state = State(language=language, language_chosen=True)
    turn = advance(script, state, Invited(clock.now()), family[language])
    _show(turn, explain=False)
    for line in sys.stdin:
        event = Received(line.rstrip("\n"), clock.now())
        turn = advance(script, turn.state, event, family[turn.state.language])
        _show(turn, explain=explain)
        if turn.state.phase is Phase.FINISHED:
            return


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
