"""What staff do with the console: concerns, staff and roles, surveys, home, the installation."""

from __future__ import annotations

import pytest

from bot.usecases import alerts, concerns, erasure, home, library
from bot.usecases.alerts import AlertKind
from bot.usecases.permission import Role
from bot.usecases.signing_in import SignedIn
from bot.usecases.survey_drafts import NoSuchSurvey
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import Person
from tests.support.rows import places_of, rows
from tests.support.staff import Browser


def concern_page(browser: Browser, site: Site, end: str = "", **fields: str) -> str:
    address = f"/console/{OURS}/concerns/{site.concern}{end}"
    answer = browser.post(address, **fields) if end else browser.get(address)
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    return browser.text


def test_a_concern_is_seen_to_from_the_clock_to_the_note(site: Site, clock: SettableClock) -> None:
    facilitator, admin = site.browser("F"), site.browser("A")
    assert site.concern
    assert concerns.waiting(site.services, site.organisation()) == (1, 0)
    facilitator.get(f"/console/{OURS}")
    assert "1 concern waits for somebody to look at it." in facilitator.text
    clock.forward(minutes=31)
    assert concerns.waiting(site.services, site.organisation()) == (1, 1)
    facilitator.get(f"/console/{OURS}/concerns")
    assert "Late" in facilitator.text
    assert "I want to kill myself" in concern_page(facilitator, site)
    assert "Acknowledge it and write down" in concern_page(facilitator, site, "/settle")
    concern_page(facilitator, site, "/acknowledge")
    concern_page(admin, site, "/acknowledge")  # a second one changes nothing
    (row,) = rows(site.services, "concern", id=site.concern)
    assert row["acknowledged_by_id"] == row["responder_id"] == site.people["F"]
    concern_page(facilitator, site, "/responder", responder=str(site.people["A"]))
    assert "Write what was done." in concern_page(admin, site, "/notes", note=" ")
    assert "Use at most 4000 characters." in concern_page(admin, site, "/notes", note="x" * 4001)
    assert "She is with her sister." in concern_page(
        admin, site, "/notes", note="She is with her sister."
    )
    assert places_of(site.services, "She is with her sister.") == []
    concern_page(admin, site, "/settle")
    admin.get(f"/console/{OURS}/concerns")
    assert "No concern is open." in admin.text
    admin.get(f"/console/{OURS}/concerns/settled")
    assert "organisation admin A" in admin.text
    written = [row["what"] for row in rows(site.services, "audit_entry")]
    for what in ("read", "acknowledged", "handed_over", "noted", "settled"):
        assert f"concern.{what}" in written
    assert written.count("concern.acknowledged") == 1


def test_the_notes_on_a_concern_go_with_the_person(site: Site, queue: FakeQueue) -> None:
    concern_page(site.browser("F"), site, "/acknowledge")
    concern_page(site.browser("F"), site, "/notes", note="I rang her.")
    assert len(rows(site.services, "concern_note")) == 1
    Person(site.services, "+447700900123").goes_through("delete my data", "yes")
    (request,) = rows(site.services, "erasure_request")
    erasure.erase(site.services, [request["id"]])
    assert rows(site.services, "concern") == []
    assert rows(site.services, "concern_note") == []


def test_the_time_to_acknowledge_is_the_organisations_own(site: Site) -> None:
    browser = site.browser("A")
    address = f"/console/{OURS}/organisation/settings"
    assert browser.post(address, minutes="2").status_code == 422
    assert browser.post(address, minutes="soon").status_code == 422
    assert browser.post(address, minutes="৪৫").status_code == 303
    assert site.organisation().acknowledge_minutes == 45
    assert site.organisation(THEIRS).acknowledge_minutes == 30
    browser.get(address)
    assert 'value="45"' in browser.page
    assert "Until the person asks for it to be deleted" in browser.text
    assert "Counts for 12 hours" in browser.text


def test_an_admin_invites_changes_roles_and_never_leaves_nobody(site: Site) -> None:
    browser = site.browser("A")
    people = f"/console/{OURS}/organisation"
    for fields in (
        {},
        {"email": "nobody", "role": "facilitator"},
        {"email": "a@b.org", "role": "system admin"},
    ):
        assert browser.post(f"{people}/invitations", **fields).status_code == 422
    answer = browser.post(f"{people}/invitations", email="nadia@example.org", role="translator")
    assert answer.status_code == 200
    assert "https://awaaz.example.org/invitation/" in browser.text
    browser.get(people)
    assert "nadia@example.org" in browser.text
    assert "/invitation/" not in browser.text  # the link was shown once
    invited = rows(site.services, "invitation")[-1]["id"]
    browser.post(f"{people}/invitations/{invited}/cancel")
    browser.post(f"{people}/invitations/{invited}/cancel")
    member = f"{people}/staff/{site.people['F']}"
    browser.client.post(
        member, data={"form_key": browser.key(), "roles": ["translator", "researcher", "king"]}
    )
    held = rows(site.services, "staff_role", staff_id=site.people["F"])
    assert sorted(row["role"] for row in held) == ["researcher", "translator"]
    assert site.browser("F").get(f"/console/{OURS}/concerns").status_code == 403
    assert browser.post(member).status_code == 303
    assert site.browser("F").get(f"/console/{OURS}").status_code == 404
    alone = browser.post(f"{people}/staff/{site.people['A']}", roles="facilitator")
    assert alone.status_code == 422
    assert "Make somebody else an organisation admin first." in browser.text


def test_home_says_what_needs_whom(site: Site) -> None:
    assert site.concern
    with site.services.database.transaction() as work:
        now = site.services.clock.now()
        alerts.raise_alert(work.connection, AlertKind.WEBHOOK_BROKEN, now, error_code=11200)
        alerts.raise_alert(work.connection, AlertKind.CAMPAIGN_HALTED, now, campaign_id=1)
        work.connection.exec_driver_sql("UPDATE campaign SET state = 'halted'")
    seen = {}
    for letter in "FTRA":
        browser = site.browser(letter)
        browser.get(f"/console/{OURS}")
        seen[letter] = browser.text
    for letter in "FA":
        assert "1 concern waits" in seen[letter]
        assert "Talk aston-dars-group" in seen[letter]
        assert "The provider can not reach us (11200)" in seen[letter]
    for letter in "TR":
        assert "concern" not in seen[letter].casefold()
        assert "halted" not in seen[letter]
    assert "Translations to sign off" in seen["T"]
    assert "Nothing needs you now." in seen["R"]
    other = site.browser("a")
    other.get(f"/console/{THEIRS}")
    assert "Talk" not in other.text


def test_translations_that_wait_are_counted_for_the_languages_of_the_campaigns(site: Site) -> None:
    assert site.concern  # with it comes a campaign
    with site.services.database.transaction() as work:
        work.connection.exec_driver_sql("""UPDATE campaign SET languages = '["en", "ur", "xx"]'""")
    (found,) = home.to_sign_off(site.services, site.organisation())
    assert (found.survey, found.language) == ("wellbeing", "ur")
    assert found.unsigned > 10
    browser = site.browser("T")
    browser.get(f"/console/{OURS}/to-sign-off")
    assert f"{found.unsigned} texts to sign off" in browser.text
    assert "language=en&amp;language=ur" in browser.page


def test_a_survey_is_read_as_a_conversation_side_by_side(site: Site) -> None:
    browser = site.browser("R")
    browser.get(f"/console/{OURS}/surveys")
    assert "Wellbeing check-in" in browser.text
    browser.get(f"/console/{OURS}/surveys/wellbeing?language=en&language=ur&language=xx")
    assert '<div class="bubble" lang="ur" dir="rtl">' in browser.page
    assert "I have felt cheerful and in good spirits" in browser.text
    assert "5. All of the time" in browser.text
    assert "میں نے خود کو خوش باش" in browser.text
    assert "Machine draft" in browser.text
    found = library.read(site.services, "wellbeing", ["en", "bn"])
    assert found.languages == ("en", "bn")
    assert all(len(step.sayings) == 2 for step in found.steps)
    assert all(step.sayings[0].status is None for step in found.steps)
    many = "&".join(f"language={code}" for code in ("en", "ur", "bn", "so", "pa", "pl"))
    browser.get(f"/console/{OURS}/surveys/wellbeing?{many}")
    assert "languages-3" in browser.page
    with pytest.raises(NoSuchSurvey):
        library.read(site.services, "nothing", ["en"])


def test_a_system_admin_adds_an_organisation_and_sees_no_answers(site: Site) -> None:
    assert site.concern
    browser = site.browser("S")
    assert browser.get("/console").headers["Location"] == "/installation"
    browser.get("/installation")
    assert "Aston Dars group" in browser.text
    assert "Public address" in browser.text
    assert browser.post("/installation", name="").status_code == 422
    assert browser.post("/installation", name="آواز").status_code == 422
    answer = browser.post("/installation", name="New group")
    assert answer.headers["Location"] == "/console/new-group/organisation"
    browser.get(answer.headers["Location"])
    assert "The organisation is there. Invite its first admin." in browser.text
    for end in ("", "/surveys", "/concerns", f"/concerns/{site.concern}", "/organisation/audit"):
        assert browser.get(f"/console/{OURS}{end}").status_code == 403


def test_whoever_works_nowhere_is_told_so(site: Site) -> None:
    browser = site.browser("F")
    site.browser("A").post(f"/console/{OURS}/organisation/staff/{site.people['F']}")
    browser.get("/console")
    assert "You do not work for any organisation now." in browser.text


def test_a_reader_is_written_into_the_log_under_her_own_name(site: Site) -> None:
    me = SignedIn(
        0, site.people["F"], "me@example.org", "Me", None, True, True, False, "password",
        site.services.clock.now(),
    )  # fmt: skip
    concerns.open_concern(site.services, site.organisation(), site.concern, me)
    last = rows(site.services, "audit_entry")[-1]
    assert (last["who"], last["what"]) == ("me@example.org", "concern.read")
    assert last["chain"] == f"organisation:{site.organisation().id}"
    assert Role.FACILITATOR.value not in str(last["detail"])
