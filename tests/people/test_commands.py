"""`awaaz people`, `organisation`, `initiative` and `poster`; and the page that explains them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import awaaz, campaign, organisation, people, poster
from bot.store import inbox
from bot.usecases.people_problems import SAY
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.rows import rows

Run = Callable[..., Result]

PAGE = (Path(__file__).resolve().parents[2] / "docs/people.md").read_text(encoding="utf-8")
LIST = "Name,Phone,Language\nAmina,07700 900123,Bengali\nBilal,0121 496 0124,\n"


@pytest.fixture
def run(demo: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on the services of the test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for module in (campaign, organisation, people, poster):
        monkeypatch.setattr(module, "services_of", lambda _data: demo)

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(awaaz, arguments, input=text)

    return run


def test_every_command_of_the_page_runs(run: Run, demo: Services, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(LIST, encoding="utf-8")
    commands = [line.strip() for line in PAGE.splitlines() if line.startswith("    awaaz ")]
    assert len(commands) == 13
    for command in commands:
        done = run(*shlex.split(command)[1:])
        assert done.exit_code == 0, f"{command}\n{done.output}\n{done.exception!r}"
    assert (tmp_path / "poster.html").read_text("utf-8").startswith("<!doctype html>")
    # What the list brought was taken back; whom the facilitator put down stays.
    assert [row["source"] for row in rows(demo, "consent")] == ["facilitator"]
    assert len(rows(demo, inbox.PARTICIPANT)) == 1


def test_the_page_has_every_reason_in_the_words_that_are_shown() -> None:
    shown = PAGE.partition("<!-- reasons: begin -->\n")[2].partition("<!-- reasons: end -->")[0]
    table = ["| reason | what is said |", "|---|---|"]
    table += [f"| `{reason}` | {sentence} |" for reason, sentence in SAY.items()]
    assert shown == "\n".join(table) + "\n"


def test_a_list_is_told_as_one_json_object(run: Run, demo: Services) -> None:
    open_campaign(demo, name="Spring", languages=("en", "bn"))
    done = run(
        "people", "import", "spring", "-", "--consent", "asked", "--json", "--strict", text=LIST
    )
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    (bad,) = told.pop("bad")
    assert told == {
        "import": 1, "rows": 2, "good": 1, "bad_rows": 1,
        "columns": {"Name": "nickname", "Phone": "phone", "Language": "language"},
        "not_kept": [], "notes": [],
    }  # fmt: skip
    assert bad == {
        "row": 3, "column": "Phone", "reason": "landline", "say": SAY["landline"], "number": "…124",
    }  # fmt: skip
    assert "0121" not in done.output
    assert rows(demo, "people_import")[0]["source"] == "standard input"
    listed = json.loads(run("people", "list", "spring", "--json").stdout)
    assert [(one["number"], one["language"]) for one in listed] == [("…123", "bn")]
    undone = run("people", "undo", "1", "--json")
    assert json.loads(undone.stdout) == {"removed": 1, "left_out": 0, "kept": 0}


def test_a_list_is_told_to_a_person(run: Run, demo: Services) -> None:
    open_campaign(demo, name="Spring", languages=("en", "bn"))
    lines = "".join(f"B{n},0121 496 {n:04d},,x\n" for n in range(60))
    text = f"Name,Phone,Language,Street\nAmina,07700 900123,bn,x\n{lines}"
    preview = run("people", "import", "spring", "-", "--consent", "asked", "--preview", text=text)
    assert preview.stdout == "1 of 61 rows would be taken. Nothing was written.\n"
    done = run("people", "import", "spring", "-", "--consent", "asked", text=text)
    assert done.exit_code == 0
    assert done.stdout == "1 of 61 rows were taken. Take them back with: awaaz people undo 1\n"
    assert "row 3, Phone (…000): This is a landline" in done.stderr
    assert "... and 10 more; --json shows them all." in done.stderr
    assert "note: these columns were not kept: Street." in done.stderr


def test_a_file_that_is_not_there_is_one_line(run: Run, demo: Services) -> None:
    open_campaign(demo, name="Spring")
    done = run("people", "import", "spring", "none.csv")
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: none.csv can not be read: No such file or directory.\n",
    )


def test_hours_are_shown_as_they_are_kept(run: Run) -> None:
    run("organisation", "add", "Aston")
    shown = run("organisation", "hours", "aston")
    assert shown.stdout == "aston: 09:00 to 20:00 in Europe/London; quiet: friday, ramadan, eid.\n"
    quiet = ["--no-friday", "--no-ramadan", "--no-eid"]
    changed = run("organisation", "hours", "aston", "--opens", "10:00", *quiet)
    assert changed.stdout == "aston: 10:00 to 20:00 in Europe/London; quiet: nothing else.\n"


def test_a_poster_that_can_not_be_written_is_one_line(run: Run, demo: Services) -> None:
    open_campaign(demo, name="Spring", keyword="spring")
    done = run("poster", "spring", "--out", "none/poster.html", "--channel", "sms")
    assert done.exit_code == 1
    assert "none/poster.html can not be written" in done.stderr
