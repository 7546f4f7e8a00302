"""Published versions: immutable, named by what they hold; an edit orphans no answer."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import awaaz
from bot.research.levels import Level
from bot.usecases import exports, templates, versions
from bot.usecases.services import Services
from bot.usecases.texts import TranslationError
from tests.support.campaigns import open_campaign, write_survey
from tests.support.people import Person
from tests.support.rows import rows

BEFORE = """\
settings: {form_id: edited, form_title: Edited, version: "1"}
choices:
  life:
    - {name: good, label: Good}
    - {name: bad, label: Bad}
survey:
  - {type: integer, name: age, label: "How old are you?"}
  - {type: select_one life, name: life, label: "How is life?"}
  - {type: text, name: matters, label: "What matters?"}
"""
# Turned about, one question removed, one reworded under its name, one renamed.
AFTER = """\
settings: {form_id: edited, form_title: Edited, version: "2"}
choices:
  life:
    - {name: bad, label: Bad}
    - {name: good, label: Very good}
survey:
  - {type: text, name: hopes, label: "What matters?"}
  - {type: select_one life, name: life, label: "How is your life?"}
"""


@pytest.fixture
def run(services: Services, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on these services; its output."""
    for module in ("versions", "template", "translation"):
        monkeypatch.setattr(f"bot.cli.{module}.services_of", lambda _data: services)

    def command(*words: str, status: int = 0) -> str:
        result = CliRunner().invoke(awaaz, list(words))
        assert result.exit_code == status, result.output
        return result.output

    return command


def test_publishing_the_same_words_twice_is_one_version(
    services: Services, tmp_path: Path, run: Any
) -> None:
    survey = write_survey(tmp_path, BEFORE, "edited")
    first = json.loads(run("survey", "publish", survey, "--json"))
    stored = rows(services, "survey_version")
    assert json.loads(run("survey", "publish", survey, "--json")) == first
    write_survey(tmp_path, AFTER, "edited")
    second = run("survey", "publish", survey)
    assert second.startswith("edited 2  ")
    assert first["digest"] not in second
    listed = json.loads(run("survey", "versions", survey, "--json"))["versions"]
    assert [one["version"] for one in listed] == ["1", "2"]
    assert rows(services, "survey_version")[0] == stored[0]
    assert "edited 1" in run("survey", "versions", "edited")


def test_a_survey_that_was_never_published_says_so_and_one_that_is_none_is_refused(
    services: Services, run: Any
) -> None:
    assert "No version of wellbeing" in run("survey", "versions", "wellbeing")
    for refused in (versions.publish, versions.versions):
        with pytest.raises(TranslationError, match="There is no survey"):
            refused(services, "nowhere")


def test_an_edit_orphans_no_answer_and_an_export_merges_versions_by_their_names(
    services: Services, tmp_path: Path, run: Any
) -> None:
    survey = write_survey(tmp_path, BEFORE, "edited")
    open_campaign(services, name="Before", survey=survey, walk_in=False, keyword="before")
    early = Person(services, "+447700900101")
    early.goes_through("before", "44")
    write_survey(tmp_path, AFTER, "edited")
    open_campaign(services, name="After", survey=survey, walk_in=False, keyword="after")
    late = Person(services, "+447700900102")
    late.goes_through("after", "work", "2")
    # The edit came in the middle of her conversation: she goes on in the words it began with.
    assert early.says("1")[0].startswith("What matters?")
    early.says("my neighbours")
    assert early.conversation["outcome"] == late.conversation["outcome"] == "complete"
    table = list(csv.DictReader(io.StringIO(exported(services))))
    assert [(row["age"], row["life"], row["matters"], row["hopes"]) for row in table] == [
        ("44", "good", "my neighbours", "-78"),
        ("-78", "good", "-78", "work"),
    ]
    life = rows(services, "answer", question="life")
    said = [run("survey", "words", row["wording"]) for row in life]
    assert "version 1" in said[1] or "version 1" in said[0]
    assert any("How is your life?" in one and "version 2" in one for one in said)


def exported(services: Services) -> str:
    """The wide table of both campaigns together."""
    file = io.BytesIO()
    request = exports.ExportRequest(
        format=exports.Format.CSV,
        requested_by="A. Researcher",
        approved_by="B. Researcher",
        shape=exports.Shape.WIDE,
        level=Level.FULL,
    )
    exports.write(services, ["before", "after"], request, file)
    return file.getvalue().decode("utf-8-sig")


def test_templates_are_registered_and_listed_by_command(services: Services, run: Any) -> None:
    campaign = open_campaign(services)
    sid = "HX" + "0" * 32
    shown = json.loads(run("template", "show", "bot/invitation", "--language", "en"))
    assert "{{1}}" in shown["types"]["twilio/text"]["body"]
    assert "unsubmitted" in run("template", "set", sid, "bot/invitation", "--language", "en")
    assert run("template", "status", sid, "approved", "--why", "fine") == f"{sid}: approved.\n"
    listed = run("template", "list", "--campaign", campaign, status=1)
    assert f"bot/invitation  en  text  {sid}  approved (fine)" in listed
    assert "missing: bot/go-on in en: not registered" in listed
    assert "missing" not in run("template", "list")
    question = ("--survey", "wellbeing", "--question", "private", "--language", "en")
    assert "quick_reply" in run("template", "set", sid, *question)
    run("template", "show", "--language", "en", status=2)
    assert len(templates.listing(services)) == 2
