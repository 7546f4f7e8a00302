"""A dashboard's numbers: right, protected, and the same whatever order they are looked at in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.research.suppression import TOTAL
from bot.store import inbox
from bot.usecases import dashboards
from bot.usecases.campaigns import CampaignError
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign, write_survey
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.waves import answered, change, close, who5

FORM = """
settings: {form_id: small}
choices:
  groups:
    - {name: a, label: A}
    - {name: b, label: B}
  answer:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
    - {name: maybe, label: Maybe}
survey:
  - {type: select_one groups, name: group, label: "Which group?"}
  - {type: instrument who5}
  - {type: select_one answer, name: liked, label: "Did you like it?"}
  - {type: text, name: area, label: "Where do you live?"}
  - {type: text, name: why, label: "Why?", relevant: "${liked} = 'no'"}
  - {type: select_one answer, name: again, label: "Again?", relevant: "${liked} = 'no'"}
"""


@pytest.fixture
def campaign(services: Services, tmp_path) -> str:
    """Forty-one people: two groups, two languages, forty scores."""
    slug = open_campaign(services, survey=write_survey(tmp_path, FORM), languages=["en"])
    people = [
        {
            "group": "a" if i % 8 < 5 else "b",
            "liked": "yes" if i % 8 < 5 else "no" if i < 37 else "maybe",
            "area": "b8 1aa" if i < 18 else "CV1, Coventry" if i < 30 else "somewhere",
            **who5(40 + 4 * (i % 5)),
        }
        for i in range(40)
    ]
    answered(
        services,
        slug,
        [*people, {"group": "a"}],
        language=["bn" if i % 10 < 3 else "en" for i in range(40)] + ["en"],
    )
    change(services, slug, plan={"group": "group"})
    return slug


def test_while_a_campaign_is_live_only_everybody_is_spoken_of_in_tens(
    services: Services, campaign: str
) -> None:
    found = dashboards.scores(services, campaign, "who5")
    assert list(found) == ["all"]
    assert found["all"]["all"] is not None
    assert found["all"]["all"].n == 30
    assert dashboards.distribution(services, campaign, "liked") is None
    assert dashboards.language_equity(services, campaign) == {}
    assert dashboards.districts(services, campaign) == {}
    funnel = dashboards.funnel(services, campaign)
    assert (funnel.all["complete"], funnel.all["began"]) == (40, None)
    assert funnel.totals == {"all": 40}


def test_scores_by_group_and_language_once_it_is_closed(services: Services, campaign: str) -> None:
    close(services, campaign)
    found = dashboards.scores(services, campaign, "who5")
    assert found["all"]["all"] is not None
    assert (found["all"]["all"].n, found["all"]["all"].mean) == (40, 48)
    assert {row: mean and mean.n for row, mean in found["group"].items()} == {"a": 25, "b": 15}
    assert {row: mean and mean.n for row, mean in found["language"].items()} == {"bn": 12, "en": 28}
    assert found["group"]["a"] is not None
    assert found["group"]["a"].interval is not None


def test_a_distribution_has_its_small_cells_hidden_by_group_and_in_total(
    services: Services, campaign: str
) -> None:
    close(services, campaign)
    grid = dashboards.distribution(services, campaign, "liked")
    assert grid is not None
    assert grid.rows == ("a", "b")
    assert grid.totals == {"a": 26, "b": 15, TOTAL: 41}
    shown = {cell: value for cell, value in grid.cells.items() if value is not None}
    assert all(value >= 10 for value in shown.values())
    assert grid.cells["b", "maybe"] is None
    assert grid.all["maybe"] is None


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("who5_1", "part of a score"),
        ("again", "some people only"),
        ("area", "not a question with one of several"),
        ("weather", "no question 'weather'"),
    ],
)
def test_a_distribution_that_would_open_another_is_refused(
    services: Services, campaign: str, question: str, why: str
) -> None:
    with pytest.raises(CampaignError, match=why):
        dashboards.distribution(services, campaign, question)


def test_the_equity_monitor_and_the_funnel_are_one_table(services: Services, campaign: str) -> None:
    close(services, campaign)
    found = dashboards.language_equity(services, campaign)
    funnel = dashboards.funnel(services, campaign)
    assert {language: row.people for language, row in found.items()} == {"bn": 12, "en": 29}
    for language, row in found.items():
        assert row.stages == {stage: funnel.cells[language, stage] for stage in dashboards.STAGES}
        # Nobody was asked again and nothing was sent: everybody is alike, so it is not shown.
        assert (row.asked_again, row.segments) == (None, None)


def test_what_is_sent_and_asked_again_is_counted_by_language(services: Services) -> None:
    slug = open_campaign(services)
    for number in range(12):
        person = Person(services, f"+4477009001{number:02}")
        person.goes_through("hello", "yes", "yes", *(["banana"] if number % 2 else []), "3")
    close(services, slug)
    (row,) = dashboards.language_equity(services, slug).values()
    assert row.asked_again is not None
    assert row.asked_again.mean == 0.5
    assert row.segments is not None
    assert row.segments.mean > 3
    assert row.stages["began"] is None or row.stages["began"] >= 10


def test_the_funnel_counts_who_is_on_the_list_and_has_not_been_asked(services: Services) -> None:
    slug = open_campaign(services)
    (campaign,) = rows(services, "campaign", slug=slug)
    answered(services, slug, [who5(40)] * 14)
    participants, contacts = rows(services, "participant"), rows(services, "contact_point")
    with services.database.transaction() as work:
        for place, state in enumerate(["listed"] * 12):
            inbox.add(
                work.connection, dashboards.ENROLMENT, campaign_id=campaign["id"], state=state,
                participant_id=participants[place]["id"], contact_point_id=contacts[place]["id"],
                created=services.clock.now(),
            )  # fmt: skip
        found = rows(services, "conversation")[0]["id"]
        inbox.save_conversation(work.connection, found, outcome=None)
    assert dashboards.funnel(services, slug).all["waiting"] == 10
    close(services, slug)
    grid = dashboards.funnel(services, slug)
    assert sum(value or 0 for value in grid.totals.values()) in (26, 52)
    assert all(value is None or value >= 10 for value in grid.cells.values())


def test_districts_of_ten_people_or_more_are_on_the_map(services: Services, campaign: str) -> None:
    close(services, campaign)
    assert dashboards.districts(services, campaign) == {"B8": 18, "CV1": 12, "others": 10}


def test_a_district_is_the_first_half_of_a_postcode() -> None:
    cases = {"b66 3pq, Smethwick": "B66", "I live in CV1": "CV1", "EC1A 1BB": "EC1A"}
    for text, district in cases.items():
        assert dashboards.district_of(text) == district
    assert dashboards.district_of("এস্টন") is None


def test_a_campaign_of_an_initiative_shows_no_scores_before_there_are_two_waves(
    services: Services, campaign: str
) -> None:
    other = open_campaign(services, name="Later", keyword="later", walk_in=False)
    (row,) = rows(services, "campaign", slug=campaign)
    change(services, other, follows_id=row["id"], wave=2, ends=services.clock.now() - timedelta(1))
    assert dashboards.scores(services, campaign, "who5")["wave"] == dict.fromkeys(
        ["before", "after"]
    )
