"""What was written while the app was stopped comes in from Twilio's log: all of it, once, in order."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from bot.cli import reconcile as command
from bot.gateways import twilio as gateway
from bot.gateways.twilio import SendFailed
from bot.settings import DEMO_TOKEN
from bot.usecases import outbox, reconciliation
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.launching import another, invite
from tests.support.people import WHOLE
from tests.support.rows import rows
from tests.support.twilio_faults import Fault
from tests.support.twilio_stand_in import TwilioStandIn
from workers import schedule

ANNA, BEA, CEM = "+447700900123", "+447700900124", "whatsapp:+447700900125"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing of a few messages has several pages."""
    monkeypatch.setattr(gateway, "PAGE", 4)


def drain(services: Services, queue: FakeQueue) -> None:
    for _ in range(5):
        queue.work(services)


def test_everything_that_was_missed_comes_in_in_order_and_is_answered_once(
    real: Services, twilio: TwilioStandIn, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(real)
    twilio.writes(ANNA, "hello")
    twilio.writes(ANNA, "yes")
    reconciliation.catch_up(real)
    app, twilio.app = twilio.app, None  # the app stops
    stories = {ANNA: WHOLE[1:], BEA: ("hello", *WHOLE), CEM: ("hello", *WHOLE)}
    # They write at the same time, several in one second.
    for texts in itertools.zip_longest(*stories.values()):
        for person, text in zip(stories, texts, strict=True):
            if text is not None:
                twilio.writes(person, text)
        clock.forward(seconds=1)
    clock.forward(minutes=40)
    twilio.app = app  # and starts again
    schedule.tick(real, "the clock")
    for _ in range(60):
        drain(real, queue)
        clock.forward(seconds=5)
    received = rows(real, "inbound")
    assert len(received) == len({found["provider_sid"] for found in received})
    for person, texts in stories.items():
        contact = contact_of(real, person)
        written = [one["body"] for one in received if one["contact_point_id"] == contact]
        assert written[-len(texts) :] == list(texts)
        (conversation,) = rows(real, "conversation", contact_point_id=contact)
        assert conversation["outcome"] == "complete"
        late = rows(real, "outbound", contact_point_id=contact, inline=False)
        assert [message.body for message in twilio.sent_to(person)] == [f["body"] for f in late]
        assert {found["state"] for found in late} == {"sent"}
        assert len(late) >= len(texts)
    assert reconciliation.catch_up(real) == 0
    assert len(rows(real, "inbound")) == len(received)


def contact_of(services: Services, person: str) -> int:
    from bot.gateways.addresses import Address

    address = Address.parse(person)
    (found,) = rows(
        services,
        "contact_point",
        channel=address.channel.value,
        address_index=services.keys.index(address.address),
    )
    return int(found["id"])


def test_a_webhook_that_comes_after_all_is_not_answered_a_second_time(
    real: Services, twilio: TwilioStandIn, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(real)
    app, twilio.app = twilio.app, None
    twilio.writes(ANNA, "hello")
    clock.forward(minutes=2)
    assert reconciliation.catch_up(real) == 1
    drain(real, queue)
    from tests.support.signing import TwilioClient

    (message,) = twilio.log.listed({"From": ANNA})
    answer = TwilioClient(app, phone=ANNA).sends("hello", sid=message["sid"])
    assert (answer.status, answer.messages) == (200, [])
    assert len(twilio.sent_to(ANNA)) == len(rows(real, "outbound"))


def test_a_webhook_has_its_chance_first(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    open_campaign(real)
    twilio.app = None
    twilio.writes(ANNA, "hello")
    assert reconciliation.catch_up(real) == 0
    clock.forward(seconds=61)
    assert reconciliation.catch_up(real) == 1


def test_two_that_catch_up_at_once_take_a_message_in_once(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    open_campaign(real)
    twilio.app = None
    for text in ("hello", *WHOLE):
        twilio.writes(ANNA, text)
        clock.forward(seconds=1)
    clock.forward(minutes=2)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: reconciliation.catch_up(real), range(2)))
    assert [found["body"] for found in rows(real, "inbound")] == ["hello", *WHOLE]
    assert rows(real, "conversation")[0]["outcome"] == "complete"


def test_a_late_stop_is_a_stop_and_is_answered_with_silence(
    real: Services, twilio: TwilioStandIn, queue: FakeQueue, clock: SettableClock
) -> None:
    campaign = open_campaign(real)
    (number,) = invite(real, campaign, [CEM])
    twilio.app = None
    twilio.writes(CEM, "STOP")
    clock.forward(minutes=2)
    reconciliation.catch_up(real)
    drain(real, queue)
    assert rows(real, "outbound", id=number)[0]["state"] == "cancelled"
    assert outbox.send(real, [another(real, number)]) == 0
    assert twilio.sent_to(CEM) == []


def test_an_answer_hours_late_waits_for_the_morning(
    real: Services, twilio: TwilioStandIn, queue: FakeQueue, clock: SettableClock
) -> None:
    london = ZoneInfo("Europe/London")
    open_campaign(real)
    twilio.app = None
    clock.moment = datetime(2026, 5, 4, 19, 30, tzinfo=london)
    twilio.writes(ANNA, "hello")
    clock.moment = datetime(2026, 5, 5, 2, 0, tzinfo=london)
    twilio.writes(BEA, "hello")
    clock.forward(minutes=20)
    assert reconciliation.catch_up(real) == 2
    drain(real, queue)
    assert (len(twilio.sent_to(ANNA)), len(twilio.sent_to(BEA)) > 0) == (0, True)
    assert {found["kind"] for found in rows(real, "outbound", contact_point_id=1)} == {"notice"}


def test_voice_notes_that_were_missed_keep_their_address(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    open_campaign(real)
    twilio.app = None
    message = twilio.log.take_in(ANNA, "", "+447700900100", [("audio/ogg", b"voice")])
    clock.forward(minutes=2)
    assert reconciliation.catch_up(real) == 1
    (media,) = rows(real, "inbound")[0]["media"]
    assert media["kind"] == "audio"
    assert media["url"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
    assert f"/Messages/{message['sid']}/Media/ME" in media["url"]
    assert not media["url"].endswith(".json")


def test_a_log_that_can_not_be_read_moves_no_watermark(
    real: Services, services: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    with pytest.raises(SendFailed):
        reconciliation.catch_up(replace(real, sms=unreachable()))
    assert reconciliation.catch_up_if_due(replace(real, sms=unreachable())) == 0
    assert rows(real, "watermark") == []
    assert reconciliation.catch_up(real) == 0
    assert rows(real, "watermark")[0]["at"] == clock.now()


def unreachable() -> gateway.Twilio:
    from tests.support.settings import ACCOUNT, SENDER, TOKEN

    return gateway.Twilio(ACCOUNT, TOKEN, "http://127.0.0.1:1", SENDER)


def test_the_clock_looks_every_few_minutes_and_not_in_a_demonstration(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    assert reconciliation.is_due(real)
    schedule.tick(real, "the clock")
    assert not reconciliation.is_due(real)
    asked = len(twilio.requests)
    schedule.tick(real, "the clock")
    assert len(twilio.requests) == asked
    clock.forward(seconds=real.settings.reconcile_seconds)
    assert reconciliation.is_due(real)
    demo = replace(real.settings, twilio_auth_token=DEMO_TOKEN)
    assert not reconciliation.is_due(replace(real, settings=demo))


def test_a_message_is_matched_by_its_words_among_many_pages_and_only_once(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    campaign = open_campaign(real)
    (first,) = invite(real, campaign, [ANNA])
    for number in range(9):
        outbox.send(real, [another(real, first, body=f"note {number}", kind="notice")])
    twilio.verdict = lambda _: []
    twilio.faults.add(Fault.DROPPED_AFTER)
    outbox.send(real, [first])
    last = another(real, first, body="May we ask you a few questions?", kind="notice")
    assert outbox.reconcile(real) == 1
    twilio.faults.add(Fault.DROPPED_BEFORE)
    outbox.send(real, [last])
    assert outbox.reconcile(real) == 0  # the only one with these words is somebody else's
    clock.forward(minutes=3)
    assert outbox.reconcile(real) == 1
    assert rows(real, "outbound", id=last)[0]["state"] == "queued"
    outbox.send(real, [last])
    assert len(twilio.sent_to(ANNA)) == 11
    sids = [found["provider_sid"] for found in rows(real, "outbound")]
    assert len(set(sids)) == 11


def test_a_reply_of_the_webhook_is_never_taken_for_a_message_of_the_outbox(
    real: Services, twilio: TwilioStandIn, clock: SettableClock
) -> None:
    open_campaign(real)
    answer = twilio.writes(ANNA, "hello")
    twilio.pending = []  # its callback is lost: nobody knows its SID
    again = another(real, 1, body=answer.messages[0], kind="notice")
    twilio.faults.add(Fault.DROPPED_BEFORE)
    outbox.send(real, [again])
    clock.forward(minutes=3)
    assert outbox.reconcile(real) == 1
    assert rows(real, "outbound", id=again)[0]["state"] == "queued"


def test_a_failure_that_only_the_log_knows_has_its_consequences(
    real: Services, twilio: TwilioStandIn
) -> None:
    campaign = open_campaign(real)
    (number,) = invite(real, campaign, [ANNA])
    twilio.verdict = lambda _: []
    twilio.faults.add(Fault.DROPPED_AFTER)
    outbox.send(real, [number])
    twilio.log.settle(twilio.log.accepted[0].sid, "undelivered", 30006)
    assert outbox.reconcile(real) == 1
    assert rows(real, "outbound", id=number)[0]["error_code"] == 30006
    assert rows(real, "contact_point")[0]["closed_why"] == "bad_address"


def test_the_command_says_what_it_found(
    real: Services, twilio: TwilioStandIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = open_campaign(real)
    ids = invite(real, campaign, [BEA])
    twilio.verdict = lambda _: []
    twilio.faults.add(Fault.SILENT_AFTER)
    outbox.send(real, ids)
    twilio.app = None
    twilio.writes(ANNA, "hello")
    clock.forward(minutes=3)
    monkeypatch.setattr(command, "services_of", lambda _: real)
    result = CliRunner().invoke(command.reconcile)
    assert result.output == "1 messages taken in, 1 of unknown fate settled.\n"
    monkeypatch.setattr(command, "services_of", lambda _: replace(real, sms=unreachable()))
    result = CliRunner().invoke(command.reconcile)
    assert result.exit_code == 1
    assert "TWILIO_ACCOUNT_SID" in result.output
