"""Reminders by day, on both days on which the clocks change; WhatsApp's window; a paused campaign waits."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update

from bot.store import inbox
from bot.usecases import campaign_state, outbox, timing
from bot.usecases.hours import HOURS, rules_of
from bot.usecases.moves import Move, next_move
from bot.usecases.plans import Plan, tomorrow
from bot.usecases.quiet_hours import is_allowed
from bot.usecases.services import Services
from flows import phrases
from flows.state import Phase, State
from tests.support.campaigns import draft, launch, open_campaign
from tests.support.fakes import SettableClock
from tests.support.launching import enrol
from tests.support.people import Person
from tests.support.rows import rows

ASKING = State("en", phase=Phase.ASKING, position="a")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 10, 23, 9, 0), at(2026, 10, 25, 9, 0)),  # the autumn change: 9:00 is 9:00 again
        (at(2026, 10, 23, 8, 30), at(2026, 10, 25, 9, 0)),  # 8:30 in winter time is too early
        (at(2026, 3, 27, 19, 30), at(2026, 3, 30, 8, 0)),  # 20:30 in summer time is too late
        (at(2026, 3, 27, 8, 30), at(2026, 3, 29, 8, 30)),  # 9:30 in summer time
        (at(2026, 5, 6, 12, 0), at(2026, 5, 8, 13, 30)),  # Friday prayer until 14:30
    ],
)
def test_a_reminder_comes_after_two_days_by_day(now: datetime, expected: datetime) -> None:
    assert next_move(Plan(), HOURS, ASKING, opened=now, now=now) == (expected, Move.REMINDER)


def test_reminders_are_counted_in_silence_and_end_with_the_window() -> None:
    now = at(2026, 9, 7, 10, 0)
    first = now + timedelta(hours=48)
    second = next_move(
        Plan(), HOURS, ASKING, opened=now, now=first, reminded=1, since_reminder=True
    )
    assert second == (now + timedelta(hours=120), Move.REMINDER)
    last = next_move(
        Plan(), HOURS, ASKING, opened=now, now=second[0], reminded=2, since_reminder=True
    )
    assert last == (now + timedelta(days=14), Move.EXPIRY)
    assisted = next_move(Plan(), HOURS, ASKING, opened=now, now=now, reminds=False)
    assert assisted == (now + timedelta(days=14), Move.EXPIRY)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 10, 24, 10, 0), at(2026, 10, 25, 10, 30)),  # 11:00 summer, 10:30 winter time
        (at(2026, 3, 28, 10, 0), at(2026, 3, 29, 8, 30)),  # 9:30 by both clocks
        (at(2026, 9, 7, 22, 30), at(2026, 9, 8, 8, 0)),
        (at(2026, 9, 6, 23, 10), at(2026, 9, 8, 8, 0)),  # 00:10 in London: that day's tomorrow
    ],
)
def test_tomorrows_question_comes_a_little_earlier_by_the_clock_on_the_wall(
    now: datetime, expected: datetime
) -> None:
    assert tomorrow(now, HOURS) == expected


def test_an_organisation_may_keep_hours_of_its_own() -> None:
    rules = rules_of({"opens": "11:00", "closes": "16:00", "friday": False})
    assert (rules.opens, rules.closes) == (time(11), time(16))
    assert not is_allowed(at(2026, 9, 7, 9, 30), rules)
    assert is_allowed(at(2026, 9, 11, 12, 0), rules)  # a Friday
    assert not is_allowed(at(2027, 3, 9, 12, 0), rules)  # a feast
    assert rules_of(None) is HOURS


def test_a_reminder_of_an_organisation_keeps_its_hours_and_leaves_in_them(
    services: Services, clock: SettableClock, sms
) -> None:
    clock.moment = at(2026, 9, 7, 8, 30)
    slug = draft(services)
    with services.database.transaction() as work:
        work.connection.execute(update(inbox.ORGANISATION).values(hours={"opens": "11:00"}))
    enrol(services, slug, ["+447700900123"], languages=["en"])
    launch(services, slug)
    (first,) = rows(services, "outbound")
    assert outbox.send(services, [first["id"]]) == 0
    assert rows(services, "outbound")[0]["not_before"] == at(2026, 9, 7, 10, 0)
    clock.moment = at(2026, 9, 7, 10, 0)
    assert outbox.send(services, [first["id"]]) == 1
    assert rows(services, "conversation")[0]["next_at"] == at(2026, 9, 9, 10, 0)


def test_nobody_is_reminded_of_what_has_not_left_yet_and_a_paused_campaign_waits(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services)
    enrol(services, slug, ["+447700900123"], languages=["en"])
    launch(services, slug)
    clock.forward(hours=48)
    assert timing.tick(services)["moved_on"] == 1
    assert len(rows(services, "outbound")) == 1
    outbox.send(services, [rows(services, "outbound")[0]["id"]])
    campaign_state.pause(services, slug)
    clock.forward(hours=2)
    assert timing.tick(services)["moved_on"] == 0
    campaign_state.resume(services, slug)
    timing.tick(services)
    assert [row["kind"] for row in rows(services, "outbound")] == ["invitation", "reminder"]
    assert rows(services, "conversation")[0]["reminded"] == 1


@pytest.mark.parametrize("shut", ["opted_out", "closed"])
def test_nobody_is_reminded_who_is_not_to_be_written_to(
    services: Services, clock: SettableClock, shut: str
) -> None:
    open_campaign(services)
    Person(services).says("hello")
    with services.database.transaction() as work:
        work.connection.execute(update(inbox.CONTACT).values({shut: clock.now()}))
    clock.forward(hours=48)
    timing.tick(services)
    (talk,) = rows(services, "conversation")
    assert (talk["next_what"], talk["reminded"]) == ("expiry", 0)


def test_out_of_whatsapps_window_a_reminder_is_the_approved_one_and_no_text_is_taken_for_an_answer(
    services: Services, clock: SettableClock
) -> None:
    open_campaign(services)
    amina = Person(services, "whatsapp:+447700900123")
    amina.goes_through("hello", "yes")
    clock.forward(hours=48)
    timing.tick(services)
    reminder = rows(services, "outbound")[-1]
    assert reminder["body"] == phrases.GO_ON.source.format(organisation="Aston Dars group")
    assert (reminder["kind"], reminder["question"]) == ("reminder", None)
    assert "Do you agree" in amina.says("yes")[0]
    assert rows(services, "consent") == []
    amina.says("yes")
    assert [row["act"] for row in rows(services, "consent")] == ["given"]


def test_tomorrows_question_out_of_whatsapps_window_first_asks_whether_to_go_on(
    services: Services, clock: SettableClock
) -> None:
    open_campaign(services, plan=Plan(pace="daily"))
    amina = Person(services, "whatsapp:+447700900123")
    amina.goes_through("hello", "yes", "yes", "4")
    clock.forward(days=1)
    timing.tick(services)
    assert rows(services, "outbound")[-1]["body"].startswith(
        "Hello from Aston Dars group. We still"
    )
    assert "calm and relaxed" in amina.says("ok")[0]


def test_an_invitation_that_was_announced_waits_until_the_phone_is_free(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services, plan=Plan(tell_days=1))
    enrol(services, slug, ["+447700900123"], languages=["en"])
    launch(services, slug)
    outbox.send(services, [rows(services, "outbound")[0]["id"]])
    (told,) = rows(services, "conversation")
    other = rows(services, "conversation")[0] | {"next_at": None, "next_what": None}
    del other["id"]
    with services.database.transaction() as work:
        busy = inbox.add(work.connection, inbox.CONVERSATION, **other)
    clock.forward(days=1)
    timing.tick(services)
    assert rows(services, "conversation", id=told["id"])[0]["next_what"] == "invitation"
    with services.database.transaction() as work:
        inbox.save_conversation(work.connection, busy, finished=clock.now(), outcome="complete")
    clock.forward(hours=1)
    timing.tick(services)
    assert rows(services, "enrolment")[0]["state"] == "invited"
