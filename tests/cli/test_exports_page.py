"""`docs/exports.md`: every command and the Python of the page run as they stand, and its tables are true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.research.columns import ANSWER_COLUMNS, RUN_COLUMNS
from bot.research.levels import CONTENTS
from bot.research.tables import MISSING_LABELS
from bot.settings import for_command
from bot.store import migrate
from bot.usecases import analysis
from bot.usecases.exports import Format
from bot.usecases.services import build
from tests.support.campaigns import open_campaign
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

TEXT = (Path(__file__).resolve().parents[2] / "docs/exports.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a demonstration's data: a campaign called wellbeing, with answers."""
    for name in list(os.environ):
        if name.startswith(("AWAAZ_", "TWILIO_")):
            monkeypatch.delenv(name)
    data = tmp_path / "data"
    data.mkdir()
    services = build(for_command(data))
    migrate.upgrade(services.database)
    services = replace(services, settings=replace(services.settings, demo=True))
    open_campaign(services, name="Wellbeing")
    Person(services).goes_through("hello", *WHOLE, "thanks")
    analysis.analyse(services, [row["id"] for row in rows(services, "conversation")])
    (person,) = rows(services, "participant")
    weights = f"pseudonym,weight\n{person['pseudonym']},1.5\n"
    (tmp_path / "weights.csv").write_text(weights, encoding="utf-8")
    services.database.dispose()
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


def test_every_command_of_the_page_runs(folder: Path) -> None:
    blocks = re.findall(r"```console\n(.+?)\n```", TEXT, re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 13
    # unzip is not on every machine; Python's own is, and does the same.
    commands[1] = commands[1].replace("unzip -q wellbeing.zip -d", "python -m zipfile -e wellbeing.zip")
    for command in commands:
        done = run(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    written = {path.name for path in folder.iterdir()}
    assert {"wide.sav", "long.xlsx", "codebook.html", "ddi.xml", "weighted.csv"} <= written
    assert ",1.5," in (folder / "weighted.csv").read_text(encoding="utf-8")
    assert "my neighbours" in (folder / "wide.csv").read_text(encoding="utf-8")
    assert "my neighbours" not in (folder / "deidentified.csv").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.+?)\n```", TEXT, re.DOTALL)
    (folder / "read.py").write_text(script, encoding="utf-8")
    done = run("python read.py", folder)
    assert done.returncode == 0, done.stderr
    assert "52.0" in done.stdout


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
    (folder / "weights.csv").write_bytes(b"\xff\xfe")
    done = run("awaaz export wellbeing --weights weights.csv --out x.csv", folder)
    assert done.returncode == 1
    assert "weights.csv can not be read" in done.stderr
    (folder / "weights.csv").write_text("a,b\n", encoding="utf-8")
    done = run("awaaz export wellbeing --weights weights.csv --out x.csv", folder)
    assert "Weights are a CSV with the columns pseudonym and weight." in done.stderr
    assert not (folder / "x.csv").exists()


def test_what_a_file_could_not_hold_is_printed(folder: Path) -> None:
    done = run("awaaz export wellbeing --format sav --shape wide --out wide.sav", folder)
    assert done.returncode == 0
    assert "wide.sav: consent: label shortened: " in done.stderr
    done = run("awaaz codebook wellbeing --out nowhere/codebook.html", folder)
    assert done.returncode == 1
    assert "can not be written" in done.stderr
