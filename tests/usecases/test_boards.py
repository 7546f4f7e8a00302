"""Pages of figures say what the dashboards say, in words and pictures, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.usecases import boards, dashboards, research_campaigns, staff
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from tests.support.campaigns import open_campaign, write_survey
from tests.support.waves import change, close
from tests.usecases.test_dashboards import campaign  # noqa: F401 - a fixture


@pytest.fixture
def organisation(services: Services, campaign: str) -> Organisation:  # noqa: F811
    return next(iter(staff.organisations(services)))


def test_every_table_holds_the_dashboards_numbers(
    services: Services,
    campaign: str,  # noqa: F811
    organisation: Organisation,
) -> None:
    close(services, campaign)
    page = services, organisation, campaign, "en"
    (panel,) = boards.funnel(*page).panels
    grid = dashboards.funnel(services, campaign)
    told = ["fewer than ten" if n is None else str(n) for n in grid.all.values()]
    assert [row[1] for row in panel.rows] == [*told, "41"]
    assert panel.rows[-2][0] == "Finished"
    found = dashboards.scores(services, campaign, "who5")
    board = boards.scores(*page, None)
    assert board.picked == "who5"
    assert [one.title for one in board.panels] == ["Everybody together", "By group", "By language"]
    assert [(row[0], row[1]) for row in board.panels[1].rows] == [
        ({"a": "A", "b": "B"}[name], str(mean.n))
        for name, mean in found["group"].items()
        if mean is not None
    ]
    assert {row[0] for row in board.panels[2].rows} == {"English", "বাংলা"}
    (places,) = boards.places(*page).panels
    assert dict(places.rows) == {
        "Other places" if name == "others" else name: str(n)
        for name, n in dashboards.districts(services, campaign).items()
    }


def test_answers_stand_in_a_column_for_each_group_with_what_is_hidden_in_words(
    services: Services,
    campaign: str,  # noqa: F811
    organisation: Organisation,
) -> None:
    close(services, campaign)
    grid = dashboards.distribution(services, campaign, "liked")
    board = boards.answers(services, organisation, campaign, "en", "liked")
    (panel,) = board.panels
    assert grid is not None
    assert panel.heads == ("Answer", *(["A", "B"] if len(grid.rows) == 2 else []), "Everybody")
    shown = {row[0]: row[-1] for row in panel.rows[:-1]}
    labels = {"yes": "Yes", "no": "No", "maybe": "Maybe", dashboards.NO_ANSWER: "No answer"}
    assert shown == {
        labels[name]: "fewer than ten" if n is None else str(n) for name, n in grid.all.items()
    }
    # The group is not asked about itself, items of a score and conditional questions not at all.
    assert [name for name, _ in board.options] == ["liked"]
    for question in ("group", "who5_1", "again", "nonsense"):
        with pytest.raises(NotHere):
            boards.answers(services, organisation, campaign, "en", question)


def test_while_a_campaign_is_open_its_pages_say_why_they_are_empty(
    services: Services,
    campaign: str,  # noqa: F811
    organisation: Organisation,
) -> None:
    page = services, organisation, campaign, "en"
    assert "rounded down to tens" in boards.funnel(*page).note
    for board in (boards.answers(*page, None), boards.languages(*page), boards.places(*page)):
        assert board.panels == ()
        assert "when the campaign is closed" in board.note
    change(services, campaign, initiative_id=None, follows_id=1)
    assert "when both times have begun" in boards.scores(*page, "who5").note


def test_a_survey_without_scores_questions_or_places_says_so(
    services: Services, organisation: Organisation, tmp_path: Path
) -> None:
    form = "settings: {form_id: words}\nsurvey:\n  - {type: text, name: why, label: Why}\n"
    survey = write_survey(tmp_path, form, "words")
    slug = open_campaign(services, name="Words", survey=survey, keyword="words", walk_in=False)
    page = services, organisation, slug, "en"
    assert boards.scores(*page, None).note == "This survey gives no scores."
    assert "named area" in boards.places(*page).note
    assert boards.answers(*page, None).panels == ()


def test_pictures_carry_no_style_that_a_strict_page_would_refuse(
    services: Services,
    campaign: str,  # noqa: F811
    organisation: Organisation,
) -> None:
    close(services, campaign)
    page = services, organisation, campaign, "ur"
    panels = [*boards.funnel(*page).panels, *boards.languages(*page).panels]
    panels += [*boards.scores(*page, None).panels, *boards.places(*page).panels]
    assert len(panels) >= 7
    for panel in panels:
        assert panel.chart.startswith("<svg")
        assert not re.search(r"<style|\bstyle=", panel.chart)
        assert 'fill="#' in panel.chart


def test_another_organisations_campaign_is_not_there(
    services: Services,
    campaign: str,  # noqa: F811
    organisation: Organisation,
) -> None:
    other = Organisation(organisation.id + 1, "other", "Other", 30)
    for look in (boards.funnel, boards.languages, boards.places):
        with pytest.raises(NotHere):
            look(services, other, campaign, "en")
    with pytest.raises(NotHere):
        boards.scores(services, other, campaign, "en", None)
    assert research_campaigns.campaigns(services, other) == []
