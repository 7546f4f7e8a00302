"""Conversations in the console: reading, correcting, writing as a person, listening."""

from __future__ import annotations

import csv
import io

import pytest

from bot.gateways.queue import Job
from bot.usecases import erasure
from bot.usecases.services import Services
from flows.events import Media
from tests.console.conftest import OURS, PICTURE, THEIRS, VOICE, Site, bring
from tests.support.exporting import download
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows
from tests.support.staff import Browser

PHONE = "+447700900123"


def talk(site: Site, *texts: str, phone: str = PHONE) -> Person:
    """Somebody in the live campaign of our organisation, after these messages."""
    assert site.their_concern  # another organisation has a conversation, too
    assert site.concern
    person = Person(site.services, phone)
    person.goes_through(*texts)
    return person


def somebody_new(site: Site, *texts: str, channel: str = "") -> Person:
    return talk(site, "aston", *texts, phone=f"{channel}+447700900150")


def address(person: Person, end: str = "") -> str:
    return f"/console/{OURS}/conversations/{person.conversation['id']}{end}"


def sends(browser: Browser, where: str, **fields: str) -> str:
    """The page after a form: the one it leads to, or the same with what is wrong."""
    answer = browser.post(where, **fields)
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    else:
        assert answer.status_code == 422
    return browser.text


def test_a_thread_shows_what_was_read_and_why_it_was_asked_again(site: Site) -> None:
    person = somebody_new(site, "yes", "yes", "sunshine", "4")
    browser = site.browser("R")
    browser.get(address(person))
    assert "…150" in browser.text
    assert PHONE[3:] not in browser.page
    assert person.conversation["participant_id"]
    assert "Asked again (try 1): The words are not known" in browser.text
    assert "who5_1 Read as: 4 · Most of the time" in browser.text
    assert 'lang="en">sunshine</p>' in browser.page
    # Where what was meant can be put right, and who has looked.
    assert f"{address(person)}/readings/who5_1" in browser.page
    assert "/readings/consent" not in browser.page
    last = rows(site.services, "audit_entry")[-1]
    assert (last["who"], last["what"]) == ("researcher.ours@example.org", "conversation.read")


def test_the_list_shows_what_goes_on_and_what_needs_a_look(
    site: Site, clock: SettableClock
) -> None:
    done = talk(site, *("aston", *WHOLE), phone="+447700900160")
    twice = somebody_new(site, "yes", "yes", "sunshine", "moonlight")
    browser = site.browser("F")
    base = f"/console/{OURS}/conversations"

    def shown(query: str) -> set[int]:
        browser.get(f"{base}?{query}")
        known = rows(site.services, "conversation")
        return {one["id"] for one in known if f"{base}/{one['id']}" in browser.page}

    everybody = shown("campaign=talk-aston-dars-group")
    theirs = rows(site.services, "concern", id=site.their_concern)[0]["conversation_id"]
    assert {done.conversation["id"], twice.conversation["id"]} < everybody
    assert theirs not in shown("")
    assert shown("campaign=talk-bordesley-centre") == set()
    assert done.conversation["id"] not in shown("wanted=GOING_ON")
    assert shown("wanted=LOOK") == {twice.conversation["id"]}
    assert "Asked again twice" in browser.text
    assert shown("wanted=LISTENER") == set()
    bring(site.services, "+447700900150", Media.AUDIO, VOICE)
    assert shown("wanted=LISTENER") == {twice.conversation["id"]}
    assert shown(f"before={min(everybody)}") == set()
    assert shown("wanted=nonsense") == everybody


def test_a_correction_changes_exports_and_scores_and_keeps_what_was_typed(
    site: Site, queue: FakeQueue
) -> None:
    person = talk(site, *("aston", *WHOLE), phone="+447700900160")
    queue.work(site.services)
    before = {row["name"]: row["value"] for row in rows(site.services, "score")}
    assert before["who5"] == 52
    browser = site.browser("F")
    where = address(person, "/readings/who5_1")
    assert "Say why." in sends(browser, where, value="5", reason=" ")
    assert "can not be answered like that" in sends(browser, where, value="6", reason="Rang.")
    assert "Choose or write a value." in sends(browser, where, reason="Rang.")
    assert rows(site.services, "correction") == []
    text = sends(browser, where, value="5", reason="She rang: she had meant five.")
    assert "Corrected. What was typed is kept." in text
    assert "Corrected by facilitator F" in text
    assert "She rang: she had meant five." in text
    old, new = rows(
        site.services, "answer", question="who5_1", conversation_id=person.conversation["id"]
    )
    assert (old["value"], old["how"]) == ("3", "position")
    assert (new["value"], new["how"], new["raw"]) == ("5", "corrected", old["raw"])
    assert (new["asked"], new["answered"], new["inbound_id"]) == (
        old["asked"], old["answered"], old["inbound_id"],
    )  # fmt: skip
    assert (Job.ANALYSE, (person.conversation["id"],)) in queue.rings
    queue.work(site.services)
    after = {row["name"]: row["value"] for row in rows(site.services, "score")}
    assert after["who5"] == before["who5"] + 8
    assert exported(site.services, person) == "5"
    entry = rows(site.services, "audit_entry", what="reading.corrected")[-1]
    assert entry["who"] == "facilitator.ours@example.org"
    assert "five" not in str(entry)


def exported(services: Services, person: Person) -> str:
    """Her answer to the first question of the scale, as a researcher gets it."""
    content, _ = download(services, "talk-aston-dars-group")
    table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    (row,) = [one for one in table if one["conversation"] == str(person.conversation["id"])]
    return row["who5_1"]


def test_a_reply_that_was_never_understood_is_read_by_a_person(site: Site) -> None:
    person = somebody_new(site, "yes", "yes", "sunshine")
    browser = site.browser("A")
    browser.get(address(person, "/readings/who5_1"))
    assert "sunshine" in browser.text
    sends(browser, address(person, "/readings/who5_1"), value="5", reason="A happy word.")
    (answer,) = rows(
        site.services, "answer", question="who5_1", conversation_id=person.conversation["id"]
    )
    assert (answer["value"], answer["raw"]) == ("5", "sunshine")
    # What she answers herself afterwards counts again.
    person.says("2")
    newest = rows(
        site.services, "answer", question="who5_1", conversation_id=person.conversation["id"]
    )[-1]
    assert (newest["value"], newest["how"]) == ("2", "position")


@pytest.mark.parametrize("question", ["consent", "private", "nothing", "who5_2"])
def test_what_is_hers_alone_or_was_never_read_can_not_be_corrected(
    site: Site, question: str
) -> None:
    person = somebody_new(site, "yes", "yes", "4")
    browser = site.browser("A")
    where = address(person, f"/readings/{question}")
    assert browser.get(where).status_code == 404
    assert browser.post(where, value="no", reason="x").status_code == 404


def test_another_organisations_conversations_are_not_there(site: Site) -> None:
    shown = site.shown(THEIRS)
    base, browser = f"/console/{OURS}", site.browser("A")
    talked, note, seen = shown["{conversation}"], shown["{note}"], shown["{picture}"]
    for end in (
        f"/conversations/{talked}",
        f"/conversations/{talked}/readings/who5_1",
        f"/voice-notes/{note}",
        f"/voice-notes/{note}/recording",
        f"/voice-notes/pictures/{seen}",
    ):
        assert browser.get(base + end).status_code == 404, end
    fields = {"value": "5", "reason": "x", "text": "Hello", "heard": "yes"}
    fields |= {"transcription": "x", "transcription-language": "en"}
    for end in (
        f"/conversations/{talked}/reply",
        f"/conversations/{talked}/readings/who5_1",
        f"/voice-notes/{note}/lines",
        f"/voice-notes/{note}/consent",
    ):
        assert browser.post(base + end, **fields).status_code == 404, end
    assert rows(site.services, "correction") == rows(site.services, "transcript") == []


def test_a_person_writes_and_the_question_waits_until_she_was_answered(
    site: Site, clock: SettableClock, queue: FakeQueue, sms: FakeTwilio
) -> None:
    person = somebody_new(site, "yes", "yes", "4")
    browser = site.browser("F")
    assert "Write a message." in sends(browser, address(person, "/reply"), text=" ")
    text = sends(browser, address(person, "/reply"), text="This is Farah. May I ring you?")
    assert "Your message is on its way." in text
    queue.work(site.services)
    assert sms.sent[-1].body == "This is Farah. May I ring you?"
    (row,) = rows(site.services, "outbound", written_by="facilitator F")
    assert (row["state"], row["kind"]) == ("sent", "reply")
    # Her "yes" is to Farah: it is no answer, and the question is put again.
    clock.forward(minutes=1)
    answers = len(rows(site.services, "answer"))
    (again,) = person.says("yes please")
    assert "calm and relaxed" in again
    assert len(rows(site.services, "answer")) == answers
    browser.get(f"/console/{OURS}/conversations?wanted=LOOK")
    assert "Wrote after a reply of yours" in browser.text


def test_nobody_is_written_to_after_stop(site: Site, queue: FakeQueue, sms: FakeTwilio) -> None:
    person = somebody_new(site, "yes", "yes")
    browser = site.browser("F")
    sends(browser, address(person, "/reply"), text="Hello, this is Farah.")
    person.says("STOP")
    queue.work(site.services)
    assert [one.body for one in sms.sent if "Farah" in one.body] == []
    assert "wrote STOP" in sends(browser, address(person, "/reply"), text="Please come back.")
    assert len(rows(site.services, "outbound", written_by="facilitator F")) == 1
    browser.get(address(person))
    assert "Send" not in browser.text


def test_the_page_says_why_nobody_may_be_written_to(
    site: Site, clock: SettableClock, queue: FakeQueue
) -> None:
    browser = site.browser("F")
    person = somebody_new(site, "yes")
    assert "has not agreed" in sends(browser, address(person, "/reply"), text="Hello")
    person.says("yes")
    browser.get(address(person))
    assert "Write to this person" in browser.text
    assert "has not agreed" not in browser.text
    whatsapp = somebody_new(site, "yes", "yes", channel="whatsapp:")
    sends(browser, address(whatsapp, "/reply"), text="Hello")
    clock.forward(hours=24)
    # What could not leave in time does not leave as a template later.
    queue.work(site.services)
    (late,) = rows(site.services, "outbound", written_by="facilitator F")
    assert late["state"] == "expired"
    browser = site.browser("F")
    assert "within 24 hours" in sends(browser, address(whatsapp, "/reply"), text="Hello")
    with site.services.database.transaction() as work:
        work.connection.exec_driver_sql("UPDATE campaign SET state = 'paused'")
    assert "not running" in sends(browser, address(person, "/reply"), text="Hello")


def test_a_voice_note_is_played_in_parts_and_the_log_says_so_once(
    site: Site, clock: SettableClock
) -> None:
    note = site.shown()["{note}"]
    where = f"/console/{OURS}/voice-notes/{note}/recording"
    browser = site.browser("T")
    whole = browser.client.get(where)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, VOICE, "audio/ogg")
    assert whole.headers["Cache-Control"] == "no-store"
    part = browser.client.get(where, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, VOICE[4:8])
    clock.forward(minutes=11)
    browser.client.get(where)
    played = rows(site.services, "audit_entry", what="voice_note.played")
    assert [one["who"] for one in played] == ["translator.ours@example.org"] * 2
    seen = site.browser("R").client.get(
        f"/console/{OURS}/voice-notes/pictures/{site.shown()['{picture}']}"
    )
    assert (seen.data, seen.mimetype) == (PICTURE, "image/jpeg")
    # A picture is no voice note, and the other way round.
    wrong = f"/console/{OURS}/voice-notes/{site.shown()['{picture}']}/recording"
    assert browser.client.get(wrong).status_code == 404


def test_a_voice_note_is_written_down_and_translated_by_people(site: Site) -> None:
    note = site.shown()["{note}"]
    where = f"/console/{OURS}/voice-notes"
    browser = site.browser("T")
    browser.get(where)
    assert f"{where}/{note}" in browser.page
    line = {"translation": "My neighbours.", "translation-language": "en"}
    assert "Write down first" in sends(browser, f"{where}/{note}/translations", **line)
    wrong = {"transcription": "پڑوسی", "transcription-language": "xx"}
    assert "Choose a language." in sends(browser, f"{where}/{note}/lines", **wrong)
    right = wrong | {"transcription-language": "ur"}
    assert "پڑوسی" in sends(browser, f"{where}/{note}/lines", **right)
    assert "My neighbours." in sends(browser, f"{where}/{note}/translations", **line)
    assert [row["who"] for row in rows(site.services, "transcript")] == ["translator T"] * 2
    browser.get(where)
    assert f"{where}/{note}" not in browser.page


def test_consent_that_was_spoken_is_decided_by_somebody_who_listened(
    site: Site, queue: FakeQueue, sms: FakeTwilio
) -> None:
    person = somebody_new(site, "yes", channel="whatsapp:")
    note = bring(site.services, person.phone, Media.AUDIO, VOICE)
    where = f"/console/{OURS}/voice-notes/{note}"
    assert site.browser("T").post(f"{where}/consent", heard="yes").status_code == 403
    browser = site.browser("F")
    browser.get(where)
    assert "Consent that was spoken" in browser.text
    assert "Choose what you heard." in sends(browser, f"{where}/consent")
    sends(browser, f"{where}/consent", heard="yes")
    (ledger,) = rows(site.services, "consent", source="spoken")
    assert ledger["raw"] == f"voice note {note}, heard by facilitator F"
    assert "does not wait" in sends(browser, f"{where}/consent", heard="no")


def test_what_a_person_wrote_about_an_answer_goes_with_it(site: Site) -> None:
    person = somebody_new(site, "yes", "yes", "4")
    sends(site.browser("A"), address(person, "/readings/who5_1"), value="5", reason="She rang.")
    assert len(rows(site.services, "correction")) == 1
    person.goes_through("delete my data", "yes")
    request = rows(site.services, "erasure_request")[-1]
    erasure.erase(site.services, [request["id"]])
    assert rows(site.services, "correction") == []
