"""The stand-in is what Twilio is, as far as its documents say: the real SDK finds nothing odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.gateways.twilio import _Transport
from tests.support.fakes import SettableClock
from tests.support.settings import ACCOUNT, SENDER, TOKEN
from tests.support.signing import Answer, signature
from tests.support.twilio_faults import AFTER, Fault, Faults
from tests.support.twilio_stand_in import TwilioStandIn, twilio_stand_in

ANNA = "+447700900123"
CALLBACK = "https://awaaz.example.org/twilio/status?outbound=7"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def twilio(clock: SettableClock) -> Iterator[TwilioStandIn]:
    with twilio_stand_in(clock.now) as running:
        yield running


@pytest.fixture
def client(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("bot.gateways.twilio.HTTP_SECONDS", 0.3)
    return Client(ACCOUNT, TOKEN, http_client=_Transport(twilio.url))


def send(client: Client, body: str = "hello", to: str = ANNA) -> str:
    message = client.messages.create(
        to=to, from_=SENDER, body=body, status_callback=CALLBACK, validity_period=600
    )
    return str(message.sid)


def test_what_it_accepts_is_in_its_log_with_the_moment(
    client: Client, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    sid = send(client)
    (accepted,) = twilio.log.accepted
    assert (accepted.sid, accepted.at, accepted.body) == (sid, clock.now(), "hello")
    assert (accepted.outbound_id, accepted.form["ValidityPeriod"]) == (7, "600")
    fetched = client.messages(sid).fetch()
    assert (fetched.status, fetched.direction, fetched.body) == ("queued", "outbound-api", "hello")


def test_every_message_has_a_sid_of_its_own(client: Client) -> None:
    assert len({send(client) for _ in range(20)}) == 20


def test_a_listing_has_pages_newest_first_and_filters(
    client: Client, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    for number in range(5):
        twilio.log.take_in(ANNA, f"message {number}", SENDER)
        clock.forward(minutes=1)
    send(client, "to somebody else", to="+447700900999")
    found = client.messages.list(to=SENDER, page_size=2)
    assert [message.body for message in found] == [f"message {n}" for n in (4, 3, 2, 1, 0)]
    since = clock.now() - timedelta(minutes=2)
    recent = client.messages.list(to=SENDER, date_sent_after=since)
    assert [message.body for message in recent] == ["message 4", "message 3"]
    assert len([path for _, path in twilio.requests if "Page=" in path]) >= 2


def test_what_is_only_queued_has_no_date_of_sending(client: Client, twilio: TwilioStandIn) -> None:
    sid = send(client)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert client.messages.list(to=ANNA, date_sent_after=long_ago) == []
    twilio.log.settle(sid, "sent")
    assert [one.sid for one in client.messages.list(to=ANNA, date_sent_after=long_ago)] == [sid]


def test_a_message_and_its_media_can_be_deleted(client: Client, twilio: TwilioStandIn) -> None:
    sid = twilio.log.take_in(ANNA, "", SENDER, [("audio/ogg", b"voice"), ("image/png", b"p")])[
        "sid"
    ]
    found = client.messages(sid).media.list()
    assert [one.content_type for one in found] == ["audio/ogg", "image/png"]
    url = twilio.url + found[0].uri.removesuffix(".json")
    assert requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).content == b"voice"
    assert requests.get(url, timeout=5).status_code == 401
    assert client.messages(sid).media(found[0].sid).delete()
    assert len(client.messages(sid).media.list()) == 1
    assert client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(sid).fetch()
    assert gone.value.status == 404


def test_stop_by_sms_closes_one_number_to_one_sender(client: Client, twilio: TwilioStandIn) -> None:
    twilio.writes(ANNA, " stop ")
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert (refused.value.status, refused.value.code) == (400, 21610)
    client.messages.create(to=f"whatsapp:{ANNA}", from_=f"whatsapp:{SENDER}", body="x")
    send(client, to="+447700900124")
    twilio.writes(ANNA, "start")
    send(client)
    assert len(twilio.log.accepted) == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "07700900123"}, 21211),
        ({"body": "x" * 1601}, 21617),
        ({"validity_period": 40000}, 30032),
    ],
)
def test_what_twilio_refuses_is_refused(
    client: Client, twilio: TwilioStandIn, change: dict, code: int
) -> None:
    good = {"to": ANNA, "from_": SENDER, "body": "x"}
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**good | change)
    assert refused.value.code == code
    assert [refusal[1] for refusal in twilio.log.refused] == [code]


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_hides_a_message_or_keeps_it_out(
    client: Client, twilio: TwilioStandIn, fault: Fault
) -> None:
    twilio.faults.add(fault)
    with pytest.raises((TwilioRestException, requests.RequestException)):
        send(client)
    assert len(twilio.log.accepted) == (fault in AFTER)
    send(client)
    assert len(twilio.log.accepted) == 1 + (fault in AFTER)


def test_chance_is_the_same_for_one_seed_and_hits_its_share() -> None:
    def meet(seed: int) -> list[object]:
        faults = Faults(seed=seed)
        faults.each(0.05)
        return [faults.next() for _ in range(4000)]

    assert meet(3) == meet(3)
    assert meet(3) != meet(4)
    for fault in Fault:
        assert 140 < meet(3).count(fault) < 260


def test_callbacks_are_signed_come_twice_and_in_any_order(
    client: Client, twilio: TwilioStandIn
) -> None:
    posts: list[tuple[str, bytes, str]] = []

    def app(path, body, headers) -> Answer:
        posts.append((path, body, headers["X-Twilio-Signature"]))
        return Answer(204, b"", "")

    for _ in range(10):
        send(client)
    assert len(twilio.pending) == 20
    assert twilio.deliver() == 20  # the app is stopped: they wait
    assert len(twilio.pending) == 20
    twilio.app = app
    twilio.deliver(share=0.5)
    assert 0 < len(posts) == 20 - len(twilio.pending) < 20
    brought = len(posts)
    twilio.deliver(twice=1.0, shuffled=True)
    assert len(posts) - brought == 2 * (20 - brought)
    from urllib.parse import parse_qsl

    for path, body, signed in posts:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        assert signed == signature(TOKEN, f"https://awaaz.example.org{path}", fields)


def test_the_wrong_credentials_reach_nothing(twilio: TwilioStandIn) -> None:
    url = f"{twilio.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    for credentials in (None, (ACCOUNT, "wrong")):
        assert requests.get(url, auth=credentials, timeout=5).status_code == 401
        answer = requests.post(url, data={"To": ANNA}, auth=credentials, timeout=5)
        assert answer.json()["code"] == 20003
    assert twilio.log.accepted == []
