"""`awaaz survey`: the scripts."""

from __future__ import annotations

import click

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import PHRASES, Voices
from flows.parsing import SurveyError


@click.group()
def survey() -> None:
    """Surveys: the scripts that conversations follow.

    Example: awaaz survey check wellbeing
    """


@survey.command()
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Check surveys (all of the library without an argument): structure, and what is untranslated.

    Example: awaaz survey check wellbeing
    """
    files, voices = SurveyFiles(), Voices(LanguageFiles())
    wrong = False
    for name in names or files.names():
        try:
            found = files.load(name).survey
        except FileNotFoundError:
            known = ", ".join(files.names())
            raise click.ClickException(f"There is no survey {name!r}; there are {known}.") from None
        except SurveyError as error:
            click.echo(str(error), err=True)
            wrong = True
            continue
        ready = voices.complete(found)
        asked = sum(question.takes_answer for question in found.questions)
        click.echo(f"{name}: {asked} questions, complete in {', '.join(ready)}.")
        texts = (*found.wordings(), *PHRASES)
        for code, language in voices.family(voices.files.vocabularies).items():
            missing = language.untranslated(texts)
            if missing and len(missing) < len(texts):
                click.echo(f"{name}: {code} lacks {len(missing)} of {len(texts)} texts.")
    if wrong:
        raise click.exceptions.Exit(1)
