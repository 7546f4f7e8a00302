"""What is not a reply is sent from the outbox: once, whatever the network and the provider do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from bot.gateways import twilio as gateway
from bot.gateways.addresses import Address
from bot.gateways.twilio import Delivery, Retry, SendFailed, Twilio
from bot.store import inbox
from bot.usecases import outbox
from bot.usecases.services import Services
from bot.usecases.sweep import sweep
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.settings import ACCOUNT, PUBLIC_URL, SENDER, TOKEN
from tests.support.twilio_api import Fault, TwilioApi, twilio_api

Queue = Callable[..., int]


@pytest.fixture
def queued(services: Services) -> Queue:
    """`queued("text")` puts a message for a known person into the outbox; its id."""
    open_campaign(services)

    def put(body: str = "Still there?", phone: str = "+447700900123", **more: Any) -> int:
        person = Person(services, phone)
        person.says("hello", **more)
        now = services.clock.now()
        with services.database.transaction() as work:
            return inbox.add(
                work.connection,
                inbox.OUTBOUND,
                contact_point_id=person.contact["id"],
                conversation_id=person.conversation["id"],
                reply_to=None,
                question=None,
                language="en",
                body=body,
                prompt=body,
                buttons=[],
                state="queued",
                created=now,
                changed=now,
            )

    return put


@pytest.fixture
def api() -> Iterator[TwilioApi]:
    with twilio_api() as running:
        yield running


@pytest.fixture
def real(services: Services, api: TwilioApi, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The services with Twilio's own SDK, pointed at the stand-in."""
    monkeypatch.setattr(gateway, "HTTP_SECONDS", 1.0)
    return replace(services, sms=Twilio(ACCOUNT, TOKEN, api.url, SENDER))


def state(services: Services, number: int) -> dict[str, Any]:
    (row,) = rows(services, "outbound", id=number)
    return row


def test_a_message_is_sent_once_and_its_sid_stored(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    number = queued()
    assert outbox.send(services, [number, number]) == 1
    assert outbox.send(services, [number]) == 0
    (sent,) = sms.sent
    assert sent.body == "Still there?"
    assert sent.to == Address.parse("+447700900123")
    assert sent.status_callback == f"{PUBLIC_URL}/twilio/status?outbound={number}"
    row = state(services, number)
    assert (row["state"], row["provider_sid"]) == ("sent", sent.sid)


def test_a_message_that_does_not_exist_or_was_a_reply_is_not_sent(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    number = queued()
    reply = rows(services, "outbound")[0]
    assert reply["state"] == "replied"
    assert outbox.send(services, [reply["id"], number + 100]) == 0
    assert sms.sent == []


def test_several_senders_at_once_send_it_once(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    number = queued()
    barrier = Barrier(5)

    def send(_: int) -> int:
        barrier.wait()
        return outbox.send(services, [number])

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(send, range(5))) == 1
    assert len(sms.sent) == 1


def test_it_is_marked_as_being_sent_before_it_is_sent(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    number = queued()
    seen: list[str] = []
    sms.before_send = lambda: seen.append(state(services, number)["state"])
    outbox.send(services, [number])
    assert seen == ["sending"]


def test_nothing_is_sent_after_stop(services: Services, sms: FakeTwilio, queued: Queue) -> None:
    number = queued()
    Person(services).says("STOP")
    assert state(services, number)["state"] == "cancelled"
    assert outbox.send(services, [number]) == 0
    assert sms.sent == []


def test_a_message_queued_after_stop_is_cancelled_at_the_moment_of_sending(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    queued()
    Person(services).says("STOP")
    number = queued()  # "hello" from someone who stopped opens nothing again
    assert outbox.send(services, [number]) == 0
    assert state(services, number)["state"] == "cancelled"
    assert sms.sent == []


def test_a_simulated_phone_is_delivered_by_the_page_that_shows_it(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    number = queued(mode="simulated")
    assert outbox.send(services, [number]) == 1
    assert state(services, number)["state"] == "delivered"
    assert sms.sent == []


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (SendFailed(21610, Retry.NEVER), "failed"),
        (SendFailed(20429, Retry.LATER), "queued"),
        (SendFailed(None, Retry.UNKNOWN), "uncertain"),
    ],
)
def test_a_failure_is_settled_by_whether_a_retry_can_help(
    services: Services, sms: FakeTwilio, queued: Queue, failure: SendFailed, expected: str
) -> None:
    number = queued()
    sms.fail = [failure]
    assert outbox.send(services, [number]) == 0
    row = state(services, number)
    assert (row["state"], row["error_code"]) == (expected, failure.code)


def test_a_report_that_is_quicker_than_our_bookkeeping_is_not_undone(
    services: Services, sms: FakeTwilio, queued: Queue
) -> None:
    from bot.usecases import deliveries

    number = queued()
    sms.before_send = lambda: deliveries.record(
        services, outbound_id=number, provider_sid="SMq", status="delivered", error_code=None
    )
    outbox.send(services, [number])
    assert state(services, number)["state"] == "delivered"


def test_a_sender_that_died_half_way_is_settled_by_the_providers_log(
    services: Services, sms: FakeTwilio, clock: SettableClock, queued: Queue
) -> None:
    number = queued()

    def die() -> None:
        raise SystemExit

    sms.before_send = die
    with pytest.raises(SystemExit):
        outbox.send(services, [number])
    assert state(services, number)["state"] == "sending"
    assert outbox.reconcile(services) == 0  # it may still be on its way
    clock.forward(minutes=3)
    assert outbox.reconcile(services) == 1
    assert state(services, number)["state"] == "queued"  # the provider never heard of it
    sms.before_send = lambda: None
    assert outbox.send(services, [number]) == 1
    assert len(sms.sent) == 1


def test_two_messages_with_the_same_words_are_not_taken_for_one(
    services: Services, sms: FakeTwilio, clock: SettableClock, queued: Queue
) -> None:
    first, second = queued("Hello again"), queued("Hello again")
    outbox.send(services, [first])
    sms.fail = [SendFailed(None, Retry.UNKNOWN)]
    outbox.send(services, [second])
    assert outbox.reconcile(services) == 0  # it may still be on its way into the log
    clock.forward(minutes=3)
    assert outbox.reconcile(services) == 1
    assert state(services, second)["state"] == "queued"
    outbox.send(services, [second])
    assert [sent.body for sent in sms.sent] == ["Hello again"] * 2


def test_whatsapp_is_sent_from_a_whatsapp_address(
    real: Services, api: TwilioApi, queued: Queue
) -> None:
    outbox.send(real, [queued(phone="whatsapp:+447700900123")])
    (message,) = api.log
    assert message["to"] == "whatsapp:+447700900123"
    assert message["from"] == f"whatsapp:{SENDER}"


# What the provider did, what becomes of the row at once, and how often the text has gone out at the end.
FAULTS = [
    (None, "sent", 1),
    (Fault.SERVER_ERROR, "uncertain", 1),
    (Fault.TOO_MANY, "queued", 1),
    (Fault.OPTED_OUT, "failed", 0),
    (Fault.LOST_ANSWER, "uncertain", 1),
    (Fault.SLOW_ANSWER, "uncertain", 1),
    (Fault.ERROR_AFTER, "uncertain", 1),
    (Fault.NO_SID, "uncertain", 1),
]


@pytest.mark.parametrize(("fault", "at_once", "times"), FAULTS, ids=str)
def test_no_fault_of_the_provider_sends_a_message_twice(
    real: Services,
    api: TwilioApi,
    queue: FakeQueue,
    clock: SettableClock,
    queued: Queue,
    fault: Fault | None,
    at_once: str,
    times: int,
) -> None:
    number = queued()
    api.faults.append(fault)
    outbox.send(real, [number])
    assert state(real, number)["state"] == at_once
    for _ in range(3):  # the clock ticks on: what is uncertain is looked up, what waits is sent
        clock.forward(minutes=3)
        sweep(real)
        queue.work(real)
    assert api.bodies() == ["Still there?"] * times
    final = state(real, number)
    assert final["state"] == ("failed" if fault is Fault.OPTED_OUT else "sent")
    assert (final["provider_sid"] is not None) is (times == 1)


def test_a_provider_that_can_not_be_reached_is_tried_later(
    services: Services, queued: Queue
) -> None:
    unreachable = replace(services, sms=Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:1", SENDER))
    number = queued()
    assert outbox.send(unreachable, [number]) == 0
    assert state(services, number)["state"] == "queued"


def test_an_uncertain_message_stays_so_while_the_log_can_not_be_read(
    real: Services, api: TwilioApi, queued: Queue
) -> None:
    number = queued()
    api.faults.extend([Fault.LOST_ANSWER, Fault.SERVER_ERROR])
    outbox.send(real, [number])
    assert outbox.reconcile(real) == 0
    assert state(real, number)["state"] == "uncertain"
    assert outbox.reconcile(real) == 1
    assert state(real, number)["state"] == "sent"


def test_deleting_at_the_provider_is_done_or_fails_aloud(api: TwilioApi) -> None:
    client = Twilio(ACCOUNT, TOKEN, api.url, SENDER)
    sid = client.send(Address.parse("+447700900123"), "x", status_callback=f"{PUBLIC_URL}/s")
    api.faults.append(Fault.SERVER_ERROR)
    with pytest.raises(SendFailed) as failed:
        client.delete(sid)
    assert failed.value.retry is Retry.LATER
    client.delete(sid)
    assert api.log == []
    client.delete(sid)  # gone already is fine
    with pytest.raises(SendFailed):
        Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:1", SENDER).delete(sid)


def test_the_account_can_be_asked_for(api: TwilioApi) -> None:
    assert Twilio(ACCOUNT, TOKEN, api.url, SENDER).ping() == "active"
    api.faults.append(Fault.SERVER_ERROR)
    with pytest.raises(SendFailed):
        Twilio(ACCOUNT, TOKEN, api.url, SENDER).ping()
    with pytest.raises(SendFailed):
        Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:1", SENDER).ping()


def test_every_delivery_state_is_one_of_the_outbox() -> None:
    assert {"queued", "sending", "uncertain", "replied"} <= {one.value for one in Delivery}
