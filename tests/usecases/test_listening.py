"""Priorities of a listening round: the published vector from the database, and small groups protected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.usecases import listening, reports
from bot.usecases.campaigns import CampaignError
from bot.usecases.services import Services
from tests.research.test_listening import BALLOTS
from tests.support.campaigns import open_campaign, write_survey
from tests.support.waves import answered, close

RANKING = """
settings: {form_id: matters}
choices:
  issues:
    - {name: housing, label: Housing}
    - {name: jobs, label: Jobs}
    - {name: gp, label: Seeing a doctor}
    - {name: lonely, label: Loneliness}
    - {name: racism, label: Racism}
  groups:
    - {name: A, label: Aston}
    - {name: B, label: Bordesley}
    - {name: C, label: Coventry}
survey:
  - {type: select_one groups, name: group, label: "Which group?"}
  - {type: rank issues, name: first, label: "What comes first?"}
  - {type: select_multiple issues, name: any, label: "Which of these matter?"}
  - {type: text, name: why, label: "Why?"}
"""


def round_of(services: Services, folder: Path, times: int = 1, *, closed: bool = True) -> str:
    slug = open_campaign(services, survey=write_survey(folder, RANKING))
    ballots = [
        {"group": group, "first": ballot, "any": ballot[:2]}
        for group, ballot in BALLOTS
        for _ in range(times)
    ]
    answered(services, slug, ballots)
    if closed:
        close(services, slug)
    return slug


def test_the_vectors_order_comes_out_of_the_database(services: Services, tmp_path: Path) -> None:
    slug = round_of(services, tmp_path)
    found = listening.listen(services, [slug], question="first", group="group")
    assert [one.option for one in found.heard][:2] == ["gp", "lonely"]
    assert {one.option: one.place for one in found.heard}["housing"] == 4
    pooled = {one.option: one.pooled for one in found.heard}
    assert (pooled["housing"], pooled["gp"]) == (90, 66)
    assert found.people == 41


def test_what_a_group_of_five_said_is_in_the_order_and_in_no_number(
    services: Services, tmp_path: Path
) -> None:
    slug = round_of(services, tmp_path)
    found = listening.listen(services, [slug], question="first", group="group")
    assert found.groups == {"A": 30, "others": 11}
    for one in found.heard:
        assert one.by_group.keys() == {"A"}
        assert one.equal is None
    assert '"B"' not in reports.as_json(found)


def test_groups_of_ten_or_more_are_shown_with_their_points(
    services: Services, tmp_path: Path
) -> None:
    slug = round_of(services, tmp_path, times=2)
    found = listening.listen(services, [slug], question="first", group="group")
    assert found.groups == {"A": 60, "B": 10, "C": 12}
    assert {one.option: one.equal for one in found.heard} == {
        "gp": 12, "lonely": 10.5, "housing": 7.5, "jobs": 7.5, "racism": 7.5,
    }  # fmt: skip
    page = reports.listening_page(found, reports.tongue(services, "en"))
    assert "Seeing a doctor" in page
    assert "10.5" in page
    assert "Bordesley" not in page


def test_choices_count_alike_where_nothing_is_ranked(services: Services, tmp_path: Path) -> None:
    slug = round_of(services, tmp_path)
    found = listening.listen(services, [slug], question="any", group="group")
    assert {one.option: one.pooled for one in found.heard}["housing"] == 30


@pytest.mark.parametrize("question", ["one", "any"])
def test_how_few_chose_something_is_not_told_where_a_point_is_a_person(
    services: Services, tmp_path: Path, question: str
) -> None:
    text = RANKING + """  - {type: select_one issues, name: one, label: "Which one?"}\n"""
    slug = open_campaign(services, survey=write_survey(tmp_path, text))
    chosen = ["housing"] * 25 + ["jobs"] * 15 + ["gp"] * 3 + ["racism"] * 2
    people = [
        {"group": "AB"[place % 2], "one": one, "any": (one, "lonely")}
        for place, one in enumerate(chosen)
    ]
    answered(services, slug, people)
    close(services, slug)
    found = listening.listen(services, [slug], question=question, group="group")
    heard = {one.option: one for one in found.heard}
    assert found.groups == {"A": 23, "B": 22}
    for small in ("gp", "racism"):
        assert heard[small].pooled is None
        assert heard[small].by_group == {}
    assert heard["housing"].pooled == 25
    assert heard["housing"].by_group.keys() <= {"A", "B"}
    # Nor how few did not choose something.
    assert heard["lonely"].pooled is None
    page = reports.listening_page(found, reports.tongue(services, "en"))
    assert "not shown" in page
    assert json.loads(reports.as_json(found))["heard"][0]["place"] == 1


def test_without_a_group_question_each_campaign_is_a_group(
    services: Services, tmp_path: Path
) -> None:
    slug = round_of(services, tmp_path)
    found = listening.listen(services, [slug], question="first")
    assert (found.people, found.groups) == (41, {})


def test_an_open_round_counts_in_tens_and_a_small_one_says_nothing(
    services: Services, tmp_path: Path
) -> None:
    slug = round_of(services, tmp_path, closed=False)
    found = listening.listen(services, [slug], question="first", group="group")
    assert (found.people, found.open) == (30, True)
    small = open_campaign(services, name="Small", keyword="small", walk_in=False,
                          survey=write_survey(tmp_path, RANKING))  # fmt: skip
    answered(
        services, small, [{"group": "A", "first": ("gp",)}, {"group": "A"}, {"first": ("gp",)}]
    )
    close(services, small)
    nothing = listening.listen(services, [small], question="first", group="group", language="ur")
    assert (nothing.people, nothing.heard) == (0, ())
    page = reports.listening_page(nothing, reports.tongue(services, "en"))
    assert "Fewer than ten" in page
    assert json.loads(reports.as_json(nothing))["heard"] == []


def test_a_question_without_options_is_refused(services: Services, tmp_path: Path) -> None:
    slug = round_of(services, tmp_path)
    with pytest.raises(CampaignError, match="no question 'why' with options; it has: group, first"):
        listening.listen(services, [slug], question="why")
