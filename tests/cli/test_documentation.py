"""Every command that a page of the documentation shows is one that there is, with options that it takes.

Whole walks are run by the tests of their own pages; this catches what moves on beside a page.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import awaaz

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"^ *(?:\.venv/bin/)?awaaz ((?:.*\\\n)*.*)$", re.MULTILINE)
SYNOPSIS = re.compile(r"[A-Z]\.\.\.|[a-z]\|[a-z]")
"""Not a command but the shape of one: `CAMPAIGN...`, `long|wide`."""


def shown(page: Path) -> Iterator[list[str]]:
    """The words of each command on a page, without the remark or the redirection behind it."""
    for found in COMMAND.findall(page.read_text(encoding="utf-8")):
        whole = re.sub(r"\\\n *", "", found)
        line = re.split(r" {3,}| [<>|] ", whole)[0]
        if not SYNOPSIS.search(line):
            yield shlex.split(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_are_understood(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in shown(page):
        for word in words:
            if re.fullmatch(r"[\w-]+\.\w+", word):
                Path(word).touch()  # a file that the reader has
        command: click.Command = awaaz
        rest = list(words)
        while isinstance(command, click.Group):
            assert set(rest[:1]) <= set(command.commands), " ".join(words)
            command = command.commands[rest.pop(0)]
        try:
            command.make_context(words[0], rest)
        except click.UsageError as error:
            pytest.fail(f"awaaz {' '.join(words)}: {error.format_message()}")


def test_there_are_commands_to_look_at() -> None:
    assert sum(1 for page in PAGES for _ in shown(page)) > 80
