"""Nothing but a reply arrives at night, over Friday prayer or on a feast, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.usecases.holy_days import EID, QUIET, RAMADAN
from bot.usecases.quiet_hours import (
    NeverAllowed,
    Quiet,
    Rules,
    closes_at,
    is_allowed,
    next_allowed,
)

LONDON = ZoneInfo("Europe/London")
PLAIN = Rules()
FULL = Rules(quiet=QUIET)

moments = some.integers(0, 2190 * 86400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
rules = some.sampled_from(
    [
        PLAIN,
        FULL,
        Rules(zone="Asia/Karachi", quiet=QUIET),
        # Hours that touch the very hour which the change of the clocks skips or repeats.
        Rules(opens=time(0, 30), closes=time(1, 30)),
        Rules(opens=time(1, 30), closes=time(3), quiet=(Quiet("x", time(1, 45), time(2, 15)),)),
        Rules(quiet=(Quiet("a", time(8), time(10)), Quiet("b", time(9, 30), time(11)))),
    ]
)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "allowed_from"),
    [
        ("2026-05-04 08:59:59", "2026-05-04 09:00"),
        ("2026-05-04 09:00", "2026-05-04 09:00"),
        ("2026-05-04 19:59:59", "2026-05-04 19:59:59"),
        ("2026-05-04 20:00", "2026-05-05 09:00"),
        ("2026-12-31 23:30", "2027-01-01 09:00"),
        # The clocks go forward on 29 March 2026 and back on 25 October 2026.
        ("2026-03-28 20:00", "2026-03-29 09:00"),
        ("2026-10-24 20:00", "2026-10-25 09:00"),
        # Friday prayer.
        ("2026-05-08 12:29:59", "2026-05-08 12:29:59"),
        ("2026-05-08 12:30", "2026-05-08 14:30"),
        # Towards iftar, and over the feast with a day on either side.
        ("2026-03-02 16:44", "2026-03-02 16:44"),
        ("2026-03-02 16:45", "2026-03-03 09:00"),
        ("2026-03-18 17:00", "2026-03-22 09:00"),
        ("2026-05-27 12:00", "2026-05-29 09:00"),
    ],
)
def test_the_next_moment_that_is_allowed(moment: str, allowed_from: str) -> None:
    assert next_allowed(london(moment), FULL) == london(allowed_from)


def test_a_night_is_an_hour_shorter_or_longer_when_the_clocks_change() -> None:
    def night(evening: str) -> timedelta:
        start = london(evening).astimezone(UTC)
        return next_allowed(start, PLAIN) - start

    assert night("2026-03-27 20:00") == timedelta(hours=13)
    assert night("2026-03-28 20:00") == timedelta(hours=12)
    assert night("2026-10-24 20:00") == timedelta(hours=14)


def test_summer_time_is_no_reason_to_call_an_hour_too_early() -> None:
    assert next_allowed(datetime(2026, 7, 1, 7, 30, tzinfo=UTC), PLAIN).hour == 8
    assert next_allowed(datetime(2026, 1, 7, 8, 30, tzinfo=UTC), PLAIN).hour == 9
    assert not is_allowed(datetime(2026, 7, 1, 19, 30, tzinfo=UTC), PLAIN)
    assert is_allowed(datetime(2026, 1, 7, 19, 30, tzinfo=UTC), PLAIN)


@given(moments, rules)
def test_what_is_found_is_allowed_and_never_earlier(moment: datetime, kept: Rules) -> None:
    found = next_allowed(moment, kept)
    assert found >= moment
    assert is_allowed(found, kept)
    assert next_allowed(found, kept) == found


@given(moments, rules, some.floats(0, 1))
def test_nothing_in_between_was_allowed(moment: datetime, kept: Rules, part: float) -> None:
    found = next_allowed(moment, kept)
    between = moment + (found - moment) * part
    assert between >= found or not is_allowed(between, kept)


@given(moments)
def test_whatever_the_season_clocks_in_london_show_an_open_hour(moment: datetime) -> None:
    local = next_allowed(moment, FULL).astimezone(LONDON)
    assert time(9) <= local.time() < time(20)
    assert not (local.weekday() == 4 and time(12, 30) <= local.time() < time(14, 30))
    for first, last, sunset in RAMADAN:
        assert not (first <= local.date() <= last and local.time() >= sunset)
    for feast in (day for year in EID for day in year):
        assert abs(local.date() - feast) > timedelta(days=1)


@given(moments, rules)
def test_a_window_closes_after_it_opened_and_is_open_until_then(
    moment: datetime, kept: Rules
) -> None:
    opened, closed = next_allowed(moment, kept), closes_at(moment, kept)
    assert opened < closed
    assert is_allowed(closed - timedelta(microseconds=1), kept)
    assert closes_at(opened, kept) == closed


def test_the_moments_of_the_two_calendars_agree() -> None:
    for (first, last, _), (fitr, adha) in zip(RAMADAN, EID, strict=True):
        assert fitr == last + timedelta(days=1)
        assert (last - first).days in (28, 29)
        # Shawwal, Dhu al-Qa'da, nine days: 29 or 30 days each.
        assert 67 <= (adha - fitr).days <= 70


def test_rules_that_could_never_be_kept_are_refused() -> None:
    with pytest.raises(ValueError, match="after they open"):
        Rules(opens=time(20), closes=time(9))
    with pytest.raises(ValueError, match="after it begins"):
        Quiet("x", time(9), time(9))
    always = Rules(quiet=(Quiet("always", time(0), time.max),))
    with pytest.raises(NeverAllowed):
        next_allowed(datetime(2026, 1, 1, tzinfo=UTC), always)


def test_a_window_of_dates_is_kept_on_its_last_day_too() -> None:
    window = Quiet("x", time(9), time(10), first=date(2026, 1, 2), last=date(2026, 1, 3))
    assert [window.is_on(date(2026, 1, day)) for day in (1, 2, 3, 4)] == [False, True, True, False]
