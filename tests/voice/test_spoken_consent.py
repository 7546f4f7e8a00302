"""Consent that is spoken: the bot waits until a named person has listened, and the ledger says so."""

from __future__ import annotations

import pytest

from bot.gateways.queue import Job
from bot.usecases import listening_queue
from bot.usecases.listening_queue import ListeningError, decide_consent
from tests.support.campaigns import open_campaign
from tests.support.people import Person
from tests.support.rows import rows
from tests.voice.conftest import PHONE, VOICE, House


def asked(house: House) -> Person:
    """Somebody who was asked in writing, and answered with a voice note."""
    open_campaign(house.services, survey=house.survey)
    person = Person(house.services, PHONE)
    person.says("hello")
    (said,) = person.writes("", media=VOICE)
    assert said.body.startswith("Thank you. A person will listen")
    return person


def note(house: House) -> int:
    return int(rows(house.services, "attachment")[-1]["id"])


def work(house: House) -> None:
    """What the worker does when it is rung, but for the fetching."""
    queue = house.services.queue
    queue.rings = [ring for ring in queue.rings if ring[0] is not Job.FETCH]
    queue.work(house.services)


def test_a_voice_note_at_the_consent_question_decides_nothing_by_itself(house: House) -> None:
    person = asked(house)
    assert rows(house.services, "consent") == []
    assert rows(house.services, "answer") == []
    assert '"phase":"paused"' in person.conversation["state"]
    (waiting,) = listening_queue.waiting(house.services, "aston-dars-group")
    assert (waiting.attachment, waiting.question, waiting.ready) == (note(house), "agree", False)


def test_a_named_person_who_heard_a_yes_lets_the_survey_go_on(house: House, sms) -> None:
    person = asked(house)
    decide_consent(house.services, note(house), agreed=True, who="Farah  Malik")
    (consent,) = rows(house.services, "consent")
    assert (consent["act"], consent["source"]) == ("given", "spoken")
    assert consent["raw"] == f"voice note {note(house)}, heard by Farah Malik"
    assert consent["inbound_id"] == rows(house.services, "inbound")[-1]["id"]
    assert rows(house.services, "answer")[0]["how"] == "spoken"
    work(house)
    assert sms.sent[-1].body.startswith("How is life?")
    assert person.says("1")[0].startswith("What matters to you?")
    assert listening_queue.waiting(house.services, "aston-dars-group") == []


def test_a_no_that_was_heard_ends_it_with_the_words_of_the_survey(house: House, sms) -> None:
    person = asked(house)
    decide_consent(house.services, note(house), agreed=False, who="Farah Malik")
    (consent,) = rows(house.services, "consent")
    assert (consent["act"], consent["source"]) == ("refused", "spoken")
    assert (Job.ANALYSE, (person.conversation["id"],)) in house.services.queue.rings
    work(house)
    assert sms.sent[-1].body == "Fine."
    assert person.conversation["outcome"] == "refused"


def test_whoever_writes_yes_meanwhile_is_not_kept_waiting(house: House) -> None:
    person = asked(house)
    assert person.says("yes")[0].startswith("How is life?")
    with pytest.raises(ListeningError, match="Nothing waits"):
        decide_consent(house.services, note(house), agreed=False, who="Farah Malik")
    assert [row["source"] for row in rows(house.services, "consent")] == ["message"]


def test_whoever_says_stop_meanwhile_has_not_consented(house: House) -> None:
    person = asked(house)
    person.says("STOP")
    with pytest.raises(ListeningError, match="Nothing waits"):
        decide_consent(house.services, note(house), agreed=True, who="Farah Malik")
    assert [row["act"] for row in rows(house.services, "consent")] == ["withdrawn"]


@pytest.mark.parametrize("who", ["", "  ", "machine"])
def test_nobody_listens_without_a_name(house: House, who: str) -> None:
    asked(house)
    with pytest.raises(ListeningError):
        decide_consent(house.services, note(house), agreed=True, who=who)


def test_a_note_that_is_none_and_a_note_to_another_question_decide_nothing(house: House) -> None:
    person = asked(house)
    with pytest.raises(ListeningError, match="no voice note"):
        decide_consent(house.services, 4711, agreed=True, who="Farah Malik")
    person.says("yes")
    person.writes("", media=VOICE)
    with pytest.raises(ListeningError, match="Nothing waits"):
        decide_consent(house.services, note(house), agreed=True, who="Farah Malik")


def test_who_was_heard_at_night_is_answered_in_the_morning(house: House, sms, clock) -> None:
    asked(house)
    clock.forward(hours=11)  # half past ten at night, in summer
    decide_consent(house.services, note(house), agreed=True, who="Farah Malik")
    work(house)
    assert sms.sent == []
    (waiting,) = rows(house.services, "outbound", state="queued")
    assert waiting["kind"] == "notice"


def test_in_a_spoken_language_consent_is_asked_and_given_aloud(house: House, sms) -> None:
    person = house.ready()
    person.says("salam")
    (said,) = person.writes("", media=VOICE)
    assert (said.body, said.audio is None) == ("", False)
    decide_consent(house.services, note(house), agreed=True, who="Farah Malik")
    work(house)
    assert [bool(sent.media_url) for sent in sms.sent] == [True, False]
    assert sms.sent[-1].body == "1 · 2"
