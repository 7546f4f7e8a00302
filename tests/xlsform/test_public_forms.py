"""Forms that nobody here wrote import to a survey that works, or are refused for a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import awaaz
from bot.gateways.voices import Voices
from bot.gateways.workbooks import UnreadableWorkbook
from bot.gateways.xlsform_files import XlsForms
from flows.rows import SurveyError
from tests.xlsform.public_forms import fetched
from tests.xlsform.robot import hold

DOC = Path(__file__).resolve().parents[2] / "docs" / "xlsform.md"
TABLE = re.compile(r"<!-- coverage -->\n(.*?)<!-- /coverage -->", re.DOTALL)
PRECISE = re.compile(r"^(?P<file>.+?\.\w+): sheet .+?, rows? \d+|^.+?\.\w+:1: |^.+?\.\w+: this ")


@pytest.fixture(scope="session")
def forms(run_folder: Path) -> Path:
    return fetched(run_folder)


def test_there_are_many_forms_of_every_kind(forms: Path) -> None:
    kinds = [path.suffix for path in forms.rglob("*.*")]
    assert len(kinds) > 250
    assert {".xls", ".xlsx", ".csv", ".md"} <= set(kinds)


def test_every_form_works_or_is_refused_precisely(
    forms: Path, xlsforms: XlsForms, voices: Voices
) -> None:
    """One test for all: which form it was stands in the message."""
    worked = refused = 0
    for path in sorted(path for path in forms.rglob("*.*") if path.is_file()):
        try:
            imported = xlsforms.load(path)
        except (SurveyError, UnreadableWorkbook) as error:
            refused += 1
            for line in str(error).splitlines():
                assert PRECISE.match(line), f"{path.name}: {line}"
                assert len(line) < 500, f"{path.name}: {line}"
            continue
        try:
            talk = hold(voices, imported.survey)
        except AssertionError as error:
            pytest.fail(f"{path.name}: {error}")
        assert talk.state.answers or not any(q.takes_answer for q in imported.survey.questions)
        for note in imported.notes:
            assert note.sheet, f"{path.name}: {note}"
        worked += 1
    assert worked > 100
    assert refused > 100


def test_every_form_that_works_can_be_saved_and_loaded(
    forms: Path, xlsforms: XlsForms, tmp_path: Path
) -> None:
    from bot.gateways.files import SurveyFiles

    for number, path in enumerate(sorted(forms.rglob("*.*"))):
        try:
            imported = xlsforms.load(path) if path.is_file() else None
        except (SurveyError, UnreadableWorkbook):
            continue
        if imported is not None:
            saved = xlsforms.save(imported, tmp_path / str(number))
            survey = SurveyFiles().load(str(saved.script)).survey
            assert survey.digest == imported.survey.digest, path.name


def test_the_documentation_says_how_many(forms: Path, pytestconfig: pytest.Config) -> None:
    done = CliRunner().invoke(awaaz, ["survey", "coverage", str(forms), "--table"])
    assert done.exit_code == 0, done.output
    text = DOC.read_text(encoding="utf-8")
    if pytestconfig.getoption("--update"):
        DOC.write_text(
            TABLE.sub(lambda _: f"<!-- coverage -->\n{done.stdout}<!-- /coverage -->", text),
            encoding="utf-8",
        )
        return
    assert TABLE.findall(text) == [done.stdout]


def test_coverage_names_each_form_and_its_problems(forms: Path) -> None:
    done = CliRunner().invoke(awaaz, ["survey", "coverage", str(forms / "example_xls")])
    assert "yes_or_no_question.xls: imported\n" in done.stdout
    assert "pull_data.xlsx: refused\n  pull_data.xlsx: sheet survey, row 2, column D" in done.stdout
