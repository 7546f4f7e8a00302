"""The walk of `docs/authoring.md`, exactly as it stands there: from a spreadsheet to exported answers."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import for_command
from bot.store import migrate
from bot.usecases import campaigns, demo
from bot.usecases.services import build
from tests.xlsform.workbooks import write

DOC = Path(__file__).resolve().parents[2] / "docs" / "authoring.md"
TEXT = DOC.read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def table(name: str) -> list[list[str]]:
    """The table after a remark with its name."""
    _, _, rest = TEXT.partition(f"<!-- {name} -->\n")
    rows = [line for line in rest.split("\n\n")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]
    return [cells[0], *cells[2:]]


def commands() -> list[str]:
    return re.findall(r"```console\n(.+?)\n```", TEXT, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the spreadsheet by hand, the replies, and a demonstration's data."""
    for name in list(os.environ):
        if name.startswith(("AWAAZ_", "TWILIO_")):
            monkeypatch.delenv(name)
    words = table("survey, continued")
    survey = [row + more for row, more in zip(table("survey"), words, strict=True)]
    write(
        tmp_path / "clinic.xlsx",
        {"survey": survey, "choices": table("choices"), "settings": table("settings")},
    )
    (replies,) = re.findall(r"```text\n(.+?)\n```", TEXT, re.DOTALL)
    (tmp_path / "replies.txt").write_text(f"{replies}\n", encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    services = build(for_command(data))
    migrate.upgrade(services.database)
    campaigns.add_organisation(services, demo.ORGANISATION)
    services.database.dispose()
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_spreadsheet_by_hand_becomes_an_exported_conversation(folder: Path) -> None:
    walk = commands()
    assert len(walk) == 6  # the five, and the way back
    outputs = []
    for command in walk:
        done = run(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        outputs.append(done.stdout)
    imported, campaign, launched, talk, exported, _ = outputs
    assert "surveys/clinic.yaml: 4 questions, written in en." in imported
    assert "surveys/clinic.bn.po: 10 texts, not reviewed." in imported
    assert campaign == "clinic\n"
    assert launched == "clinic is live.\n"
    assert "আপনি কতবার ক্লিনিকে গেছেন?" in talk
    assert talk.endswith("ধন্যবাদ।\n\n")
    assert exported == "clinic.csv: 1 rows.\n"
    with (folder / "clinic.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["outcome"] == "complete"
    assert row["mode"] == "simulated"
    assert row["conversation_language"] == "bn"
    assert (row["agree"], row["visits"], row["helped"]) == ("yes", "3", "much")
    assert row["better_raw"] == "অপেক্ষা কম হলে"
    assert (folder / "clinic-again.xlsx").stat().st_size > 4000


def test_it_is_held_in_every_language_it_was_written_in(folder: Path) -> None:
    walk = commands()
    for command in walk[:3]:
        assert run(command, folder).returncode == 0
    for code, word, thanks in [("en", "yes", "Thank you."), ("ur", "جی ہاں", "شکریہ۔")]:
        (folder / "replies.txt").write_text(f"{word}\n2\n1\nskip\n", encoding="utf-8")
        done = run(walk[3].replace("bn", code), folder)
        assert done.stdout.endswith(f"{thanks}\n\n"), done.stdout + done.stderr
    assert "not held in 'so'" in run(walk[3].replace("bn", "so"), folder).stderr


def test_the_lines_of_the_documentation_fit_a_screen() -> None:
    for name in ("authoring.md", "xlsform.md"):
        lines = DOC.with_name(name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if len(line) > 110] == []


def test_every_column_of_our_own_is_explained() -> None:
    from flows.building import COLUMNS
    from flows.lists import CHOICE_COLUMNS
    from flows.xlsform import words

    xlsform = DOC.with_name("xlsform.md").read_text(encoding="utf-8")
    for column in (*COLUMNS, *CHOICE_COLUMNS, *words.NOT_USED):
        assert f"`{column}" in TEXT + xlsform, column
    for kind in (*words.REFUSED, *words.METADATA):
        assert f"`{kind}`" in xlsform, kind
