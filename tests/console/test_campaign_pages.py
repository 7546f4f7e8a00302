"""Campaigns as a facilitator makes and runs them: plain forms, no JavaScript."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import create_app
from bot.gateways.twilio import Retry, SendFailed
from bot.gateways.twilio_errors import Reaction
from bot.usecases import (
    campaign_choices,
    campaign_state,
    campaigns,
    checklist,
    launching,
    outbox,
    standing,
    translation,
)
from bot.usecases.services import Services
from bot.web.console.campaign_labels import FAILED, SENTENCES
from flows.prices import Prices
from tests.console.conftest import OURS, Site
from tests.support.campaigns import write_survey
from tests.support.fakes import FakeTwilio
from tests.support.launching import enrol
from tests.support.people import WHOLE, Person
from tests.support.rows import rows
from tests.support.staff import Browser

HERE = f"/console/{OURS}/campaigns"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has no statement of its own: once is enough."""

PHONES = ("+447700900201", "+447700900202", "+447700900203")


def follow(browser: Browser, answer: object) -> str:
    """The page that a form leads to; its address."""
    assert answer.status_code == 303, browser.text  # type: ignore[attr-defined]
    address: str = answer.headers["Location"]  # type: ignore[attr-defined]
    assert browser.get(address).status_code == 200
    return address


def send_all(services: Services) -> int:
    """Send what is in the outbox, as a worker would; how many left."""
    return outbox.send(services, [row["id"] for row in rows(services, "outbound", state="queued")])


@pytest.fixture
def real(site: Site) -> Site:
    """The same organisations where nobody is shown a draft: no demonstration."""
    settings = replace(site.services.settings, demo=False)
    services: Services = replace(site.services, settings=settings)
    return replace(site, services=services, app=create_app(services=services))


def test_from_an_empty_organisation_to_a_launched_campaign(real: Site, sms: FakeTwilio) -> None:
    browser = real.browser("F")
    browser.get(HERE)
    assert "There is no campaign yet." in browser.text
    browser.get(f"{HERE}/new")
    assert 'value="wellbeing"' in browser.page
    assert browser.post(f"{HERE}/new").status_code == 422
    assert "Choose a survey." in browser.text
    # Survey. A name in another script has an address all the same.
    answer = browser.post(f"{HERE}/new", survey="wellbeing", name="বসন্ত")
    assert follow(browser, answer) == f"{HERE}/{OURS}/languages"
    draft = f"{HERE}/{OURS}"
    # Languages: only English is signed off, the others say what is missing.
    assert re.findall(r'name="languages" type="checkbox" value="(\w+)"', browser.page) == ["en"]
    assert "বাংলা" in browser.text.partition("Not ready yet")[2]
    assert browser.post(f"{draft}/languages", languages="bn").status_code == 422
    translation.sign_off(real.services, "wellbeing", "bn", by="A. Reviewer")
    browser.get(f"{draft}/languages")
    both = {"form_key": browser.key(), "languages": ["en", "bn"]}
    answer = browser.client.post(f"{draft}/languages", data=both)
    assert follow(browser, answer) == f"{draft}/people"
    # People: on a list, and by a word, which may not mean anything else.
    assert f"/console/{OURS}/people/lists/new?campaign={OURS}" in browser.page
    assert browser.post(f"{draft}/people", how="word").status_code == 422
    assert browser.post(f"{draft}/people", how="word", keyword="two").status_code == 422
    assert "\u2068'two'\u2069 is an answer in \u2068English\u2069." in browser.text
    answer = browser.post(f"{draft}/people", how="both", keyword="Alum  Rock")
    assert follow(browser, answer) == f"{draft}/when"
    enrol(real.services, OURS, PHONES, languages=("en", "bn"))
    # When: the organisation's quiet hours are told.
    assert "between 09:00 and 20:00 only" in browser.text
    plan = {"start": "now", "reminders": "48", "expires": "১০", "pace": "whole", "weeks": ""}
    for wrong in (
        {"expires": "0"},
        {"weeks": "200"},
        {"start": "day", "day": "31", "month": "2", "year": "2027"},
        {"start": "day", "day": "1", "month": "2", "year": "2026"},
    ):
        assert browser.post(f"{draft}/when", **plan | wrong).status_code == 422, wrong
    answer = browser.post(f"{draft}/when", **plan)
    assert follow(browser, answer) == f"{draft}/checklist"
    # Cost and checklist.
    assert "Nothing stops the launch." in browser.text
    assert "What it costs at most" in browser.text
    assert "Messages: 3. Minutes that" in browser.text
    # What was chosen is there when she comes back, on another day.
    browser.get(draft)
    assert "3 people are on the list · alum rock" in browser.text
    assert browser.text.count("Done") == 4
    # On her own phone.
    assert browser.post(f"{draft}/try", language="en", channel="sms", number="x").status_code == 422
    trial = {"language": "bn", "channel": "sms", "number": "07700 900123"}
    follow(browser, browser.post(f"{draft}/try", **trial))
    assert "Sent. Look at your phone." in browser.text
    assert [str(one.to.address) for one in sms.sent] == ["+447700900123"]
    # Launch.
    browser.get(f"{draft}/launch")
    assert "3 people are written to" in browser.text
    assert follow(browser, browser.post(f"{draft}/launch")) == draft
    assert "The campaign is launched." in browser.text
    (campaign,) = rows(real.services, "campaign")
    assert (campaign["state"], campaign["languages"]) == ("launching", ["en", "bn"])
    assert campaign["plan"]["expire_days"] == 10
    launching.run(real.services, campaign["id"])
    send_all(real.services)
    assert len(sms.sent) == 4
    # A second press of the button does no harm; the questions are closed.
    assert browser.post(f"{draft}/launch").headers["Location"] == draft
    assert browser.get(f"{draft}/when").status_code == 404
    done = [row["what"] for row in rows(real.services, "audit_entry")]
    assert done[0] == "campaign.begun"
    assert done[-2:] == ["campaign.tried", "campaign.launched"]
    assert "900123" not in str(rows(real.services, "audit_entry"))


@ON_ONE
def test_what_stops_a_launch_is_said_with_what_to_do(real: Site) -> None:
    browser, slug = real.browser("F"), real.draft()
    draft = f"{HERE}/{slug}"
    with real.services.database.transaction() as work:
        work.connection.exec_driver_sql("""UPDATE campaign SET languages = '["en", "bn"]'""")
    browser.get(f"{draft}/checklist")
    assert "It can not be launched yet" in browser.text
    assert "Languages Stops the launch" in browser.text
    assert "\u2068বাংলা\u2069: texts that are not signed off: 100." in browser.text
    assert "Nobody is on the list and no word joins it." in browser.text
    assert f'href="{draft}/languages"' in browser.page
    assert f'href="{draft}/people"' in browser.page
    browser.get(f"{draft}/launch")
    assert "Launch it now" not in browser.text
    assert browser.post(f"{draft}/launch").status_code == 422
    assert rows(real.services, "campaign")[0]["state"] == "draft"
    # A survey may be exchanged; the name in the list follows.
    assert browser.post(f"{draft}/survey", survey="access", name="Doors").status_code == 303
    browser.get(HERE)
    assert "Doors" in browser.text
    browser.get(f"{draft}/survey")
    assert re.search(r'value="access" checked', browser.page)


@ON_ONE
def test_a_draft_whose_survey_has_gone_asks_for_another_one(site: Site) -> None:
    browser, draft = site.browser("F"), f"{HERE}/{site.draft()}"
    with site.services.database.transaction() as work:
        work.connection.exec_driver_sql("UPDATE campaign SET survey = 'gone.yaml'")
    for question in ("languages", "people", "when", "checklist", "try", "launch"):
        follow(browser, browser.get(f"{draft}/{question}"))
        assert "The survey of this campaign is not there any more." in browser.text, question
    assert browser.post(f"{draft}/survey", survey="access", name="Doors").status_code == 303
    assert browser.get(f"{draft}/checklist").status_code == 200


def test_every_item_and_every_error_has_its_sentence() -> None:
    codes = set(
        re.findall(r', "([a-z_]+)"(?:\)|, \{|, values|, pace)', inspect.getsource(checklist))
    )
    codes -= {"unsigned", "obstacle", "paused"}  # the first two together are "obstacles"
    assert codes | {"obstacles", "opted_out", "closed", "busy"} == set(SENTENCES)
    assert set(FAILED) == set(Reaction)


def test_progress_shows_who_came_how_far_and_what_failed(site: Site, sms: FakeTwilio) -> None:
    slug = site.draft()
    enrol(site.services, slug, PHONES)
    campaign_state.launch(site.services, slug)
    (campaign,) = rows(site.services, "campaign")
    launching.run(site.services, campaign["id"])
    sms.fail = [None, None, SendFailed(21211, Retry.NEVER)]
    send_all(site.services)
    Person(site.services, PHONES[0]).goes_through(*WHOLE)
    Person(site.services, PHONES[1]).goes_through("yes", "yes", "3")
    browser, page = site.browser("F"), f"{HERE}/{slug}"
    browser.get(page)
    assert 'hx-trigger="every 5s"' in browser.page
    for words in (
        "Complete 1 1",
        "In the middle of it 1 1",
        "Could not be reached 1 1",
        "Together 3 3",
        "RR1",
        "(21211) 1",
        "Nobody can be reached at this number.",
        "Look whether the number is right, and import it anew.",
    ):
        assert words in browser.text, words
    assert re.search(r"I have felt calm and relaxed[^0-9]* 1 1 0", browser.text)
    cost = re.search(r"SMS, in parts (\d+) (\d+)", browser.text)
    assert cost is not None
    assert (int(cost[1]) > 20, int(cost[2])) == (True, 13)
    # A researcher reads it, and is given no button.
    reader = site.browser("R")
    reader.get(page)
    assert "Together 3 3" in reader.text
    assert "/pause" not in reader.page
    follow(browser, browser.post(f"{page}/close"))
    assert "It has ended. The answers stay." in browser.text
    assert "hx-trigger" not in browser.page
    assert browser.post(f"{page}/resume").status_code == 422


def priced(site: Site, prices: Prices, currency: str = "GBP") -> Site:
    """The same site, whose operator has said prices."""
    settings = replace(site.services.settings, prices=prices, currency=currency)
    services = replace(site.services, settings=settings)
    return replace(site, services=services, app=create_app(services=services))


@ON_ONE
def test_the_checklist_says_in_the_pages_language_what_it_costs_in_money(site: Site) -> None:
    slug = site.draft()
    enrol(site.services, slug, PHONES, languages=["en"])
    page = f"{HERE}/{slug}/checklist"
    without = site.browser("F")
    without.get(page)
    assert "stands in your contract" in without.text
    assert "£" not in without.text
    house = priced(site, Prices(Decimal("0.10"), Decimal("0.01")))
    found = checklist.check(house.services, slug)
    assert found.price is not None
    whole, reminders = f"{found.price.money:.2f}", f"{found.price.reminders:.2f}"
    assert Decimal(whole) > 5
    browser = house.browser("F")
    browser.get(page)
    assert f"At most £{whole} in all, £{reminders} of it for reminders." in browser.text
    assert re.search(rf"£{whole} £{reminders} of it for reminders", browser.text)
    assert "At the prices that are set for this installation." in browser.text
    assert "stands in your contract" not in browser.text
    assert "There is no price" not in browser.text
    # What stands before the button says the same.
    browser.get(f"{HERE}/{slug}/launch")
    assert f"At most £{whole} in all, £{reminders} of it for reminders." in browser.text
    # Urdu counts in Western digits here, Bengali in its own.
    browser.get(f"{page}?ui=ur")
    assert f"کل ملا کر زیادہ سے زیادہ £{whole} ، اس میں سے £{reminders}" in browser.text
    browser.get(f"{page}?ui=bn")
    bengali = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
    assert f"সব মিলিয়ে সবচেয়ে বেশি {whole.translate(bengali)}£" in browser.text
    yen = priced(site, Prices(Decimal(2), Decimal(1)), "JPY").browser("F")
    yen.get(f"{page}?ui=en")
    assert re.search(r"At most ¥\d+ in all, ¥\d+ of it", yen.text.replace("JP¥", "¥"))


@ON_ONE
def test_a_total_on_a_page_names_what_it_leaves_out(site: Site) -> None:
    slug = site.draft()
    enrol(site.services, slug, [*PHONES, "whatsapp:+447700900204"], languages=["en"])
    house = priced(site, Prices(Decimal("0.10")))
    browser = house.browser("F")
    left_out = "so the amount leaves it out: SMS parts received and WhatsApp messages."
    for page in ("checklist", "launch"):
        browser.get(f"{HERE}/{slug}/{page}")
        assert left_out in browser.text, page
    browser.get(f"{HERE}/{slug}/checklist")
    assert re.search(r"\(\d+ WhatsApp messages\) –", browser.text)


@ON_ONE
def test_what_the_estimate_does_not_count_is_said(site: Site, tmp_path: Path) -> None:
    slug = campaigns.create(
        site.services, name="Both", organisation=OURS, survey="wellbeing", languages=["en"],
        keyword="both ways",
    )  # fmt: skip
    enrol(site.services, slug, PHONES, languages=["en"])
    house = priced(site, Prices(Decimal("0.10")))
    for browser, page in (
        (site.browser("F"), "checklist"),
        (house.browser("F"), "checklist"),
        (house.browser("F"), "launch"),
    ):
        browser.get(f"{HERE}/{slug}/{page}")
        assert "Whoever joins without being on the list is not counted here." in browser.text
        assert "on the list is not counted here: the survey" not in browser.text
    # A survey in English alone, and somebody on its list who speaks Bengali.
    text = """
settings: {form_id: small}
survey: [{type: integer, name: one, label: "One?"}]
"""
    slug = campaigns.create(
        site.services, name="Two", organisation=OURS, survey=write_survey(tmp_path, text),
        languages=["en", "bn"],
    )  # fmt: skip
    enrol(site.services, slug, PHONES, languages=["en", "en", "bn"])
    browser = house.browser("F")
    browser.get(f"{HERE}/{slug}/checklist")
    assert "1 person on the list is not counted here: the survey" in browser.text
    assert "Whoever joins" not in browser.text


@ON_ONE
def test_progress_says_what_it_has_cost_in_money(site: Site, sms: FakeTwilio) -> None:
    slug = site.draft()
    enrol(site.services, slug, PHONES, languages=["en"])
    campaign_state.launch(site.services, slug)
    (campaign,) = rows(site.services, "campaign")
    launching.run(site.services, campaign["id"])
    send_all(site.services)
    Person(site.services, PHONES[0]).goes_through(*WHOLE)
    page = f"{HERE}/{slug}"
    without = site.browser("R")
    without.get(page)
    assert "£" not in without.text
    counted = re.search(r"SMS, in parts (\d+) (\d+)", without.text)
    assert counted is not None
    sent, received = int(counted[1]), int(counted[2])
    browser = priced(site, Prices(Decimal("0.10"), Decimal("0.01"))).browser("R")
    browser.get(page)
    money = f"{sent * Decimal('0.10') + received * Decimal('0.01'):.2f}"
    assert f"SMS, in parts {sent} {received} £{money}" in browser.text
    assert f"£{money} so far." in browser.text
    assert "WhatsApp messages 0 0 £0.00" in browser.text
    browser.get(f"{page}?ui=ur")
    assert f"اب تک £{money} ۔" in browser.text
    partly = priced(site, Prices(Decimal("0.10"))).browser("R")
    partly.get(f"{page}?ui=en")
    assert f"£{sent * Decimal('0.10'):.2f} so far. There is no price for this" in partly.text
    assert "leaves it out: SMS parts received." in partly.text


def test_a_pause_holds_the_next_message_back(site: Site, sms: FakeTwilio) -> None:
    slug = site.draft()
    enrol(site.services, slug, PHONES)
    campaign_state.launch(site.services, slug)
    launching.run(site.services, rows(site.services, "campaign")[0]["id"])
    browser, page = site.browser("F"), f"{HERE}/{slug}"
    # She presses the button while the first of three is on its way.
    pressed: list[int] = []

    def press() -> None:
        if not pressed:
            pressed.append(browser.post(f"{page}/pause").status_code)

    sms.before_send = press
    assert send_all(site.services) == 1
    assert pressed == [303]
    browser.get(page)
    assert "Paused" in browser.text
    assert "2 messages wait to be sent." in browser.text
    follow(browser, browser.post(f"{page}/resume"))
    assert send_all(site.services) == 2
    done = [row["what"] for row in rows(site.services, "audit_entry")]
    assert done == ["campaign.paused", "campaign.resumed"]


def test_errors_stand_on_the_home_page_until_somebody_has_seen_to_them(site: Site) -> None:
    alert, browser = site.alert(), site.browser("F")
    page = f"{HERE}/{site.campaign()}"
    browser.get(f"/console/{OURS}")
    assert f'href="{page}"' in browser.page
    assert "Talk aston-dars-group : 1 error" in browser.text
    browser.get(page)
    assert "A message was given up after many attempts (30001) 1 time" in browser.text
    assert browser.post(f"{page}/errors/{alert + 100}").status_code == 404
    follow(browser, browser.post(f"{page}/errors/{alert}"))
    assert "given up" not in browser.text
    browser.get(f"/console/{OURS}")
    assert "Talk" not in browser.text


@ON_ONE
def test_the_same_people_are_asked_again(site: Site) -> None:
    browser, page = site.browser("F"), f"{HERE}/{site.campaign()}"
    assert browser.post(f"{page}/next-wave", weeks="0").status_code == 422
    wave = follow(browser, browser.post(f"{page}/next-wave", weeks="6"))
    assert (
        "It asks the same people again, and is launched by itself on 15 June 2026." in browser.text
    )
    assert browser.post(f"{page}/next-wave", weeks="6").status_code == 422
    browser.get(page)
    assert f'href="{wave}"' in browser.page


@ON_ONE
def test_a_poster_is_printed_in_the_languages_that_are_chosen(site: Site) -> None:
    browser, page = site.browser("R"), f"{HERE}/{site.campaign()}/poster"
    browser.get(page)
    assert f'action="{page}/page"' in browser.page
    assert browser.get(f"{page}/page").status_code == 422
    assert "Choose at least one language." in browser.text
    answer = browser.get(f"{page}/page?language=en")
    assert answer.status_code == 200
    nonce = re.search(
        r"style-src 'self' 'nonce-([^']+)'", answer.headers["Content-Security-Policy"]
    )
    assert nonce is not None
    assert f'<style nonce="{nonce[1]}">' in browser.page
    assert browser.page.count("<svg") == 2
    assert "ASTON" in browser.text
    browser.get(f"{HERE}/{site.draft()}/poster")
    assert "No word joins this campaign" in browser.text


@ON_ONE
def test_another_organisations_campaigns_are_not_there(site: Site) -> None:
    browser = site.browser("F")
    theirs = site.campaign("bordesley-centre")
    for end in ("", "/poster", "/poster/page?language=en", "/when", "/checklist"):
        assert browser.get(f"{HERE}/{theirs}{end}").status_code == 404, end
    for end in ("/pause", "/close", "/next-wave", "/launch", "/errors/1"):
        assert browser.post(f"{HERE}/{theirs}{end}", weeks="3").status_code == 404, end
    browser.get(HERE)
    assert "bordesley" not in browser.text


def test_a_word_of_another_campaign_is_taken(site: Site) -> None:
    assert site.campaign("bordesley-centre")
    browser, slug = site.browser("F"), site.draft()
    answer = browser.post(f"{HERE}/{slug}/people", how="word", keyword="Bordesley")
    assert answer.status_code == 422
    assert "joined by \u2068'bordesley'\u2069: choose another." in browser.text


@ON_ONE
def test_why_a_word_can_not_join_is_said_in_the_language_of_the_page(site: Site) -> None:
    browser, slug = site.browser("F"), site.draft()
    for word, why in (
        ("two", "\u2068'two'\u2069 \u2068English\u2069 ভাষায় একটি উত্তর।"),
        ("STOP", "\u2068'stop'\u2069 একটি নির্দেশ (\u2068stop\u2069), যা যে কেউ"),
        ("!!", "শব্দটিতে অন্তত একটি অক্ষর থাকতে হবে।"),
    ):
        answer = browser.post(f"{HERE}/{slug}/people?ui=bn", how="word", keyword=word)
        assert answer.status_code == 422
        assert why in browser.text
        problems = browser.page.partition('<div class="nhsuk-inset-text"><ul')[2]
        assert "lang=" not in problems.partition("</ul>")[0]


@ON_ONE
def test_a_name_that_is_taken_gets_another_address(site: Site) -> None:
    browser = site.browser("F")
    for address in ("spring", "spring-2"):
        answer = browser.post(f"{HERE}/new", survey="wellbeing", name="Spring")
        assert answer.headers["Location"] == f"{HERE}/{address}/languages"
    answer = browser.post(f"{HERE}/new", survey="wellbeing", name="New")
    assert answer.headers["Location"] == f"{HERE}/new-2/languages"
    assert [one.name for one in campaigns.all_campaigns(site.services)] == [
        "Spring",
        "Spring",
        "New",
    ]


@ON_ONE
def test_how_a_survey_stands_is_concluded_anew_only_when_something_changed(
    real: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    gate = standing.gate

    def counted(services: Services, survey: str, language: str) -> object:
        asked.append(language)
        return gate(services, survey, language)

    monkeypatch.setattr(standing, "gate", counted)

    def launchable() -> list[str]:
        found = campaign_choices.languages(real.services, "wellbeing")
        return [one.code for one in found if one.launchable]

    assert launchable() == ["en"]
    first = len(asked)
    assert first == len(real.services.voices.files.vocabularies)
    assert launchable() == ["en"]
    assert len(asked) == first
    translation.sign_off(real.services, "wellbeing", "bn", by="A. Reviewer")
    assert launchable() == ["en", "bn"]
    assert asked[first:] == ["bn"]
