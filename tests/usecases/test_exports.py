"""Response sets: every answer once, in columns that analysts can trust, and no number in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases import export_rows, exports
from bot.usecases.campaigns import CampaignError
from bot.usecases.exports import ExportRequest, Format, Operator, Shape
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

Row = dict[str, str]


def exported(
    services: Services, *campaigns: str, shape: Shape, profile: Profile = Profile.RAW
) -> list[Row]:
    text, count = written(services, *campaigns, shape=shape, profile=profile)
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(found) == count
    return found


def written(
    services: Services,
    *campaigns: str,
    shape: Shape,
    profile: Profile = Profile.RAW,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[str, int]:
    """What an export holds, and how many rows it says there are."""
    file = io.BytesIO()
    request = ExportRequest(
        format=Format.CSV,
        requested_by=Operator.COMMAND_LINE,
        approved_by=None,
        shape=shape,
        profile=profile,
        level=Level.FULL,
    )
    made = exports.write(services, campaigns, request, file, progress)
    return file.getvalue().decode(), made.rows


def test_the_long_shape_has_a_row_for_each_answer(services: Services, clock: SettableClock) -> None:
    slug = open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    clock.forward(hours=1)
    amina.goes_through("yes", "Yes please", "most of the time", "skip")
    found = {row["question"]: row for row in exported(services, slug, shape=Shape.LONG)}
    first = found["who5_1"]
    assert (first["raw"], first["value"], first["code"]) == ("most of the time", "4", "4")
    assert first["label"] == "Most of the time"
    assert (first["language_answered"], first["channel"], first["mode"]) == ("en", "sms", "self")
    assert first["campaign"] == slug
    assert first["survey"] == "wellbeing"
    assert first["survey_version"].startswith("1+")
    assert first["pseudonym"] == rows(services, "participant")[0]["pseudonym"]
    assert found["who5_2"]["missing"] == "skipped"
    assert found["consent"]["raw"] == "Yes please"
    assert found["private"]["asked_at"] < found["private"]["answered_at"]


def test_the_wide_shape_has_a_row_for_each_conversation_with_its_scores(
    services: Services, queue: FakeQueue
) -> None:
    slug = open_campaign(services)
    people = [Person(services, f"+44770090012{number}") for number in range(3)]
    for person in people:
        person.goes_through("hello", *WHOLE)
    people[0].goes_through("thanks")
    queue.work(services)
    found = exported(services, slug, shape=Shape.WIDE)
    assert len(found) == 3
    for row in found:
        assert float(row["who5"]) == 52
        assert row["who5_1"] == "3"
        assert row["matters"] == "my neighbours"
        assert row["outcome"] == "complete"


def test_a_corrected_answer_is_in_the_wide_shape_as_corrected(services: Services) -> None:
    slug = open_campaign(services)
    Person(services).goes_through("hello", "yes", "yes", "3", "back", "5")
    (row,) = exported(services, slug, shape=Shape.WIDE)
    assert row["who5_1"] == "5"


def test_what_has_no_answer_has_the_code_that_says_why(services: Services) -> None:
    slug = open_campaign(services)
    Person(services).goes_through("hello", "yes", "yes", "prefer not to say")
    (row,) = exported(services, slug, shape=Shape.WIDE)
    assert (row["who5_1"], row["who5_2"]) == ("-99", "-77")


def test_no_number_of_anybody_is_in_an_export(services: Services) -> None:
    slug = open_campaign(services)
    for phone in ("+447700900123", "whatsapp:GB.somebody"):
        Person(services, phone).goes_through("hello", *WHOLE)
    for shape in Shape:
        text = str(exported(services, slug, shape=shape))
        assert "7700900123" not in text
        assert "somebody" not in text


@pytest.mark.parametrize("shape", list(Shape))
def test_a_spreadsheet_runs_nothing_that_a_person_wrote(services: Services, shape: Shape) -> None:
    slug = open_campaign(services)
    formula = '=HYPERLINK("http://example.org")'
    Person(services).goes_through("hello", *WHOLE[:-2], formula, "-2+3")
    cells = [
        c
        for row in exported(services, slug, shape=shape, profile=Profile.EXCEL)
        for c in row.values()
    ]
    assert f"'{formula}" in cells
    assert "'-2+3" in cells
    raw = [c for row in exported(services, slug, shape=shape) for c in row.values()]
    assert formula in raw


def test_a_spreadsheet_shows_every_script(services: Services) -> None:
    slug = open_campaign(services)
    Person(services).goes_through("hello", *WHOLE[:-2], "মসজিদের পাশের পথ", "ایسٹن")
    text, _ = written(services, slug, shape=Shape.LONG, profile=Profile.EXCEL)
    assert text.startswith("\ufeff")
    assert "মসজিদের পাশের পথ" in text


def test_lines_and_commas_of_an_answer_stay_in_its_cell(services: Services) -> None:
    slug = open_campaign(services)
    text = 'one, "two"\nthree\r\nfour'
    Person(services).goes_through("hello", *WHOLE[:-2], text)
    (row,) = [r for r in exported(services, slug, shape=Shape.LONG) if r["question"] == "matters"]
    assert row["raw"] == text


def test_versions_of_a_survey_are_merged_by_the_names_of_their_questions(
    services: Services, tmp_path
) -> None:
    first = 'settings: {form_id: a}\nsurvey:\n  - {type: text, name: why, label: "Why?"}\n'
    path = write_survey(tmp_path, first)
    one = open_campaign(services, name="One", survey=path, keyword="rose", walk_in=False)
    Person(services, "+447700900111").goes_through("rose", "because")
    write_survey(tmp_path, first + '  - {type: integer, name: n, label: "How many?"}\n')
    two = open_campaign(services, name="Two", survey=path, keyword="tulip", walk_in=False)
    Person(services, "+447700900112").goes_through("tulip", "therefore", "4")
    found = exported(services, one, two, shape=Shape.WIDE)
    assert [(row["campaign"], row["why"], row["n"]) for row in found] == [
        ("one", "because", "-78"),  # her version did not have the question
        ("two", "therefore", "4"),
    ]
    assert len({row["survey_version"] for row in found}) == 2


def test_more_conversations_than_fit_into_memory_at_a_time(services: Services, monkeypatch) -> None:
    monkeypatch.setattr(export_rows, "BATCH", 2)
    slug = open_campaign(services)
    for number in range(5):
        Person(services, f"+44770090030{number}").goes_through("hello", "yes", "yes", str(number))
    seen: list[int] = []
    text, _ = written(services, slug, shape=Shape.WIDE, progress=seen.append)
    assert seen == [2, 4, 5]
    found = csv.DictReader(io.StringIO(text, newline=""))
    assert [row["who5_1"] for row in found] == ["0", "1", "2", "3", "4"]


def test_several_choices_are_several_columns_or_one_list(services: Services) -> None:
    slug = open_campaign(services, survey="initiative")
    Person(services).goes_through("hello", "yes", "yes", "weekly", "4", "1, 3")
    (answer,) = [r for r in exported(services, slug, shape=Shape.LONG) if r["question"] == "helped"]
    assert "confidence" in answer["value"]
    assert "health" in answer["value"]


def test_an_unknown_campaign_is_named_with_those_there_are(services: Services) -> None:
    with pytest.raises(CampaignError, match="no campaign 'nothing'; there are: none"):
        exported(services, "nothing", shape=Shape.LONG)
    open_campaign(services)
    with pytest.raises(CampaignError, match="there are: listening"):
        exported(services, "nothing", shape=Shape.LONG)


def test_a_campaign_without_answers_is_a_header(services: Services) -> None:
    slug = open_campaign(services)
    for shape in Shape:
        assert exported(services, slug, shape=shape) == []


def test_an_export_reads_one_moment(services: Services) -> None:
    """What is written while an export runs is in the next one, not half in this one."""
    slug = open_campaign(services)
    for number in range(3):
        Person(services, f"+44770090030{number}").goes_through("hello", "yes", "yes", "3")
    other = replace(services)

    def meanwhile(_: int) -> None:
        Person(other, "+447700900999").goes_through("hello", "yes")

    _, count = written(services, slug, shape=Shape.WIDE, progress=meanwhile)
    assert count == 3
    assert len(exported(services, slug, shape=Shape.WIDE)) == 4
