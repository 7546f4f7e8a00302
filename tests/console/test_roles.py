"""Every route of the console, asked as every role, as nobody, and as a member of another organisation."""

from __future__ import annotations

import pytest
from flask import url_for

from bot.usecases.permission import MATRIX, Action, Role
from bot.web import console
from bot.web.identity import COOKIE
from tests.console.conftest import OURS, THEIRS, Site
from tests.console.routes import EVERYBODY, HALF, ROLES, ROUTES, SIGNED_IN, Route
from tests.support.rows import rows
from tests.support.staff import Browser


def ask(site: Site, browser: Browser, route: Route, slug: str = OURS) -> int:
    """The status of what comes back."""
    theirs = slug == THEIRS
    known = {
        "{concern}": site.their_concern if theirs else site.concern,
        "{member}": site.people["f" if theirs else "F"],
        "{token}": site.invite(slug) if "{token}" in route.values.values() else "",
        "{own}": site.own_survey(slug) if "{own}" in route.values.values() else "",
        "{invitation}": 0,
        **site.shown(slug),
        **site.known(slug),
        "{sign_in}": 1,
        "{told}": site.told(slug) if "{told}" in route.values.values() else "",
        "{listening}": site.listening(slug) if "{listening}" in route.values.values() else "",
        "{order}": site.order(slug) if "{order}" in route.values.values() else "",
    }
    for name, make in (
        ("{draft}", site.draft),
        ("{campaign}", site.campaign),
        ("{alert}", site.alert),
    ):
        if name in route.values.values():
            known[name] = make(slug)
    if {"{book}", "{theme}", "{answer}"} & set(map(str, route.values.values())):
        known |= site.themes(slug)
    if "{sign_in}" in route.values.values() and browser.client.get_cookie(COOKIE):
        known["{sign_in}"] = rows(site.services, "sign_in")[-1]["id"]
    if "{invitation}" in route.values.values():
        site.invite(slug)
        known["{invitation}"] = rows(site.services, "invitation")[-1]["id"]
    values = {name: known.get(str(value), value) for name, value in route.values.items()}
    fields = {
        name.replace("{phone}", str(known["{phone}"])): str(known.get(value, value))
        for name, value in route.fields.items()
    }
    with site.app.test_request_context():
        if site.app.url_map.is_endpoint_expecting(route.endpoint, "organisation"):
            values["organisation"] = slug
        address = url_for(route.endpoint, **values)
    answer = browser.post(address, **fields) if route.post else browser.get(address)
    location = answer.headers.get("Location", "")
    return 401 if answer.status_code == 303 and location.startswith("/sign-in?") else _plain(answer)


def _plain(answer: object) -> int:
    status = answer.status_code  # type: ignore[attr-defined]
    to_sign_in = answer.headers.get("Location", "") == "/sign-in"  # type: ignore[attr-defined]
    return 401 if status == 303 and to_sign_in else int(status)


def may(route: Route, letter: str) -> bool:
    return route.who in (EVERYBODY, SIGNED_IN, HALF) or letter in route.who


ENDS_SIGN_IN = {"sign_in.out", "account.end_sign_in"}


def test_every_page_of_the_application_is_in_the_list(site: Site) -> None:
    listed = [route.endpoint for route in ROUTES]
    assert sorted(set(listed)) == sorted(console.views(site.app))
    assert len(listed) == len(set(listed))
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in listed:
            (route,) = [one for one in ROUTES if one.endpoint == rule.endpoint]
            assert route.post is ("POST" in rule.methods), rule


@pytest.mark.parametrize("letter", ROLES, ids=ROLES.get)
def test_a_role_is_let_in_where_the_list_says_and_nowhere_else(site: Site, letter: str) -> None:
    wrong = []
    browser = site.browser(letter)
    for route in ROUTES:
        if route.endpoint in ENDS_SIGN_IN:
            browser = site.browser(letter)
        status = ask(site, browser, route)
        if not may(route, letter):
            expected = status == 403
        elif route.endpoint in ENDS_SIGN_IN:
            expected = status == 401  # it leads to the sign-in page
        else:
            expected = status < 500 and status not in (401, 403, 404)
        if not expected:
            wrong.append(f"{ROLES[letter]}: {route.id}: {status}")
    assert wrong == []


def test_nobody_is_let_in_without_signing_in(site: Site) -> None:
    statuses = {
        route.id: ask(site, site.browser(), route) for route in ROUTES if route.who != EVERYBODY
    }
    assert {name: status for name, status in statuses.items() if status != 401} == {}


def test_half_a_sign_in_opens_the_second_step_alone(site: Site) -> None:
    found = {}
    for route in ROUTES:
        if route.who == EVERYBODY:
            continue
        browser = Browser.on(site.app).sign_in(site.people["A"], whole=False)
        status = ask(site, browser, route)
        location = browser.client.get("/console").headers["Location"]
        assert location.startswith("/sign-in/second")
        found[route.id] = status
    let_in = {route.id for route in ROUTES if route.who == HALF}
    for name, status in found.items():
        # The rest is a redirection to the second step.
        assert (status != 303) == (name in let_in - {"GET sign_in.second", "POST account.add_passkey",
                                                     "POST account.confirm"}), (name, status)  # fmt: skip


def test_another_organisations_pages_are_not_there(site: Site) -> None:
    wrong = []
    for letter in "ftra":
        browser = site.browser(letter)
        for route in ROUTES:
            with site.app.app_context():
                inside = site.app.url_map.is_endpoint_expecting(route.endpoint, "organisation")
            if inside:
                status = ask(site, browser, route)
                if status != 404:
                    wrong.append(f"{letter}: {route.id}: {status}")
    assert wrong == []


@pytest.mark.parametrize("letter", ["F", "A"])
def test_another_organisations_objects_are_not_there_under_ones_own_address(
    site: Site, letter: str
) -> None:
    browser = site.browser(letter)
    for end in ("", "/acknowledge", "/responder", "/notes", "/settle"):
        address = f"/console/{OURS}/concerns/{site.their_concern}{end}"
        fields = {"note": "x", "responder": str(site.people["F"])}
        answer = browser.post(address, **fields) if end else browser.get(address)
        assert answer.status_code == 404, address
    if letter == "A":
        site.invite(THEIRS)
        foreign = rows(site.services, "invitation")[-1]["id"]
        for address in (
            f"/console/{OURS}/organisation/staff/{site.people['f']}",
            f"/console/{OURS}/organisation/invitations/{foreign}/cancel",
        ):
            assert browser.post(address).status_code == 404, address
    # A concern can not be handed to somebody of another organisation either.
    address = f"/console/{OURS}/concerns/{site.concern}/responder"
    assert browser.post(address, responder=str(site.people["f"])).status_code == 404


def test_the_table_in_the_code_covers_every_action_and_hides_answers_from_system_admins() -> None:
    assert set(MATRIX) == set(Action)
    answers = {
        Action.READ_CONVERSATIONS, Action.READ_RESEARCH, Action.DOWNLOAD_ANSWERS,
        Action.READ_PEOPLE, Action.REVEAL_PEOPLE, Action.SEE_TO_CONCERNS,
        Action.DOWNLOAD_IDENTIFIERS,
    }  # fmt: skip
    assert all(Role.SYSTEM not in MATRIX[action] for action in answers)
    assert Role.FACILITATOR not in MATRIX[Action.REVEAL_PEOPLE]


def test_a_route_without_a_rule_is_refused_while_the_application_is_made(
    demo: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import Blueprint

    from bot.app import create_app

    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/careless", view_func=lambda: "hello", endpoint="open")
    monkeypatch.setattr(console, "PAGES", (*console.PAGES, careless))
    with pytest.raises(AssertionError, match=r"careless\.open"):
        create_app(services=demo)  # type: ignore[arg-type]
