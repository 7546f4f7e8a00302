"""The simulator as people meet it: walked, measured, and looked at."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, LiveServer, Visit
from tests.support.rows import rows

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "simulator.png"
MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")

Window = Callable[..., Visit]

IN_ENGLISH = (
    ("say", "yes"),
    ("say", "I agree, yes"),
    ("say", "5"),
    ("say", "Most of the time"),
    ("say", "4"),
    ("say", "lots"),
    ("say", "2"),
    ("say", "0"),
    ("say", "8"),
    ("say", "Good neighbours, and a park that is safe at night."),
    ("say", "B69"),
)
IN_URDU = (
    ("tap", "private:yes"),
    ("tap", "consent:yes"),
    ("tap", "who5_1:5"),
    ("say", "۴"),
    ("tap", "who5_3:4"),
    ("say", "دو"),
    ("tap", "who5_5:0"),
    ("say", "۸"),
    ("say", "اچھے پڑوسی اور محفوظ پارک"),
    ("say", "B69"),
)
ANSWERS = {
    "private": "yes",
    "consent": "yes",
    "who5_1": "5",
    "who5_2": "4",
    "who5_3": "4",
    "who5_4": "2",
    "who5_5": "0",
    "ons4_satisfied": 8,
}


def walk(window: Visit, steps: tuple[tuple[str, str], ...]) -> None:
    for act, what in steps:
        getattr(window, act)(what)


def stored_answers(server: LiveServer) -> dict[str, Any]:
    conversation = rows(server.services, "conversation")[-1]
    found = rows(server.services, "answer", conversation_id=conversation["id"])
    return {row["question"]: row["value"] for row in found}


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    ("language", "look", "steps"),
    [("en", "sms", IN_ENGLISH), ("ur", "whatsapp", IN_URDU)],
    ids=["en", "ur"],
)
def test_the_wellbeing_survey_can_be_walked_to_its_end(
    visit: Window,
    live_server: LiveServer,
    language: str,
    look: str,
    steps: tuple[tuple[str, str], ...],
    size: tuple[int, int],
    javascript: bool,
) -> None:
    window = visit(size=size, javascript=javascript)
    window.start(language=language, look=look)
    walk(window, steps)
    assert "116 123" in window.last()
    answers = stored_answers(live_server)
    assert {name: answers.get(name) for name in ANSWERS} == ANSWERS
    assert answers["matters"] == steps[-2][1]
    # The newest message and the box to write in are on the screen, and nothing sticks out of it.
    newest = window.page.locator(".text").last.bounding_box()
    box = window.page.locator("textarea").bounding_box()
    assert newest["y"] < box["y"]
    assert box["y"] + box["height"] <= size[1]
    assert newest["x"] >= 0
    assert newest["x"] + newest["width"] <= size[0]


def test_each_message_runs_in_its_own_direction(visit: Window) -> None:
    window = visit()
    window.start(language="ur")
    window.say("hello")

    def direction(text: str) -> str:
        bubble = window.page.locator(".text").filter(has_text=text).last
        return str(bubble.evaluate("element => getComputedStyle(element).direction"))

    assert direction("hello") == "ltr"
    assert direction("یونیورسٹی") == "rtl"


def test_the_page_turns_around_with_its_language(visit: Window) -> None:
    window = visit()
    window.start(path="/simulator?ui=ur")
    picture = window.page.locator(".contact img").bounding_box()
    close = window.page.locator(".contact nav").bounding_box()
    assert picture["x"] > close["x"]
    own = window.page.locator(".theirs .bubble").last.bounding_box()
    bot = window.page.locator(".ours .bubble").last.bounding_box()
    assert own["x"] < bot["x"]
    # And back again, without losing the phone.
    thread = window.page.locator(".text").all_inner_texts()
    window.page.select_option("#ui", "en")
    window.page.click(".interface-language button")
    window.page.locator("html[dir=ltr]").wait_for()
    assert window.page.locator(".text").all_inner_texts() == thread


def test_enter_sends_and_the_keyboard_reaches_everything(visit: Window) -> None:
    window = visit()
    window.start(look="whatsapp")
    page = window.page
    page.locator("textarea").focus()
    page.keyboard.type("yes")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.locator("button[value='consent:yes']").wait_for()
    assert page.locator("textarea").input_value() == ""
    assert page.evaluate("document.activeElement.name") == "text"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "(({ className, name, tagName }) => [className || name || tagName,"
            " getComputedStyle(document.activeElement).outlineStyle])(document.activeElement)"
        )
        # After the last one the browser's own buttons have their turn, then the page begins again.
        assert outline != "none" or "talking" in name, f"{name} has the focus and does not show it"
        reached.add(name)
    assert {"skip", "brand", "ui", "scroller", "tap", "text", "send", "SUMMARY"} <= reached


def test_a_tap_sends_and_new_messages_join_the_thread_that_is_spoken(visit: Window) -> None:
    window = visit()
    window.start(look="whatsapp")
    page = window.page
    assert page.locator(".thread").get_attribute("aria-live") == "polite"
    # A mark on the page and on a message: neither is loaded anew.
    page.evaluate("window.marked = document.querySelector('[data-message]').marked = true")
    window.tap("private:yes")
    assert page.evaluate("window.marked && document.querySelector('[data-message]').marked")
    assert page.locator(".theirs .text").last.inner_text() == "Yes"
    # The same old button again is a new message, with an answer of its own.
    before = page.locator("[data-message]").count()
    page.locator("button[value='private:yes']").click()
    page.locator("[data-message]").nth(before + 1).wait_for()
    assert window.last().startswith("That button belongs to an earlier question.")


def test_a_lost_connection_is_said_and_the_text_stays(
    visit: Window, live_server: LiveServer
) -> None:
    window = visit()
    window.start()
    page = window.page
    page.context.set_offline(True)
    page.locator("textarea").fill("yes")
    page.locator(".send").click()
    page.locator(".delivery.failed").wait_for()
    assert "Not sent" in page.locator(".delivery").inner_text()
    assert page.locator("textarea").input_value() == "yes"
    page.context.set_offline(False)
    window.say("yes")
    assert page.locator(".delivery").inner_text() == ""
    conversation = rows(live_server.services, "conversation")[-1]
    sent = rows(live_server.services, "inbound", conversation_id=conversation["id"])
    assert [row["body"] for row in sent].count("yes") == 1
    # The browser itself remarks on the connection: that is the point of this test.
    window.complaints.clear()


def test_a_learner_opens_how_a_message_was_read(visit: Window) -> None:
    window = visit()
    window.start()
    window.say("lots and lots")
    reasons = window.page.locator(".reasons").last
    assert not reasons.locator("dl").is_visible()
    reasons.locator("summary").click()
    assert "Asked again" in reasons.locator("dl").inner_text()


def test_two_phones_stand_side_by_side_where_there_is_room(visit: Window) -> None:
    for size, side_by_side in ((DESKTOP, True), (PHONE, False)):
        window = visit(size=size)
        window.start()
        window.page.get_by_role("link", name="Another phone").click()
        window.page.wait_for_url("**/simulator?beside=*")
        token = window.page.url.partition("beside=")[2].partition("#")[0]
        window.start(language="so", look="whatsapp", path=f"/simulator?beside={token}")
        window.tap("private:yes", phone=1)
        window.say("yes", phone=0)
        first, second = (window.phone(place).bounding_box() for place in (0, 1))
        if side_by_side:
            assert first["x"] + first["width"] <= second["x"]
            assert abs(first["y"] - second["y"]) < 1
        else:
            assert first["y"] + first["height"] <= second["y"] + 1
            assert first["width"] == second["width"] == size[0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("look", ["sms", "whatsapp"])
def test_every_text_stands_out_from_what_is_behind_it(visit: Window, look: str, dark: bool) -> None:
    window = visit(dark=dark, reduced_motion="reduce")
    window.open("/simulator")
    measured = window.page.evaluate(MEASURE)
    window.start(look=look)
    window.say("yes")
    window.say("lots")
    for summary in window.page.locator(".reasons summary").all():
        summary.click()
    measured += window.page.evaluate(MEASURE)
    assert len(measured) > 40
    assert [found for found in measured if found[1] < 4.5] == []


def test_at_twice_the_size_nothing_is_lost(visit: Window) -> None:
    # 1280 x 800 at 200 % zoom has room for 640 x 400; WCAG 1.4.10 asks for 320 CSS pixels.
    for size in ((640, 400), (320, 512)):
        window = visit(size=size)
        for path in ("/simulator", "/simulator?ui=ur"):
            window.start(path=path, look="whatsapp")
            page = window.page
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0]
            page.locator("textarea").scroll_into_view_if_needed()
            box = page.locator("textarea").bounding_box()
            assert box["width"] > 100
            assert page.locator(".scroller").bounding_box()["height"] >= 120


def test_whoever_asks_for_less_motion_gets_none(visit: Window) -> None:
    moving = {}
    for choice in ("reduce", "no-preference"):
        window = visit(reduced_motion=choice)
        window.start()
        window.say("yes")
        moving[choice] = window.page.locator(".arrived").last.evaluate(
            "element => getComputedStyle(element).animationName"
        )
    assert moving == {"reduce": "none", "no-preference": "arrive"}


def test_buttons_and_links_are_large_enough_for_a_finger(visit: Window) -> None:
    window = visit(size=PHONE)
    window.start(look="whatsapp")
    small = window.page.evaluate(
        "[...document.querySelectorAll('a, button, select, summary, textarea')]"
        ".filter(one => one.checkVisibility() && !one.matches('.skip'))"
        ".map(one => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"
    )
    assert small == []


def test_the_picture_in_the_readme_is_of_this_page(visit: Window, tmp_path: Path) -> None:
    window = visit(size=(1280, 880))
    window.start(language="en")
    walk(window, (*IN_ENGLISH[:3], ("say", "lots")))
    token = window.page.url.rpartition("/")[2].partition("#")[0]
    window.start(language="ur", look="whatsapp", path=f"/simulator?beside={token}")
    for act, what in IN_URDU[:1]:
        getattr(window, act)(what, phone=1)
    window.page.locator(".phone").first.locator(".reasons summary").last.click()
    for scroller in window.page.locator(".scroller").all():
        scroller.evaluate("element => { element.scrollTop = 0 }")
    window.page.mouse.move(0, 0)
    window.page.evaluate("document.activeElement.blur()")
    window.page.wait_for_timeout(400)  # until the newest message has arrived
    picture = window.page.screenshot(path=tmp_path / "simulator.png")
    assert len(picture) < 300_000
    if os.environ.get("AWAAZ_PICTURES"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(picture)
    # Width and height stand in bytes 16 to 24 of a PNG.
    assert PICTURE.read_bytes()[16:24] == picture[16:24]
    assert PICTURE.stat().st_size < 300_000
