"""Whole numbers, decimals, years and ages, as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.reading import (
    Read,
    Role,
    Speech,
    Unread,
    Why,
    read_age,
    read_decimal,
    read_integer,
    read_year,
)
from flows.reading.folding import fold
from flows.reading.numerals import marked_numeral
from flows.reading.words import key_of
from flows.understand import Interpreter


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("7", 7, "digit"),
        ("৭", 7, "digit"),
        ("７", 7, "digit"),
        ("(4)", 4, "digit"),
        ("*4*", 4, "digit"),
        ("4!!", 4, "digit"),
        ("07", 7, "digit"),
        ("4 please 🙂", 4, "digit"),
        ("asc four", 4, "number word"),
        ("FOUR", 4, "number word"),
        ("4\ufe0f\u20e3", 4, "enclosed digit"),
        ("🔟", 10, "enclosed digit"),
        ("no. 4", 4, "digit"),
        ("No.4", 4, "digit"),
        ("number 4", 4, "digit"),
        ("option4", 4, "digit"),
        ("4 people", 4, "digit"),
        ("4people", 4, "digit"),
        ("yes, 4", 4, "digit"),
        ("5 (five)", 5, "digit"),
        ("8/10", 8, "out of"),
        ("8 out of 10", 8, "out of"),
        ("eight out of ten", 8, "out of"),
        ("number - 4", 4, "digit"),
        ("4-", 4, "digit"),
    ],
)
def test_one_number_is_read(text: str, value: int, how: str, en: Speech) -> None:
    assert read_integer(text, en, minimum=0, maximum=10) == Read(value, how)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("hello", Why.UNKNOWN),
        ("lots", Why.UNKNOWN),
        ("11", Why.OUT_OF_RANGE),
        ("9" * 16, Why.OUT_OF_RANGE),
        ("1," + "9" * 16, Why.OUT_OF_RANGE),
        ("-3", Why.SIGNED),
        ("- 3", Why.SIGNED),
        ("+3", Why.SIGNED),
        ("3+", Why.APPROXIMATE),
        ("~3", Why.APPROXIMATE),
        ("about 3", Why.APPROXIMATE),
        ("3?", Why.MAYBE),
        ("maybe 3", Why.MAYBE),
        ("2-3", Why.SEVERAL),
        ("2 - 3", Why.SEVERAL),
        ("two-three", Why.SEVERAL),
        ("2 or 3", Why.SEVERAL),
        ("2 and 3", Why.SEVERAL),
        ("2 3", Why.SEVERAL),
        ("5 5", Why.SEVERAL),
        ("1,5", Why.SEVERAL),
        ("2.5", Why.FRACTION),
        ("1.500", Why.FRACTION),
        ("½", Why.FRACTION),
        ("10²", Why.FRACTION),
        ("half", Why.FRACTION),
        ("1/2", Why.FRACTION),
        ("4/5", Why.FRACTION),
        ("4/", Why.FRACTION),
        ("4 out of 5", Why.FRACTION),
        ("out of 10", Why.FRACTION),
        ("10 out of 8", Why.FRACTION),
        ("7up", Why.GLUED),
        ("abc5", Why.GLUED),
        ("not 5", Why.NEGATED),
        ("no 5", Why.CONFLICT),
        ("5 banana", Why.UNKNOWN),
        ("5%", Why.UNKNOWN),
        ("£5", Why.UNKNOWN),
        ("2*3", Why.UNKNOWN),
        ("STOP", Why.COMMAND),
        ("prefer not to say", Why.COMMAND),
    ],
)
def test_a_doubtful_number_is_asked_again(text: str, why: Why, en: Speech) -> None:
    reading = read_integer(text, en, minimum=0, maximum=10)
    assert isinstance(reading, Unread)
    assert reading.why is why


def test_a_score_needs_the_scale_it_is_out_of(en: Speech) -> None:
    assert read_integer("4/10", en) == Unread(Why.FRACTION)
    # On a short scale a slash can be a fraction, words can not.
    assert read_integer("3/4", en, minimum=0, maximum=4) == Unread(Why.FRACTION)
    assert read_integer("3 out of 4", en, minimum=0, maximum=4) == Read(3, "out of")
    assert read_integer("8/10 5", en, minimum=0, maximum=10) == Unread(Why.FRACTION)


def test_the_maximum_may_come_first_where_the_language_says_so(
    speech_of: Callable[..., Speech],
) -> None:
    bn = speech_of("bn", {"out_of": ["এর মধ্যে"]})
    assert read_integer("১০ এর মধ্যে ৮", bn, minimum=0, maximum=10) == Read(8, "out of")
    assert read_integer("10 out of 8", bn, minimum=0, maximum=10) == Unread(Why.FRACTION)


def test_below_the_minimum_is_out_of_range(en: Speech) -> None:
    assert read_integer("0", en, minimum=1) == Unread(Why.OUT_OF_RANGE)
    assert read_integer("1000000", en) == Read(1_000_000, "digit")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1,500", 1500),
        ("en", "1,500.5", 1500.5),
        ("en", "1.5", 1.5),
        ("bn", "1,00,000", 100_000),
        ("ar", "١٬٥٠٠", 1500),
        ("ar", "٢٫٥", 2.5),
        ("fr", "1,5", 1.5),
        ("fr", "1.5", 1.5),
        ("ro", "1.500", 1500),
    ],
)
def test_marks_are_read_by_the_habit_of_the_language(
    language: str, text: str, value: float, speech_of: Callable[..., Speech]
) -> None:
    reading = read_decimal(text, speech_of(language))
    assert reading == Read(float(value), "digit")
    assert isinstance(reading, Read)
    assert isinstance(reading.value, float)


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "1.500", Why.FRACTION),
        ("en", "1,5", Why.SEVERAL),
        ("en", "1,00,000", Why.SEVERAL),
        ("fr", "1,500", Why.FRACTION),
        ("pl", "1.500", Why.FRACTION),
        ("ro", "1.5.5", Why.SEVERAL),
        ("fr", "6:30", Why.SEVERAL),
        ("en", "6:30", Why.SEVERAL),
    ],
)
def test_marks_that_could_mean_two_values_are_asked(language: str, text: str, why: Why) -> None:
    reading = marked_numeral(text, language)
    assert isinstance(reading, Unread)
    assert reading.why is why


def test_a_space_groups_thousands_where_the_language_does_so(
    speech_of: Callable[..., Speech],
) -> None:
    fr, en = speech_of("fr"), speech_of("en")
    assert read_integer("1 500", fr) == Read(1500, "digit")
    assert read_integer("1 50", fr) == Unread(Why.SEVERAL, (Read(1, "digit"), Read(50, "digit")))
    assert isinstance(read_integer("1 500", en), Unread)
    assert isinstance(read_integer("1 one", fr), Read)


def test_a_decimal_needs_its_bounds_too(en: Speech) -> None:
    assert read_decimal("2.5", en, minimum=3) == Unread(Why.OUT_OF_RANGE)
    assert read_decimal("lots", en) == Unread(Why.UNKNOWN)


def test_a_word_that_is_a_number_and_something_else_is_asked_with_both(
    speech_of: Callable[..., Speech],
) -> None:
    ur = speech_of("ur", {}, {9: ["no"], 7: ["saat"], 60: ["saat"]})
    assert read_integer("no", ur) == Unread(
        Why.HOMOGRAPH, (Read(9, "number word"), Read("no", "no word"))
    )
    assert read_integer("saat", ur) == Unread(
        Why.HOMOGRAPH, (Read(7, "number word"), Read(60, "number word"))
    )


def test_a_counter_settles_a_homograph_of_the_same_language(
    speech_of: Callable[..., Speech],
) -> None:
    bn = speech_of("bn", {"not": ["নয়"], "counters": ["জন"]}, {9: ["নয়"]})
    assert read_integer("নয় জন", bn) == Read(9, "number word")
    reading = read_integer("নয়", bn)
    assert reading == Unread(Why.HOMOGRAPH, (Read(9, "number word"), Read("no", "not word")))


def test_a_counter_may_be_written_onto_its_number(speech_of: Callable[..., Speech]) -> None:
    bn = speech_of("bn", {"counters": ["জন", "টা"], "not": ["না"]}, {5: ["পাঁচ"]})
    assert read_integer("৫জন", bn) == Read(5, "digit")
    assert read_integer("পাঁচজন", bn) == Read(5, "number word")
    assert read_integer("৫না", bn) == Unread(Why.GLUED)
    assert read_integer("পাঁচপাঁচ", bn) == Unread(Why.UNKNOWN)


def test_an_english_number_says_that_it_was_english(speech_of: Callable[..., Speech]) -> None:
    assert read_integer("four", speech_of("so")) == Read(4, "english number word")


def test_han_characters_side_by_side_are_not_a_yes_and_a_number(
    speech_of: Callable[..., Speech],
) -> None:
    zh = speech_of("zh-Hant-HK", {"yes": ["係"], "counters": ["個", "人"]}, {1: ["一"]})
    assert read_integer("一個人", zh) == Read(1, "number word")
    assert read_integer("一係", zh) == Unread(Why.UNKNOWN)


def test_years_and_ages_have_their_own_bounds(en: Speech) -> None:
    assert read_age("45 yrs", en) == Read(45, "digit")
    assert read_age("450", en) == Unread(Why.OUT_OF_RANGE)
    assert read_year("১৯৮৫", en) == Read(1985, "digit")
    assert read_year("85", en) == Unread(Why.OUT_OF_RANGE)


def test_an_own_frame_comes_before_an_english_approximation(
    speech_of: Callable[..., Speech],
) -> None:
    pl = speech_of("pl", {"frame": ["about"]})
    assert read_integer("about 7", pl) == Read(7, "digit")
    both = speech_of("pl", {"frame": ["about"], "about": ["about"]})
    assert read_integer("about 7", both) == Unread(Why.APPROXIMATE)


def test_a_frame_around_one_number_changes_nothing_in_any_language(
    interpreter: Interpreter,
) -> None:
    for language in interpreter.vocabularies:
        speech = interpreter.speech(language)
        frames = list(speech.own.entries(Role.FRAME))
        assert len(frames) >= 24, language
        for one in frames:
            if {m.role for m in speech.own.meanings(key_of(fold(one.word)))} <= {Role.FRAME}:
                reading = read_integer(f"{one.word} 7", speech, minimum=0, maximum=10)
                assert isinstance(reading, Read), (language, one.word, reading)
                assert reading.value == 7


def test_an_everyday_word_after_a_number_only_counts(speech_of: Callable[..., Speech]) -> None:
    words = {"counters": ["raz"], "ordinary": ["raz"]}
    pl = speech_of("pl", words, {1: ["jeden", "raz"], 2: ["dwa"]})
    assert read_integer("jeden raz", pl) == Read(1, "number word")
    # There is nothing to show beside the number: an everyday word is no answer.
    assert read_integer("raz", pl) == Unread(Why.HOMOGRAPH, (Read(1, "number word"),))
    assert isinstance(read_integer("jeden raz dwa", pl), Unread)
