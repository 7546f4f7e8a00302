"""Syllables against a dictionary's counts, and reading ages against texts of known difficulty."""

from __future__ import annotations

import pytest

from flows.readability import readability, syllables

# Counts of the Carnegie Mellon pronouncing dictionary.
COUNTS = {
    1: "the like asked times year yes friend don't can't school health felt help lives through",
    2: "people little needed wishes council doctor answer question reply being every couldn't "
       "quiet something somewhere evening business easy hopeful homework treated isn't",
    3: "services wellbeing area hospital different family overall satisfied appointment racism "
       "remember beautiful idea everything library interest completely",
    4: "community activity initiative companionship society education environment",
    5: "opportunity immediately university organisation vocabulary",
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "count"),
    [(word, count) for count, words in COUNTS.items() for word in words.split()],
)
def test_a_word_has_the_dictionarys_syllables(word: str, count: int) -> None:
    assert syllables(word) == count
    assert syllables(word.capitalize()) == count


def test_letters_are_read_one_by_one() -> None:
    assert [syllables(word) for word in ("GP", "NHS", "BBC", "I", "hmm")] == [2, 3, 3, 1, 1]


def test_a_possessive_adds_no_syllable() -> None:
    assert syllables("people's") == syllables("people’s") == 2


def test_short_texts_have_no_reading_age() -> None:
    assert readability(["How are you?"]) is None
    assert readability([]) is None
    assert readability(["১ ২ ৩ ৪ ৫ ৬ ৭ ৮ ৯ ১০"]) is None


def test_the_formula_is_flesch_and_kincaids() -> None:
    found = readability(["The cat sat on the mat. The dog ran to it.", "A big man came too."])
    assert found is not None
    assert (found.words, found.sentences, found.syllables) == (16, 3, 16)
    grade = 0.39 * 16 / 3 + 11.8 * 16 / 16 - 15.59
    assert grade < 0
    assert found.age == 5.0


def test_hard_english_is_older_than_plain_english() -> None:
    plain = readability(["We want to know how you are. You can stop when you like."])
    hard = readability(
        ["Participation necessitates understanding of information regarding confidentiality here."]
    )
    assert plain is not None
    assert hard is not None
    assert plain.age < 7
    assert hard.age > 18


def test_a_line_is_a_sentence_and_a_number_is_not_the_end_of_one() -> None:
    found = readability(["Choose one of these please\nvery good or 3.5 or bad"])
    assert found is not None
    assert found.sentences == 2
