"""Questions put to a phone: what counts as digits, a name, a choice; and words that can be keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from flows.joining_words import keyword_problems
from flows.keywords import Command
from flows.language import Language
from flows.phone import (
    SOMEONE_ELSE,
    Question,
    What,
    chosen,
    command_of,
    declines,
    language_of,
    menu,
    organisations,
    people,
    read_nickname,
    read_pin,
    same_name,
)
from flows.phrases import WHO_IS_ANSWERING

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def english(voices: Voices) -> Language:
    return voices.family(["en"])["en"]


def test_a_question_survives_json() -> None:
    question = Question(What.PIN, "bn", NOW, 1, 2, 3, True, 4, 5, 6)
    assert Question.from_json(question.to_json()) == question


def test_a_question_lapses_with_time_and_when_something_else_is_put() -> None:
    who = Question(What.WHO, "en", NOW)
    may = replace(who, what=What.ORGANISATIONS)
    assert not who.lapsed(NOW + timedelta(hours=2), written_since=False)
    assert who.lapsed(NOW + timedelta(hours=3), written_since=False)
    assert who.lapsed(NOW, written_since=True)
    assert not may.lapsed(NOW + timedelta(hours=3), written_since=False)


@pytest.mark.parametrize("typed", ["1234", " 12 34 ", "12-34", "১২৩৪", "۱۲۳۴", "፩፪፫፬"])
def test_four_digits_in_any_script_are_digits(typed: str) -> None:
    expected = None if typed == "፩፪፫፬" else "1234"  # Ethiopic signs are numerals, not digits
    assert read_pin(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "123", "12345", "12a4", "my pin is 1234", "one two three four"]
)
def test_anything_else_is_not(typed: str) -> None:
    assert read_pin(typed) is None


def test_a_nickname_is_kept_as_it_was_typed(english: Language) -> None:
    assert read_nickname("  Amma   Jaan ", english) == "Amma Jaan"
    assert read_nickname("আম্মু", english) == "আম্মু"


@pytest.mark.parametrize("typed", ["", "  ", "7", "👍", "help", "x" * 41])
def test_what_would_be_taken_for_something_else_is_no_nickname(
    english: Language, typed: str
) -> None:
    assert read_nickname(typed, english) is None


def test_skip_and_no_decline_digits_and_a_word_does_not(english: Language) -> None:
    assert declines("skip", english)
    assert declines("no thanks", english)
    assert not declines("my secret", english)
    assert not declines("yes", english)


def test_a_name_is_the_same_in_capitals_and_without_accents() -> None:
    assert same_name("Zoë", "zoe")
    assert not same_name("Zoë", "Chloe")


def test_people_are_chosen_by_number_or_name(english: Language) -> None:
    options = people([(7, "Amina"), (9, "Hamid")], english)
    assert menu(WHO_IS_ANSWERING, options, english).splitlines()[1:] == [
        "1. Amina",
        "2. Hamid",
        "3. Someone else",
    ]
    assert chosen("2", options, english) == "9"
    assert chosen("hamid", options, english) == "9"
    assert chosen("৩", options, english) == SOMEONE_ELSE
    assert chosen("4", options, english) is None


def test_everyone_comes_before_the_organisations(english: Language) -> None:
    options = organisations([(3, "Aston Dars group"), (5, "Central Hall")], english)
    assert chosen("1", options, english) == "everyone"
    assert chosen("Central Hall", options, english) == "5"


def test_commands_are_known_in_every_language(english: Language) -> None:
    assert command_of("বন্ধ", english) is Command.STOP
    assert language_of("বন্ধ", english) == "bn"
    assert language_of("whatever", english) == "en"
    assert command_of("whatever", english) is None


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("  ", "at least one letter"),
        ("x" * 65, "at most 64"),
        ("Stop", "is a command (stop)"),
        ("বন্ধ", "is a command (stop)"),
        ("haan", "is an answer in"),
        ("seven", "is an answer in English"),
        ("Most of the time", "is an answer in the survey wellbeing"),
    ],
)
def test_a_keyword_must_not_be_anything_else_that_people_send(
    voices: Voices, surveys: SurveyFiles, word: str, why: str
) -> None:
    every = voices.family(voices.files.vocabularies)
    found = keyword_problems(word, every, [surveys.load("wellbeing").survey])
    assert why in " ".join(map(str, found))


def test_an_ordinary_word_can_be_a_keyword(voices: Voices, surveys: SurveyFiles) -> None:
    every = voices.family(voices.files.vocabularies)
    for word in ("listening", "wellbeing", "green canal", "ASTON"):
        assert keyword_problems(word, every, [surveys.load("wellbeing").survey]) == []
