"""What holds for every text: no exception, no dependence on what cannot be seen, and STOP."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.keywords import Command, read_command
from flows.reading import (
    Option,
    Read,
    Reading,
    Role,
    Speech,
    find_crisis,
    read_age,
    read_choice,
    read_choices,
    read_date,
    read_decimal,
    read_integer,
    read_postcode_district,
    read_year,
    read_yes_no,
)
from flows.understand import Interpreter

OPTIONS = (
    Option("never", "Never"),
    Option("sometimes", "Sometimes"),
    Option("often", "Often", ("a lot",)),
    Option("two", "2 or more"),
)
READERS: tuple[Callable[[str, Speech], Reading], ...] = (
    read_yes_no,
    lambda text, speech: read_integer(text, speech, minimum=0, maximum=10),
    read_decimal,
    lambda text, speech: read_choice(text, OPTIONS, speech),
    lambda text, speech: read_choices(text, OPTIONS, speech),
    lambda text, speech: read_date(text, speech, today=date(2026, 3, 14)),
    read_age,
    read_year,
    read_postcode_district,
)
LANGUAGES = ("en", "bn", "ur", "so", "ar", "zh-Hant-HK", "ti", "fr", "pl", "syl")
# Digits, marks and words that matter, so that chance meets the rules.
PARTS = st.sampled_from(
    ["yes", "no", "না", "জি", "نہیں", "唔", "係", "haa", "4", "৭", "१", "½", "²", "🔟", "⑦", "4️⃣", "👍🏽",
     "/", "-", "+", ",", ".", "۔", "،", "?", "&", " ", "\n", "out of", "10", "or", "and", "not",
     "often", "oftn", "some", "march", "2026", "فروری", "stop", "وعشرون", "\u200f", "፳", "五", "b69",
     "年", "月", "日", "十", "廿", "四"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PARTS, max_size=12).map("".join),
                  st.lists(PARTS, max_size=12).map(" ".join))  # fmt: skip
DIGITS = {
    "Bengali": "০১২৩৪৫৬৭৮৯", "Urdu": "۰۱۲۳۴۵۶۷۸۹", "Arabic": "٠١٢٣٤٥٦٧٨٩", "Hindi": "०१२३४५६७८९",
    "Punjabi": "੦੧੨੩੪੫੬੭੮੯", "Gujarati": "૦૧૨૩૪૫૬૭૮૯", "full width": "０１２３４５６７８９",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "Burmese": "၀၁၂၃၄၅၆၇၈၉",
}  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_an_exception(
    text: str, language: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    for read in READERS:
        read(text, speech)
    read_command(text, speech.keywords, language=language, offered=OPTIONS)
    find_crisis(text, interpreter.vocabularies.values())


@settings(max_examples=200, deadline=None)
@given(
    text=TEXTS,
    language=st.sampled_from(LANGUAGES),
    around=st.text("\u200e\u200f\u202a\u202c\u2066\u2069\ufeff \t\n\u00a0", max_size=4),
    form=st.sampled_from(["NFC", "NFD"]),
)
def test_a_reading_does_not_depend_on_what_cannot_be_seen(
    text: str, language: str, around: str, form: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    other = around + unicodedata.normalize(form, text) + around
    for read in READERS:
        one, two = read(text, speech), read(other, speech)
        if isinstance(one, Read) and isinstance(two, Read):
            assert one.value == two.value
        elif len(other) <= 200:
            assert type(one) is type(two)
    one_command = read_command(text, speech.keywords, language=language)
    if len(other) <= 120:
        assert one_command == read_command(other, speech.keywords, language=language)


@pytest.mark.parametrize("script", sorted(DIGITS))
@given(number=st.integers(0, 10**6), language=st.sampled_from(LANGUAGES))
def test_a_number_reads_the_same_in_every_script(
    script: str, number: int, language: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    native = "".join(DIGITS[script][int(digit)] for digit in str(number))
    assert read_integer(native, speech) == Read(number, "digit")


@settings(deadline=None)
@given(
    data=st.data(),
    language=st.sampled_from(LANGUAGES),
    before=st.sampled_from(["", "please ", "asc ", "\u200f", "  "]),
    after=st.sampled_from(["", " please", "!!", ".", "\n", " 🙏🏽"]),
)
def test_stop_is_never_read_as_anything_else(
    data: st.DataObject, language: str, before: str, after: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    vocabularies = (speech.own, speech.english)
    words = sorted({one.word for known in vocabularies for one in known.entries(Role.STOP)})
    word = data.draw(st.sampled_from([*words, "STOP", "ＳＴＯＰ", "stop"]))
    found = read_command(before + word + after, speech.keywords, language=language)
    assert found is not None
    assert found.command is Command.STOP
    for read in READERS:
        assert not isinstance(read(before + word + after, speech), Read)


@given(number=st.integers(0, 100))
def test_every_number_word_is_read_as_its_number_or_asked(
    number: int, interpreter: Interpreter
) -> None:
    for language, vocabulary in interpreter.vocabularies.items():
        speech = interpreter.speech(language)
        for meaning in vocabulary.entries(Role.NUMBER):
            if meaning.number == number:
                reading = read_integer(meaning.word, speech)
                assert not isinstance(reading, Read) or reading.value == number, meaning


def test_a_long_text_costs_no_more_than_its_length(interpreter: Interpreter) -> None:
    speech = interpreter.speech("bn")
    everyone = tuple(interpreter.vocabularies.values())

    def cost(length: int) -> float:
        worst = 0.0
        for unit in ("না ", "1,", "a-", "唔係", "ا", "\u0301", "১০ এর মধ্যে "):
            text = (unit * length)[:length]
            started = time.process_time()
            for read in READERS:
                read(text, speech)
            find_crisis(text, everyone)
            worst = max(worst, time.process_time() - started)
        return worst

    cost(100)
    # Eight times the text may cost eight times as much and some noise, never its square.
    assert cost(1600) < 40 * max(cost(200), 0.002)
