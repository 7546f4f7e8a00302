"""`awaaz survey`: the scripts."""

from __future__ import annotations

import click

from bot.cli.check import check
from bot.cli.translation import words
from bot.cli.versions import publish, versions
from bot.cli.xlsform import coverage, export_form, import_form


@click.group()
def survey() -> None:
    """Surveys: the scripts that conversations follow.

    Example: awaaz survey check wellbeing
    """


for command in (check, import_form, export_form, coverage, publish, versions, words):
    survey.add_command(command)
