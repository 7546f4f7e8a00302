"""How a word about "you said, we did" is read."""

from __future__ import annotations

import pytest

from bot.gateways.voices import Voices
from flows.told import READINGS, VOICE, WORDS, reaction


@pytest.mark.parametrize(
    ("language", "text", "reading"),
    [
        ("en", "Yes", "yes"),
        ("en", "no.", "no"),
        ("en", "4", "4"),
        ("en", "6", WORDS),
        ("en", "👎", "no"),
        ("ur", "جی ہاں", "yes"),
        ("ur", "۵", "5"),
        ("bn", "না", "no"),
        ("bn", "৩", "3"),
        ("en", "Yes, and please thank everybody who made this happen", WORDS),
        ("en", "perhaps", WORDS),
        ("en", "", WORDS),
    ],
)
def test_a_reaction_is_read_in_the_language_it_was_told_in(
    voices: Voices, language: str, text: str, reading: str
) -> None:
    speech = voices.family([language])[language].speech
    assert reaction(text, speech) == reading
    assert reading in READINGS


def test_a_voice_note_is_a_reaction_of_its_own(voices: Voices) -> None:
    speech = voices.family(["en"])["en"].speech
    assert reaction("", speech, spoken=True) == VOICE
    assert reaction("no", speech, spoken=True) == "no"
