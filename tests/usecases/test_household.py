"""Several people on one phone: nobody's answers are put down for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest

from bot.gateways.queue import Job
from bot.usecases import campaigns, household
from bot.usecases.conversations import Reply
from bot.usecases.services import Services
from flows import phrases
from flows.phone import TRIES
from tests.support import phones
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import Person
from tests.support.rows import places_of, rows

ASTON = "Aston Dars group"


@dataclass
class Phone(Person):
    """A phone whose people take a minute for each message."""

    clock: SettableClock | None = None

    def writes(self, text: str, *, sid: str | None = None, **more: Any) -> list[Reply]:
        assert self.clock is not None
        self.clock.forward(minutes=1)
        return super().writes(text, sid=sid, **more)


@pytest.fixture
def phone(services: Services, clock: SettableClock) -> Person:
    """A phone of two: Amina has four digits, Hamid has none; Amina was asked."""
    open_campaign(services)
    person = Phone(services, clock=clock)
    amina = phones.move_in(services, person.phone, ASTON, "Amina", "4711")
    phones.move_in(services, person.phone, ASTON, "Hamid")
    phones.invite(services, "listening", person.phone, amina)
    return person


def answers_of(services: Services, nickname: str) -> list[tuple[str, object]]:
    """Question and value of everything that is put down for a person."""
    found = []
    for member in rows(services, "household"):
        name = services.keys.decrypt(member["nickname"], column="household.nickname")
        for talk in rows(services, "conversation", participant_id=member["participant_id"]):
            found += [
                (row["question"], row["value"])
                for row in rows(services, "answer", conversation_id=talk["id"])
                if name == nickname
            ]
    return found


def test_what_she_wrote_before_we_knew_her_counts_once_her_digits_were_right(
    services: Services, phone: Person
) -> None:
    phone.goes_through("yes", "Amina", "0000")
    assert answers_of(services, "Amina") == []
    first = phone.writes("4711", sid="SM1")
    assert answers_of(services, "Amina") == [("private", "yes")]
    assert phone.writes("4711", sid="SM1") == first
    (answer,) = rows(services, "answer")
    (inbound,) = rows(services, "inbound", id=answer["inbound_id"])
    assert inbound["body"] == "yes"
    assert inbound["conversation_id"] == answer["conversation_id"]


def test_another_persons_word_is_not_her_answer(services: Services, phone: Person) -> None:
    phone.goes_through("yes")
    (said,) = phone.says("Hamid")
    assert said.startswith(phrases.GO_ON_WITH.source.format(name="Hamid"))
    assert answers_of(services, "Amina") == answers_of(services, "Hamid") == []
    phone.says("no")
    assert answers_of(services, "Hamid") == [("private", "no")]
    assert answers_of(services, "Amina") == []


def test_a_word_that_was_kept_too_long_is_no_answer_any_more(
    services: Services, phone: Person, clock: SettableClock
) -> None:
    phone.says("yes")
    clock.forward(minutes=31)
    phone.goes_through("Amina", "4711")
    assert answers_of(services, "Amina") == []


def test_digits_and_names_are_not_kept_in_clear(services: Services, phone: Person) -> None:
    phone.goes_through("yes", "someone else", "Zulekha", "8642")
    phone.goes_through("STOP")
    assert places_of(services, "8642") == []
    # What the bot said to her is kept as all it says is; what she typed is not.
    assert places_of(services, "Zulekha") == ["outbound.body", "outbound.prompt"]
    pin = rows(services, "household")[-1]["pin"]
    assert pin.startswith("$argon2id$")


def test_guessing_ends_after_five_tries_whoever_is_chosen_in_between(
    services: Services, phone: Person, clock: SettableClock
) -> None:
    phone.goes_through("yes", "Amina")
    for place in range(TRIES - 1):
        assert phrases.WRONG_PIN.source in phone.says(f"000{place}")[0]
        phone.goes_through("who?", "Amina")
    assert phone.says("0009") == [phrases.PIN_LOCKED.source]
    phone.says("yes")
    assert phone.says("Amina") == [phrases.PIN_LOCKED.source]
    assert answers_of(services, "Amina") == []
    clock.forward(hours=1, minutes=1)
    phone.goes_through("yes", "Amina", "4711")
    assert answers_of(services, "Amina") == [("private", "yes")]


def test_a_facilitator_can_take_digits_away(services: Services, phone: Person) -> None:
    household.forget_pin(services, rows(services, "household")[0]["id"])
    phone.goes_through("yes", "Amina")
    assert answers_of(services, "Amina") == [("private", "yes")]


def test_who_was_put_down_without_a_name_gets_it_from_whoever_introduces_herself(
    services: Services,
) -> None:
    open_campaign(services)
    phone = Person(services)
    first = phones.move_in(services, phone.phone, ASTON)
    phones.move_in(services, phone.phone, ASTON)
    phones.invite(services, "listening", phone.phone, first)
    assert phone.says("yes") == [phrases.CHOOSE_NICKNAME.source]
    phone.says("7")
    phone.goes_through("Amina", "skip")
    assert [row["nickname"] is not None for row in rows(services, "household")] == [True, False]
    assert phone.conversation["participant_id"] == first
    assert len(rows(services, "participant")) == 2


def test_a_campaign_for_people_who_were_put_down_is_not_open_to_the_house(
    services: Services,
) -> None:
    open_campaign(services, walk_in=False)
    phone = Person(services)
    amina = phones.move_in(services, phone.phone, ASTON, "Amina")
    phones.move_in(services, phone.phone, ASTON, "Hamid")
    phones.invite(services, "listening", phone.phone, amina)
    phone.says("yes")
    assert phone.says("Hamid") == [phrases.GO_ON_WITH.source.format(name="Hamid")]
    assert len(rows(services, "conversation")) == 1


def test_a_keyword_on_a_shared_phone_joins_for_who_says_that_it_is_she(
    services: Services, phone: Person
) -> None:
    open_campaign(services, name="River", survey="initiative", keyword="river", walk_in=False)
    phone.goes_through("river", "Amina")
    (said,) = phone.says("4711")
    assert phrases.JOINED_LATER.source.format(campaign="River") in said
    (enrolment,) = rows(services, "enrolment")
    amina = rows(services, "household")[0]["participant_id"]
    assert (enrolment["participant_id"], enrolment["state"]) == (amina, "turn")
    other = Person(services, "+447700900199")
    for name in ("One", "Other"):
        phones.move_in(services, other.phone, ASTON, name)
    other.goes_through("river", "Other")
    assert other.conversation["participant_id"] == rows(services, "household")[-1]["participant_id"]


def test_a_late_word_goes_to_whoever_says_that_it_is_hers(
    services: Services, phone: Person, clock: SettableClock
) -> None:
    phone.goes_through("yes", "Amina", "4711", "no")
    assert phone.conversation["outcome"] == "refused"
    clock.forward(days=1)
    phone.goes_through("thanks", "Amina")
    (said,) = phone.says("4711")
    assert phrases.GO_ON_WITH.source.format(name="Amina") in said


def test_stop_of_one_closes_the_phone_and_start_asks_who_holds_it(
    services: Services, phone: Person, clock: SettableClock
) -> None:
    phone.goes_through("yes", "STOP")
    assert phone.contact["asking"] is None
    assert phone.says("1") == []
    assert phrases.WHO_IS_ANSWERING.source in phone.says("START")[0]


def test_two_messages_of_one_phone_at_once_are_two_steps(services: Services, phone: Person) -> None:
    barrier = Barrier(2)

    def deliver(text: str) -> list[str]:
        barrier.wait()
        return phone.says(text)

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(deliver, ["Hamid", "yes"]))
    assert all(len(reply) == 1 for reply in replies)
    assert phrases.WHO_IS_ANSWERING.source in replies[0][0] + replies[1][0]
    assert answers_of(services, "Amina") == []


def test_erasing_one_leaves_the_other_and_nothing_of_her(
    services: Services, phone: Person, queue: FakeQueue
) -> None:
    phone.goes_through("yes", "Hamid", "yes")
    hamids = rows(services, "household")[1]["participant_id"]
    phone.goes_through("delete my data", "yes")
    assert [job for job, _ in queue.rings if job is Job.ERASE] == [Job.ERASE]
    queue.work(services)
    assert places_of(services, "Hamid") == []
    assert [row["participant_id"] for row in rows(services, "household")] != [hamids]
    assert len(rows(services, "household")) == 1
    assert len(rows(services, "conversation")) == 1
    assert phone.contact["address"] != b""
    assert phone.contact["speaker_id"] is None
    assert phone.contact["opted_out"] is not None
    assert campaigns.all_campaigns(services)
