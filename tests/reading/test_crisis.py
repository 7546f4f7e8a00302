"""The safeguarding scan: it would rather alarm once too often."""

from __future__ import annotations

import pytest

from flows.reading import Role, Vocabulary, find_crisis
from flows.reading.crisis import CrisisFound


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("suicide", "suicide"),
        ("4. I think of SUICIDE, often", "suicide"),
        ("sucide", "suicide"),
        ("i will kill myself", "kill myself"),
        ("want to just die", "want to die"),
        ("I don't want to die", "want to die"),
        ("I want to dieeee", "want to die"),
    ],
)
def test_a_crisis_phrase_is_found(text: str, phrase: str, english: Vocabulary) -> None:
    assert find_crisis(text, [english]) == CrisisFound("en", phrase, "low")


@pytest.mark.parametrize(
    "text", ["", "4", "yes", "i want to live and not to ever think of how to die", "killer", "want"]
)
def test_other_words_are_not(text: str, english: Vocabulary) -> None:
    assert find_crisis(text, [english]) is None


def test_every_phrase_of_every_language_is_found_in_any_conversation(
    vocabularies: dict[str, Vocabulary],
) -> None:
    everyone = tuple(vocabularies.values())
    for vocabulary in everyone:
        phrases = list(vocabulary.entries(Role.CRISIS))
        assert len(phrases) >= 10, vocabulary.language
        for meaning in phrases:
            assert find_crisis(f"4. {meaning.word}!", everyone), (vocabulary.language, meaning.word)


def test_a_plain_answer_raises_no_alarm(vocabularies: dict[str, Vocabulary]) -> None:
    everyone = tuple(vocabularies.values())
    for text in ("4", "yes", "জি না", "haan ji", "maya", "唔係", "often", "14 March 2026", "STOP"):
        assert find_crisis(text, everyone) is None, text
