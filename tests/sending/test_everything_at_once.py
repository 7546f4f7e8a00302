"""Hundreds of people, launched in four languages on both channels, every fault, people who stop, a night.

What is claimed here is read from the stand-in's own log of what it accepted, and when. `AWAAZ_RECIPIENTS`
makes it as many as one likes.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.gateways import twilio as gateway
from bot.store import inbox
from bot.usecases import outbox
from bot.usecases.services import Services
from bot.usecases.sweep import sweep
from tests.support.campaigns import draft, launch
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.launching import another, enrol
from tests.support.rows import rows
from tests.support.twilio_faults import AFTER, Fault
from tests.support.twilio_stand_in import GOES_WELL, TwilioStandIn

RECIPIENTS = int(os.environ.get("AWAAZ_RECIPIENTS", "500"))
SENDERS = 6
LONDON = ZoneInfo("Europe/London")
ON_THE_WIRE = timedelta(seconds=10)
"""A request that was begun before STOP came in can not be called back; it takes no longer than this."""
LANGUAGES = ("en", "bn", "ur", "so")


@dataclass
class Crowd:
    """Everybody who was invited, and the moment at which each of those who stopped had stopped."""

    services: Services
    twilio: TwilioStandIn
    clock: SettableClock
    phones: list[str]
    ids: list[int]
    stopped: dict[str, datetime] = field(default_factory=dict)

    def stops(self, phone: str, word: str) -> None:
        """She writes STOP, and what is on the wire at that very moment arrives before the answer."""
        answer = self.twilio.writes(phone, word)
        assert answer is not None
        assert answer.status == 200
        self.stopped[phone] = self.clock.now()

    def send(self, ids: list[int]) -> None:
        """Several senders at the same time, all of them rung for everything."""
        with ThreadPoolExecutor(SENDERS) as pool:
            for done in [pool.submit(outbox.send, self.services, ids) for _ in range(SENDERS)]:
                done.result()

    def goes_on(self, **duration: float) -> int:
        """The clock ticks: what is uncertain is settled, what is due is sent, callbacks come in."""
        self.clock.forward(**duration)
        queue = self.services.queue
        assert isinstance(queue, FakeQueue)
        sweep(self.services)
        rings, queue.rings = queue.rings, []
        due = [number for job, ids in rings if job.value == "send" for number in ids]
        self.send(due)
        self.twilio.deliver(share=0.8, twice=0.2, shuffled=True)
        return len(due)

    def states(self) -> Counter[str]:
        return Counter(row["state"] for row in rows(self.services, "outbound", kind="invitation"))


@pytest.fixture
def crowd(
    real: Services, twilio: TwilioStandIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> Crowd:
    monkeypatch.setattr(gateway, "HTTP_SECONDS", 0.5)
    fast = replace(real, settings=replace(real.settings, send_rate=60.0))
    demo = replace(fast, settings=replace(fast.settings, demo=True))
    campaign = draft(demo, languages=LANGUAGES)
    phones = [
        f"{'whatsapp:' if number % 2 else ''}+4477{10000000 + number}"
        for number in range(RECIPIENTS)
    ]
    enrol(demo, campaign, phones, languages=LANGUAGES)
    # They wrote that evening: templates outside of WhatsApp's window have tests of their own.
    with demo.database.transaction() as work:
        evening = datetime(2026, 5, 4, 19, 0, tzinfo=LONDON)
        work.connection.execute(inbox.CONTACT.update().values(heard=evening))
    assert launch(demo, campaign) == RECIPIENTS
    ids = [row["id"] for row in rows(demo, "outbound")]
    return Crowd(demo, twilio, clock, phones, ids)


@contextmanager
def stopping(crowd: Crowd, phones: list[str]) -> Iterator[None]:
    """These people write STOP, one after the other, while messages go out."""
    words = {"": ("STOP", "stop"), "whatsapp:": ("STOP", "বন্ধ")}

    def write() -> None:
        for number, phone in enumerate(phones):
            choice = words["whatsapp:" if phone.startswith("whatsapp:") else ""]
            crowd.stops(phone, choice[number // 2 % 2])

    hand = threading.Thread(target=write)
    hand.start()
    try:
        yield
    finally:
        hand.join()


def check(crowd: Crowd) -> None:
    """The promises, one by one."""
    log = crowd.twilio.log
    sent = {row["id"]: row for row in rows(crowd.services, "outbound")}
    invitations = [one for one in log.accepted if sent[one.outbound_id]["kind"] == "invitation"]

    # Each in her own language.
    assert {sent[one.outbound_id]["language"] for one in invitations} == set(LANGUAGES)
    for one in invitations:
        assert one.body == sent[one.outbound_id]["body"]

    # An accepted send happened exactly once: for every row, and for every person.
    assert max(Counter(one.outbound_id for one in invitations).values()) == 1
    assert max(Counter(one.to for one in invitations).values()) == 1

    # Nobody is forgotten: whoever got nothing has stopped.
    got = {one.to for one in invitations}
    assert set(crowd.phones) - got <= set(crowd.stopped)

    # Nobody who opted out got anything after her STOP, but what was on the wire at that moment.
    begun = {row["id"]: row["attempted"] for row in rows(crowd.services, "outbound")}
    for one in log.accepted:
        stopped = crowd.stopped.get(one.to)
        if stopped is not None:
            assert begun[one.outbound_id] <= stopped
            assert one.at <= stopped + ON_THE_WIRE, f"{one.at} is after {stopped}"

    # Nothing but a reply left in quiet hours, nor may it arrive in them.
    kinds = {row["id"]: row["kind"] for row in rows(crowd.services, "outbound")}
    for one in log.accepted:
        if kinds[one.outbound_id] == "reply":
            continue
        left = one.at.astimezone(LONDON)
        latest = left + timedelta(seconds=int(one.form["ValidityPeriod"]))
        assert time(9) <= left.time() < time(20)
        assert latest <= left.replace(hour=20, minute=0, second=0, microsecond=0)

    # Everything is settled, and our own books say what the provider's do.
    assert set(crowd.states()) <= {"delivered", "sent", "cancelled", "failed"}
    by_sid = {one.sid: one.outbound_id for one in log.accepted}
    for row in rows(crowd.services, "outbound", kind="invitation"):
        if row["state"] in ("sent", "delivered"):
            assert by_sid[row["provider_sid"]] == row["id"]
        else:
            assert row["id"] not in by_sid.values()


def test_hundreds_are_invited_through_every_fault_and_a_night(crowd: Crowd) -> None:
    crowd.clock.moment = datetime(2026, 5, 4, 19, 59, 10, tzinfo=LONDON) - timedelta(minutes=1)
    crowd.twilio.faults.each(0.05)
    crowd.twilio.verdict = lambda one: GOES_WELL if int(one.to[-1]) < 3 else GOES_WELL[1:]
    stopping_now = [phone for number, phone in enumerate(crowd.phones) if number % 17 == 3]

    # In the last minute of the evening: some get it, the rest waits for the morning.
    with stopping(crowd, stopping_now[::2]):
        crowd.send(crowd.ids)
        for _ in range(3):
            crowd.goes_on(seconds=20)
    evening = len(crowd.twilio.log.accepted)
    for _ in range(3):
        crowd.goes_on(minutes=50)
    invitations = set(crowd.ids)
    at_night = crowd.twilio.log.accepted[evening:]
    assert [one for one in at_night if one.outbound_id in invitations] == []

    # One who writes at night is answered at night.
    awake = crowd.ids[0]
    reply = another(crowd.services, awake, kind="reply", body="Thank you")
    crowd.twilio.faults.each(0.0)
    crowd.goes_on(seconds=10)
    assert rows(crowd.services, "outbound", id=reply)[0]["state"] in ("sent", "delivered")
    crowd.twilio.faults.each(0.05)

    crowd.clock.moment = datetime(2026, 5, 5, 9, 0, tzinfo=LONDON)
    with stopping(crowd, stopping_now[1::2]):
        for _ in range(8):
            crowd.goes_on(minutes=3)
    crowd.twilio.faults.each(0.0)
    for _ in range(40):
        if crowd.goes_on(minutes=3) == 0 and "uncertain" not in crowd.states():
            break
    assert 0 < evening < len(crowd.twilio.log.accepted)
    assert set(crowd.twilio.faults.met) == set(Fault) > AFTER
    check(crowd)
