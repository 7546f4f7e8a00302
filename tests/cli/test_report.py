"""`awaaz evaluate` and `awaaz listen`, and every command on their two pages."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import awaaz
from bot.usecases.reports import Reader
from bot.usecases.services import Services
from tests.research.test_evaluation import AFTER, BEFORE
from tests.research.test_listening import BALLOTS
from tests.support.campaigns import open_campaign, write_survey
from tests.support.waves import answered, close, who5
from tests.usecases.test_listening import RANKING

DOCS = Path(__file__).resolve().parents[2] / "docs"
Run = Callable[[str], str]


def commands(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"^    (awaaz (?:evaluate|listen) .+)$", text, re.MULTILINE)
    assert len(found) == 3
    return found


@pytest.fixture
def run(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("awaaz evaluate ...")` over a database with two waves and two rounds; what it prints."""
    survey = write_survey(tmp_path, RANKING)
    for name, asked in (
        ("Walks spring", "wellbeing"),
        ("Walks autumn", "wellbeing"),
        ("Listening Aston", survey),
        ("Listening Coventry", survey),
    ):
        open_campaign(services, name=name, survey=asked, keyword=name, walk_in=False)
    answered(services, "walks-spring", [who5(value) for value in BEFORE])
    answered(services, "walks-autumn", [who5(value) for value in AFTER])
    ballots = [{"group": group, "first": ballot, "any": ballot[:2]} for group, ballot in BALLOTS]
    answered(services, "listening-aston", ballots)
    answered(services, "listening-coventry", ballots)
    close(services, "walks-spring", "walks-autumn", "listening-aston", "listening-coventry")
    monkeypatch.setattr("bot.cli.report.services_of", lambda _: services)
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> str:
        outcome = CliRunner().invoke(awaaz, shlex.split(line)[1:], standalone_mode=False)
        if outcome.exception is not None:
            raise outcome.exception
        return outcome.output

    return command


def test_the_commands_of_both_pages_write_what_they_say(run: Run, tmp_path: Path) -> None:
    for line in (*commands("evaluation.md"), *commands("listening.md")):
        printed = run(line)
        out = tmp_path / line.split("--out ")[1]
        assert printed.startswith(f"{out.name}: ")
        content = out.read_bytes()
        match out.suffix:
            case ".pdf":
                assert content.startswith(b"%PDF-")
            case ".html":
                assert content.startswith(b"<!doctype html>")
            case _:
                assert json.loads(content)
    found = json.loads((tmp_path / "walks.json").read_bytes())
    assert found["change"]["mean"] == 9.0
    assert found["judgement"]["verdict"] == "improved_perhaps_below_threshold"
    assert 'dir="rtl"' in (tmp_path / "walks-group.html").read_text(encoding="utf-8")
    assert list(tmp_path.glob(".*.part")) == []


def test_what_can_not_be_written_is_said_in_one_sentence(run: Run) -> None:
    with pytest.raises(click.ClickException, match="can not be written"):
        run("awaaz evaluate walks-spring walks-autumn --format json --out nowhere/walks.json")
    with pytest.raises(click.UsageError, match="Name an initiative, or two campaigns"):
        run("awaaz evaluate a b c --out x.html")


def test_the_readers_of_the_command_are_those_of_the_reports() -> None:
    option = next(o for o in awaaz.commands["evaluate"].params if o.name == "reader")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == [reader.value for reader in Reader]
