"""After erasure nothing is left of a person but the hash that keeps us from writing to her again."""

from __future__ import annotations

import pytest

from bot.gateways.queue import Job
from bot.gateways.twilio import Retry, SendFailed
from bot.usecases import erasure
from bot.usecases.services import Services
from bot.usecases.sweep import sweep
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.people import Person
from tests.support.rows import places_of, rows

PHONE = "+447700900555"
WORDS = "the canal path behind the mosque"
BEGINNING = ("hello", "yes", "yes", "3", "purple", "i want to kill myself", "2", "3", "3", "2", "7")


@pytest.fixture
def gone(services: Services, queue: FakeQueue) -> Person:
    """Someone who answered, and then asked to be deleted."""
    open_campaign(services)
    amina = Person(services, PHONE)
    amina.goes_through(*BEGINNING, WORDS, "B69")
    queue.work(services)
    assert places_of(services, WORDS) == [
        "answer.raw",
        "answer.value",
        "conversation.state",
        "inbound.body",
    ]
    amina.goes_through("delete my data", "yes")
    return amina


def test_nothing_of_what_she_wrote_is_left_anywhere(
    services: Services, queue: FakeQueue, gone: Person
) -> None:
    assert [job for job, _ in queue.rings] == [Job.ERASE]
    queue.work(services)
    assert places_of(services, WORDS) == []
    for table in (
        "conversation",
        "inbound",
        "outbound",
        "answer",
        "asked_again",
        "score",
        "concern",
    ):
        assert rows(services, table) == [], table
    assert rows(services, "consent") == []
    assert rows(services, "erasure_request")[0]["carried_out"] is not None


def test_the_address_itself_goes_and_the_hash_stays_closed(
    services: Services, queue: FakeQueue, gone: Person
) -> None:
    queue.work(services)
    (contact,) = rows(services, "contact_point")
    assert contact["address"] == b""
    assert contact["address_index"] == services.keys.index(PHONE)
    assert contact["opted_out"] is not None
    assert gone.says("hello again") == []


def test_the_providers_copies_go_too(
    services: Services, queue: FakeQueue, sms: FakeTwilio, gone: Person
) -> None:
    sids = {row["provider_sid"] for row in rows(services, "inbound")}
    queue.work(services)
    assert set(sms.deleted) == sids
    assert len(sms.deleted) == len(sids)


def test_a_provider_that_does_not_answer_keeps_the_request_open_until_it_does(
    services: Services, queue: FakeQueue, sms: FakeTwilio, clock: SettableClock, gone: Person
) -> None:
    sms.fail = [None, SendFailed(None, Retry.LATER)]
    with pytest.raises(SendFailed):
        queue.work(services)
    assert rows(services, "erasure_request")[0]["carried_out"] is None
    assert rows(services, "inbound")
    clock.forward(seconds=10)
    assert sweep(services)["erase"] == 1
    queue.work(services)
    assert rows(services, "inbound") == []


def test_erasing_twice_is_erasing_once(services: Services, gone: Person) -> None:
    (request,) = rows(services, "erasure_request")
    assert erasure.erase(services, [request["id"], request["id"]]) == 1
    assert erasure.erase(services, [request["id"]]) == 0
    assert erasure.erase(services, [4711]) == 0


def test_the_others_keep_what_is_theirs(services: Services, queue: FakeQueue) -> None:
    open_campaign(services)
    other = Person(services, "+447700900556")
    other.goes_through("hello", "yes", "yes", "4")
    before = {table: rows(services, table) for table in ("conversation", "answer", "outbound")}
    amina = Person(services, PHONE)
    amina.goes_through("hello", "delete my data", "yes")
    queue.work(services)
    assert {table: rows(services, table) for table in before} == before
    assert services.keys.decrypt(other.contact["address"], column="contact_point.address")


def test_a_simulated_phone_has_no_copies_at_the_provider(
    services: Services, queue: FakeQueue, sms: FakeTwilio
) -> None:
    open_campaign(services)
    amina = Person(services, PHONE)
    for text in ("hello", "delete my data", "yes"):
        amina.says(text, mode="simulated")
    queue.work(services)
    assert sms.deleted == []
    assert rows(services, "inbound") == []
