"""The pages of people, as a facilitator without JavaScript uses them."""

from __future__ import annotations

import io
import re

import pytest

from bot.gateways.queue import Job
from bot.usecases import people_uploads, retention
from bot.usecases.people_uploads import KEPT
from bot.usecases.sweep import sweep
from tests.console.conftest import OURS, THEIRS, Site
from tests.people.test_files import workbook
from tests.support import launching
from tests.support.campaigns import draft, open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import Person
from tests.support.rows import places_of, rows
from tests.support.staff import Browser

PEOPLE = f"/console/{OURS}/people"
CSV = (
    "Name,Mobile,Language,Shoes\n"
    "Amina,07700 900151,Bengali,38\n"
    "Bilal,0121 496 0123,,\n"
    "Chandni,07700 900152,Polish,\n"
    "Amina,07700 900151,,\n"
    "Esther,07700900154,Urdu,\n"
)


@pytest.fixture
def spring(site: Site) -> str:
    """A campaign of ours in three languages that people can be put down for."""
    return draft(site.services, name="Spring", languages=("en", "bn", "ur"))


def give(browser: Browser, raw: bytes | str, name: str = "people.csv", **fields: str) -> str:
    """Upload a list; the address of the page that it leads to, or nothing."""
    content = raw.encode() if isinstance(raw, str) else raw
    given = {
        "campaign": "spring",
        "channel": "sms",
        "language": "",
        "consent": "asked at the group",
    }
    answer = browser.client.post(
        f"{PEOPLE}/lists/new",
        data={
            "form_key": browser.key(), **given, **fields, "file": (io.BytesIO(content), name),
        },
        content_type="multipart/form-data",
    )  # fmt: skip
    browser.page = answer.text
    return answer.headers.get("Location", "")


def last_entry(site: Site) -> tuple[str, str, str, str]:
    entry = rows(site.services, "audit_entry")[-1]
    return entry["who"], entry["what"], entry["about"], entry["reason"]


def test_a_list_with_bad_rows_is_explained_then_read_in_and_taken_back(
    site: Site, spring: str
) -> None:
    browser = site.browser("F")
    address = give(browser, CSV)
    browser.get(address)
    assert "2 people can be put down. 3 rows can not be taken." in browser.text
    assert "This is a landline, which gets no messages: ask for a mobile number." in browser.text
    assert "This campaign is not held in that language: it is in en, bn, ur." in browser.text
    assert "This number is in row 2 already" in browser.text
    assert "Not kept: Shoes" in browser.text
    assert "07700 900151" not in browser.page
    assert rows(site.services, "enrolment") == rows(site.services, "people_import") == []
    browser.post(f"{address}/confirm")
    browser.get(address)
    assert "2 people were put down. 3 rows can not be taken." in browser.text
    enrolled = rows(site.services, "enrolment")
    assert [(one["state"], one["language"]) for one in enrolled] == [
        ("listed", "bn"), ("listed", "ur"),
    ]  # fmt: skip
    assert {one["raw"] for one in rows(site.services, "consent")} == {"asked at the group"}
    (imported,) = rows(site.services, "people_import")
    assert imported["who"] == "facilitator.ours@example.org"
    assert last_entry(site)[1:3] == ("people.imported", f"list:{imported['id']}")
    # Again, by somebody who presses twice: nobody is put down twice.
    browser.post(f"{address}/confirm")
    assert len(rows(site.services, "people_import")) == 1
    browser.get(f"{PEOPLE}/lists")
    assert "people.csv" in browser.text
    answer = browser.post(f"{PEOPLE}/lists/{imported['id']}/undo")
    browser.get(answer.headers["Location"])
    assert "2 people were removed." in browser.text
    assert rows(site.services, "enrolment") == rows(site.services, "consent") == []
    assert last_entry(site)[1] == "people.undone"


def test_a_workbook_and_a_pasted_list_are_lists_too(site: Site, spring: str) -> None:
    browser = site.browser("F")
    book = workbook([["Phone", "Agreed"], ["07700900161", "yes"], ["07700900162", "no"]])
    browser.get(give(browser, book, "people.xlsx", consent="", agreed="list"))
    assert "1 person can be put down. 1 row can not be taken." in browser.text
    assert "This person said no" in browser.text
    browser.get(give(browser, b"", "", pasted="Amina 07700 900163, bn\n07700 900164"))
    assert "2 people can be put down." in browser.text


def test_what_is_missing_is_said_and_nothing_is_kept(site: Site, spring: str) -> None:
    browser = site.browser("F")
    assert give(browser, b"", "") == ""
    assert "Choose a file, or paste a list." in browser.text
    assert give(browser, CSV, consent="") == ""
    assert "Write down how they agreed" in browser.text
    assert give(browser, CSV, language="pl") == ""
    assert "This campaign is not held in that language" in browser.text
    assert give(browser, b"PK\x03\x04 nonsense", "people.xlsx") == ""
    assert "This can not be read as a list of people." in browser.text
    assert give(browser, CSV, campaign=f"walk-{THEIRS}") == ""
    assert rows(site.services, "people_upload") == []


def test_the_reasons_are_in_the_language_of_the_page_once_it_has_them(
    site: Site, spring: str
) -> None:
    from bot.web.interface import known

    browser = site.browser("F")
    address = give(browser, CSV)
    with site.app.app_context():
        told = known()["ur"].catalogue.gettext(
            "This is a landline, which gets no messages: ask for a mobile number."
        )
    browser.get(f"{address}?ui=ur")
    assert 'dir="rtl"' in browser.page
    assert told in browser.text


def test_a_long_list_is_read_by_a_worker_while_the_page_says_how_far_it_is(
    site: Site, spring: str, queue: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_uploads, "AT_ONCE", 3)
    browser = site.browser("F")
    address = give(browser, CSV)
    browser.get(address)
    assert "The list is being looked through. 0 of 6 rows." in browser.text
    assert 'hx-trigger="every 2s"' in browser.page
    browser.post(f"{address}/confirm")  # too early: nothing is looked through yet
    queue.work(site.services)
    browser.get(address)
    assert "2 people can be put down." in browser.text
    assert "hx-trigger" not in browser.page
    browser.post(f"{address}/confirm")
    assert "being put down" in browser.get(address).text
    assert not people_uploads.give_up(site.services, site.organisation(), int(address[-1]))
    queue.work(site.services)
    assert "2 people were put down." in browser.get(address).text


def test_a_list_that_nobody_heard_of_is_found_and_one_that_nobody_confirmed_goes(
    site: Site, spring: str, queue: FakeQueue, clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(people_uploads, "AT_ONCE", 3)
    address = give(site.browser("F"), CSV)
    queue.rings.clear()
    clock.forward(seconds=10)
    sweep(site.services)
    assert [job for job, _ in queue.rings] == [Job.PEOPLE]
    queue.work(site.services)
    assert "2 people can be put down." in site.browser("F").get(address).text
    clock.forward(seconds=KEPT.total_seconds() + 60)
    sweep(site.services)
    assert rows(site.services, "people_upload") == []
    assert site.browser("F").get(address).status_code == 404
    assert retention.Kept.UPLOADS in {rule.what for rule in retention.kept()}


def test_no_number_of_a_list_stands_anywhere_in_clear(site: Site, spring: str) -> None:
    browser = site.browser("F")
    address = give(browser, CSV)
    assert places_of(site.services, "900151") == places_of(site.services, "4960123") == []
    browser.post(f"{address}/confirm")
    assert places_of(site.services, "900151") == []
    assert rows(site.services, "people_upload")[0]["content"] is None
    answer = browser.post(f"{PEOPLE}/lists/new/{address[-1]}/discard")
    assert answer.headers["Location"] == address  # what was read in is taken back, not forgotten


def test_people_are_listed_masked_and_found_by_pseudonym_or_whole_number(
    site: Site, spring: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.usecases import participants

    browser = site.browser("F")
    address = give(browser, CSV)
    browser.post(f"{address}/confirm")
    first, second = rows(site.services, "participant")
    browser.get(PEOPLE)
    assert first["pseudonym"] in browser.text
    assert "Amina" in browser.text
    assert "On a list, not asked yet" in browser.text
    assert "…151" in browser.text
    assert "900151" not in browser.page
    monkeypatch.setattr(participants, "PAGE", 1)
    browser.get(PEOPLE)
    assert second["pseudonym"] in browser.text
    assert first["pseudonym"] not in browser.text
    browser.get(re.search(r'rel="next" href="([^"]+)"', browser.page)[1])  # type: ignore[index]
    assert first["pseudonym"] in browser.text
    for wanted in ("07700 900151", "+44 7700 900151", first["pseudonym"].upper()):
        answer = browser.post(f"{PEOPLE}/search", wanted=wanted)
        assert answer.headers["Location"] == f"{PEOPLE}/{first['id']}", wanted
    found = [one for one in rows(site.services, "audit_entry") if one["what"] == "person.found"]
    assert [one["about"] for one in found] == [f"person:{first['pseudonym']}"] * 2
    assert places_of(site.services, "900151") == []
    browser.post(f"{PEOPLE}/search", wanted="07700 900999")
    assert "Nobody here has this pseudonym or number." in browser.text
    assert browser.post(f"{PEOPLE}/search", wanted="151").status_code == 422
    assert browser.post(f"{PEOPLE}/search", wanted="").status_code == 422


def test_a_number_is_shown_once_to_an_admin_who_says_why(site: Site) -> None:
    known = site.known()
    person, phone = known["{person}"], known["{phone}"]
    address = f"{PEOPLE}/{person}/phones/{phone}/reveal"
    admin = site.browser("A")
    before = len(rows(site.services, "audit_entry"))
    assert admin.post(address).status_code == 422
    assert admin.post(address, **{f"reason-{phone}": "hm"}).status_code == 422
    assert len(rows(site.services, "audit_entry")) == before
    assert "+447700900140" not in admin.page
    answer = admin.post(address, **{f"reason-{phone}": "She asked to be rung back."})
    assert answer.status_code == 200
    assert "+447700900140" in admin.text
    who, what, about, reason = last_entry(site)
    assert (who, what) == ("organisation.admin.ours@example.org", "person.revealed")
    assert about == f"person:{rows(site.services, 'participant', id=person)[0]['pseudonym']}"
    assert reason == "She asked to be rung back."
    assert "900140" not in admin.get(f"{PEOPLE}/{person}").text
    # A facilitator does not even see that there is something to press.
    facilitator = site.browser("F")
    assert facilitator.post(address, **{f"reason-{phone}": "I want to."}).status_code == 403
    assert "reveal" not in facilitator.get(f"{PEOPLE}/{person}").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "people/{person}"),
        ("get", "people/{person}/erase"),
        ("post", "people/{person}/erase"),
        ("post", "people/{person}/stop"),
        ("post", "people/{person}/phones/{phone}/reveal"),
        ("get", "people/lists/new/{upload}"),
        ("post", "people/lists/new/{upload}/confirm"),
        ("post", "people/lists/new/{upload}/discard"),
        ("post", "people/lists/{list}/undo"),
        ("get", "assisted/{interview}"),
        ("post", "assisted/{interview}"),
    ],
)
def test_what_is_another_organisations_is_not_there(site: Site, method: str, path: str) -> None:
    theirs = site.known(THEIRS)
    fields = {
        "said": "No.", "sure": "yes", "answer": "yes", "message": "1",
        f"reason-{theirs['{phone}']}": "because I can",
    }  # fmt: skip
    names = ("enrolment", "consent", "opt_out", "erasure_request", "inbound", "people_import")
    before = {name: rows(site.services, name) for name in names}
    address = f"/console/{OURS}/{path}"
    for name, value in theirs.items():
        address = address.replace(name, str(value))
    browser = site.browser("A")
    answer = browser.post(address, **fields) if method == "post" else browser.get(address)
    assert answer.status_code == 404
    assert {name: rows(site.services, name) for name in names} == before


def test_ones_own_person_has_no_phone_of_somebody_elses(site: Site) -> None:
    ours, theirs = site.known(), site.known(THEIRS)
    assert theirs["{phone}"] != ours["{phone}"]
    for phone in (theirs["{phone}"], theirs["{phone}"] + 1000):
        address = f"{PEOPLE}/{ours['{person}']}/phones/{phone}/reveal"
        answer = site.browser("A").post(address, **{f"reason-{phone}": "because I can"})
        assert answer.status_code == 404


def test_she_asked_us_to_stop_and_is_written_to_no_more(site: Site) -> None:
    slug = site.known() and f"walk-{OURS}"
    person = site.known()["{person}"]
    browser = site.browser("F")
    assert browser.post(f"{PEOPLE}/{person}/stop").status_code == 422
    browser.post(f"{PEOPLE}/{person}/stop", said="Rang on Monday: no more, please.")
    browser.get(f"{PEOPLE}/{person}")
    assert "Nobody here writes to her any more." in browser.text
    assert "Rang on Monday: no more, please." in browser.text
    (opted_out,) = rows(site.services, "opt_out")
    assert opted_out["organisation_id"] == site.organisation().id
    entry = rows(site.services, "consent")[-1]
    assert (entry["act"], entry["purpose"], entry["source"]) == (
        "withdrawn", "contact", "facilitator",
    )  # fmt: skip
    assert last_entry(site)[1] == "person.stopped"
    # Twice is once; a list can not undo it.
    count = len(rows(site.services, "consent"))
    browser.post(f"{PEOPLE}/{person}/stop", said="Again.")
    assert len(rows(site.services, "consent")) == count
    browser.get(give(browser, "number\n07700 900140", campaign=slug))
    assert "This person asked not to be written to" in browser.text


def test_a_stop_ends_the_conversation_at_hand_and_other_organisations_are_not_spoken_for(
    site: Site,
) -> None:
    assert site.concern
    assert site.their_concern
    ours = Person(site.services, "+447700900123")
    open_campaign(site.services, name="Theirs", keyword="theirs", organisation="Bordesley Centre")
    launching.invite(site.services, "theirs", ["+447700900123"])
    mine = rows(site.services, "conversation", contact_point_id=ours.contact["id"])[0]
    assert mine["finished"] is None
    site.browser("F").post(f"{PEOPLE}/{mine['participant_id']}/stop", said="Enough.")
    ended = rows(site.services, "conversation", id=mine["id"])[0]
    assert (ended["outcome"], ended["next_at"]) == ("stopped", None)
    assert ours.contact["opted_out"] is None
    theirs = rows(site.services, "conversation", contact_point_id=ours.contact["id"])[1:]
    assert [one["finished"] for one in theirs] == [None]


def test_erasing_says_what_goes_and_takes_it(site: Site, queue: FakeQueue) -> None:
    assert site.concern
    person = Person(site.services, "+447700900123").conversation["participant_id"]
    browser = site.browser("F")
    browser.get(f"{PEOPLE}/{person}/erase")
    assert "1 run through a survey" in browser.text
    assert "messages, here and at the provider" in browser.text
    assert browser.post(f"{PEOPLE}/{person}/erase").status_code == 422
    assert rows(site.services, "erasure_request") == []
    browser.post(f"{PEOPLE}/{person}/erase", sure="yes")
    assert last_entry(site)[1] == "person.erased"
    browser.get(f"{PEOPLE}/{person}")
    assert "Being erased" in browser.text
    browser.post(f"{PEOPLE}/{person}/erase", sure="yes")
    assert len(rows(site.services, "erasure_request")) == 1
    assert (Job.ERASE, (rows(site.services, "erasure_request")[0]["id"],)) in queue.rings
    queue.work(site.services)
    assert rows(site.services, "conversation", participant_id=person) == []
    assert rows(site.services, "consent", participant_id=person) == []
    browser.get(f"{PEOPLE}/{person}")
    assert "Everything about this person is gone." in browser.text
    browser.get(PEOPLE)
    assert rows(site.services, "participant", id=person)[0]["pseudonym"] not in browser.text


def test_on_a_shared_phone_erasing_one_leaves_the_phone_open_to_the_other(
    site: Site, spring: str, queue: FakeQueue
) -> None:
    browser = site.browser("F")
    address = give(browser, "name,number\nAmina,07700900171\nBilal,07700900171")
    browser.post(f"{address}/confirm")
    first, second = rows(site.services, "participant")
    browser.get(f"{PEOPLE}/{first['id']}")
    assert "Shared with somebody else" in browser.text
    browser.post(f"{PEOPLE}/{first['id']}/erase", sure="yes")
    queue.work(site.services)
    assert rows(site.services, "opt_out") == []
    assert "…171" in browser.get(f"{PEOPLE}/{second['id']}").text
    answer = browser.post(f"{PEOPLE}/search", wanted="07700 900171")
    assert answer.headers["Location"] == f"{PEOPLE}/{second['id']}"


def test_a_facilitator_puts_one_person_down_with_her_consent(site: Site, spring: str) -> None:
    browser = site.browser("F")
    given = {
        "campaign": spring, "number": "07700 900181", "nickname": "Amina", "language": "ur",
        "channel": "whatsapp", "consent": "asked in person on Tuesday",
    }  # fmt: skip
    answer = browser.post(f"{PEOPLE}/add", **given)
    browser.get(answer.headers["Location"])
    assert "Amina" in browser.text
    assert "asked in person on Tuesday" in browser.text
    assert "to a facilitator" in browser.text
    assert last_entry(site)[1] == "person.added"
    wrong = [
        ({"number": "0121 496 0123"}, "This is a landline"),
        ({"number": ""}, "Enter her mobile number."),
        ({"consent": ""}, "Write down how she agreed."),
        ({"campaign": "nothing"}, "Choose a campaign."),
        ({"campaign": f"walk-{THEIRS}"}, "Choose a campaign."),
        ({"language": "pl"}, "This campaign is not held in that language"),
        ({"nickname": "1234"}, "A nickname has letters"),
        ({}, "This person is in the campaign already"),
    ]
    site.known(THEIRS)
    for change, sentence in wrong:
        assert browser.post(f"{PEOPLE}/add", **(given | change)).status_code == 422, change
        assert sentence in browser.text
    assert len(rows(site.services, "participant", organisation_id=site.organisation().id)) == 1


def test_a_consent_shows_the_words_that_she_was_asked_with(site: Site) -> None:
    assert site.concern
    person = Person(site.services, "+447700900123").conversation["participant_id"]
    browser = site.browser("F")
    browser.get(f"{PEOPLE}/{person}")
    assert "Agreed that the answers are used" in browser.text
    (entry,) = rows(site.services, "consent", purpose="survey")
    from bot.usecases.wordings import words_of

    said = words_of(site.services, entry["wording"])[0].texts[0][1]
    assert " ".join(said.split())[:60] in browser.text
