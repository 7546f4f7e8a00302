"""Campaigns: what they can be made with, and what is refused in one clear line."""

from __future__ import annotations

import pytest

from bot.usecases import campaigns
from bot.usecases.campaigns import CampaignError, KeywordError
from bot.usecases.services import Services
from flows.parsing import SurveyError
from tests.support.campaigns import open_campaign, sign_off, write_survey
from tests.support.people import Person
from tests.support.rows import rows


def test_a_campaign_is_listed_as_it_was_made(services: Services) -> None:
    slug = open_campaign(services, name="Spring 2026, Alum Rock!", keyword=" Spring  Rain ")
    (found,) = campaigns.all_campaigns(services)
    assert slug == found.slug == "spring-2026-alum-rock"
    assert found.name == "Spring 2026, Alum Rock!"
    assert found.organisation == "Aston Dars group"
    assert (found.form_id, found.languages, found.keyword) == ("wellbeing", ("en",), "spring rain")
    assert (found.walk_in, found.state) == (True, "live")


@pytest.mark.parametrize("code", ["bn", "ur", "so"])
def test_a_draft_is_refused_outside_demonstration_mode(services: Services, code: str) -> None:
    with pytest.raises(CampaignError, match=f"Not signed off yet: {code}"):
        open_campaign(services, languages=["en", code])
    (draft,) = rows(services, "campaign")
    assert (draft["state"], draft["launched"]) == ("draft", None)


def test_a_draft_is_spoken_in_demonstration_mode(demo: Services) -> None:
    open_campaign(demo, languages=["en", "bn"])
    amina = Person(demo)
    assert "বাংলা" in amina.says("hello")[0]


def test_what_was_signed_off_is_spoken(services: Services) -> None:
    sign_off(services, "wellbeing", ["bn"])
    open_campaign(services, languages=["bn"])
    first = Person(services).says("হ্যালো")[0]
    assert "Hello, this is Awaaz" not in first
    with pytest.raises(CampaignError, match="Not signed off yet: ur"):
        open_campaign(services, name="Second", languages=["bn", "ur"], walk_in=False)


def test_a_sign_off_holds_for_the_words_that_were_read_and_no_others(
    services: Services, tmp_path
) -> None:
    text = services.surveys.load("wellbeing").source
    path = write_survey(tmp_path, text, "mine")
    sign_off(services, path, ["bn"])
    write_survey(tmp_path, text.replace("What matters most", "What matters"), "mine")
    with pytest.raises(CampaignError, match="Not signed off yet: bn") as refused:
        open_campaign(services, survey=path, languages=["bn"])
    (line,) = str(refused.value).splitlines()[1:]
    assert line.startswith("bn: matters ")


def test_a_language_that_lacks_a_text_is_refused_even_in_demonstration_mode(
    demo: Services, tmp_path
) -> None:
    text = 'settings: {form_id: new}\nsurvey:\n  - {type: text, name: why, label: "Why?"}'
    with pytest.raises(CampaignError, match="is not complete in 'bn'; it is in en"):
        open_campaign(demo, survey=write_survey(tmp_path, text), languages=["en", "bn"])


def test_what_is_wrong_is_said_in_one_line(services: Services, tmp_path) -> None:
    open_campaign(services, keyword="spring")
    for name, keyword in [("Listening", None), ("Another", "SPRING")]:
        with pytest.raises(CampaignError, match="name or keyword already"):
            open_campaign(services, name=name, keyword=keyword)
    with pytest.raises(CampaignError, match=r"There is no survey 'nothing'; there are .*wellbeing"):
        open_campaign(services, survey="nothing")
    with pytest.raises(CampaignError, match="Latin letters or digits"):
        open_campaign(services, name="বসন্ত")
    with pytest.raises(CampaignError, match="There is no organisation 'nobody'"):
        campaigns.create(
            services, name="A", organisation="nobody", survey="wellbeing", languages=["en"]
        )
    with pytest.raises(SurveyError, match=r"small\.yaml:1"):
        open_campaign(services, survey=write_survey(tmp_path, "survey: ["))


def test_a_word_that_means_something_else_joins_nothing(services: Services) -> None:
    open_campaign(services, name="Live", survey="access", keyword="access")
    for word, what in (
        ("STOP", "is a command"),
        ("two", "is an answer in English"),
        ("১২", "is an answer in বাংলা"),
        ("other", "is an answer in the survey access"),
        ("!!", "at least one letter"),
    ):
        with pytest.raises(KeywordError, match=what):
            open_campaign(services, keyword=word)
    assert len(rows(services, "campaign")) == 1


def test_adding_an_organisation_twice_is_adding_it_once(services: Services) -> None:
    assert campaigns.add_organisation(services, "Coventry Central Hall") == "coventry-central-hall"
    assert campaigns.add_organisation(services, "Coventry Central Hall") == "coventry-central-hall"
    assert len(rows(services, "organisation")) == 1


def test_the_demonstration_is_loaded_once(demo: Services) -> None:
    from bot.usecases import demo as demonstration

    demonstration.load(demo)
    first = campaigns.all_campaigns(demo)
    demonstration.load(demo)
    assert campaigns.all_campaigns(demo) == first
    assert {campaign.form_id for campaign in first} == set(demo.surveys.names())
    (open_to_anyone,) = [campaign for campaign in first if campaign.walk_in]
    assert open_to_anyone.form_id == "wellbeing"
    assert {"en", "bn", "ur", "so"} <= set(open_to_anyone.languages)
