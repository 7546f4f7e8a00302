"""Assisted mode: a facilitator and a person in front of a tablet, without JavaScript."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.console.conftest import OURS, THEIRS, Site
from tests.support import launching
from tests.support.campaigns import open_campaign
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser

ASSISTED = f"/console/{OURS}/assisted"
_OPTION = re.compile(r'name="tap" value="([^"]+)"')


@pytest.fixture
def slug(site: Site) -> str:
    """A live campaign of ours in English and Urdu."""
    return open_campaign(site.services, languages=("en", "ur"), walk_in=False)


def begin(browser: Browser, slug: str, language: str = "ur", person: str = "") -> str:
    """Begin an interview; the address of its page, or nothing."""
    answer = browser.post(ASSISTED, campaign=slug, language=language, person=person)
    return answer.headers.get("Location", "")


def shown(browser: Browser) -> str:
    """The part of the page that the person reads."""
    return browser.page.partition('id="now"')[2].partition("<details")[0]


def message(browser: Browser) -> str:
    found = re.search(r'name="message" value="([^"]+)"', browser.page)
    assert found is not None
    return found[1]


def answers(browser: Browser, address: str, *, tap: str = "", text: str = "") -> None:
    """Tap an option of the page, or write into it, and look at the page that comes."""
    if tap:
        assert tap in [unescape(one) for one in _OPTION.findall(browser.page)]
    said = {"tap": tap} if tap else {"answer": text}
    answer = browser.post(address, message=message(browser), **said)
    assert answer.headers["Location"] == address
    browser.get(address)


def stored(site: Site, address: str) -> list[tuple[str, Any]]:
    conversation = int(address.rpartition("/")[2])
    found = rows(site.services, "answer", conversation_id=conversation)
    return [(one["question"], one["value"]) for one in found]


def test_a_whole_interview_in_urdu_leaves_its_answers_and_their_mode(site: Site, slug: str) -> None:
    browser = site.browser("F")
    address = begin(browser, slug)
    browser.get(address)
    # The interface is English, what she reads is Urdu and runs from the right.
    assert '<html lang="en" dir="ltr">' in browser.page
    assert '<div class="tablet__said" lang="ur" dir="rtl">' in shown(browser)
    assert "With a facilitator, on a tablet" in browser.text
    assert _OPTION.findall(browser.page) == ["private:yes", "private:no"]
    answers(browser, address, tap="private:yes")
    answers(browser, address, tap="consent:yes")
    assert _OPTION.findall(browser.page)
    # Options as buttons, and free typing in digits of her own as well.
    for text in ("۳", "2", "٣", "3", "2", "۷"):
        answers(browser, address, text=text)
    answers(browser, address, text="میرے پڑوسی")
    answers(browser, address, text="B69")
    assert "This interview has ended." in browser.text
    assert 'name="answer"' not in browser.page
    (talk,) = rows(site.services, "conversation")
    assert {name: talk[name] for name in ("mode", "assisted_by", "outcome", "language")} == {
        "mode": "assisted", "assisted_by": "facilitator F", "outcome": "complete", "language": "ur",
    }  # fmt: skip
    assert dict(stored(site, address)) == {
        "private": "yes", "consent": "yes", "who5_1": "3", "who5_2": "2", "who5_3": "3",
        "who5_4": "3", "who5_5": "2", "ons4_satisfied": 7, "matters": "میرے پڑوسی", "area": "B69",
    }  # fmt: skip
    assert {one["language"] for one in rows(site.services, "answer")} == {"ur"}
    (consent,) = rows(site.services, "consent")
    assert (consent["act"], consent["source"], consent["language"]) == (
        "given",
        "facilitator",
        "ur",
    )
    last = rows(site.services, "audit_entry")[-1]
    assert (last["what"], last["about"]) == ("interview.begun", f"conversation:{talk['id']}")
    # Her page tells how it was, and nothing was sent to any phone.
    browser.get(f"/console/{OURS}/people/{talk['participant_id']}")
    assert "a tablet of ours" in browser.text
    assert "Answered to the end" in browser.text
    assert {one["state"] for one in rows(site.services, "outbound")} == {"replied"}


def test_who_is_not_alone_or_does_not_agree_is_asked_nothing(site: Site, slug: str) -> None:
    browser = site.browser("F")
    address = begin(browser, slug, "en")
    browser.get(address)
    answers(browser, address, tap="private:no")
    assert stored(site, address) == [("private", "no")]
    assert "when you are on your own" in shown(browser)
    assert "Go on now" in browser.text
    # She goes on when it is safe, with a press of a button.
    browser.post(address, message=message(browser), answer="START")
    browser.get(address)
    assert "Go on now" not in browser.text
    assert _OPTION.findall(browser.page)
    address = begin(browser, slug, "en")
    browser.get(address)
    answers(browser, address, tap="private:yes")
    answers(browser, address, tap="consent:no")
    assert "This interview has ended." in browser.text
    assert rows(site.services, "consent")[-1]["act"] == "refused"
    assert rows(site.services, "conversation")[-1]["outcome"] == "refused"


def test_an_interview_is_stopped_and_taken_up_again_by_somebody_else(site: Site, slug: str) -> None:
    browser = site.browser("F")
    address = begin(browser, slug, "en")
    browser.get(address)
    answers(browser, address, tap="private:yes")
    asked = shown(browser)
    other = site.browser("A")
    other.get(ASSISTED)
    assert address in other.page
    other.get(address)
    assert re.findall(r"<p dir=.auto.>(.*?)</p>", shown(other)) == re.findall(
        r"<p dir=.auto.>(.*?)</p>", asked
    )
    assert "What was said before" in other.text
    answers(other, address, tap="consent:yes")
    assert rows(site.services, "conversation")[-1]["assisted_by"] == "facilitator F"


def test_pressing_twice_or_sending_nothing_answers_nothing_twice(site: Site, slug: str) -> None:
    browser = site.browser("F")
    address = begin(browser, slug, "en")
    browser.get(address)
    key = message(browser)
    for _ in range(2):
        browser.post(address, message=key, tap="private:yes")
    assert len(rows(site.services, "inbound")) == 1
    assert browser.post(address, message="x", answer=" ").status_code == 422
    assert "Write the answer." in browser.text
    assert browser.post(address, message="y" * 41, answer="yes").status_code == 303
    assert browser.post(address, answer="3" * 2000).status_code == 422


def test_a_person_is_named_by_pseudonym_or_number_and_goes_on_at_the_tablet(
    site: Site, slug: str
) -> None:
    launching.invite(site.services, slug, ["+447700900191"])
    (person,) = rows(site.services, "participant")
    browser = site.browser("F")
    browser.get(f"/console/{OURS}/people/{person['id']}")
    link = f"{ASSISTED}?person={person['pseudonym']}"
    assert link in browser.page
    browser.get(link)
    assert f'value="{person["pseudonym"]}"' in browser.page
    assert begin(browser, slug, "en", "07700 900191")
    (talk,) = rows(site.services, "conversation")
    assert (talk["participant_id"], talk["mode"]) == (person["id"], "assisted")
    address = f"{ASSISTED}/{talk['id']}"
    browser.get(address)
    answers(browser, address, tap="private:yes")
    answers(browser, address, tap="consent:no")
    assert begin(browser, slug, "en", person["pseudonym"]) == ""
    assert "This person has answered already, or did not want to." in browser.text


def test_what_can_not_begin_says_why(site: Site, slug: str) -> None:
    site.known(THEIRS)
    theirs = rows(site.services, "participant")[-1]["pseudonym"]
    browser = site.browser("F")
    wrong = [
        ((f"walk-{THEIRS}", "en", ""), "Choose a campaign."),
        ((slug, "bn", ""), "This campaign is not held in that language"),
        ((slug, "en", "Pnobody2345"), "Nobody here has this pseudonym or number."),
        ((slug, "en", theirs), "Nobody here has this pseudonym or number."),
        ((slug, "en", "07700 900141"), "Nobody here has this pseudonym or number."),
    ]
    before = len(rows(site.services, "conversation"))
    for (campaign, language, person), sentence in wrong:
        assert begin(browser, campaign, language, person) == ""
        assert sentence in browser.text
    assert len(rows(site.services, "conversation")) == before


def test_a_conversation_on_her_own_phone_is_no_interview(site: Site, slug: str) -> None:
    launching.invite(site.services, slug, ["+447700900192"])
    talk = Person(site.services, "+447700900192").conversation["id"]
    browser = site.browser("F")
    assert browser.get(f"{ASSISTED}/{talk}").status_code == 404
    assert browser.post(f"{ASSISTED}/{talk}", answer="yes", message="1").status_code == 404
    assert rows(site.services, "inbound") == []
