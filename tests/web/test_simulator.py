from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.test import TestResponse

from bot.app import create_app
from bot.gateways.clock import DemonstrationClock
from bot.gateways.interface import InterfaceFiles
from bot.store import inbox
from bot.store import time_travel as store
from bot.store.database import Database
from bot.usecases import simulated_phone, simulator, time_travel, timing
from bot.usecases.services import Services, build
from bot.usecases.sweep import sweep
from bot.usecases.time_travel import NotADemonstration
from flows.wording import placeholders
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.rows import rows
from tests.support.settings import make_settings
from tests.support.signing import TwilioClient, flask_transport

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "A" * 22
"""A token of the right form that no phone has."""


class Page(HTMLParser):
    """A page as a reader without a style sheet sees it, and its tags for whoever looks closer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.bubbles: list[str] = []
        self._in_bubble = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.tags.append((tag, found))
        if tag == "p" and found.get("class") == "text":
            self._in_bubble = True
            self.bubbles.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_bubble = self._in_bubble and tag != "p"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._in_bubble:
            self.bubbles[-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        wanted = attributes.items()
        return [found for name, found in self.tags if name == tag and wanted <= found.items()]

    def value(self, name: str) -> str:
        return self.all("input", name=name)[0]["value"]


class Visitor:
    """Someone in front of a browser without JavaScript."""

    def __init__(self, app: Flask) -> None:
        self.browser = app.test_client()
        self.url = "/simulator"

    def open(self, url: str) -> Page:
        response = self.browser.get(url)
        assert response.status_code == 200, response.text
        self.url = url
        return Page(response.text)

    def file(self, address: str) -> TestResponse:
        # Read to its end at once, so that the file behind it is closed.
        return self.browser.get(address, buffered=True)

    def posts(self, url: str, **fields: str) -> TestResponse:
        return self.browser.post(url, data=fields)

    def starts(
        self, *, campaign: str = "listening", look: str = "sms", language: str = "", ui: str = ""
    ) -> Page:
        url = f"/simulator?ui={ui}" if ui else "/simulator"
        key = self.open(url).value("form_key")
        response = self.posts(url, form_key=key, campaign=campaign, look=look, language=language)
        assert response.status_code == 303, response.text
        return self.open(response.headers["Location"])

    def sends(self, text: str = "", **changes: str) -> Page:
        response = self.answer_to(text, **changes)
        assert response.status_code == 303, response.text
        return self.open(response.headers["Location"])

    def answer_to(self, text: str = "", **changes: str) -> TestResponse:
        page = self.open(self.url)
        names = ("form_key", "phone", "message")
        fields = {name: page.value(name) for name in names} | {"text": text} | changes
        return self.posts(self.url.partition("#")[0], **fields)

    @property
    def token(self) -> str:
        return re.split(r"[/?#]", self.url)[2]


@pytest.fixture
def site(demo: Services) -> Flask:
    open_campaign(demo, languages=("en", "ur", "so"), keyword="listen")
    return create_app(services=demo)


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    return Visitor(site)


def test_the_simulator_is_open_in_demonstration_mode_alone(app: Flask, site: Flask) -> None:
    assert app.test_client().get("/simulator").status_code == 404
    assert site.test_client().get("/simulator").status_code == 200


def test_a_new_phone_joins_by_the_keyword_and_names_its_language(
    visitor: Visitor, demo: Services
) -> None:
    page = visitor.starts(language="ur")
    assert page.bubbles[0] == "listen"
    assert page.bubbles[2] == "اردو"
    assert "یونیورسٹی" in page.bubbles[3]
    [contact] = rows(demo, "contact_point")
    [conversation] = rows(demo, "conversation")
    assert contact["simulated"]
    assert (conversation["mode"], conversation["language"]) == ("simulated", "ur")


def test_a_survey_in_one_language_is_not_told_which(demo: Services) -> None:
    open_campaign(demo, keyword="listen")
    page = Visitor(create_app(services=demo)).starts(language="en")
    assert len(page.bubbles) == 2
    assert page.bubbles[1].startswith("Hello, this is Awaaz")


def test_the_simulator_and_twilio_get_the_same_words_for_the_same_messages(
    site: Flask, visitor: Visitor
) -> None:
    phone = TwilioClient(flask_transport(site))
    texts = ["listen", "english", "yes", "maybe", "1", "lots", "3", "STOP", "hello?"]
    over_twilio = [body for text in texts for body in phone.sends(text).messages]
    visitor.starts()
    for text in texts[1:]:
        page = visitor.sends(text)
    assert [bubble for bubble in page.bubbles if bubble not in texts] == over_twilio


def test_a_message_sent_twice_is_stored_once(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en")
    page = visitor.open(visitor.url)
    fields = {name: page.value(name) for name in ("form_key", "phone", "message")}
    url = visitor.url.partition("#")[0]
    for _ in range(3):
        assert visitor.posts(url, text="yes", **fields).status_code == 303
    assert [row["body"] for row in rows(demo, "inbound")] == ["listen", "English", "yes"]


def test_text_keeps_its_lines_and_can_not_become_markup(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en")
    page = visitor.sends("<b>one</b>\r\ntwo\x00")
    assert "<b>one</b>\ntwo␀" in page.bubbles
    assert not page.all("b")
    assert rows(demo, "inbound")[-1]["body"] == "<b>one</b>\ntwo␀"


def test_an_empty_message_is_not_sent(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en")
    visitor.sends("  \r\n ")
    assert len(rows(demo, "inbound")) == 2


def test_a_text_longer_than_a_message_is_refused_and_nothing_is_stored(
    visitor: Visitor, demo: Services
) -> None:
    visitor.starts(language="en")
    response = visitor.answer_to("x" * 1601)
    assert response.status_code == 413
    assert "too long" in response.text
    assert len(rows(demo, "inbound")) == 2
    assert visitor.answer_to("x" * 1600).status_code == 303


def test_every_message_says_what_it_costs(visitor: Visitor) -> None:
    visitor.starts(language="ur")
    text = visitor.open(visitor.url).text
    assert re.search(r"2 parts UCS-2 medium cost .+ 3 parts UCS-2 medium cost", text)
    assert "free within 24 hours" not in text
    whatsapp = visitor.starts(language="ur", look="whatsapp").text
    assert "1 message free within 24 hours" in whatsapp
    assert "UCS-2" not in whatsapp


def test_cost_classes_follow_the_number_of_parts() -> None:
    classes = [simulated_phone.cost_class(parts).value for parts in (1, 2, 3, 4, 9)]
    assert classes == ["low", "medium", "medium", "high", "high"]


def test_a_whatsapp_message_a_day_later_is_no_longer_free(
    visitor: Visitor, demo: Services, clock: SettableClock
) -> None:
    visitor.starts(language="en", look="whatsapp")
    [conversation] = rows(demo, "conversation")
    clock.forward(hours=25)
    with demo.database.transaction() as work:
        for state in ("delivered", "queued", "cancelled", "failed"):
            inbox.add(
                work.connection,
                inbox.OUTBOUND,
                contact_point_id=conversation["contact_point_id"],
                conversation_id=conversation["id"],
                language="en",
                body=f"A reminder, {state}",
                prompt=f"A reminder, {state}",
                buttons=[],
                state=state,
                created=clock.now(),
                changed=clock.now(),
            )
    page = visitor.open(visitor.url)
    # Only what has arrived is on a phone.
    assert page.bubbles[-1] == "A reminder, delivered"
    assert "A reminder, queued" not in page.text
    assert "paid: more than 24 hours later" in page.text


def test_whatsapp_shows_options_that_fit_as_buttons_and_sms_never_does(visitor: Visitor) -> None:
    sms = visitor.starts(language="en")
    assert not sms.all("button", name="tap")
    assert sms.bubbles[-1].endswith("1. Yes\n2. No")
    whatsapp = visitor.starts(language="en", look="whatsapp")
    titles = [button["value"] for button in whatsapp.all("button", name="tap")]
    assert titles == ["language:en", "language:ur", "language:so", "private:yes", "private:no"]
    assert "1. Yes" not in whatsapp.bubbles[-1]
    visitor.sends("yes")
    # "More than half of the time" is too long for WhatsApp's list: the question stays numbered text.
    page = visitor.sends("yes")
    assert "3. More than half of the time" in page.bubbles[-1]


def test_a_list_is_offered_where_three_buttons_are_not_enough(visitor: Visitor) -> None:
    visitor.starts(language="ur", look="whatsapp")
    visitor.sends("ہاں")
    page = visitor.sends("ہاں")
    taps = [button["value"] for button in page.all("button", name="tap")]
    assert taps[-6:] == [f"who5_1:{code}" for code in (5, 4, 3, 2, 1, 0)]
    assert page.all("details", **{"class": "list"})[-1].get("open") == ""


def test_a_tap_arrives_as_twilio_brings_it(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en", look="whatsapp")
    page = visitor.sends(tap="private:yes")
    assert "Yes" in page.bubbles
    last = rows(demo, "inbound")[-1]
    assert (last["body"], last["payload"]) == ("Yes", "private:yes")
    answers = {row["question"]: (row["value"], row["how"]) for row in rows(demo, "answer")}
    assert answers["private"] == ("yes", "payload")


def test_a_tap_on_an_old_button_brings_the_question_at_hand_again(visitor: Visitor) -> None:
    visitor.starts(language="en", look="whatsapp")
    visitor.sends(tap="private:yes")
    page = visitor.sends(tap="private:no")
    assert page.bubbles[-1].startswith("That button belongs to an earlier question.")


def test_a_button_that_was_never_shown_can_not_be_tapped(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en", look="whatsapp")
    assert visitor.answer_to(tap="consent:yes").status_code == 400
    assert len(rows(demo, "inbound")) == 2


def test_a_learner_sees_how_each_message_was_read(visitor: Visitor) -> None:
    visitor.starts(language="en")
    assert "it opened the conversation" in visitor.open(visitor.url).text
    assert re.search("Question private Read as yes · Yes Rule [a-z]", visitor.sends("yes").text)
    assert "Consent given Question consent Read as yes · Yes Rule position" in (
        visitor.sends("1").text
    )
    assert "Question who5_1 Asked again approximate · try 1" in visitor.sends("lots").text
    assert "Question who5_1 Left out skipped" in visitor.sends("skip").text
    danger = visitor.sends("I want to kill myself").text
    assert re.search(r"Words of danger .+ · kept for a person to look at", danger)


def test_the_number_that_is_shown_is_the_number_that_is_read(visitor: Visitor) -> None:
    visitor.starts(language="en")
    visitor.sends("yes")
    page = visitor.sends("yes")
    assert "4. Most of the time" in page.bubbles[-1]
    assert "Question who5_1 Read as 4 · Most of the time" in visitor.sends("4").text


def test_what_is_worked_out_from_answers_is_said(demo: Services) -> None:
    open_campaign(demo, survey="initiative", keyword="before")
    visitor = Visitor(create_app(services=demo))
    visitor.starts()
    for text in ("yes", "yes", "weekly", "12", "1, 2", "1 March 2026", "5", "5", "5", "5"):
        visitor.sends(text)
    text = visitor.sends("5").text
    assert "Question changes Worked out 2" in text
    assert "Read as confidence, people · I feel more confident, I met people" in text


def test_a_language_the_survey_is_not_in_is_said_and_no_phone_is_made(
    visitor: Visitor, demo: Services
) -> None:
    key = visitor.open("/simulator").value("form_key")
    response = visitor.posts(
        "/simulator", form_key=key, campaign="listening", look="whatsapp", language="bn"
    )
    page = Page(response.text)
    assert response.status_code == 400
    assert "not offered in that language" in page.text
    # What was chosen stays chosen.
    assert "checked" in page.all("input", name="look", value="whatsapp")[0]
    assert rows(demo, "contact_point") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"campaign": "nothing", "look": "sms"},
        {"campaign": "listening", "look": "pigeon"},
        {"campaign": "listening"},
        {"look": "sms"},
    ],
)
def test_a_phone_needs_a_campaign_and_a_look(
    visitor: Visitor, demo: Services, fields: dict[str, str]
) -> None:
    key = visitor.open("/simulator").value("form_key")
    assert visitor.posts("/simulator", form_key=key, **fields).status_code == 400
    assert rows(demo, "contact_point") == []


def test_only_live_campaigns_with_a_keyword_are_offered(demo: Services) -> None:
    open_campaign(demo, name="By invitation", walk_in=False)
    assert simulator.offered(demo) == []
    page = Visitor(create_app(services=demo)).open("/simulator")
    assert "There is no live campaign to try yet." in page.text
    open_campaign(demo, name="Later", walk_in=False, keyword="later")
    open_campaign(demo, name="First", keyword="first")
    assert [campaign.name for campaign in simulator.offered(demo)] == ["First", "Later"]


def test_forms_of_other_sites_are_refused(visitor: Visitor, site: Flask, demo: Services) -> None:
    fields = {"campaign": "listening", "look": "sms"}
    stranger = Visitor(site)
    their_key = stranger.open("/simulator").value("form_key")
    own_key = visitor.open("/simulator").value("form_key")
    without_cookie = site.test_client()
    assert visitor.posts("/simulator", **fields).status_code == 403
    assert visitor.posts("/simulator", form_key="made-up", **fields).status_code == 403
    assert visitor.posts("/simulator", form_key=their_key, **fields).status_code == 403
    answer = without_cookie.post("/simulator", data=fields | {"form_key": own_key})
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert rows(demo, "inbound") == []
    assert visitor.posts("/simulator", form_key=own_key, **fields).status_code == 303


def test_the_form_cookie_stays_here_and_is_secure_behind_the_public_address(
    visitor: Visitor,
) -> None:
    def cookie(base_url: str) -> str:
        return str(visitor.browser.get("/simulator", base_url=base_url).headers["Set-Cookie"])

    over_loopback = cookie("http://127.0.0.1:8000")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(over_loopback.split("; "))
    assert "Secure" not in over_loopback
    assert "Secure" in cookie("https://awaaz.example.org")


@pytest.mark.parametrize("token", ["nothing", NOBODY])
def test_a_phone_that_is_not_there_is_a_page_that_says_so(visitor: Visitor, token: str) -> None:
    for url in (f"/simulator/{token}", f"/simulator?beside={token[:5]}"):
        response = visitor.browser.get(url)
        assert response.status_code == 404
        assert "This phone is not there" in response.text


def test_a_message_needs_a_phone_and_a_name(visitor: Visitor, demo: Services) -> None:
    visitor.starts(language="en")
    assert visitor.answer_to("yes", phone=NOBODY).status_code == 404
    assert visitor.answer_to("yes", phone="").status_code == 404
    assert visitor.answer_to("yes", message="short").status_code == 400
    assert visitor.answer_to("yes", message="x" * 60).status_code == 400
    assert len(rows(demo, "inbound")) == 2


def test_a_real_address_can_not_be_opened_as_a_phone(visitor: Visitor, site: Flask) -> None:
    TwilioClient(flask_transport(site), phone="+447700900456").sends("listen")
    assert visitor.browser.get("/simulator/+447700900456").status_code == 404


def test_two_phones_lie_side_by_side_and_answer_for_themselves(visitor: Visitor) -> None:
    visitor.starts(language="en")
    first = visitor.token
    url = f"/simulator?beside={first}"
    key = visitor.open(url).value("form_key")
    response = visitor.posts(
        url, form_key=key, campaign="listening", look="whatsapp", language="so"
    )
    location = response.headers["Location"]
    assert location.startswith(f"/simulator/{first}?beside=")
    assert location.endswith("#latest-2")
    visitor.open(location)
    second = location.partition("beside=")[2].partition("#")[0]
    page = visitor.sends("haa", phone=second)
    assert visitor.url.endswith("#latest-2")
    assert page.bubbles.count("haa") == 1
    assert [section["data-phone"] for section in page.all("section")] == [first, second]
    page = visitor.sends("yes", phone=first)
    assert visitor.url.endswith("#latest-1")
    # Each can be put away, and the other one stays.
    links = [link["href"] for link in page.all("a")]
    assert f"/simulator/{first}" in links
    assert f"/simulator/{second}" in links
    identifiers = [tag["id"] for _, tag in page.tags if "id" in tag]
    assert len(identifiers) == len(set(identifiers))


def test_four_phones_stand_side_by_side_and_no_fifth(visitor: Visitor) -> None:
    visitor.starts(language="en")
    for language, look in (("ur", "whatsapp"), ("so", "sms"), ("en", "whatsapp")):
        (another,) = [
            link["href"]
            for link in visitor.open(visitor.url).all("a")
            if link["href"].startswith("/simulator?beside=")
        ]
        key = visitor.open(another).value("form_key")
        made = visitor.posts(
            another, form_key=key, campaign="listening", look=look, language=language
        )
        visitor.open(made.headers["Location"])
    page = visitor.open(visitor.url)
    phones = [found["data-phone"] for found in page.all("section") if "data-phone" in found]
    assert len(set(phones)) == 4
    assert not [link for link in page.all("a") if link["href"].startswith("/simulator?beside=")]
    page = visitor.sends("haa", phone=phones[2])
    assert visitor.url.endswith("#latest-3")
    assert page.bubbles.count("haa") == 1
    identifiers = [tag["id"] for _, tag in page.tags if "id" in tag]
    assert len(identifiers) == len(set(identifiers))
    # Whichever is put away, the other three stay.
    closing = [link["href"] for link in page.all("a") if link["href"].count("beside=") == 2]
    assert len(closing) == 4
    beside = "&".join(f"beside={token}" for token in [*phones, phones[0]])
    page = visitor.open(f"/simulator/{phones[0]}?{beside}")
    assert len([found for found in page.all("section") if "data-phone" in found]) <= 4


def test_an_open_page_gets_the_messages_that_it_does_not_show(
    visitor: Visitor, demo: Services
) -> None:
    page = visitor.starts(language="en")
    (thread,) = page.all("ol", **{"class": "thread"})
    assert thread["hx-trigger"] == "every 2s"
    news, after = thread["hx-get"], page.value("after")
    assert after == str(len(page.bubbles))
    assert visitor.browser.get(f"{news}&after={after}").status_code == 204
    simulator.send(demo, visitor.token, simulator.new_message_id(), text="yes")
    fresh = Page(visitor.browser.get(f"{news}&after={after}").text)
    assert fresh.bubbles[0] == "yes"
    assert len(fresh.bubbles) == 2
    assert not fresh.all("html")
    assert visitor.browser.get(f"/simulator/{visitor.token}/news?place=2").status_code == 404


def test_the_reasons_are_shown_when_they_are_asked_for(visitor: Visitor) -> None:
    visitor.starts(language="en")
    page = visitor.sends("sunshine")
    assert all("open" not in found for found in page.all("details", **{"class": "reasons"}))
    (link,) = [one["href"] for one in page.all("a") if "reasons=open" in one["href"]]
    page = visitor.open(link)
    shown = page.all("details", **{"class": "reasons"})
    assert shown
    assert all("open" in found for found in shown)
    assert "Asked again" in page.text
    # It stays so while she writes.
    page = visitor.sends("yes")
    assert all("open" in found for found in page.all("details", **{"class": "reasons"}))


@pytest.fixture
def travelling(demo: Services, clock: SettableClock) -> Services:
    """A demonstration whose clock can be moved, as its processes have it."""
    moved = DemonstrationClock(lambda: store.ahead(demo.database), clock)  # type: ignore[arg-type]
    return replace(demo, clock=moved)


def test_time_travel_brings_reminders_by_day_and_the_end(
    travelling: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(travelling, keyword="listen")
    visitor = Visitor(create_app(services=travelling))
    page = visitor.starts(language="en")

    def passes(step: str) -> Page:
        key = visitor.open(visitor.url).value("form_key")
        where = f"/simulator/{visitor.token}/time"
        answer = visitor.posts(where, form_key=key, step=step)
        assert answer.status_code == 303, answer.text
        # What the clock's process and the worker do in their next round.
        timing.tick(travelling)
        sweep(travelling)
        queue.work(travelling)
        return visitor.open(answer.headers["Location"])

    before = len(page.bubbles)
    assert "It is 4 May 2026, 11:30 here" in page.text
    page = passes("8h")
    assert "8 hours ahead" in page.text
    assert len(page.bubbles) == before
    # From half past eleven on in steps of eight hours: a reminder comes by day alone.
    for _ in range(12):
        if len(page.bubbles) == before:
            page = passes("8h")
    reminder = rows(travelling, "outbound", kind="reminder")[0]
    assert reminder["body"] in page.bubbles
    local = travelling.clock.now().astimezone(ZoneInfo("Europe/London"))
    assert 8 <= local.hour < 21
    for _ in range(3):
        page = passes("7d")
    [conversation] = rows(travelling, "conversation")
    assert conversation["outcome"] == "expired"
    assert clock.now() < travelling.clock.now()


def test_there_is_no_way_back_in_time_and_none_outside_of_a_demonstration(
    travelling: Services, services: Services, visitor: Visitor
) -> None:
    for by in (timedelta(0), timedelta(hours=-1), timedelta(days=32)):
        with pytest.raises(ValueError, match=r"day|:"):
            time_travel.forward(travelling, by)
    with pytest.raises(NotADemonstration):
        time_travel.forward(services, timedelta(hours=1))
    assert rows(services, "time_travel") == []
    visitor.starts(language="en")
    key = visitor.open(visitor.url).value("form_key")
    where = f"/simulator/{visitor.token}/time"
    assert visitor.posts(where, form_key=key, step="-1d").status_code == 400
    assert visitor.posts(where, step="1d").status_code == 403
    real = create_app(services=services).test_client()
    assert real.post(where, data={"step": "1d"}).status_code in (403, 404)


def test_only_a_demonstration_has_a_clock_that_can_be_moved(
    services: Services, database_url: str
) -> None:
    real, shown = (
        build(make_settings(AWAAZ_DATABASE_URL=database_url, AWAAZ_DEMO=demo))
        for demo in ("no", "yes")
    )
    other = build(shown.settings)
    time_travel.forward(shown, timedelta(days=3))
    time_travel.forward(shown, timedelta(hours=1))
    assert time_travel.ahead(shown) == timedelta(days=3, hours=1)
    assert time_travel.ahead(other) == timedelta(days=3, hours=1)
    assert time_travel.ahead(real) == timedelta(0)
    assert abs(shown.clock.wall() - real.clock.now()) < timedelta(seconds=30)
    for made in (real, shown, other):
        made.database.dispose()


def test_a_moved_clock_is_asked_for_once_a_second_and_survives_its_database(
    clock: SettableClock,
) -> None:
    found: list[timedelta | None] = [timedelta(hours=1), None]
    moved = DemonstrationClock(lambda: found.pop(0), clock)  # type: ignore[arg-type]
    assert moved.now() == moved.now() == clock.now() + timedelta(hours=1)
    moved.look_again()
    assert moved.now() == clock.now() + timedelta(hours=1)
    assert found == []
    assert store.ahead(Database("sqlite://")) is None


def test_the_same_phone_twice_is_one_phone(visitor: Visitor) -> None:
    visitor.starts(language="en")
    page = visitor.open(f"/simulator/{visitor.token}?beside={visitor.token}")
    assert len(page.all("section")) == 1


def test_a_phone_whose_owner_asked_to_be_forgotten_is_empty(
    visitor: Visitor, demo: Services, queue: FakeQueue
) -> None:
    visitor.starts(language="en")
    visitor.sends("delete my data")
    page = visitor.sends("yes")
    assert page.bubbles
    queue.work(demo)
    page = visitor.open(visitor.url)
    assert page.bubbles == []
    assert "its owner asked for everything to be deleted" in page.text


def test_pages_hold_no_inline_script_or_style_and_load_only_our_files(visitor: Visitor) -> None:
    visitor.starts(language="en", look="whatsapp")
    for url in ("/simulator", visitor.url):
        response = visitor.browser.get(url)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["Cache-Control"] == "no-store"
        page = Page(response.text)
        for tag, found in page.tags:
            assert tag != "style"
            assert "style" not in found
            assert not any(name.startswith("on") for name in found)
            if tag == "script":
                assert found["src"].startswith("/static/")
        addresses = [found.get("src") or found.get("href", "") for _, found in page.tags]
        assert all(address.startswith(("/", "#")) for address in addresses if address)


def test_every_field_has_a_label_and_every_picture_an_alternative(visitor: Visitor) -> None:
    visitor.starts(language="en", look="whatsapp")
    for url in ("/simulator", visitor.url):
        page = visitor.open(url)
        named = {found["for"] for tag, found in page.tags if tag == "label" and "for" in found}
        for tag, found in page.tags:
            if tag in ("select", "textarea"):
                assert found["id"] in named
            if tag == "img":
                assert "alt" in found
        assert len(page.all("h1")) == 1
        assert page.all("html", lang="en", dir="ltr")


def test_files_may_be_kept_for_ever_under_the_name_of_what_is_in_them(visitor: Visitor) -> None:
    page = visitor.open("/simulator")
    addresses = [link["href"] for link in page.all("link")]
    assert len(addresses) == 3
    for address in addresses:
        assert "immutable" in visitor.file(address).headers["Cache-Control"]
        _, _, digest, name = address.split("/")
        older = visitor.file(f"/static/{'0' * len(digest)}/{name}")
        assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-cache")
    assert visitor.file("/static/000000000000/nothing.css").status_code == 404
    assert visitor.file("/static/000000000000/..%2Fassets.py").status_code == 404


def test_the_first_page_weighs_less_than_150_kilobytes(visitor: Visitor) -> None:
    page = visitor.starts(language="en")
    addresses = [found.get("src") or found.get("href", "") for _, found in page.tags]
    files = {address for address in addresses if address.startswith("/static/")}
    weight = len(visitor.file(visitor.url).data)
    weight += sum(len(visitor.file(address).data) for address in files)
    assert len(files) == 5
    assert weight < 150_000


def test_the_interface_speaks_the_language_in_the_address_and_keeps_it(visitor: Visitor) -> None:
    page = visitor.starts(language="en", ui="ur")
    assert page.all("html", lang="ur", dir="rtl")
    assert "نیا فون" in page.text
    assert "ui=ur" in visitor.url
    ours = [found["href"] for found in page.all("a") if found["href"].startswith("/simulator")]
    assert ours
    assert all("ui=ur" in address for address in ours)
    assert all("ui=ur" in found["action"] for found in page.all("form", method="post"))
    # Whatever the page speaks, each message says what it speaks.
    texts = page.all("p", **{"class": "text"})
    assert {text["dir"] for text in texts} == {"auto"}
    assert texts[-1]["lang"] == "en"


def test_the_browser_s_own_language_is_the_first_choice(visitor: Visitor) -> None:
    def spoken(accepted: str, query: str = "") -> str:
        response = visitor.browser.get(f"/simulator{query}", headers={"Accept-Language": accepted})
        return Page(response.text).all("html")[0]["lang"]

    assert spoken("so,en;q=0.5") == "so"
    assert spoken("tlh") == "en"
    assert spoken("so", "?ui=ar") == "ar"
    # A choice is remembered; a language that the interface does not speak changes nothing.
    assert spoken("so", "?ui=tlh") == "ar"


CATALOGUES = sorted(ROOT.glob("locales/*/LC_MESSAGES/console.po"))


def test_the_interface_is_in_the_languages_it_promises() -> None:
    assert set(InterfaceFiles().codes()) >= {"en", "bn", "ur", "so", "ar", "pa", "zh-Hant-HK"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_of_the_interface_is_translated_with_its_placeholders(path: Path) -> None:
    with (ROOT / "locales" / "console.pot").open("rb") as file:
        template = {message.id for message in read_po(file) if message.id}
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert {message.id for message in catalogue if message.id} == template
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert list(message.check(catalogue)) == [], message.id
        assert len(texts) in (1, catalogue.num_plurals)
        if "python-brace-format" in message.flags:
            source = message.id if isinstance(message.id, str) else message.id[0]
            assert {placeholders(text) for text in texts} == {placeholders(source)}, source
        if message.id and "/en/" not in path.as_posix():
            assert "machine draft" in message.user_comments


def test_the_template_for_translators_holds_what_the_pages_say(tmp_path: Path) -> None:
    fresh = tmp_path / "console.pot"
    extract = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    mapping = ["-F", "locales/console.toml", "--no-location", "--omit-header", "--width", "100"]
    mapping += ["-k", "Sentence", "-k", "counted:1,2"]
    subprocess.run([*extract, *mapping, "-o", str(fresh), "."], cwd=ROOT, check=True)
    assert (ROOT / "locales" / "console.pot").read_text("utf-8") == fresh.read_text("utf-8")


def test_a_fuzzy_or_missing_text_of_the_interface_is_shown_in_english(tmp_path: Path) -> None:
    folder = tmp_path / "so" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "console.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Send"\nmsgstr "Dir"\n\n#, fuzzy\nmsgid "Close"\nmsgstr "Xir"\n',
        encoding="utf-8",
    )
    files = InterfaceFiles(tmp_path)
    texts = files.catalogue("so")
    assert files.codes() == ("so",)
    assert [texts.gettext(text) for text in ("Send", "Close", "Phone")] == ["Dir", "Close", "Phone"]
    assert files.catalogue("cy").gettext("Send") == "Send"
