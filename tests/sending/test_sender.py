"""The sender: who holds a message, how fast, when, and whether it may go at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.gateways.twilio import Delivery, Retry, SendFailed
from bot.settings import SettingsError
from bot.store import outbox as store
from bot.usecases import campaign_state, outbox, pacing
from bot.usecases.campaigns import CampaignError
from bot.usecases.hours import Leave, TooLate, Wait, may_leave
from bot.usecases.quiet_hours import Rules
from bot.usecases.services import Services
from bot.usecases.sweep import sweep
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.launching import another, invite
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.settings import make_settings

LONDON = ZoneInfo("Europe/London")
ANNA, BEA = "+447700900123", "+447700900124"


@pytest.fixture
def campaign(services: Services) -> str:
    return open_campaign(services)


def row(services: Services, number: int) -> dict[str, Any]:
    return rows(services, "outbound", id=number)[0]


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def phones(count: int) -> list[str]:
    return [f"+44770092{number:04d}" for number in range(count)]


def claim(services: Services, ids: list[int], holder: str = "first", limit: int = 20) -> Any:
    with services.database.transaction() as work:
        return store.claim(
            work.connection, ids, holder, services.clock.now(), limit=limit, seconds=60
        )


def test_a_claimed_message_is_left_alone_until_its_lease_runs_out(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    ids = invite(services, campaign, phones(3))
    assert len(claim(services, ids)) == 3
    assert outbox.send(services, ids) == 0
    clock.forward(seconds=61)
    assert outbox.send(services, ids) == 3  # nothing had been begun: no need to ask the provider
    assert len(sms.sent) == 3


def test_a_sender_whose_lease_ran_out_can_not_begin_or_write(
    services: Services, campaign: str, clock: SettableClock
) -> None:
    (number,) = invite(services, campaign, [ANNA])
    (old,) = claim(services, [number])
    clock.forward(seconds=61)
    (new,) = claim(services, [number], "second")
    assert (old.fence, new.fence) == (1, 2)
    now = services.clock.now()
    with services.database.transaction() as work:
        assert store.held(work.connection, old, now) is None
        assert store.held(work.connection, new, now) is not None
        store.begin(work.connection, new, now)
    with services.database.transaction() as work:
        assert not store.settle(work.connection, old, now, state="sent", provider_sid="SMold")
        # The same process under its own older claim is no better.
        again = replace(new, fence=1)
        assert not store.settle(work.connection, again, now, state="sent", provider_sid="SMold")
        assert store.settle(work.connection, new, now, state="sent", provider_sid="SMnew")
    assert row(services, number)["provider_sid"] == "SMnew"


def test_a_sender_that_slept_through_reconciliation_is_refused(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    (number,) = invite(services, campaign, [ANNA])

    def sleep() -> None:
        sms.before_send = lambda: None
        clock.forward(minutes=3)
        assert outbox.reconcile(services) == 1
        assert row(services, number)["state"] == "queued"
        sms.fail = [SendFailed(None, Retry.UNKNOWN)]

    sms.before_send = sleep
    # What it would have written ("uncertain") is refused; the message is free and goes out.
    assert outbox.send(services, [number]) == 1
    assert (row(services, number)["state"], row(services, number)["attempts"]) == ("sent", 2)


def test_several_senders_share_a_batch_and_send_each_message_once(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    ids = invite(services, campaign, phones(40))
    barrier = Barrier(4)

    def work(_: int) -> int:
        barrier.wait()
        return outbox.send(services, ids)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 40
    assert len({sent.to for sent in sms.sent}) == len(sms.sent) == 40
    assert {found["attempts"] for found in rows(services, "outbound")} == {1}


@pytest.mark.parametrize("rate", [2.0, 10.0, 40.0])
def test_no_second_sees_more_than_the_rate_allows(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock, rate: float
) -> None:
    slow = replace(services, settings=replace(services.settings, send_rate=rate))
    moments: list[datetime] = []
    sms.before_send = lambda: moments.append(clock.now())
    count = int(2 * rate) + 2
    started = clock.now()
    ids = invite(slow, campaign, phones(count))
    assert outbox.send(slow, ids) == count
    for moment in moments:
        inside = [one for one in moments if moment <= one < moment + timedelta(seconds=1)]
        assert len(inside) <= 1.25 * rate + 1
    assert 1.5 <= (moments[-1] - started).total_seconds() <= 3


def test_a_sender_waits_its_turn_for_a_minute_and_leaves_the_rest(
    services: Services, campaign: str, clock: SettableClock
) -> None:
    slow = replace(services, settings=replace(services.settings, send_rate=0.1))
    started = clock.now()
    assert outbox.send(slow, invite(slow, campaign, phones(20))) == 7
    assert (clock.now() - started).total_seconds() <= outbox.PATIENCE
    assert len(rows(services, "outbound", state="queued")) == 13


def test_two_numbers_have_a_pace_each(services: Services, campaign: str, clock) -> None:
    slow = replace(services, settings=replace(services.settings, send_rate=0.1))
    started = clock.now()
    assert outbox.send(slow, invite(slow, campaign, [ANNA, f"whatsapp:{ANNA}"])) == 2
    assert clock.now() == started
    assert {found["name"][:4] for found in rows(services, "sender")} == {"+447", "what"}


def test_replies_go_before_invitations(services: Services, campaign: str, sms: FakeTwilio) -> None:
    first, second = invite(services, campaign, [ANNA, BEA])
    reply = another(services, second, kind="reply", body="Thank you")
    outbox.send(services, [first, second, reply])
    assert sms.sent[0].body == "Thank you"


def test_messages_to_one_person_go_one_after_the_other(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    (first,) = invite(services, campaign, [ANNA], body="one", kind="reply")
    second = another(services, first, body="two", kind="reply")
    sms.fail = [SendFailed(None, Retry.UNKNOWN)]
    assert outbox.send(services, [first, second]) == 0
    assert row(services, second)["state"] == "queued"  # "one" may still be on its way
    assert outbox.send(services, [second]) == 0
    clock.forward(minutes=3)
    outbox.reconcile(services)
    assert outbox.send(services, [first, second]) == 2
    assert [sent.body for sent in sms.sent] == ["one", "two"]


@pytest.mark.parametrize("state", ["paused", "halted", "closed"])
def test_a_campaign_that_is_not_live_sends_nothing(
    services: Services, campaign: str, sms: FakeTwilio, queue: FakeQueue, clock, state: str
) -> None:
    ids = invite(services, campaign, phones(3))
    if state == "halted":
        sms.fail = [SendFailed(20003, Retry.NEVER)]
        outbox.send(services, ids)
    else:
        {"paused": campaign_state.pause, "closed": campaign_state.close}[state](services, campaign)
    assert outbox.send(services, ids) == 0
    assert sms.sent == []
    clock.forward(seconds=5)
    assert sweep(services)["send"] == 0
    if state == "closed":
        assert {found["state"] for found in rows(services, "outbound")} == {"cancelled"}
        with pytest.raises(CampaignError, match="closed"):
            campaign_state.resume(services, campaign)
        return
    campaign_state.resume(services, campaign)
    assert sweep(services)["send"] == 3
    assert outbox.send(services, ids) == 3


def test_a_pause_stops_a_batch_before_its_next_message(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    fast = replace(services, settings=replace(services.settings, send_rate=1000.0))
    ids = invite(services, campaign, phones(30))
    sms.before_send = lambda: len(sms.sent) == 4 and campaign_state.pause(services, campaign)
    assert outbox.send(fast, ids) == 5
    assert len(rows(services, "outbound", state="queued")) == 25
    campaign_state.resume(services, campaign)
    assert outbox.send(fast, ids) == 25


def test_a_campaign_that_is_not_there_can_not_be_paused(services: Services) -> None:
    with pytest.raises(CampaignError, match="no campaign"):
        campaign_state.pause(services, "nowhere")


def test_stop_in_the_middle_of_a_batch_wins(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    ids = invite(services, campaign, [ANNA, BEA])
    sms.before_send = lambda: sms.sent or Person(services, BEA).says("STOP")
    assert outbox.send(services, ids) == 1
    assert [sent.to.address for sent in sms.sent] == [ANNA]
    assert row(services, ids[1])["state"] == "cancelled"


def test_at_night_only_a_reply_leaves_and_the_rest_waits_for_the_morning(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    clock.moment = london("2026-05-04 23:00")
    ids = invite(services, campaign, phones(2))
    reply = another(services, ids[0], kind="reply", body="Thank you")
    assert outbox.send(services, [*ids, reply]) == 1
    assert [sent.body for sent in sms.sent] == ["Thank you"]
    assert row(services, ids[0])["not_before"] == london("2026-05-05 09:00")
    clock.moment = london("2026-05-05 09:00")
    assert outbox.send(services, ids) == 2


def test_a_message_is_valid_no_longer_than_its_window(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    clock.moment = london("2026-05-04 19:40")
    ids = invite(services, campaign, phones(1))
    reply = another(services, ids[0], kind="reply")
    soon = another(services, ids[0], kind="notice", expires=clock.now() + timedelta(minutes=7))
    fast = replace(services, settings=replace(services.settings, send_rate=1000.0))
    outbox.send(fast, [*ids, reply, soon])
    assert sorted(sent.validity_seconds for sent in sms.sent) == [7 * 60 - 10, 20 * 60 - 10, 3590]


def test_what_is_too_late_expires_unsent(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    clock.moment = london("2026-05-04 19:59:30")
    hour = clock.now() + timedelta(hours=1)
    tonight, tomorrow = invite(services, campaign, phones(2), expires=hour)
    tomorrow = another(services, tomorrow, kind="notice")
    assert outbox.send(services, [tonight, tomorrow]) == 0  # half a minute is no window
    assert row(services, tonight)["state"] == Delivery.EXPIRED.value
    assert row(services, tomorrow)["not_before"] == london("2026-05-05 09:00")
    assert sms.sent == []


NOON = london("2026-05-04 12:00")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Leave(timedelta(hours=8))),
        ({"kind": "reply"}, Leave(timedelta(hours=1))),
        ({"now": london("2026-05-04 03:00"), "kind": "reply"}, Leave(timedelta(hours=1))),
        # Hours after she wrote, an answer may not wake her.
        (
            {"now": london("2026-05-05 03:00"), "kind": "reply"},
            Wait(london("2026-05-05 09:00")),
        ),
        ({"now": london("2026-05-04 09:00")}, Leave(timedelta(hours=10))),
        ({"rested": london("2026-05-04 12:15")}, Wait(london("2026-05-04 12:15"))),
        ({"rested": london("2026-05-04 19:59:30")}, Wait(london("2026-05-05 09:00"))),
        ({"rested": london("2026-05-04 12:15"), "kind": "reply"}, Leave(timedelta(hours=1))),
        ({"expires": london("2026-05-04 12:00:30")}, TooLate()),
        ({"now": london("2026-05-04 21:00"), "expires": london("2026-05-05 08:00")}, TooLate()),
        ({"expires": london("2026-05-04 12:10"), "kind": "reply"}, Leave(timedelta(minutes=10))),
    ],
)
def test_whether_a_message_may_leave(change: dict[str, Any], expected: object) -> None:
    asked: dict[str, Any] = {"now": NOON, "kind": "invitation", "expires": None, "rested": None}
    asked |= {"created": min(NOON, change.get("now", NOON)), "rules": Rules()}
    assert may_leave(**asked | change) == expected


def test_a_back_off_grows_with_full_jitter_up_to_a_cap() -> None:
    for attempts, ceiling in [(1, 5), (2, 10), (5, 80), (20, pacing.CAP_SECONDS)]:
        waits = [pacing.back_off(attempts).total_seconds() for _ in range(300)]
        assert 0 <= min(waits) < 0.2 * ceiling
        assert 0.8 * ceiling < max(waits) <= ceiling
    assert pacing.back_off(1, at_least=60).total_seconds() >= 60


def test_an_address_that_no_key_opens_fails_alone(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    from bot.store.inbox import CONTACT

    ids = invite(services, campaign, phones(2))
    with services.database.transaction() as work:
        contact = row(services, ids[0])["contact_point_id"]
        work.connection.execute(
            CONTACT.update().where(CONTACT.c.id == contact).values(address=b"lost")
        )
    assert outbox.send(services, ids) == 1
    assert [row(services, number)["state"] for number in ids] == ["failed", "sent"]


@pytest.mark.parametrize("rate", ["0", "-1", "fast", "1001"])
def test_a_rate_that_makes_no_sense_is_refused_with_what_to_set(rate: str) -> None:
    assert make_settings(AWAAZ_SEND_RATE="0.5").send_rate == 0.5
    with pytest.raises(SettingsError, match="Set AWAAZ_SEND_RATE to a number of messages"):
        make_settings(AWAAZ_SEND_RATE=rate)
