"""Signing in with the university, against a stand-in provider on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from bot.app import create_app
from bot.gateways.university import University
from bot.settings import SettingsError
from bot.usecases.services import build
from tests.console.conftest import OURS, Site
from tests.support.fakes import SettableClock
from tests.support.rows import rows
from tests.support.settings import make_settings
from tests.support.staff import PASSWORD, Browser
from tests.support.university import CLIENT, SECRET, StandIn

EMAIL = "facilitator.ours@example.org"


@pytest.fixture
def provider(clock: SettableClock) -> Iterator[StandIn]:
    stand_in = StandIn(int(clock.now().timestamp())).start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def campus(site: Site, provider: StandIn) -> Site:
    """The site, at a university."""
    university = University(provider.issuer, CLIENT, SECRET, "University of Warwick")
    services = replace(site.services, university=university)
    return replace(site, app=create_app(services=services), services=services)


def come_back(browser: Browser, provider: StandIn, address: str, email: str, **more: Any) -> Any:
    leaving = browser.get(address)
    assert leaving.status_code == 303, browser.text
    state, code = provider.sign_in(leaving.headers["Location"], email, **more)
    return browser.get(f"/sign-in/university/back?state={state}&code={code}")


def sign_in(site: Site, provider: StandIn, email: str = EMAIL, **more: Any) -> tuple[Browser, Any]:
    browser = Browser.on(site.app)
    return browser, come_back(browser, provider, "/sign-in/university", email, **more)


def test_staff_sign_in_and_are_known_by_their_subject_from_then_on(
    campus: Site, provider: StandIn
) -> None:
    browser, answer = sign_in(campus, provider)
    assert answer.headers["Location"] == "/console"
    assert browser.get(f"/console/{OURS}").status_code == 200
    assert rows(campus.services, "staff", email=EMAIL)[0]["oidc"] == f"{provider.issuer} u123"
    # Her address changes there; she is the same. Somebody else with her old address is not her.
    assert sign_in(campus, provider, "new.name@example.org")[1].status_code == 303
    assert sign_in(campus, provider, EMAIL, subject="u999")[1].status_code == 422


def test_the_page_offers_it_where_there_is_one(site: Site, campus: Site) -> None:
    without, with_it = Browser.on(site.app), Browser.on(campus.app)
    without.get("/sign-in")
    with_it.get("/sign-in")
    assert "University of Warwick" not in without.text
    assert "University of Warwick" in with_it.text
    assert without.get("/sign-in/university").status_code == 422


def test_nobody_comes_in_without_an_invitation(campus: Site, provider: StandIn) -> None:
    browser, answer = sign_in(campus, provider, "stranger@example.org")
    assert answer.status_code == 422
    assert "You are not invited here with this account." in browser.text


def test_an_invitation_is_taken_up_without_a_password(campus: Site, provider: StandIn) -> None:
    token = campus.invite(email="nadia@example.org")
    wrong = Browser.on(campus.app)
    address = f"/invitation/{token}/university"
    assert come_back(wrong, provider, address, "other@example.org").status_code == 422
    browser = Browser.on(campus.app)
    assert come_back(browser, provider, address, "nadia@example.org").status_code == 303
    assert browser.get(f"/console/{OURS}").status_code == 200
    assert Browser.on(campus.app).get(address).status_code == 410
    # She may give herself a password later.
    answer = browser.post("/account/password", before="", password=PASSWORD)
    assert answer.status_code == 303


def test_an_answer_counts_once_and_for_the_browser_that_left(
    campus: Site, provider: StandIn
) -> None:
    browser = Browser.on(campus.app)
    leaving = browser.get("/sign-in/university")
    state, code = provider.sign_in(leaving.headers["Location"], EMAIL)
    back = f"/sign-in/university/back?state={state}&code={code}"
    assert Browser.on(campus.app).get(back).status_code == 422
    other = Browser.on(campus.app)
    other.get("/sign-in/university")
    assert other.get(back).status_code == 422
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 422


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "somebody else"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_is_refused(
    campus: Site, provider: StandIn, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    browser, answer = sign_in(campus, provider)
    assert answer.status_code == 422
    assert "That sign-in does not work now." in browser.text
    assert browser.get("/account").status_code == 303


def test_a_token_that_somebody_else_signed_is_refused(campus: Site, provider: StandIn) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(campus, provider)[1].status_code == 422


@pytest.mark.parametrize("broken", ["/.well-known/openid-configuration", "/keys"])
def test_a_provider_that_does_not_answer_is_said(
    campus: Site, provider: StandIn, broken: str
) -> None:
    browser = Browser.on(campus.app)
    if broken == "/keys":
        leaving = browser.get("/sign-in/university").headers["Location"]
        state, code = provider.sign_in(leaving, EMAIL)
        provider.broken = broken
        browser.get(f"/sign-in/university/back?state={state}&code={code}")
    else:
        provider.broken = broken
        browser.get("/sign-in/university")
        assert "That sign-in does not work now." in browser.text
        browser.get(f"/invitation/{campus.invite()}/university")
    assert "That sign-in does not work now." in browser.text


def test_the_settings_name_the_provider() -> None:
    settings = make_settings(
        AWAAZ_OIDC_ISSUER="https://login.example.ac.uk",
        AWAAZ_OIDC_CLIENT_ID="awaaz",
        AWAAZ_OIDC_CLIENT_SECRET="hidden from view",
        AWAAZ_OIDC_NAME="Example",
    )
    assert "hidden from view" not in repr(settings)
    university = build(settings).university
    assert university is not None
    assert university.name == "Example"
    assert build(make_settings()).university is None
    for wrong in ("http://login.example.ac.uk", "login.example.ac.uk"):
        with pytest.raises(SettingsError, match="Set AWAAZ_OIDC_ISSUER to the provider's https"):
            make_settings(AWAAZ_OIDC_ISSUER=wrong)
    assert make_settings(AWAAZ_PROXIES="1").proxies == 1
    for wrong in ("-1", "many", "10"):
        with pytest.raises(SettingsError, match="Set AWAAZ_PROXIES to the number of proxies"):
            make_settings(AWAAZ_PROXIES=wrong)
