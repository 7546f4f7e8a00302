"""`awaaz survey import`, `export` and `coverage`, and `awaaz play` with a campaign."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from bot.cli import awaaz, play
from bot.store import inbox
from bot.usecases import rehearsals
from bot.usecases.campaigns import CampaignError
from bot.usecases.effects import ANSWER
from bot.usecases.services import Services
from flows.state import State
from tests.support.campaigns import open_campaign, write_survey
from tests.support.rows import places_of, rows

FORM = """
| survey | | | |
| | type | name | label | appearance |
| | text | why | Why? | multiline |
"""
BROKEN = """
| survey | | | |
| | type | name | label |
| | barcode | code | Your code |
| | text | a b | A |
"""


def run(*arguments: object, replies: str | None = None) -> Result:
    return CliRunner().invoke(awaaz, [str(one) for one in arguments], input=replies)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def test_an_import_says_what_was_written_and_what_has_no_effect(form: Path, tmp_path: Path) -> None:
    out = tmp_path / "surveys"
    done = run("survey", "import", form, "--out", out)
    assert done.exit_code == 0
    assert done.stdout == f"{out}/clinic.yaml: 1 questions, written in en.\n"
    assert 'note: clinic.md: sheet survey, row 4, column E "appearance"' in done.stderr
    assert (out / "clinic.yaml").exists()


def test_a_form_that_can_not_be_held_ends_with_status_2_and_a_line_a_problem(
    tmp_path: Path,
) -> None:
    path = tmp_path / "clinic.md"
    path.write_text(BROKEN, encoding="utf-8")
    done = run("survey", "import", path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert first.startswith('clinic.md: sheet survey, row 4, column B "type" (code): `barcode`')
    assert second.startswith('clinic.md: sheet survey, row 5, column C "name" (a b)')
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_form_ends_with_status_2(tmp_path: Path) -> None:
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(b"nothing")
    done = run("survey", "import", path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert done.stderr.startswith("clinic.xlsx: this is not a workbook that can be read")
    assert run("survey", "import", tmp_path / "none.xlsx", "--out", tmp_path).exit_code == 2


def test_an_import_writes_over_nothing_unasked(form: Path, tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text("mine", encoding="utf-8")
    done = run("survey", "import", form, "--out", tmp_path)
    assert done.exit_code == 2
    assert "has another clinic.yaml; --replace writes over it." in done.stderr
    assert run("survey", "import", form, "--out", tmp_path, "--replace").exit_code == 0


def test_a_folder_that_can_not_be_written_is_one_line(form: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("survey", "import", form, "--out", tmp_path / "file" / "out")
    assert done.exit_code == 1
    assert "can not be written" in done.stderr


def test_an_export_is_a_workbook_of_text_alone(tmp_path: Path) -> None:
    out = tmp_path / "wellbeing.xlsx"
    done = run("survey", "export", "--xlsform", "wellbeing", "--out", out)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{out}: en, ")
    book = load_workbook(out)
    assert book.sheetnames == ["survey", "choices", "settings"]
    cells = (cell for page in book for row in page.iter_rows() for cell in row if cell.value)
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (["wellbeing", "--out", "a.xlsx"], "Say --xlsform", 2),
        (["--xlsform", "wellbeing", "--out", "a.ods"], "a name that ends in .xlsx", 2),
        (["--xlsform", "nope", "--out", "a.xlsx"], "There is no survey 'nope'", 1),
        (["--xlsform", "wellbeing", "--out", "none/a.xlsx"], "can not be written", 1),
    ],
)
def test_an_export_that_can_not_be_made_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("survey", "export", *arguments)
    assert (done.exit_code, said in done.stderr) == (status, True), done.stderr


def test_coverage_tells_what_became_of_each_form(form: Path, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "c.csv").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no form", encoding="utf-8")
    done = run("survey", "coverage", tmp_path)
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if not line.startswith("  ")] == [
        "b.md: refused",
        "c.csv: refused",
        "clinic.md: imported",
    ]
    counted = run("survey", "coverage", tmp_path, "--table").stdout
    assert "| tried | 3 |\n| imported | 1 |\n| refused | 2 |" in counted
    assert "| `barcode` can not be asked in a conversation | 1 |" in counted


# Trying a campaign out

ROWS = """
settings: {form_id: small}
choices:
  need:
    - {name: housing, label: Housing}
    - {name: jobs, label: Jobs}
survey:
  - {type: note, name: hello, label: Hello.}
  - {type: select_one need, name: need, label: "What?", parameters: randomize=true}
"""


@pytest.fixture
def small(demo: Services, tmp_path: Path) -> str:
    """The path of a survey that a campaign of the same name asks."""
    path = write_survey(tmp_path, ROWS)
    open_campaign(demo, name="small", survey=path)
    return path


def test_a_rehearsal_is_stored_like_any_conversation(demo: Services, small: str) -> None:
    talk = rehearsals.begin(demo, campaign="small", form_id="small", language="en")
    assert talk.said[0].startswith("Hello.\n\nWhat?")
    assert not rehearsals.is_finished(demo, talk)
    (said,) = rehearsals.reply(demo, talk, "jobs")
    assert said == "Thank you. That was the last question."
    assert rehearsals.is_finished(demo, talk)
    (answer,) = rows(demo, ANSWER)
    assert answer["value"] == "jobs"
    (conversation,) = rows(demo, inbox.CONVERSATION)
    assert (conversation["mode"], conversation["outcome"]) == ("simulated", "complete")
    (contact,) = rows(demo, inbox.CONTACT)
    assert contact["simulated"]
    assert places_of(demo, talk.address.address) == []
    # Nothing waits to be sent to an address that nobody has.
    assert {row["state"] for row in rows(demo, inbox.OUTBOUND)} == {"replied"}


def test_every_participant_has_a_seed_of_her_own(demo: Services, small: str) -> None:
    for _ in range(4):
        rehearsals.begin(demo, campaign="small", form_id="small", language="en")
    seeds = {State.from_json(row["state"]).seed for row in rows(demo, inbox.CONVERSATION)}
    assert len(seeds) == 4


@pytest.mark.parametrize(
    ("campaign", "form_id", "language", "said"),
    [
        ("none", "small", "en", "There is no campaign 'none'"),
        ("small", "clinic", "en", "small asks the survey small, not clinic"),
        ("small", "small", "bn", "small is not held in 'bn'; it is in en"),
    ],
)
def test_a_rehearsal_of_something_else_is_refused(
    demo: Services, small: str, campaign: str, form_id: str, language: str, said: str
) -> None:
    with pytest.raises(CampaignError, match=said):
        rehearsals.begin(demo, campaign=campaign, form_id=form_id, language=language)
    assert rows(demo, inbox.CONVERSATION) == []


def test_play_with_a_campaign_says_the_same_and_stores_it(
    demo: Services, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "services_of", lambda _data: demo)
    done = run("play", small, "--campaign", "small", replies="jobs\nmore\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Hello.\n\nWhat?")
    assert done.stdout.endswith("Thank you. That was the last question.\n\n")
    assert [row["value"] for row in rows(demo, ANSWER)] == ["jobs"]
    cut = run("play", small, "--campaign", "small", replies="")
    assert cut.exit_code == 0  # whoever stops typing leaves the conversation where it is
    refused = run("play", small, "--campaign", "small", "--explain", replies="")
    assert refused.exit_code == 2
    assert "--explain needs a talk that is not stored" in refused.output
