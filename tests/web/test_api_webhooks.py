"""Outgoing webhooks: signed, sent again until they are taken, never to an address that is not public."""

from __future__ import annotations

import http.server
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from bot.gateways import notices
from bot.gateways.notices import BadUrl, NotDelivered
from bot.usecases import campaign_state, webhook_endpoints, webhooks
from bot.usecases.services import Services
from bot.usecases.sweep import sweep
from bot.usecases.webhook_endpoints import WebhookError
from bot.usecases.webhooks import Event
from tests.support.api import ORGANISATION
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import places_of, rows


class Receiver:
    """Another system: it keeps what it was sent, and answers what a test tells it to."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, dict[str, str]]] = []
        self.answers: list[int] = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?from=awaaz"
        self.paths: list[str] = []

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((body, {k.lower(): v for k, v in self.headers.items()}))
                receiver.paths.append(self.path)
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def running(receiver: Receiver) -> Iterator[Receiver]:
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running(Receiver()) as found:
        yield found


@pytest.fixture
def clock() -> SettableClock:
    """Real time, to the second: the verifier looks at it too."""
    return SettableClock(datetime.now(UTC))


@pytest.fixture
def endpoint(demo: Services, receiver: Receiver) -> tuple[str, str]:
    """Reference and secret of an endpoint that wants everything."""
    open_campaign(demo, walk_in=False, keyword="first", name="First")
    return webhook_endpoints.add(
        demo, organisation=ORGANISATION, url=receiver.url, events=tuple(Event), made_by="R. Begum"
    )


def work(services: Services, queue: FakeQueue) -> None:
    sweep(services)
    queue.work(services)


def test_what_happens_is_told_signed_and_without_a_word_of_hers(
    demo: Services, queue: FakeQueue, receiver: Receiver, endpoint: tuple[str, str]
) -> None:
    open_campaign(demo)
    Person(demo).goes_through("hello", *WHOLE)
    campaign_state.close(demo, "listening")
    campaign_state.close(demo, "listening")
    work(demo, queue)
    told = {}
    for body, headers in receiver.taken:
        found = Webhook(endpoint[1]).verify(body, headers)
        assert datetime.fromisoformat(found["timestamp"]) == demo.clock.now()
        told[found["type"]] = found["data"]
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint[1]).verify(body + b" ", headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(webhooks.new_secret()).verify(body, headers)
    (conversation,) = rows(demo, "conversation")
    (participant,) = rows(demo, "participant")
    assert told == {
        "campaign.launched": {"campaign": "listening"},
        "conversation.finished": {
            "campaign": "listening",
            "conversation": conversation["id"],
            "participant": participant["pseudonym"],
        },
        "campaign.closed": {"campaign": "listening"},
    }
    assert len(receiver.taken) == 3
    assert set(receiver.paths) == {"/hook?from=awaaz"}
    everything = b"".join(body for body, _ in receiver.taken)
    assert b"7700900123" not in everything
    assert b"neighbours" not in everything
    assert {row["state"] for row in rows(demo, "webhook_delivery")} == {"delivered"}


def test_only_the_organisation_and_the_events_that_were_asked_for_are_told(
    demo: Services, queue: FakeQueue, receiver: Receiver
) -> None:
    from bot.usecases import campaigns

    other = campaigns.add_organisation(demo, "Somebody else")
    campaigns.add_organisation(demo, "Aston Dars group")
    for organisation, events in ((other, tuple(Event)), (ORGANISATION, (Event.CAMPAIGN_CLOSED,))):
        webhook_endpoints.add(
            demo, organisation=organisation, url=receiver.url, events=events, made_by="R."
        )
    open_campaign(demo)
    Person(demo).goes_through("hello", *WHOLE)
    campaign_state.close(demo, "listening")
    work(demo, queue)
    assert [json.loads(body)["type"] for body, _ in receiver.taken] == ["campaign.closed"]


def test_a_notice_is_as_durable_as_what_it_tells_of(
    demo: Services, endpoint: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_campaign(demo)
    Person(demo).goes_through("hello", *WHOLE[:-1])

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    before = len(rows(demo, "webhook_delivery"))
    with monkeypatch.context() as patch:
        patch.setattr("bot.usecases.effects.inbox.save_conversation", fail)
        with pytest.raises(RuntimeError):
            Person(demo).says(WHOLE[-1])
    assert len(rows(demo, "webhook_delivery")) == before
    Person(demo).says(WHOLE[-1])
    assert len(rows(demo, "webhook_delivery")) == before + 1


def test_what_is_not_taken_is_sent_again_under_the_same_id_for_three_days(
    demo: Services,
    queue: FakeQueue,
    clock: SettableClock,
    receiver: Receiver,
    endpoint: tuple[str, str],
) -> None:
    open_campaign(demo)
    receiver.answers = [500, 302, 404, 503, 400, 429, 500, 500, 500, 500]
    began, pauses = clock.now(), []
    for _ in range(10):
        work(demo, queue)
        (row,) = rows(demo, "webhook_delivery")
        if row["state"] == "waiting":
            pauses.append(row["not_before"] - clock.now())
            # A moment too early, nothing is sent.
            count = len(receiver.taken)
            clock.moment = row["not_before"] - timedelta(seconds=1)
            work(demo, queue)
            assert len(receiver.taken) == count
            clock.moment = row["not_before"]
    assert len(receiver.taken) == 10
    assert {headers["webhook-id"] for _, headers in receiver.taken} == {row["reference"]}
    assert len({headers["webhook-timestamp"] for _, headers in receiver.taken}) == 10
    assert (row["state"], row["status"], row["attempts"]) == ("failed", 500, 10)
    for pause, planned in zip(pauses, webhooks.PAUSES, strict=True):
        assert 0.8 * planned <= pause <= 1.2 * planned
    assert timedelta(days=2.6) < clock.now() - began < timedelta(days=4)
    (shown,) = webhook_endpoints.deliveries(demo, endpoint[0])
    assert (shown.state, shown.attempts, shown.why) == ("failed", 10, "answered 500")


def test_an_endpoint_that_takes_again_is_working_again(
    demo: Services,
    queue: FakeQueue,
    clock: SettableClock,
    receiver: Receiver,
    endpoint: tuple[str, str],
) -> None:
    open_campaign(demo)
    receiver.answers = [500]
    work(demo, queue)
    assert webhook_endpoints.all_endpoints(demo)[0].state == "failing"
    clock.forward(minutes=1)
    work(demo, queue)
    assert webhook_endpoints.all_endpoints(demo)[0].state == "working"
    clock.forward(days=40)
    work(demo, queue)
    assert rows(demo, "webhook_delivery") == []


@pytest.mark.parametrize(("status", "days"), [(410, 0), (500, 6)])
def test_an_endpoint_that_is_gone_or_silent_for_days_is_switched_off(
    demo: Services,
    queue: FakeQueue,
    clock: SettableClock,
    receiver: Receiver,
    endpoint: tuple[str, str],
    status: int,
    days: int,
) -> None:
    open_campaign(demo)
    receiver.answers = [status] * 2
    if days:
        work(demo, queue)
        clock.forward(days=days)
    work(demo, queue)
    (found,) = webhook_endpoints.all_endpoints(demo)
    assert (found.state, found.why) == ("off", f"answered {status}")
    count = len(receiver.taken)
    campaign_state.close(demo, "listening")
    clock.forward(days=1)
    work(demo, queue)
    assert len(receiver.taken) == count
    assert {row["state"] for row in rows(demo, "webhook_delivery")} <= {"failed", "cancelled"}


def test_two_workers_send_a_notice_once(
    demo: Services, queue: FakeQueue, receiver: Receiver, endpoint: tuple[str, str]
) -> None:
    open_campaign(demo)
    (row,) = rows(demo, "webhook_delivery")
    threads = [
        threading.Thread(target=webhooks.deliver, args=(demo, [row["id"]])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.taken) == 1


def test_a_secret_is_kept_encrypted_and_an_endpoint_can_be_removed(
    demo: Services, endpoint: tuple[str, str]
) -> None:
    open_campaign(demo)
    assert places_of(demo, endpoint[1]) == []
    assert len(rows(demo, "webhook_delivery")) == 1
    webhook_endpoints.remove(demo, endpoint[0])
    assert rows(demo, "webhook_delivery") == rows(demo, "webhook_endpoint") == []
    with pytest.raises(WebhookError, match="no endpoint"):
        webhook_endpoints.remove(demo, endpoint[0])
    with pytest.raises(WebhookError, match="no endpoint"):
        webhook_endpoints.deliveries(demo, endpoint[0])


def test_who_is_forgotten_is_in_no_notice(
    demo: Services, queue: FakeQueue, endpoint: tuple[str, str]
) -> None:
    from bot.store import inbox
    from bot.usecases import erasure
    from bot.usecases.effects import ERASURE

    open_campaign(demo)
    Person(demo).goes_through("hello", *WHOLE)
    (participant,) = rows(demo, "participant")
    assert "webhook_delivery.payload" in places_of(demo, participant["pseudonym"])
    with demo.database.transaction() as started:
        found = inbox.add(
            started.connection,
            ERASURE,
            participant_id=participant["id"],
            requested=demo.clock.now(),
        )
    erasure.erase(demo, [found])
    assert "webhook_delivery.payload" not in places_of(demo, participant["pseudonym"])


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1",
    "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1:2::3", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    parsed = ipaddress.ip_address(address)
    assert not notices.is_public(parsed)
    host = f"[{address}]" if parsed.version == 6 else address
    with pytest.raises(BadUrl, match="not a public address"):
        notices.check_url(f"https://{host}/hook", loopback=False)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert notices.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_what_wraps_a_private_address_is_as_private_as_it(
    address: ipaddress.IPv4Address,
) -> None:
    public = notices.is_public(address)
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address))
    assert notices.is_public(mapped) == notices.is_public(translated) == public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "https://", "https:///x", "example.org",
        "https://user:word@example.org/", "https://example.org/#x", "https://example.org:0/",
        "https://example.org:99999/", "https://exa mple.org/", "https://example.org/\r\nX: y",
        "https://[::1/", "http://127.0.0.1/", "https://bücher.example/",
    ],
)  # fmt: skip
def test_what_is_no_https_address_can_not_be_added(services: Services, url: str) -> None:
    open_campaign(services)
    with pytest.raises(WebhookError):
        webhook_endpoints.add(
            services, organisation=ORGANISATION, url=url, events=tuple(Event), made_by="R."
        )


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["fe80::1%eth0"]])
def test_a_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("was called"))
    with pytest.raises(NotDelivered, match="address not public"):
        notices.post("https://innocent.example/", b"{}", {}, loopback=False)


def test_the_connection_is_made_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [[(0, 0, 0, "", ("1.1.1.1", 443))], [(0, 0, 0, "", ("127.0.0.1", 443))]]
    called: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))

    def connect(address: tuple[str, int], *_: object) -> None:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotDelivered, match="not reached"):
        notices.post("https://rebinding.example/", b"{}", {}, loopback=False)
    assert called == ["1.1.1.1"]


def test_outside_a_demonstration_this_machine_is_not_called(
    services: Services,
    demo: Services,
    queue: FakeQueue,
    receiver: Receiver,
    endpoint: tuple[str, str],
) -> None:
    open_campaign(demo)
    sweep(services)
    queue.work(services)
    assert receiver.taken == []
    assert rows(services, "webhook_delivery")[0]["why"] == "address refused"


def test_who_does_not_speak_tls_or_does_not_answer_is_named(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = receiver.url.replace("http:", "https:")
    with pytest.raises(NotDelivered, match="certificate refused"):
        notices.post(secure, b"{}", {}, loopback=True)
    monkeypatch.setattr(notices, "_SECONDS", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(NotDelivered, match="timed out"):
            notices.post(url, b"{}", {}, loopback=True)
        monkeypatch.setattr(notices, "_SECONDS", 10.0)
        monkeypatch.setattr(notices, "_DEADLINE", 0.05)
        with pytest.raises(NotDelivered, match="not reached"):
            notices.post(url, b"{}", {}, loopback=True)
    with pytest.raises(NotDelivered, match="name not found"):
        notices.post("https://nowhere.invalid/", b"{}", {}, loopback=True)
