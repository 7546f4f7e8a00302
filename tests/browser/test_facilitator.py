"""A facilitator in Urdu on a small phone: from her invitation to a campaign that people answer.

With AWAAZ_PICTURES set to a folder, every step is photographed into it: that is how the pictures of
docs/facilitator.md are made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp

from bot.gateways.interface import InterfaceFiles
from bot.usecases import invitations, launching
from bot.usecases.permission import Role
from tests.browser.conftest import PHONE, LiveServer, Visit
from tests.support.rows import rows

ORGANISATION = "demonstration-group"
PICTURES = os.environ.get("AWAAZ_PICTURES")
GUIDE = (Path(__file__).resolve().parents[2] / "docs/facilitator.md").read_text(encoding="utf-8")
PASSWORD = "kettle lantern orchard"
"""Words that do not belong together, as the page advises."""

say = InterfaceFiles().catalogue("ur").gettext


class Walk:
    """What she does, step by step, each with its picture."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.pictures: list[str] = []

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=say(text), exact=True).first.click()

    def follow(self, text: str) -> None:
        self.page.get_by_role("link", name=say(text), exact=True).first.click()

    def heading(self, text: str) -> None:
        self.page.get_by_role("heading", name=re.compile(re.escape(say(text)))).first.wait_for()

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"main [name={name}]").fill(text)

    def pick(self, name: str, value: str) -> None:
        self.page.locator(f"main input[name={name}][value='{value}']").check()

    def look(self, name: str) -> None:
        """Nothing runs out of the screen, and the page is in her language; its picture is kept."""
        self.pictures.append(name)
        assert self.page.locator("html").get_attribute("lang") == "ur"
        assert self.page.locator("html").get_attribute("dir") == "rtl"
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], name
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"facilitator-{name}.png")


def arrive(walk: Walk, address: str) -> None:
    """Take up the invitation, with a password and an app that shows codes."""
    page = walk.page
    page.goto(f"{address}?ui=ur")
    walk.heading("You are invited")
    walk.look("invitation")
    walk.fill("name", "نادیہ")
    walk.fill("password", PASSWORD)
    walk.press("Continue")
    secret = page.locator(".code").first.inner_text().replace(" ", "")
    page.locator("main [name=code]").fill(pyotp.TOTP(secret).now())
    walk.press("Continue")
    walk.follow("I have them, continue")
    walk.heading("What needs you now")
    walk.look("home")


def choose(walk: Walk) -> None:
    """The survey, the languages, the people, the time."""
    page = walk.page
    walk.follow("Campaigns")
    walk.press("Make a campaign")
    walk.heading("Which survey?")
    walk.pick("survey", "event_feedback")
    walk.fill("name", "ٹپٹن، بہار")
    walk.look("survey")
    walk.press("Keep and continue")
    walk.heading("Which languages?")
    walk.pick("languages", "en")
    walk.pick("languages", "ur")
    walk.look("languages")
    walk.press("Keep and continue")
    walk.heading("Who is asked?")
    walk.follow("Import people")
    walk.heading("Read a list in")
    walk.fill("pasted", "07700 900211, Urdu\n07700 900212, Urdu\n0121 496 0123\n")
    walk.fill("consent", "منگل کی نشست میں پوچھا")
    page.locator("main [name=language]").select_option("ur")
    walk.look("list")
    walk.press("Look through it")
    page.locator("main caption").first.wait_for()
    walk.look("list-seen")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def finish(walk: Walk, draft: str) -> None:
    """How they join, the time, the check, the launch."""
    page = walk.page
    page.goto(f"{draft}/people")
    walk.pick("how", "both")
    walk.fill("keyword", "bahar")
    walk.look("people")
    walk.press("Keep and continue")
    walk.heading("When?")
    walk.look("when")
    walk.press("Keep and continue")
    walk.heading("Cost and checklist")
    walk.look("checklist")
    walk.press("Continue")
    walk.heading("Test on my phone")
    walk.look("test")
    walk.press("Continue")
    walk.heading("Launch")
    walk.look("launch")
    walk.press("Launch it now")


def joined(conversation: dict[str, Any], campaign_id: int) -> bool:
    """Whether somebody came by the word, not from the list."""
    return bool(conversation["campaign_id"] == campaign_id and conversation["mode"] == "simulated")


def test_from_an_invitation_to_a_campaign_that_people_answer(
    visit: Callable[..., Visit], live_server: LiveServer
) -> None:
    services = live_server.services
    token = invitations.invite(
        services, email="nadia@example.org", role=Role.FACILITATOR, organisation=ORGANISATION,
        by="command line",
    )  # fmt: skip
    walk = Walk(visit(size=PHONE))
    arrive(walk, f"{live_server.url}/invitation/{token}")
    choose(walk)
    (campaign,) = rows(services, "campaign", name="ٹپٹن، بہار")
    draft = f"{live_server.url}/console/{ORGANISATION}/campaigns/{campaign['slug']}"
    finish(walk, draft)
    walk.page.wait_for_url(draft)
    # The worker, which this application has none of.
    launching.run(services, campaign["id"])
    (launched,) = rows(services, "campaign", id=campaign["id"])
    assert launched["state"] == "live"
    assert len(rows(services, "enrolment", campaign_id=campaign["id"])) == 2
    simulated = visit(size=PHONE)
    simulated.open("/simulator")
    simulated.page.check(f"input[name=campaign][value='{campaign['slug']}']")
    simulated.page.select_option("#language", "ur")
    simulated.page.click(".card button[type=submit]")
    simulated.page.locator(".thread").first.wait_for()
    for _ in range(16):
        (talk,) = [one for one in rows(services, "conversation") if joined(one, campaign["id"])]
        if talk["outcome"]:
            break
        simulated.say("۱")
    assert (talk["outcome"], talk["language"]) == ("complete", "ur")
    assert {row["raw"] for row in rows(services, "answer", conversation_id=talk["id"])} == {
        "اردو",
        "۱",
    }
    walk.page.reload()
    walk.look("progress")
    assert walk.pictures == re.findall(r"pictures/facilitator-([a-z-]+)\.png", GUIDE)


def test_the_guide_speaks_of_pages_by_their_names() -> None:
    catalogue = InterfaceFiles().catalogue("ur")
    for english in re.findall(r"\*([A-Z][^*]+)\*", GUIDE):
        assert catalogue.gettext(english) != english, f"{english} is on no page"
