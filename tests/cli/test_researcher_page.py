"""`docs/researcher.md`: its command, its Python and its R run as they stand and find the known answer."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bot.cli import awaaz
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.waves import answered, change, close, who5

TEXT = (Path(__file__).resolve().parents[2] / "docs/researcher.md").read_text(encoding="utf-8")

BEFORE = [20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64]
AFTER = [32, 28, 40, 36, 52, 44, 60, 52, 64, 72, 64, 80]
LANGUAGES = ["bn", "en", "bn", "bn", "en", "en", "bn", "en", "bn", "en", "en", "bn"]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.+?)\n```", TEXT, re.DOTALL)


@pytest.fixture
def folder(demo: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the archive that the page orders, unpacked; somebody else answered once."""
    for name, wave in (("Walks spring", 1), ("Walks autumn", 2)):
        slug = open_campaign(demo, name=name, languages=["en", "bn"])
        scores, languages = (BEFORE, [*LANGUAGES, "en"]) if wave == 1 else (AFTER, LANGUAGES)
        alone = [who5(100)] if wave == 1 else []
        answered(demo, slug, [*map(who5, scores), *alone], language=languages)
        change(demo, slug, wave=wave)
        close(demo, slug)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.export.services_of", lambda _: demo)
    (command,) = blocks("console")
    awaaz(shlex.split(command)[1:], standalone_mode=False)
    with zipfile.ZipFile("walks.zip") as archive:
        archive.extractall("walks")
    return tmp_path


def expected() -> list[str]:
    """What both programs have to print."""
    changes = np.subtract(AFTER, BEFORE)
    bengali = [float(language == "bn") for language in LANGUAGES]
    design = np.column_stack([np.ones(len(BEFORE)), BEFORE, bengali])
    # The normal equations: another way than either program goes.
    model = np.linalg.inv(design.T @ design) @ design.T @ np.array(AFTER, dtype=float)
    return [
        f"pairs {len(BEFORE)}, mean change {changes.mean():.4f}",
        "intercept, before, bengali: " + " ".join(f"{number:.4f}" for number in model),
    ]


def lines_of(command: list[str], folder: Path) -> list[str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def test_the_pages_python_finds_the_known_model(folder: Path) -> None:
    (script,) = blocks("python")
    assert lines_of([sys.executable, "-c", script], folder) == expected()


def test_the_pages_r_finds_the_known_model(folder: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    (script,) = blocks("r")
    (folder / "model.R").write_text(script, encoding="utf-8")
    assert lines_of(["Rscript", "--vanilla", "model.R"], folder) == expected()
