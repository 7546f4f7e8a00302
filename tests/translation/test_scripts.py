"""Each language's own script."""

from __future__ import annotations

import pytest

from bot.gateways.voices import Voices
from flows.handover import is_foreign

SCRIPTS = {
    "am": "Ethi", "ar": "Arab", "bn": "Beng", "en": "Latn", "en-easy": "Latn", "fa-AF": "Arab",
    "fr": "Latn", "pa": "Guru", "pl": "Latn", "pnb": "Arab", "ps": "Arab", "ro": "Latn",
    "so": "Latn", "sw": "Latn", "syl": "Beng", "ti": "Ethi", "ur": "Arab", "zh-Hant-HK": "Hant",
}  # fmt: skip


def test_every_language_has_a_script(voices: Voices) -> None:
    assert {code: voices.files.script(code) for code in voices.files.vocabularies} == SCRIPTS


@pytest.mark.parametrize("code", sorted(set(SCRIPTS) - {"en"}))
def test_what_is_drafted_in_a_language_is_in_its_script(voices: Voices, code: str) -> None:
    known = voices.files.translations(code).items()
    assert [text for (_, source), text in known if is_foreign(text, SCRIPTS[code], source)] == []
