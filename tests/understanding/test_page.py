"""docs/understanding.md holds what the command prints, and every code a reading can have."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex
from click.testing import CliRunner

from bot.cli.understand import understand
from flows import reading
from flows.reading import Why

COMMAND = "awaaz understand --corpus tests/understanding --table"


@pytest.fixture(scope="module")
def page() -> str:
    root = Path(__file__).parents[2]
    return (root / "docs" / "understanding.md").read_text(encoding="utf-8")


def test_the_table_is_what_the_command_prints(page: str, corpora: Path) -> None:
    printed = CliRunner().invoke(understand, ["--corpus", str(corpora), "--table"])
    assert printed.exit_code == 0, printed.output
    held = page.partition(f"<!-- table: {COMMAND} -->\n")[2].partition("<!-- end of table -->")[0]
    assert held == printed.output, f"run `{COMMAND}` and put what it prints between the markers"


def test_every_way_of_reading_is_explained(page: str) -> None:
    rows = regex.findall(r"^\| ((?:`[a-z ]+`(?:, )?)+) \|", page, regex.MULTILINE)
    explained = {code for row in rows for code in regex.findall(r"`([^`]+)`", row)}
    # The first column of the table in the module's docstring.
    _, lines, _ = regex.split(r"=+  =+\n", str(reading.__doc__))
    listed = {
        code.strip() for line in lines.splitlines() for code in line[:26].split(",") if code.strip()
    }
    assert explained == listed


def test_every_reason_to_ask_again_is_named(page: str) -> None:
    named = page.rpartition("says why:")[2]
    assert set(regex.findall(r"`([^`]+)`", named)) == {why.value for why in Why}
