"""What every page of the console keeps to: form keys, content policy, cookies, size, languages."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest
from flask import url_for

from bot.app import create_app
from bot.usecases.services import Services
from tests.console.conftest import OURS, Site
from tests.console.routes import EVERYBODY, ROUTES
from tests.support.rows import rows
from tests.support.staff import Browser

FIRST_PAGE = 150_000
"""Bytes over the wire for somebody who has nothing in her cache."""


def addresses(site: Site, *, post: bool) -> list[str]:
    names = {"{concern}": 1, "{member}": 1, "{token}": "x", "{invitation}": 1, "{sign_in}": 1}
    names |= {"{campaign}": "x", "{draft}": "x", "{alert}": 1}
    names |= {"{conversation}": 1, "{note}": 1, "{picture}": 1}
    names |= site.known()
    names["{own}"] = "initiative"
    names |= {"{book}": 1, "{theme}": 1, "{answer}": 1}
    found = []
    with site.app.test_request_context():
        for route in ROUTES:
            values = {name: names.get(str(value), value) for name, value in route.values.items()}
            if site.app.url_map.is_endpoint_expecting(route.endpoint, "organisation"):
                values["organisation"] = OURS
            if route.post is post:
                found.append(url_for(route.endpoint, **values))
    return found


def test_no_form_is_taken_that_does_not_come_from_our_own_page(site: Site) -> None:
    browser, other = site.browser("A"), site.browser("A")
    key, foreign = browser.key(), other.key()
    before = {
        name: rows(site.services, name) for name in ("staff", "sign_in", "staff_role", "concern")
    }
    for address in addresses(site, post=True):
        for given in ({}, {"form_key": "made-up"}, {"form_key": foreign}):
            answer = browser.client.post(address, data=given)
            assert answer.status_code == 403, address
    # The key of somebody who was signed in before is worth nothing to who signs in now.
    browser.sign_in(site.people["F"])
    assert browser.client.post("/account/codes", data={"form_key": key}).status_code == 403
    del before["sign_in"]
    assert before == {name: rows(site.services, name) for name in before}


def test_every_page_is_held_to_a_strict_policy(site: Site) -> None:
    browser = site.browser("A")
    seen = set()
    for address in addresses(site, post=False):
        answer = browser.client.get(address, buffered=True)
        policy = answer.headers["Content-Security-Policy"]
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        assert nonce not in seen
        seen.add(nonce)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        page = answer.data.decode(errors="replace")  # some are files
        for tag in re.findall(r"<script[^>]*>", page):
            assert f'nonce="{nonce}"' in tag
            assert 'src="/static/' in tag
        assert not re.search(r"<style|<[^>]+\s(style|on[a-z]+)=", page), address
        for where in re.findall(r'(?:src|href|action|hx-get)="([^"]*)"', page):
            assert where.startswith(("/", "#")), where


@pytest.mark.parametrize("ui", ["en", "ur"])
def test_the_first_page_is_small_and_comes_compressed(site: Site, ui: str) -> None:
    browser = Browser.on(site.app)
    accepts = {"Accept-Encoding": "gzip"}
    page = browser.client.get(f"/sign-in?ui={ui}", headers=accepts)
    assert page.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(page.data).decode()
    total = len(page.data)
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert len(files) == 3
    for address in files:
        file = browser.client.get(address, headers=accepts, buffered=True)
        assert "immutable" in file.headers["Cache-Control"]
        total += len(file.data)
        whole = browser.client.get(address, buffered=True)
        assert gzip.decompress(file.data) == whole.data
        assert "Content-Encoding" not in whole.headers
    assert total < FIRST_PAGE / 2
    assert any("console-rtl.css" in address for address in files) is (ui == "ur")


def test_our_files_ask_for_nothing_from_elsewhere(site: Site) -> None:
    for name in ("console.css", "console-rtl.css", "console.js"):
        text = Browser.on(site.app).get(f"/static/x/{name}").text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert "url(" not in text
    licences = Browser.on(site.app).get("/static/x/LICENCES.txt").text
    assert "nhsuk-frontend 10.6.1 (MIT)" in licences
    assert "htmx.org 4.0.1 (BSD-0-Clause)" in licences


def test_cookies_are_for_https_and_scripts_do_not_see_them(site: Site) -> None:
    browser = Browser.on(site.app)
    for base_url, secure in (("https://awaaz.example.org", True), ("http://127.0.0.1:8000", False)):
        answer = browser.client.get("/sign-in?ui=so", base_url=base_url)
        cookies = answer.headers.getlist("Set-Cookie")
        assert {cookie.partition("=")[0] for cookie in cookies} == {"awaaz_form", "awaaz_ui"}
        for cookie in cookies:
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert ("Secure" in cookie) is secure
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_the_language_is_kept_with_whoever_chose_it(site: Site) -> None:
    browser = site.browser("F")
    assert '<html lang="ur" dir="rtl">' in browser.get("/account?ui=ur").text
    assert 'lang="ur"' in browser.get("/account").text
    assert rows(site.services, "staff", id=site.people["F"])[0]["interface"] == "ur"
    # On another device too; and a shared tablet speaks the language of who uses it now.
    assert 'lang="ur"' in site.browser("F").get("/account").text
    browser.sign_in(site.people["T"])
    browser.get("/account?ui=bn")
    browser.sign_in(site.people["F"])
    assert '<html lang="ur"' in browser.get("/account").text


def test_numbers_and_moments_are_written_as_the_language_does(site: Site) -> None:
    from datetime import timedelta

    from bot.web.interface import known

    now = site.services.clock.now()
    with site.app.app_context():
        english, bengali, urdu = (known()[code] for code in ("en", "bn", "ur"))
    assert english.date(now) == "4 May 2026"
    assert english.moment(now) == "4 May 2026, 11:30"
    assert english.number(1234567) == "1,234,567"
    assert english.percent(0.25) == "25%"
    assert english.ago(now - timedelta(minutes=5), now) == "5 minutes ago"
    assert english.span(timedelta(hours=12)) == "12 hours"
    assert english.together(["a", "b", "c"]) == "a, b and c"
    assert bengali.number(1234567) == "১২,৩৪,৫৬৭"
    assert bengali.time(now) == "১১:৩০"
    assert "مئی" in urdu.date(now)


def test_what_is_refused_is_a_page_that_says_what_to_do(site: Site) -> None:
    browser = site.browser("R")
    assert browser.get(f"/console/{OURS}/concerns").status_code == 403
    assert "You may not do this here" in browser.text
    assert browser.get("/console/nobody/surveys").status_code == 404
    assert "This page is not there" in browser.text
    assert browser.get(f"/console/{OURS}/surveys/nothing").status_code == 404
    assert "This page is not there" in browser.text
    large = browser.client.post("/account/codes", data={"form_key": "x" * 70_000})
    assert large.status_code == 413
    assert "That was too large" in large.text
    stale = browser.client.post("/account/codes")
    assert "This page has been open for too long" in stale.text
    # Somebody whose sign-in has ended meanwhile: a part of a page sends the whole page to the form.
    part = Browser.on(site.app).client.get(f"/console/{OURS}", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert part.headers["HX-Redirect"].startswith("/sign-in?next=")


def test_behind_a_proxy_the_visitors_own_address_counts(site: Site) -> None:
    settings = replace(site.services.settings, proxies=1)
    services: Services = replace(site.services, settings=settings)
    browser = Browser.on(create_app(services=services))
    for number in range(21):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        answer = browser.client.post("/sign-in", data={"form_key": browser.key()}, headers=headers)
        assert answer.status_code == 422


def test_everybody_is_spoken_of(site: Site) -> None:
    # A page for the whole world is a decision: this is the list of them.
    assert {route.endpoint.partition(".")[0] for route in ROUTES if route.who == EVERYBODY} == {
        "sign_in",
        "invitation",
    }
