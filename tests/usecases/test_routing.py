"""What routing does in the database: many campaigns, organisations and channels on one number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from bot.gateways.queue import Job
from bot.store import inbox
from bot.usecases import outbox
from bot.usecases.services import Services
from flows import phrases
from tests.support import launching, phones
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.people import Person
from tests.support.rows import rows

ASTON, COVENTRY = "Aston Dars group", "Coventry Central Hall"


def another(services: Services, name: str = "Council", **more: Any) -> str:
    """A campaign of another organisation."""
    values: dict[str, Any] = {"survey": "listening", "keyword": name.casefold(), "walk_in": False}
    return open_campaign(services, name=name, organisation=COVENTRY, **values | more)


def closed(services: Services, person: Person, organisation: str) -> bool:
    (row,) = rows(services, "organisation", name=organisation)
    with services.database.reading() as connection:
        return inbox.opted_out(connection, person.contact["id"], row["id"])


def test_one_person_is_one_participant_of_an_organisation(services: Services) -> None:
    open_campaign(services)
    open_campaign(services, name="River", survey="listening", keyword="river", walk_in=False)
    another(services)
    amina = Person(services)
    amina.goes_through("hello", "river", "council")
    assert [row["state"] for row in rows(services, "enrolment")] == ["turn", "turn"]
    people = [row["participant_id"] for row in rows(services, "enrolment")]
    (conversation,) = rows(services, "conversation")
    assert people[0] == conversation["participant_id"]
    assert people[1] != conversation["participant_id"]
    assert len(rows(services, "participant")) == 2
    assert rows(services, "enrolment")[0]["language"] == "en"


def test_a_keyword_after_the_end_opens_what_waited(services: Services) -> None:
    open_campaign(services)
    another(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "council", "no")
    assert amina.conversation["outcome"] == "refused"
    amina.says("council")
    (enrolment,) = rows(services, "enrolment")
    assert enrolment["state"] == "invited"
    assert enrolment["conversation_id"] == amina.conversation["id"]
    assert enrolment["participant_id"] == amina.conversation["participant_id"]
    inbound = rows(services, "inbound")[-1]
    assert inbound["conversation_id"] == amina.conversation["id"]


@pytest.mark.parametrize("state", ["paused", "halted", "closed", "draft"])
def test_nobody_joins_a_campaign_that_is_not_live_and_who_is_in_it_goes_on(
    services: Services, state: str
) -> None:
    open_campaign(services, keyword="rain")
    amina, hamid = Person(services), Person(services, "+447700900124")
    amina.says("hello")
    with services.database.transaction() as work:
        work.connection.execute(inbox.CAMPAIGN.update().values(state=state))
    assert "Do you agree" in amina.says("yes")[0]
    assert hamid.says("rain") == []


def test_when_she_wrote_is_remembered_as_the_provider_has_it(
    services: Services, clock: SettableClock
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    now = clock.now()
    assert amina.contact["heard"] == now
    clock.forward(minutes=30)
    amina.says("yes", sent=now)
    assert amina.contact["heard"] == now


def test_what_she_tapped_is_kept_with_her_message(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    amina.says("Yes", payload="private:yes", answers_sid="SMunknown")
    inbound = rows(services, "inbound")[-1]
    assert (inbound["payload"], inbound["answers_sid"]) == ("private:yes", "SMunknown")
    assert rows(services, "answer")[-1]["how"] == "payload"


def test_a_button_that_carries_no_question_is_as_good_as_its_title(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    assert amina.says("STOP", payload="stop")[0] == phrases.STOPPED.source


def test_a_tap_of_another_campaigns_question_of_the_same_name_does_not_answer_todays(
    services: Services, clock: SettableClock
) -> None:
    open_campaign(services)
    another(services)
    amina = Person(services)
    amina.goes_through("hello", "no")  # not private: it waits
    first = rows(services, "outbound")[0]["id"]
    with services.database.transaction() as work:
        work.connection.execute(
            inbox.OUTBOUND.update().where(inbox.OUTBOUND.c.id == first).values(provider_sid="SMold")
        )
    clock.forward(hours=1)
    phones.invite(services, "council", amina.phone)
    (said,) = amina.says("Yes", payload="private:yes", answers_sid="SMold")
    assert said.startswith(phrases.STALE_TAP.source)
    assert rows(services, "answer", conversation_id=amina.conversation["id"]) == []
    assert "Do you agree" in amina.says("yes")[0]


# STOP


def test_stop_closes_everything_at_once_and_writes_one_line(services: Services) -> None:
    open_campaign(services)
    other = another(services)
    amina = Person(services)
    amina.goes_through("hello", "council")
    launching.invite(services, other, [amina.phone])
    amina.says("বন্ধ")
    (entry,) = rows(services, "consent")
    assert (entry["act"], entry["purpose"], entry["source"]) == ("withdrawn", "contact", "message")
    assert (entry["organisation_id"], entry["raw"]) == (None, "বন্ধ")
    assert {row["outcome"] for row in rows(services, "conversation")} == {"stopped"}
    assert [row["state"] for row in rows(services, "outbound", kind="invitation")] == ["cancelled"]
    (enrolment,) = rows(services, "enrolment")
    assert enrolment["state"] == "turn"
    assert closed(services, amina, ASTON)
    assert closed(services, amina, COVENTRY)


def test_stop_before_anything_was_asked_is_confirmed_to_whom_we_wrote(services: Services) -> None:
    another(services)
    amina = Person(services)
    contact = phones.contact_of(services, amina.phone)
    with services.database.transaction() as work:
        launching.put(work.connection, services, contact, None, state="delivered")
    first = amina.writes("stop", sid="SM1")
    assert [reply.body for reply in first] == [phrases.STOPPED.source]
    assert amina.writes("stop", sid="SM1") == first
    assert amina.says("stop") == []


def test_stop_on_one_channel_leaves_the_other_only_what_was_agreed_to_there(
    services: Services,
) -> None:
    open_campaign(services)
    sms, whatsapp = Person(services), Person(services, "whatsapp:+447700900123")
    sms.says("hello")
    whatsapp.goes_through("hello", "stop")
    assert closed(services, sms, ASTON)
    sms.goes_through("yes", "yes")  # she agrees, by SMS
    assert not closed(services, sms, ASTON)
    assert closed(services, whatsapp, ASTON)


def test_an_answer_that_the_provider_takes_for_stop_is_stop(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", *"32332", "7")
    assert amina.says("quit", opt_out="STOP", sid="SM1") == []
    assert amina.contact["opted_out"] is not None
    assert amina.conversation["outcome"] == "stopped"
    entry = rows(services, "consent")[-1]
    assert (entry["act"], entry["source"]) == ("withdrawn", "provider")
    confirmation = rows(services, "outbound")[-1]
    assert confirmation["body"] == phrases.STOPPED.source
    assert (confirmation["state"], confirmation["inline"]) == ("cancelled", False)
    assert amina.says("quit", opt_out="STOP", sid="SM1") == []
    assert len(rows(services, "consent", act="withdrawn")) == 1


def test_after_the_providers_start_she_is_asked_on_by_the_outbox(
    services: Services, queue: FakeQueue, sms: FakeTwilio
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    amina.says("stop", opt_out="STOP")
    queue.rings.clear()
    assert amina.says("unstop", opt_out="START") == []
    assert amina.contact["opted_out"] is None
    ((job, ids),) = queue.rings
    assert job is Job.SEND
    outbox.send(services, ids)
    assert sms.sent[0].body.startswith(phrases.WELCOME_BACK.source)


def test_help_that_the_provider_has_given_is_not_given_twice(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    assert amina.says("help", opt_out="HELP") == []
    assert "Do you agree" in amina.says("yes", opt_out="HELP")[0]


@pytest.mark.parametrize("text", ["yes", "hello", "বন্ধ", "council", "i want to kill myself"])
def test_only_start_opens_a_closed_address(services: Services, text: str) -> None:
    open_campaign(services)
    another(services)
    amina = Person(services)
    amina.goes_through("hello", "stop")
    assert amina.says(text) == []
    assert amina.contact["opted_out"] is not None
    assert len(rows(services, "conversation")) == 1
    # Words of danger are looked at all the same.
    assert len(rows(services, "concern")) == (text == "i want to kill myself")


def test_start_after_the_end_opens_the_address_and_asks_nothing(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "no", "stop")
    assert amina.says("start") == [phrases.ALREADY_FINISHED.source]
    assert amina.says("hello") == [phrases.ALREADY_FINISHED.source]
    assert amina.contact["opted_out"] is None


def test_start_before_the_first_question_begins(services: Services) -> None:
    slug = open_campaign(services)
    amina = Person(services)
    launching.invite(services, slug, [amina.phone])
    amina.says("stop")
    assert amina.says("start")[0].startswith("Hello, this is Awaaz")


# START, and who may write


def two_organisations(services: Services, clock: SettableClock) -> Person:
    open_campaign(services)
    another(services)
    amina = Person(services)
    amina.says("hello")
    clock.forward(minutes=1)
    phones.invite(services, "council", amina.phone)
    clock.forward(minutes=1)
    amina.says("stop")
    return amina


def test_until_she_has_chosen_nobody_may_write(services: Services, clock: SettableClock) -> None:
    amina = two_organisations(services, clock)
    first = amina.writes("START", sid="SM1")
    assert first[0].body.splitlines()[1:] == [
        "1. Everyone",
        f"2. {ASTON}",
        f"3. {COVENTRY}",
    ]
    assert amina.writes("START", sid="SM1") == first
    assert closed(services, amina, ASTON)
    assert closed(services, amina, COVENTRY)
    clock.forward(days=2)
    assert amina.says("yes") == []  # too late for a choice, and nobody may write
    assert amina.says("START") == [reply.body for reply in first]


def test_her_choice_is_kept_and_can_be_changed(services: Services, clock: SettableClock) -> None:
    amina = two_organisations(services, clock)
    amina.says("START")
    assert amina.says(COVENTRY)[0].startswith(phrases.WELCOME_BACK.source)
    assert closed(services, amina, ASTON)
    assert not closed(services, amina, COVENTRY)
    entry = rows(services, "consent")[-1]
    assert (entry["act"], entry["raw"]) == ("restored", COVENTRY)
    (organisation,) = rows(services, "organisation", name=COVENTRY)
    assert entry["organisation_id"] == organisation["id"]
    amina.goes_through("yes", "no")  # and that survey is over
    assert phrases.WHO_MAY_WRITE.source in amina.says("start")[0]
    assert not closed(services, amina, COVENTRY)  # a question takes nothing away
    assert "Are you somewhere private" in amina.says("1")[0]
    assert not closed(services, amina, ASTON)


def test_a_keyword_or_a_walk_in_of_an_organisation_that_may_not_write_joins_nothing(
    services: Services, clock: SettableClock
) -> None:
    amina = two_organisations(services, clock)
    open_campaign(services, name="Second", survey="initiative", keyword="second", walk_in=False)
    amina.goes_through("START", COVENTRY, "yes", "no")
    assert amina.says("second") == [phrases.ALREADY_FINISHED.source]


def test_a_stop_while_she_is_asked_who_may_write_is_a_stop(
    services: Services, clock: SettableClock
) -> None:
    amina = two_organisations(services, clock)
    amina.says("START")
    assert amina.says("stop") == [phrases.STOPPED.source]
    assert amina.contact["opted_out"] is not None
    assert amina.contact["asking"] is None
    assert amina.says("1") == []


# At once


def test_stop_and_an_answer_at_once_leave_the_address_closed(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes")
    barrier = Barrier(2)

    def deliver(text: str) -> list[str]:
        barrier.wait()
        return amina.says(text)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, ["3", "STOP"]))
    assert amina.contact["opted_out"] is not None
    assert amina.conversation["outcome"] == "stopped"
    assert len(rows(services, "consent", act="withdrawn")) == 1


def test_stop_racing_a_launch_is_never_followed_by_an_invitation(
    services: Services, sms: FakeTwilio
) -> None:
    open_campaign(services)
    other = another(services)
    people = [Person(services, f"+4477009003{number:02}") for number in range(8)]
    for person in people:
        person.says("hello")
    barrier = Barrier(2)

    def launch() -> None:
        barrier.wait()
        for person in people:
            outbox.send(services, launching.invite(services, other, [person.phone]))

    def stop() -> None:
        barrier.wait()
        for person in reversed(people):
            person.says("STOP")

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(launch), pool.submit(stop)]:
            job.result()
    assert all(person.contact["opted_out"] is not None for person in people)
    waiting = [row["id"] for row in rows(services, "outbound", state="queued")]
    sent = len(sms.sent)
    outbox.send(services, waiting)
    assert len(sms.sent) == sent  # whatever the launch still put there is cancelled
    assert rows(services, "outbound", state="queued") == []
