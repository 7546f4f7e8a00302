"""STOP is never read as anything else; a foreign stop word that is an answer here stays one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.gateways.files import LanguageFiles
from flows.keywords import ENGLISH, Command
from flows.reading import (
    Option,
    Role,
    Speech,
    Unread,
    Vocabulary,
    Why,
    read_choice,
    read_choices,
    read_date,
    read_decimal,
    read_integer,
    read_yes_no,
)
from flows.reading.folding import fold
from flows.reading.words import key_of
from flows.understand import Interpreter

LANGUAGES = sorted(LanguageFiles().vocabularies)
# What the SMS carriers and Twilio act on, and people write around it.
CARRIER = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
AROUND = ("{}", "{}.", "{}!", "  {}\n", '"{}"', "{} please", "hello {}", "{} 🙏")
OFFERED = (Option("v1", "Housing"), Option("v2", "Health"), Option("no", "No"))

# Every foreign stop word that means something as an answer in the language of the conversation
# (its own words and English ones), and what it is taken for there. The rules are in
# flows/keywords.py: only a word that the language, or English, itself lists as a stop word stops.
DECISIONS: dict[str, dict[str, str]] = {
    "ar": {"بس": "answer", "bas": "answer"},  # only, enough
    "bn": {"acha": "answer"},  # good, all right
    "fa-AF": {"shesh": "answer"},  # six
    "pa": {"acha": "answer"},
    "pl": {"rok": "answer"},  # a year
    "pnb": {"acha": "answer", "بس": "stop"},  # Urdu, which it borrows from, stops with بس too
    "syl": {"acha": "answer"},
    "ur": {"acha": "answer", "بس": "stop"},
}
# A word with one of these roles carries or surrounds an answer.
_ANSWERING = frozenset(Role) - {
    *(Role(command.value) for command in Command),
    *(Role.CALLED, Role.CRISIS, Role.LETTERS, Role.FRAME, Role.ORDINARY, Role.OPTION),
}


def _own_stops(vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the stop words of a language, the borrowed ones with them."""
    for meaning in vocabulary.entries(Role.STOP):
        yield meaning.word


def _stops(text: str, speech: Speech) -> bool:
    """Say whether a text stops under every type of question: a free text one, and each reader."""
    for offered in ((), OFFERED):
        found = speech.keywords.read(text, language=speech.language, offered=offered)
        if found is None or found.command is not Command.STOP:
            return False
    readings = (
        read_yes_no(text, speech),
        read_integer(text, speech),
        read_decimal(text, speech),
        read_date(text, speech),
        read_choice(text, OFFERED, speech),
        read_choices(text, OFFERED, speech),
    )
    return all(isinstance(one, Unread) and one.why is Why.COMMAND for one in readings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_stop_words_stop_under_every_question(language: str, interpreter: Interpreter) -> None:
    speech = interpreter.speech(language)
    words = list(_own_stops(speech.own))
    assert len(words) >= 10
    for word in words:
        for text in (word, word.upper(), f"{word}.", f"{word}!"):
            assert _stops(text, speech), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_carriers_words_stop_in_every_conversation(
    language: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    for word in CARRIER:
        for spelling in (word, word.lower(), word.title()):
            for around in AROUND:
                assert _stops(around.format(spelling), speech), (language, around, spelling)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_foreign_stop_word_stops_unless_it_is_an_answer_here(
    language: str, interpreter: Interpreter
) -> None:
    speech = interpreter.speech(language)
    family = {language, speech.own.borrows}
    decided: dict[str, str] = {}
    for vocabulary in interpreter.vocabularies.values():
        for meaning in vocabulary.entries(Role.STOP):
            if meaning.language in family | {ENGLISH}:
                continue
            key = key_of(fold(meaning.word))
            stops = _stops(meaning.word, speech)
            roles = {one.role for one in (*speech.own.meanings(key), *speech.english.meanings(key))}
            if roles & _ANSWERING:
                decided[meaning.word] = "stop" if stops else "answer"
            else:
                assert stops, (language, vocabulary.language, meaning.word)
    assert decided == DECISIONS.get(language, {})
