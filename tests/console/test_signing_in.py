"""Signing in: invitations, a password and a code, lock-out, and the list of one's sign-ins."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.store.staff import STAFF
from bot.usecases import attempts, campaigns, fresh_start, invitations, signing_in, staff
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.staff import StaffError
from bot.web.identity import COOKIE
from tests.console.conftest import OURS, Site
from tests.support.fakes import SettableClock
from tests.support.rows import places_of, rows
from tests.support.staff import PASSWORD, Browser, code_of, hire

EMAIL = "amina@example.org"


def join(site: Site, token: str, **more: str) -> Browser:
    """Take an invitation up, and set an app up."""
    browser = Browser.on(site.app)
    fields = {"name": "Amina", "password": PASSWORD, **more}
    assert (
        browser.post(f"/invitation/{token}", **fields).headers["Location"] == "/account/second-step"
    )
    return browser


def set_up(site: Site, browser: Browser) -> tuple[str, list[str]]:
    """The app's secret, and the codes for paper."""
    browser.get("/account/second-step")
    secret = browser.secret()
    answer = browser.post("/account/second-step", code=code_of(site.services, secret))
    assert answer.status_code == 200
    codes = [word for word in browser.text.split() if len(word) == 11 and word[5] == "-"]
    assert len(codes) == 10
    return secret, codes


def member(site: Site) -> tuple[str, list[str]]:
    """Amina, who has joined: her app's secret, and her codes for paper."""
    return set_up(site, join(site, site.invite(email=EMAIL)))


def first_step(site: Site, password: str = PASSWORD, email: str = EMAIL) -> Browser:
    browser = Browser.on(site.app)
    browser.post("/sign-in", email=email, password=password)
    return browser


def test_an_invitation_lets_in_once(site: Site) -> None:
    token = site.invite(email=EMAIL)
    browser = Browser.on(site.app)
    assert browser.get(f"/invitation/{token}").status_code == 200
    assert "Aston Dars group" in browser.text
    assert EMAIL in browser.text
    joined = join(site, token)
    set_up(site, joined)
    assert joined.get(f"/console/{OURS}").status_code == 200
    for again in (
        browser.get(f"/invitation/{token}"),
        browser.post(f"/invitation/{token}", name="B"),
    ):
        assert again.status_code == 410
    assert rows(site.services, "staff", email=EMAIL)[0]["name"] == "Amina"


def test_an_invitation_that_is_old_or_cancelled_lets_nobody_in(
    site: Site, clock: SettableClock
) -> None:
    cancelled = site.invite(email=EMAIL)
    place = site.organisation().id
    (open_one,) = invitations.open_invitations(site.services, place)
    invitations.cancel_invitation(site.services, place, open_one.id, by="a@example.org")
    old = site.invite(email=EMAIL)
    clock.forward(days=invitations.INVITATION_DAYS)
    for token in (cancelled, old, "made-up"):
        assert Browser.on(site.app).get(f"/invitation/{token}").status_code == 410
    assert invitations.open_invitations(site.services, place) == []


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "my-amina-secret", "x1y2z" * 50]
)
def test_a_password_that_others_would_guess_is_refused(site: Site, password: str) -> None:
    browser = Browser.on(site.app)
    token = site.invite(email=EMAIL)
    answer = browser.post(f"/invitation/{token}", name="Amina", password=password)
    assert answer.status_code == 422
    assert "There is a problem" in browser.text
    assert "Choose a password of 12 to 200 characters" in browser.text
    assert 'value="Amina"' in browser.page
    assert rows(site.services, "staff", email=EMAIL) == []


def test_a_link_without_an_address_asks_for_one(site: Site) -> None:
    token = site.invite()
    browser = Browser.on(site.app)
    refused = browser.post(f"/invitation/{token}", name="Amina", email="nobody", password=PASSWORD)
    assert refused.status_code == 422
    join(site, token, email=" Amina@Example.org ")
    assert rows(site.services, "staff", email=EMAIL)


def test_a_password_and_a_code_sign_in_and_neither_alone(site: Site, clock: SettableClock) -> None:
    secret, _ = member(site)
    clock.forward(minutes=1)
    browser = first_step(site)
    half = browser.client.get_cookie(COOKIE).value
    assert browser.get("/account").headers["Location"].startswith("/sign-in/second")
    assert browser.post("/sign-in/second", code="000000").status_code == 422
    done = browser.post("/sign-in/second", code=code_of(site.services, secret))
    assert done.headers["Location"] == "/console"
    assert browser.get("/account").status_code == 200
    # The token from before the second step is worth nothing.
    assert browser.client.get_cookie(COOKIE).value != half
    assert signing_in.current(site.services, half) is None


def test_a_code_counts_once_and_for_a_minute(site: Site, clock: SettableClock) -> None:
    secret, _ = member(site)
    # The code that set the app up is used up.
    assert (
        first_step(site).post("/sign-in/second", code=code_of(site.services, secret)).status_code
        == 422
    )
    clock.forward(minutes=2)
    code = code_of(site.services, secret)
    clock.forward(seconds=35)
    spaced = f"{code[:3]} {code[3:]}".translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯"))
    assert first_step(site).post("/sign-in/second", code=spaced).status_code == 303
    assert first_step(site).post("/sign-in/second", code=code).status_code == 422
    old = code_of(site.services, secret, later=-3)
    assert first_step(site).post("/sign-in/second", code=old).status_code == 422


def test_a_code_from_paper_counts_once(site: Site) -> None:
    _, codes = member(site)
    assert first_step(site).post("/sign-in/second", code=codes[0].lower()).status_code == 303
    assert first_step(site).post("/sign-in/second", code=codes[0]).status_code == 422
    browser = first_step(site)
    browser.post("/sign-in/second", code=codes[1])
    browser.get("/account")
    assert "8 codes are left" in browser.text
    browser.post("/account/codes")
    assert first_step(site).post("/sign-in/second", code=codes[2]).status_code == 422


def test_a_password_alone_changes_no_second_step(site: Site) -> None:
    member(site)
    browser = first_step(site)
    assert browser.get("/account/second-step").status_code == 403
    assert browser.post("/account/second-step", code="123456").status_code == 403
    assert browser.post("/account/passkeys/options").status_code == 403
    assert browser.post("/account/passkeys", answer="{}").status_code == 403


def test_it_is_not_said_whether_somebody_works_here(site: Site) -> None:
    member(site)
    wrong, unknown = first_step(site, "wrong password"), first_step(site, email="x@example.org")
    assert "The e-mail address or the password is not right." in wrong.text
    assert "The e-mail address or the password is not right." in unknown.text
    assert wrong.client.get_cookie(COOKIE) is None


def test_whoever_guesses_waits_longer_each_time(site: Site, clock: SettableClock) -> None:
    member(site)
    for email in (EMAIL, "nobody@example.org"):
        name = attempts.name_of(site.services, "password", email)
        for _ in range(attempts.FREE):
            attempts.begin(site.services, name)
        # Now even the right one is not looked at.
        browser = first_step(site, email=email)
        assert "That was tried too often." in browser.text
        assert browser.client.get_cookie(COOKIE) is None
    clock.forward(minutes=1)
    assert "not right" in first_step(site, "wrong again").text
    clock.forward(minutes=1)
    assert "tried too often" in first_step(site).text
    clock.forward(minutes=1)
    assert first_step(site).client.get_cookie(COOKIE) is not None
    # Signing in starts the count anew.
    assert "not right" in first_step(site, "wrong").text
    assert "not right" in first_step(site, "wrong").text


def test_codes_are_not_guessed_either(site: Site, clock: SettableClock) -> None:
    secret, _ = member(site)
    clock.forward(minutes=1)
    browser = first_step(site)
    for _ in range(attempts.FREE):
        browser.post("/sign-in/second", code="000000")
    browser.post("/sign-in/second", code=code_of(site.services, secret))
    assert "tried too often" in browser.text


def test_a_sign_in_ends_by_itself_and_when_nobody_uses_it(site: Site, clock: SettableClock) -> None:
    browser = site.browser("F")
    for _ in range(6):
        clock.forward(minutes=110)
        assert browser.get("/account").status_code == 200
    clock.forward(minutes=70)
    assert browser.get("/account").status_code == 303  # twelve hours are over
    browser = site.browser("F")
    clock.forward(hours=2)
    assert browser.get("/account").status_code == 303


def test_ones_own_sign_ins_are_listed_and_ended_and_nobody_elses(site: Site) -> None:
    here, there, other = site.browser("F"), site.browser("F"), site.browser("A")
    here.get("/account")
    assert "203.0.113.0" in here.text
    assert "203.0.113.7" not in here.text
    mine, second, foreign = (row["id"] for row in rows(site.services, "sign_in"))
    assert here.post(f"/account/sign-ins/{foreign}/end").status_code == 404
    assert here.post(f"/account/sign-ins/{second}/end").status_code == 303
    assert there.get("/account").status_code == 303
    third = site.browser("F")
    here.post("/account/sign-ins/end-others")
    assert third.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    assert other.get("/account").status_code == 200
    here.post(f"/account/sign-ins/{mine}/end")
    assert here.get("/account").status_code == 303


def test_a_changed_password_signs_every_other_browser_out(site: Site) -> None:
    staff_id = hire(site.services, Role.FACILITATOR, OURS, name="Bela", password=PASSWORD)
    here, there = (Browser.on(site.app).sign_in(staff_id) for _ in range(2))
    new = "another orchard lantern"
    assert here.post("/account/password", before="wrong", password=new).status_code == 422
    assert here.post("/account/password", before=PASSWORD, password="short").status_code == 422
    assert here.post("/account/password", before=PASSWORD, password=new).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert "not right" in first_step(site, email="bela@example.org").text


def test_somebody_who_lost_everything_begins_anew(site: Site) -> None:
    _, codes = member(site)
    browser = first_step(site)
    browser.post("/sign-in/second", code=codes[0])
    token = fresh_start.offer(site.services, EMAIL, by=staff.COMMAND_LINE)
    assert browser.get("/account").status_code == 200  # nothing changes before it is used
    with pytest.raises(StaffError):
        invitations.accept(site.services, token, name="x")
    again = Browser.on(site.app)
    again.get(f"/invitation/{token}")
    assert "Begin anew" in again.text
    new = "another orchard lantern"
    answer = again.post(f"/invitation/{token}", password=new)
    assert answer.headers["Location"] == "/account/second-step"
    assert browser.get("/account").status_code == 303
    set_up(site, again)
    assert again.get(f"/console/{OURS}").status_code == 200
    assert Browser.on(site.app).get(f"/invitation/{token}").status_code == 410
    half = first_step(site, new)
    assert half.post("/sign-in/second", code=codes[1]).status_code == 422
    with pytest.raises(StaffError, match="works here"):
        fresh_start.offer(site.services, "nobody@example.org", by=staff.COMMAND_LINE)


def test_somebody_with_an_account_joins_another_organisation_as_herself_alone(site: Site) -> None:
    (amina,) = rows(site.services, "staff", id=site.people["f"])
    token = site.invite(email=amina["email"])
    stranger = Browser.on(site.app)
    stranger.get(f"/invitation/{token}")
    assert "You have an account already." in stranger.text
    assert stranger.post(f"/invitation/{token}", name="x", password=PASSWORD).status_code == 303
    other = site.browser("A")
    assert other.post(f"/invitation/{token}").status_code == 422
    herself = site.browser("f")
    assert herself.get(f"/console/{OURS}").status_code == 404
    assert herself.post(f"/invitation/{token}").headers["Location"] == "/console"
    assert herself.get(f"/console/{OURS}").status_code == 200
    herself.get("/console")
    assert "Bordesley Centre" in herself.text


def test_after_signing_in_one_is_where_one_wanted_to_go_and_never_elsewhere(site: Site) -> None:
    _, codes = member(site)
    browser = Browser.on(site.app)
    wanted = f"/console/{OURS}/surveys?a=b"
    location = browser.get(wanted).headers["Location"]
    assert location.startswith("/sign-in?next=/console/")
    for code, next_, expected in (
        (codes[0], wanted, wanted),
        (codes[1], "https://evil.example/console", "/console"),
        (codes[2], "//evil.example", "/console"),
        (codes[3], "/console//evil", "/console"),
    ):
        half = first_step(site)
        assert half.post("/sign-in/second", code=code, next=next_).headers["Location"] == expected


def test_no_secret_is_stored_in_clear(site: Site) -> None:
    token = site.invite(email=EMAIL)
    browser = join(site, token)
    secret, codes = set_up(site, browser)
    cookie = browser.client.get_cookie(COOKIE).value
    for hidden in (PASSWORD, secret, token, cookie, codes[0], codes[0].replace("-", "")):
        assert places_of(site.services, hidden) == []


def test_too_many_tries_from_one_address_wait(site: Site) -> None:
    browser = Browser.on(site.app)
    statuses = [browser.post("/sign-in", email="").status_code for _ in range(21)]
    assert statuses[:20] == [422] * 20
    assert statuses[20] == 429
    assert "tried too often" in browser.text
    assert browser.get("/sign-in").status_code == 200  # looking is free


def test_there_is_one_link_for_the_first_admin_until_somebody_works_here(demo: Services) -> None:
    campaigns.add_organisation(demo, "Aston Dars group")
    first = invitations.first_admin(demo, OURS)
    second = invitations.first_admin(demo, OURS)
    assert first is not None
    assert second is not None
    with pytest.raises(StaffError, match="used already"):
        invitations.accept(demo, first, name="Amina", email=EMAIL)
    staff_id = invitations.accept(demo, second, name="Amina", email=EMAIL)
    found = staff.membership(demo, staff_id, OURS)
    assert found is not None
    assert found.roles == {Role.ADMIN}
    assert invitations.first_admin(demo, OURS) is None


def test_somebody_who_left_can_not_sign_in_and_may_come_back(site: Site) -> None:
    member(site)
    with site.services.database.transaction() as work:
        work.connection.execute(update(STAFF).values(left=site.services.clock.now()))
    assert "not right" in first_step(site).text
    join(site, site.invite(email=EMAIL), name="Amina again")
    assert [row["name"] for row in rows(site.services, "staff", email=EMAIL)] == ["Amina again"]
