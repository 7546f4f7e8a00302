"""The console as people meet it: every page that shows something, in two languages and two sizes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, url_for

from bot.app import create_app
from bot.usecases import (
    campaigns,
    invitations,
    listening_rounds,
    people_uploads,
    second_step,
    signing_in,
    staff,
    staff_orders,
    survey_drafts,
    survey_edits,
    survey_publishing,
    survey_rows,
)
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.signing_in import Device, SignedIn
from bot.web.identity import COOKIE
from flows.events import Media
from tests.browser.conftest import DESKTOP, PHONE, LiveServer, Visit
from tests.console.conftest import VOICE, bring, put_people_down, raise_concern
from tests.console.routes import EVERYBODY, ROUTES, Route
from tests.support.coding import coded
from tests.support.exporting import wish_for
from tests.support.feedback import WRITER, compose, took_part
from tests.support.launching import enrol
from tests.support.lists import give_list
from tests.support.people import Person
from tests.support.staff import employ, signed_in

ORGANISATION = "demonstration-group"
PICTURES = os.environ.get("AWAAZ_LOOK")
"""A folder: every page is photographed into it, for looking at."""

Window = Callable[..., Visit]

# What is only there before somebody has signed in, or that needs a university.
ELSEWHERE = {
    "sign_in.leave_for_university",
    "sign_in.from_university",
    "invitation.with_university",
}
SHOWN = [
    route for route in ROUTES if not (route.post or route.empty) and route.endpoint not in ELSEWHERE
]


@pytest.fixture(scope="session")
def house(live_server: LiveServer) -> dict[str, Any]:
    """Who works at the demonstration, and what its pages show."""
    services = live_server.services
    place = staff.organisation_id(services, ORGANISATION)
    people = employ(
        services,
        {
            "A": (Role.ADMIN, place),
            "F": (Role.FACILITATOR, place),
            "S": (Role.SYSTEM, None),
            "R": (Role.RESEARCHER, place),
        },
    )
    talker = Person(services, "+447700900179")
    talker.goes_through("wellbeing", "english", "yes", "yes", "sunshine", "moonlight", "4")
    here = next(one for one in staff.organisations(services) if one.id == place)
    coders = (signed_in(services, people["A"]), signed_in(services, people["R"]))
    took_part(services, "wellbeing", ["en"], first=900)
    compose(services, "wellbeing")
    listening_rounds.begin(services, "wellbeing", "matters", hand=WRITER)
    listening_rounds.add_theme(services, "wellbeing", "walk", "A walk by day", [], hand=WRITER)
    return {
        **coded(services, here, "wellbeing", coders),
        "app": create_app(services=services),
        "{told}": "wellbeing",
        "{listening}": "wellbeing",
        "people": people,
        "{concern}": raise_concern(services, "+447700900177", "wellbeing"),
        "{conversation}": talker.conversation["id"],
        "{note}": bring(services, talker.phone, Media.AUDIO, VOICE),
        "{member}": people["F"],
        "{campaign}": "wellbeing",
        "{order}": staff_orders.order(
            services, here,
            signed_in(services, people["A"]), wish_for("wellbeing"),
        ),
        "{draft}": draft_with_people(services),
        "place": here,
        **put_people_down(services, here),
        "{own}": publish_own(services, people["A"]),
        "{token}": invitations.invite(
            services, email="bilal@example.org", role=Role.FACILITATOR, organisation=ORGANISATION,
            by="a@example.org",
        ),
    }  # fmt: skip


def draft_with_people(services: Services) -> str:
    """A draft whose checklist says what it costs, and what that leaves out."""
    slug = campaigns.create(
        services, name="Alum Rock, spring", organisation=ORGANISATION, survey="wellbeing",
        languages=["en", "bn"], keyword="alum rock",
    )  # fmt: skip
    enrol(services, slug, ["+447700900181", "whatsapp:+447700900182"], languages=["en", "bn"])
    return slug


def publish_own(services: Services, staff_id: int) -> str:
    """A survey of the demonstration's own: published, and then changed."""
    (place,) = [one for one in staff.organisations(services) if one.slug == ORGANISATION]
    me = SignedIn(0, staff_id, "a@example.org", "A", None, True, True, False, "password",
                  services.clock.now())  # fmt: skip
    code = survey_drafts.copy(services, place, me, "initiative")
    draft = survey_drafts.open_draft(services, place, code)
    survey_publishing.publish(services, place, me, code, draft.edition)
    asked = survey_rows.question(draft.form, 3)
    assert asked is not None
    new = replace(asked.written, label="How often did you go?")
    survey_drafts.change(services, place, me, code, draft.edition + 1, survey_edits.write(3, new))
    return code


def enter(visit: Visit, live_server: LiveServer, staff_id: int, *, whole: bool = True) -> None:
    """Somebody is signed in with this window."""
    services = live_server.services
    with services.database.transaction() as work:
        token = signing_in.open_sign_in(
            services, work.connection, staff_id, how="password", whole=whole,
            device=Device("203.0.113.9", "Chromium on a tablet"),
        )  # fmt: skip
    visit.page.context.add_cookies([{"name": COOKIE, "value": token, "url": visit.url}])


def address_of(app: Flask, house: dict[str, Any], route: Route) -> str:
    values = {name: house.get(str(value), value) for name, value in route.values.items()}
    with app.test_request_context():
        if app.url_map.is_endpoint_expecting(route.endpoint, "organisation"):
            values["organisation"] = ORGANISATION
        return url_for(route.endpoint, **values)


def every_page(
    visit: Visit, live_server: LiveServer, house: dict[str, Any], ui: str
) -> Iterator[Route]:
    """Opens one page after the other, each as somebody who may."""
    as_whom = None
    for route in sorted(SHOWN, key=lambda one: (one.who != EVERYBODY, one.who == "S")):
        whom = "S" if route.who == "S" else "A"
        if route.who != EVERYBODY and as_whom != whom:
            enter(visit, live_server, house["people"][whom])
            as_whom = whom
        separator = "&" if "?" in address_of(house["app"], house, route) else "?"
        visit.open(f"{address_of(house['app'], house, route)}{separator}ui={ui}")
        assert visit.page.locator("html").get_attribute("lang") == ui
        yield route


def keep_picture(visit: Visit, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        visit.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("ui", "size", "dark"),
    [("en", PHONE, False), ("ur", PHONE, False), ("ur", DESKTOP, False), ("en", DESKTOP, True)],
    ids=["phone", "phone in Urdu", "desktop in Urdu", "desktop in the dark"],
)
def test_no_page_keeps_anybody_out(
    visit: Window,
    live_server: LiveServer,
    house: dict[str, Any],
    ui: str,
    size: tuple[int, int],
    dark: bool,
) -> None:
    window = visit(size=size, dark=dark, reduced_motion="reduce")
    axe, found = Axe(), []
    for route in every_page(window, live_server, house, ui):
        keep_picture(window, f"{route.endpoint}-{ui}-{size[0]}{'-dark' if dark else ''}")
        width = window.page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            found.append(f"{route.endpoint}: {width} pixels wide")
        report = axe.run(window.page, options={"resultTypes": ["violations"]}).response
        found += [
            f"{route.endpoint}: {one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in report["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    assert found == []


def test_at_twice_the_size_nothing_is_lost(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    # 1280 pixels at 200 % leave 640; WCAG 1.4.10 asks for 320.
    window = visit(size=(320, 512))
    for route in every_page(window, live_server, house, "en"):
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 320, route.endpoint


def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    window = visit()
    enter(window, live_server, house["people"]["A"])
    # The admin's own language may be another one: the tests above chose for her.
    window.open(f"/console/{ORGANISATION}?ui=en")
    page, reached = window.page, []
    # What waits for a sign-off is a long list of links, once the page has fetched it.
    while "Change" not in reached and len(reached) < 500:
        page.keyboard.press("Tab")
        text, seen = page.evaluate(
            "(one => [one.textContent.trim().slice(0, 30) || one.id, one === document.body ||"
            " getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none'])"
            "(document.activeElement)"
        )
        assert seen, f"{text!r} has the focus and does not show it"
        reached.append(text)
    assert reached[0] == "Skip to the content"
    assert {"Home", "Surveys", "Concerns", "Sign out", "Change"} <= set(reached)
    page.keyboard.press("Home")
    page.locator(".nhsuk-skip-link").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_live_part_comes_by_itself_and_without_script_by_a_link(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    for javascript in (True, False):
        window = visit(javascript=javascript)
        enter(window, live_server, house["people"]["A"])
        window.open(f"/console/{ORGANISATION}?ui=en")
        if not javascript:
            window.page.get_by_role("link", name="See what waits").click()
        window.page.locator("#to-sign-off").get_by_text("wellbeing").first.wait_for()


def test_a_long_list_says_by_itself_how_far_it_is(
    visit: Window,
    live_server: LiveServer,
    house: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = live_server.services
    place = house["place"]
    with monkeypatch.context() as patched:
        # The worker is busy with something else.
        patched.setattr("bot.usecases.people_uploads._go_on", lambda *_: None)
        waits = give_list(services, place, "walk-demonstration-group", "07700 900149")
    window = visit()
    enter(window, live_server, house["people"]["A"])
    window.open(f"/console/{ORGANISATION}/people/lists/new/{waits}")
    window.page.get_by_text("The list is being looked through.").wait_for()
    people_uploads.read(services, [waits])
    window.page.get_by_role("button", name="Put 1 person down").wait_for()
    window.page.wait_for_function("!document.querySelector('#reading').hasAttribute('hx-trigger')")


def test_somebody_joins_without_javascript_and_sees_to_a_concern(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    services = live_server.services
    token = invitations.invite(
        services, email="chandni@example.org", role=Role.FACILITATOR, organisation=ORGANISATION,
        by="a@example.org",
    )  # fmt: skip
    concern = raise_concern(services, "+447700900178", "wellbeing")
    window = visit(size=PHONE, javascript=False)
    page = window.page
    page.goto(f"{live_server.url}/invitation/{token}")
    page.get_by_label("What should we call you?").fill("Chandni")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.get_by_label("What should we call you?").input_value() == "Chandni"
    page.get_by_label("Choose a password").fill("kettle lantern orchard")
    page.get_by_role("button", name="Continue").click()
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".codes li").count() == second_step.RECOVERY_CODES
    page.get_by_role("link", name="I have them, continue").click()
    page.get_by_role("link", name="See the concerns").click()
    page.get_by_role("link", name=f"Concern {concern}", exact=True).click()
    page.get_by_role("button", name="I have looked and see to it").click()
    page.get_by_label("Write a note").fill("I rang her. She is with her sister.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_role("button", name="This is settled").click()
    page.get_by_text("Settled.", exact=True).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    # The browser itself remarks that the short password was refused.
    assert len(window.complaints) == 1
    window.complaints.clear()


def test_a_passkey_of_the_browser_is_made_and_signs_in(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    services = live_server.services
    (staff_id,) = employ(
        services, {"f": (Role.FACILITATOR, staff.organisation_id(services, ORGANISATION))}
    ).values()
    window = visit()
    # Browsers bind passkeys to names, not to bare addresses.
    at = live_server.url.replace("127.0.0.1", "localhost")
    page = window.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    with services.database.transaction() as work:
        token = signing_in.open_sign_in(
            services, work.connection, staff_id, how="password", whole=False, device=Device()
        )
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": at}])
    page.goto(f"{at}/account/second-step")
    page.get_by_label("What is this device?").fill("My phone")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="What needs you now").wait_for()
    # `visit` looks at where the browser went: localhost is this machine too.
    window.requests[:] = [one.replace("//localhost", "//127.0.0.1") for one in window.requests]


def test_a_question_is_checked_while_it_is_typed_and_the_draft_tried(
    visit: Window, live_server: LiveServer, house: dict[str, Any]
) -> None:
    window = visit(size=PHONE)
    enter(window, live_server, house["people"]["A"])
    page, own = window.page, f"/console/{ORGANISATION}/surveys/own/{house['{own}']}"
    window.open(f"{own}/3?ui=en")
    page.get_by_label("What is asked").press_sequentially(" At ${nowhere}?")
    # What a complaint names is isolated from the direction of its words.
    page.locator("#problems").get_by_text("The text mentions `\u2068${nowhere}\u2069`").wait_for()
    window.open(f"{own}/try")
    for reply in ("Yes", "Yes", "Every week"):
        page.get_by_role("button", name=reply, exact=True).click()
        page.locator(".bubble--theirs").get_by_text(reply, exact=True).last.wait_for()
    page.get_by_text("How many people there do you know by name?").wait_for()
    assert page.url.endswith("/try")
    window.open(f"{own}/3")  # nothing of what was typed was kept
    assert "nowhere" not in page.get_by_label("What is asked").input_value()
