"""Laws of the house that the import contracts in `pyproject.toml` can not say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(path for name in ("flows", "bot", "workers") for path in (ROOT / name).rglob("*.py"))

ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv"})
CLOCK = frozenset({"now", "utcnow", "today"})


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def environment_uses(tree: ast.AST) -> Iterator[int]:
    """Lines that reach for the environment, through `os` or by a name taken out of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in ENVIRONMENT)


def clock_uses(tree: ast.AST) -> Iterator[int]:
    """Lines that ask what time it is: `datetime.now()`, `date.today()`, `time.time()`."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        owned_by = getattr(owner, "id", None) or getattr(owner, "attr", None)
        if (owned_by in ("datetime", "date") and node.func.attr in CLOCK) or (
            owned_by == "time" and node.func.attr in ("time", "time_ns")
        ):
            yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    lines = list(environment_uses(ast.parse(path.read_text(encoding="utf-8"))))
    assert name_of(path) == "bot/settings.py" or not lines, f"{name_of(path)}: lines {lines}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    lines = list(clock_uses(ast.parse(path.read_text(encoding="utf-8"))))
    assert name_of(path) == "bot/gateways/clock.py" or not lines, f"{name_of(path)}: lines {lines}"


def test_the_two_searches_find_what_they_look_for() -> None:
    assert list(environment_uses(ast.parse("import os\nos.environ['A']\nos.getenv('A')"))) == [2, 3]
    assert list(environment_uses(ast.parse("from os import environ"))) == [1]
    code = "import time, datetime\ntime.time()\ndatetime.datetime.now()\nd.date.today()"
    assert list(clock_uses(ast.parse(code))) == [2, 3, 4]
    assert list(clock_uses(ast.parse("clock.now()"))) == []


@pytest.mark.parametrize(
    "folder", ["flows", "bot/gateways", "bot/store", "bot/usecases", "bot/web", "workers"]
)
def test_a_folder_says_what_lives_in_it(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text.splitlines()) >= 3
