"""`awaaz survey import`, `export` and `coverage`: surveys from spreadsheets, and back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.workbooks import SUFFIXES, UnreadableWorkbook, write_workbook
from bot.gateways.xlsform_files import AlreadyThere, XlsForms
from flows.rows import Problem, SurveyError
from flows.xlsform import Imported
from flows.xlsform.coverage import Tried, table

REFUSED = 2
"""The status of a form that can not be a survey."""


def _forms() -> XlsForms:
    return XlsForms(SurveyFiles(), LanguageFiles())


@click.command("import")
@click.argument("form", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the survey and its catalogues.",
)
@click.option("--replace", is_flag=True, help="Write over files that are there and differ.")
def import_form(form: Path, out: Path, replace: bool) -> None:
    """Make a survey of a form: XLSForm as .xlsx, .xls, .csv or tables in Markdown.

    What a conversation can not do is refused, a line for each problem; what has no effect is said.

    Example: awaaz survey import clinic.xlsx --out surveys
    """
    forms = _forms()
    try:
        imported = forms.load(form)
        saved = forms.save(imported, out, replace=replace)
    except (SurveyError, UnreadableWorkbook, AlreadyThere) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(REFUSED) from None
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    for note in imported.notes:
        click.echo(f"note: {note}", err=True)
    _report(imported, saved.script, saved.catalogues)


def _report(imported: Imported, script: Path, catalogues: tuple[Path, ...]) -> None:
    survey = imported.survey
    asked = sum(question.takes_answer for question in survey.questions)
    click.echo(f"{script}: {asked} questions, written in {survey.source_language}.")
    for path in catalogues:
        code = path.name.removeprefix(f"{script.stem}.").removesuffix(".po")
        click.echo(f"{path}: {len(imported.catalogues[code])} texts, not reviewed.")


@click.command("export")
@click.argument("survey")
@click.option("--xlsform", is_flag=True, help="As a workbook that ODK and KoboToolbox can use.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def export_form(survey: str, xlsform: bool, out: Path) -> None:
    """Write a survey, in every language it has words in, as an XLSForm workbook.

    Example: awaaz survey export --xlsform wellbeing --out wellbeing.xlsx
    """
    if not xlsform:
        raise click.UsageError("Say --xlsform: it is the format there is.")
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("Give --out a name that ends in .xlsx.")
    try:
        sheets, languages = _forms().sheets(survey)
    except FileNotFoundError:
        known = ", ".join(SurveyFiles().names())
        raise click.ClickException(f"There is no survey {survey!r}; there are {known}.") from None
    try:
        write_workbook(sheets, out)
    except OSError as error:
        raise click.ClickException(f"{out} can not be written: {error.strerror}.") from None
    click.echo(f"{out}: {', '.join(languages)}.")


@click.command("coverage")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--table", "as_table", is_flag=True, help="Counts, as tables in Markdown.")
def coverage(folder: Path, as_table: bool) -> None:
    """Try every form in a folder: which can be surveys here, and what keeps the others from it.

    Example: awaaz survey coverage forms --table
    """
    forms = _forms()
    tried = [
        _try(forms, path, path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and path.is_file()
    ]
    if as_table:
        click.echo(table(tried), nl=False)
        return
    for one in tried:
        click.echo(f"{one.name}: {'refused' if one.problems else 'imported'}")
        for problem in one.problems:
            click.echo(f"  {problem}")


def _try(forms: XlsForms, path: Path, name: Path) -> Tried:
    try:
        forms.load(path)
    except SurveyError as error:
        return Tried(name.as_posix(), error.problems)
    except UnreadableWorkbook as error:
        return Tried(name.as_posix(), (Problem(path.name, 1, None, str(error)),))
    return Tried(name.as_posix())
