"""Commands in every language at once, and answers that only look like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.keywords import STOP_ALWAYS, Command, CommandRead, Keywords, read_command
from flows.reading import Option, Role, Vocabulary, parse_vocabulary

Text = Callable[..., str]


@pytest.fixture(scope="module")
def keywords(english: Vocabulary, vocabulary_text: Text) -> Keywords:
    def made(language: str, **more: object) -> Vocabulary:
        return parse_vocabulary(vocabulary_text(language, **more), source=language)

    swahili = made("sw", replies={"stop": ["acha"], "skip": ["ruka"], "back": ["mbili"]})
    bengali = made(
        "bn",
        replies={"stop": ["বন্ধ", "bas"], "greetings": ["salam"], "skip": ["pas"], "no": ["nai"]},
        numbers={6: ["chhoy"]},
    )
    urdu = made(
        "ur",
        replies={
            "stop": ["band", "shesh"], "courtesy": ["acha", "bas", "bus"], "back": ["pas"],
            "refuse": ["nai chahiye"], "start": ["shuru"], "help": ["shuru"],
        },
    )  # fmt: skip
    dari = made("fa-AF", numbers={6: ["shesh"]})
    sylheti_text = vocabulary_text("syl", replies={"skip": ["bade"]}, borrows="bn")
    sylheti = parse_vocabulary(sylheti_text, borrowed=bengali, source="syl")
    return Keywords.compile((sylheti, english, swahili, bengali, urdu, dari))


@pytest.mark.parametrize(
    ("text", "language", "command", "found_in"),
    [
        ("STOP", "bn", Command.STOP, "en"),
        ("ＳＴＯＰ!!", "bn", Command.STOP, "en"),
        ("please stop", "bn", Command.STOP, "en"),
        ("stop stop", "bn", Command.STOP, "en"),
        ("stooop", "bn", Command.STOP, "en"),
        ("stop help", "bn", Command.STOP, "en"),
        ("bus band", "en", Command.STOP, "ur"),
        ("stop texting me", "bn", Command.STOP, "en"),
        ("salam বন্ধ 🙏", "ur", Command.STOP, "bn"),
        ("বন্ধ", "syl", Command.STOP, "bn"),
        ("bas", "bn", Command.STOP, "bn"),
        ("bas", "en", Command.STOP, "bn"),
        ("acha", "sw", Command.STOP, "sw"),
        ("acha", "en", Command.STOP, "sw"),
        ("shesh", "ur", Command.STOP, "ur"),
        ("help", "ur", Command.HELP, "en"),
        ("ruka", "en", Command.SKIP, "sw"),
        ("pas", "bn", Command.SKIP, "bn"),
        ("pas", "ur", Command.BACK, "ur"),
        ("bade", "syl", Command.SKIP, "syl"),
        ("delete my data", "ur", Command.DELETE, "en"),
        ("nai chahiye", "en", Command.REFUSE, "ur"),
        ("don't know", "ur", Command.UNSURE, "en"),
        ("language", "ur", Command.LANGUAGE, None),
        ("bn language", "ur", Command.LANGUAGE, "bn"),
        ("syl language", "ur", Command.LANGUAGE, "syl"),
        ("language bn language", "ur", Command.LANGUAGE, "bn"),
    ],
)
def test_a_whole_message_is_a_command(
    text: str, language: str, command: Command, found_in: str | None, keywords: Keywords
) -> None:
    found = read_command(text, keywords, language=language)
    assert found is not None
    assert (found.command, found.language) == (command, found_in)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("...", "en"),
        ("salam", "en"),
        ("We've got to STOP this bill", "en"),
        ("the bus stop is far", "en"),
        ("nobody will help me", "en"),
        ("don't stop", "en"),
        ("stop?🤷", "en"),
        ("stop 4", "en"),
        ("no", "en"),
        ("help skip", "en"),
        ("bn language sw language", "en"),
        ("stop " * 50, "en"),
        # "bus" is a courtesy in Urdu, but nobody here speaks Urdu.
        ("bus stop", "en"),
        ("bus stop", "fa-AF"),
        ("acha", "ur"),
        ("bas", "ur"),
        ("shesh", "fa-AF"),
        ("correct", "en"),
        ("mbili correct", "en"),
        ("pas", "fa-AF"),
        ("shuru", "ur"),
    ],
)
def test_an_answer_is_not_a_command(text: str, language: str, keywords: Keywords) -> None:
    assert read_command(text, keywords, language=language) is None


def test_an_unknown_language_still_knows_every_command(keywords: Keywords) -> None:
    found = read_command("বন্ধ", keywords, language="tlh")
    assert found == CommandRead(Command.STOP, "bn", "keyword")


def test_an_offered_option_is_an_answer_but_stop_always_stops(keywords: Keywords) -> None:
    offered = (
        Option("help", "Help"),
        Option("v2", "End"),
        Option("stop", "Stop"),
        Option("dont_know", "I can't say"),
        Option("v5", "বন্ধ", ("skip",)),
    )

    def read(text: str) -> Command | None:
        found = read_command(text, keywords, language="en", offered=offered)
        return found.command if found else None

    assert read("help") is None
    assert read("help please") is None
    assert read("end") is None
    assert read("বন্ধ") is None
    assert read("skip") is None
    assert read("stop") is Command.STOP
    assert read("stop please") is Command.STOP
    assert read("unsubscribe") is Command.STOP
    # "not sure" means the same as the option whose code is dont_know.
    assert read("not sure") is None
    assert read("rather not say") is Command.REFUSE


def test_every_stop_word_stops_in_its_own_language_and_in_english_always(
    vocabularies: dict[str, Vocabulary],
) -> None:
    keywords = Keywords.compile(vocabularies.values())
    for vocabulary in vocabularies.values():
        for meaning in vocabulary.entries(Role.STOP):
            found = keywords.read(meaning.word, language=vocabulary.language)
            assert found is not None, (vocabulary.language, meaning.word)
            assert found.command is Command.STOP, (vocabulary.language, meaning.word)
        for word in STOP_ALWAYS:
            found = keywords.read(word, language=vocabulary.language)
            assert found is not None
            assert found.command is Command.STOP


def test_a_language_is_chosen_by_its_own_name_in_any_conversation(
    vocabularies: dict[str, Vocabulary],
) -> None:
    keywords = Keywords.compile(vocabularies.values())
    for code, vocabulary in vocabularies.items():
        found = keywords.read(vocabulary.name, language="en")
        assert found == CommandRead(Command.LANGUAGE, code, "language name"), code


def test_stop_with_its_letters_apart_stops(keywords: Keywords) -> None:
    for text in ("s t o p", "S.T.O.P.", "S T O P !"):
        found = read_command(text, keywords, language="bn")
        assert found == CommandRead(Command.STOP, "en", "keyword"), text
    assert read_command("s t o p s", keywords, language="bn") is None


def test_a_command_may_hold_a_non_joiner(vocabulary_text: Text, english: Vocabulary) -> None:
    text = vocabulary_text("fa-AF", replies={"unsure": ["نمی دانم"]})
    dari = parse_vocabulary(text, source="fa-AF")
    keywords = Keywords.compile((english, dari))
    found = read_command("نمی‌دانم", keywords, language="fa-AF")
    assert found == CommandRead(Command.UNSURE, "fa-AF", "keyword")
