"""`docs/exports.md`: every command and the Python of the page run as they stand, and its tables are true."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from bot.cli import awaaz
from bot.gateways.voices import Voices
from bot.research.columns import ANSWER_COLUMNS, RUN_COLUMNS
from bot.research.levels import CONTENTS
from bot.research.tables import MISSING_LABELS
from bot.settings import for_command
from bot.store import migrate
from bot.usecases import analysis
from bot.usecases.codebooks import ExportError
from bot.usecases.exports import Format
from bot.usecases.scripts import Scripts
from bot.usecases.services import build
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

TEXT = (Path(__file__).resolve().parents[2] / "docs/exports.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voices: Voices) -> Iterator[Path]:
    """The working folder, with a demonstration's data: a campaign called wellbeing, with answers."""
    for name in list(os.environ):
        if name.startswith(("AWAAZ_", "TWILIO_")):
            monkeypatch.delenv(name)
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    services = build(for_command(None))
    # The languages are read once for all tests, not once a command.
    services = replace(
        services, queue=FakeQueue(), voices=voices, scripts=Scripts(services.surveys, voices)
    )
    migrate.upgrade(services.database)
    open_campaign(services, name="Wellbeing")
    Person(services).goes_through("hello", *WHOLE, "thanks")
    analysis.analyse(services, [row["id"] for row in rows(services, "conversation")])
    (person,) = rows(services, "participant")
    weights = f"pseudonym,weight\n{person['pseudonym']},1.5\n"
    Path("weights.csv").write_text(weights, encoding="utf-8")
    monkeypatch.setattr("bot.cli.common.build", lambda _: services)
    yield tmp_path
    services.database.dispose()


def run(command: str) -> None:
    """A command of the page, in this process; raises what `main` would print."""
    words = shlex.split(command)
    assert words[0] == "awaaz"
    awaaz(words[1:], standalone_mode=False)


def test_every_command_of_the_page_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```console\n(.+?)\n```", TEXT, re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 13
    for command in commands:
        if command.startswith("awaaz"):
            run(command)
        else:
            # unzip is not on every machine; Python's own does the same.
            ours = f"{sys.executable} -m zipfile -e wellbeing.zip"
            shell = command.replace("unzip -q wellbeing.zip -d", ours)
            done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    written = {path.name for path in folder.iterdir()}
    assert {"wide.sav", "long.xlsx", "codebook.html", "ddi.xml", "weighted.csv"} <= written
    assert ",1.5," in Path("weighted.csv").read_text(encoding="utf-8")
    assert "my neighbours" in Path("wide.csv").read_text(encoding="utf-8")
    assert "my neighbours" not in Path("deidentified.csv").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.+?)\n```", TEXT, re.DOTALL)
    capsys.readouterr()
    exec(script, {})
    assert "52.0" in capsys.readouterr().out


def test_the_page_names_every_column_code_level_and_format() -> None:
    for name in (*RUN_COLUMNS, *ANSWER_COLUMNS):
        assert f"`{name}`" in TEXT, name
    for code in MISSING_LABELS:
        assert f"| {code} |" in TEXT
    for level in CONTENTS:
        assert f"| `{level}`" in TEXT
    for kind in Format:
        assert f"--format {kind} " in TEXT, kind


def test_weights_that_can_not_be_read_are_one_line(folder: Path) -> None:
    command = "awaaz export wellbeing --weights weights.csv --out x.csv"
    Path("weights.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(click.ClickException, match=r"weights\.csv can not be read"):
        run(command)
    Path("weights.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ExportError, match="columns pseudonym and weight"):
        run(command)
    assert not (folder / "x.csv").exists()


def test_what_a_file_could_not_hold_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("awaaz export wellbeing --format sav --shape wide --out wide.sav")
    assert "wide.sav: consent: label shortened: " in capsys.readouterr().err
    for command in ("awaaz codebook wellbeing", "awaaz export wellbeing"):
        with pytest.raises(click.ClickException, match="can not be written"):
            run(f"{command} --out nowhere/file")
