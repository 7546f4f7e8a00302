"""Dates, and postcode districts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from flows.reading import Read, Role, Speech, Unread, Why, read_date, read_postcode_district
from flows.understand import Interpreter


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2026-03-14", "iso date"),
        ("2026/3/14", "iso date"),
        ("14/3/2026", "numeric date"),
        ("3/14/2026", "numeric date"),
        ("14.03.2026", "numeric date"),
        ("১৪-৩-২০২৬", "numeric date"),
        ("14 3 2026", "numeric date"),
        ("14 March 2026", "named month"),
        ("March 14th, 2026", "named month"),
        ("the 14 th of march 2026", "named month"),
        ("14-Mar-2026", "named month"),
        ("Saturday 14 March 2026", "named month"),
        ("asc 14 march 2026 please", "named month"),
        ("2026年3月14號", "han date"),
        ("2026年3月14日。saturday", "han date"),
        ("14ka march 2026", "named month"),
        ("二〇二六年三月十四日", "han date"),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, how: str, en: Speech) -> None:
    assert read_date(text, en) == Read("2026-03-14", how)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("5/5/2026", "2026-05-05"),
        ("29/2/2024", "2024-02-29"),
        ("five may 1980", "1980-05-05"),
        ("二〇二六年十二月廿五日", "2026-12-25"),
        ("2026年1月三十一日", "2026-01-31"),
        ("premier march 2026", "2026-03-01"),
    ],
)
def test_other_ways_to_say_a_day(text: str, iso: str, en: Speech) -> None:
    reading = read_date(text, en)
    assert isinstance(reading, Read)
    assert reading.value == iso


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("hello", Why.UNKNOWN),
        ("banana", Why.UNKNOWN),
        ("14 March", Why.INCOMPLETE_DATE),
        ("March 2026", Why.INCOMPLETE_DATE),
        ("14/3/26", Why.INCOMPLETE_DATE),
        ("14/3", Why.INCOMPLETE_DATE),
        ("2026", Why.INCOMPLETE_DATE),
        ("saturday", Why.INCOMPLETE_DATE),
        ("today", Why.INCOMPLETE_DATE),
        ("31/2/2026", Why.OUT_OF_RANGE),
        ("1/1/1447", Why.OUT_OF_RANGE),
        ("2026年2月30日", Why.OUT_OF_RANGE),
        ("2026年十十月1日", Why.OUT_OF_RANGE),
        ("2026年1月廿廿日", Why.OUT_OF_RANGE),
        ("monday 2026年3月14日", Why.CONFLICT),
        ("2026年3月14日 15/3/2026", Why.SEVERAL),
        ("banana 2026年3月14日", Why.UNKNOWN),
        ("Monday 14 March 2026", Why.CONFLICT),
        ("5 መጋቢት 2018", Why.AMBIGUOUS_DATE),
        ("14 march may 2026", Why.SEVERAL),
        ("14 march 2026 2027", Why.SEVERAL),
        ("14 15 march 2026", Why.SEVERAL),
        ("14/3/2026 or 15/3/2026", Why.SEVERAL),
        ("14/3/2026 15/3/2026", Why.SEVERAL),
        ("14/3/2026 march", Why.SEVERAL),
        ("about 14 march 2026", Why.APPROXIMATE),
        ("banana about 14 march 2026", Why.UNKNOWN),
        ("14 march 2026?", Why.MAYBE),
        ("⑭ march 2026", Why.UNKNOWN),
        ("½ march 2026", Why.UNKNOWN),
        ("skip", Why.COMMAND),
    ],
)
def test_a_doubtful_date_is_asked(text: str, why: Why, en: Speech) -> None:
    reading = read_date(text, en)
    assert isinstance(reading, Unread)
    assert reading.why is why


def test_both_orders_are_shown_when_day_and_month_could_swap(en: Speech) -> None:
    assert read_date("03/04/2026", en) == Unread(
        Why.AMBIGUOUS_DATE,
        (Read("2026-03-04", "numeric date"), Read("2026-04-03", "numeric date")),
    )


def test_today_and_yesterday_need_to_know_the_day(en: Speech) -> None:
    day = date(2026, 3, 1)
    assert read_date("today", en, today=day) == Read("2026-03-01", "today")
    assert read_date("yesterday", en, today=day) == Read("2026-02-28", "yesterday")
    assert read_date("today 5", en, today=day) == Unread(Why.INCOMPLETE_DATE)
    assert read_date("today yesterday", en, today=day) == Unread(Why.INCOMPLETE_DATE)


def test_a_word_for_two_days_or_two_months_is_not_a_date(
    speech_of: Callable[..., Speech],
) -> None:
    ur = speech_of("ur", {"today": ["kal"], "yesterday": ["kal"]}, {}, {1: ["x"], 2: ["x"]})
    assert read_date("kal", ur, today=date(2026, 3, 1)) == Unread(Why.UNKNOWN)
    assert read_date("1 x 2026", ur) == Unread(Why.AMBIGUOUS_DATE)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("B69", "B69"),
        ("b69 2", "B69"),
        ("DY4 8", "DY4"),
        ("dy4 8ab please", "DY4"),
        ("DY48AB", "DY4"),
        ("b69-2ab", "B69"),
        ("B৬৯", "B69"),
        ("asc, EC1A 1BB.", "EC1A"),
        ("postcode B 69", "B69"),
        ("it is b11", "B11"),
    ],
)
def test_a_postcode_is_kept_as_its_district(text: str, district: str, en: Speech) -> None:
    assert read_postcode_district(text, en) == Read(district, "postcode")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("Birmingham", Why.UNKNOWN),
        ("ZZ9", Why.UNKNOWN),
        ("B69 or DY4", Why.SEVERAL),
        ("my friend in B69", Why.UNKNOWN),
        ("B69?", Why.MAYBE),
        ("stop", Why.COMMAND),
    ],
)
def test_no_postcode_is_guessed(text: str, why: Why, en: Speech) -> None:
    assert read_postcode_district(text, en) == Unread(why)


def test_a_weekday_that_is_also_a_month_is_settled_by_the_rest(interpreter: Interpreter) -> None:
    fr = interpreter.speech("fr")
    assert read_date("mar 17 mars 2026", fr) == Read("2026-03-17", "named month")
    assert read_date("mar 17/3/2026", fr) == Read("2026-03-17", "numeric date")
    assert read_date("17 mar 2026", fr) == Read("2026-03-17", "named month")
    assert read_date("mar 18 mars 2026", fr) == Unread(Why.CONFLICT)


def test_a_weekday_may_stand_in_brackets_after_a_chinese_date(en: Speech) -> None:
    assert read_date("2026年3月14日(六)", en) == Read("2026-03-14", "han date")
    assert read_date("2026年3月14日（日）", en) == Unread(Why.CONFLICT)


def test_every_language_names_every_day_of_the_week(interpreter: Interpreter) -> None:
    for language in interpreter.vocabularies:
        speech = interpreter.speech(language)
        named = {one.number for one in speech.own.entries(Role.WEEKDAY)}
        assert named == set(range(1, 8)), language
        for one in speech.own.entries(Role.WEEKDAY):
            day = 15 + (one.number or 0)  # Monday 16 March 2026
            reading = read_date(f"{one.word}, {day}/3/2026", speech)
            assert reading == Read(f"2026-03-{day}", "numeric date"), (language, one.word)
