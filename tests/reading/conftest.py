"""Small hand-made vocabularies, so that a rule is tested apart from any language's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.reading import Option, Speech, Vocabulary, parse_vocabulary
from flows.reading.vocabulary import OPTIONAL_ROLES, REPLY_ROLES
from flows.understand import Interpreter

LOCALES = Path(__file__).parents[2] / "locales"

ENGLISH: dict[str, list[str]] = {
    "yes": ["yes", "yeah", "correct", "I agree", "y", "ok"],
    "no": ["no", "nope", "no thank you"],
    "maybe": ["maybe", "sometimes"],
    "not": ["not", "don't"],
    "stop": ["stop", "unsubscribe", "end", "stop texting me"],
    "start": ["start"],
    "help": ["help"],
    "back": ["back", "correct"],
    "skip": ["skip"],
    "repeat": ["repeat"],
    "language": ["language", "change language"],
    "delete": ["delete my data"],
    "refuse": ["prefer not to say", "rather not say"],
    "unsure": ["don't know", "not sure"],
    "greetings": ["hello", "asc"],
    "courtesy": ["please", "thank you", "ok"],
    "crisis": ["suicide", "kill myself", "want to die"],
    "and": ["and"],
    "or": ["or"],
    "out_of": ["out of"],
    "about": ["about", "more than"],
    "half": ["half"],
    "counters": ["people", "yrs"],
    "list_marks": ["no.", "number", "option"],
    "today": ["today"],
    "yesterday": ["yesterday"],
    "letters": [],
    "frame": ["it is", "there are", "i"],
}
ENGLISH_NUMBERS = {
    0: ["zero"], 1: ["one"], 2: ["two"], 3: ["three"], 4: ["four"], 5: ["five"], 6: ["six"],
    7: ["seven"], 8: ["eight"], 9: ["nine"], 10: ["ten"], 25: ["twenty-five"],
}  # fmt: skip
ENGLISH_MONTHS = {1: ["january"], 3: ["march", "mar"], 5: ["may"]}
ENGLISH_DAYS = {6: ["saturday"], 1: ["monday"]}


def _text(
    language: str,
    replies: Mapping[str, Sequence[str]],
    numbers: Mapping[int, Sequence[str]],
    months: Mapping[int, Sequence[str]],
    **more: Any,
) -> str:
    def group(words: object) -> list[dict[str, object]]:
        return [{"words": words, "source": "made", "confidence": "low"}] if words else []

    content = {
        "language": language,
        "name": language.title(),
        "english_name": language.upper(),
        "called": [f"{language} language"],
        "sources": {"made": "made for this test"},
        "replies": {
            role.value: group(list(replies.get(role.value, [])))
            for role in REPLY_ROLES
            if role.value in replies or role not in OPTIONAL_ROLES
        },
        "numbers": group({number: list(words) for number, words in numbers.items()}),
        "months": group({number: list(words) for number, words in months.items()}),
        **more,
    }
    return yaml.safe_dump(content, allow_unicode=True)


MakeVocabulary = Callable[..., Vocabulary]


@pytest.fixture(scope="session")
def vocabulary_text() -> Callable[..., str]:
    """Return the YAML of a hand-made vocabulary."""

    def text(language: str = "xx", /, **more: Any) -> str:
        replies = more.pop("replies", {})
        numbers = more.pop("numbers", {})
        months = more.pop("months", {})
        return _text(language, replies, numbers, months, **more)

    return text


@pytest.fixture(scope="session")
def english() -> Vocabulary:
    weekdays = [{"words": ENGLISH_DAYS, "source": "made", "confidence": "low"}]
    text = _text("en", ENGLISH, ENGLISH_NUMBERS, ENGLISH_MONTHS, weekdays=weekdays)
    return parse_vocabulary(text, source="en")


@pytest.fixture(scope="session")
def speech_of(english: Vocabulary) -> Callable[..., Speech]:
    """Return a function that makes a conversation's speech from a few words of a language."""

    def make(
        language: str = "en",
        replies: Mapping[str, Sequence[str]] | None = None,
        numbers: Mapping[int, Sequence[str]] | None = None,
        months: Mapping[int, Sequence[str]] | None = None,
        others: Sequence[Vocabulary] = (),
    ) -> Speech:
        own = english
        if language != "en":
            text = _text(language, replies or {}, numbers or {}, months or {})
            own = parse_vocabulary(text, source=language)
        interpreter = Interpreter.compile((english, own, *others))
        return Speech(language, own, english, interpreter.keywords)

    return make


@pytest.fixture(scope="session")
def en(speech_of: Callable[..., Speech]) -> Speech:
    return speech_of()


@pytest.fixture(scope="session")
def options() -> Callable[..., tuple[Option, ...]]:
    """Return options with the values v1, v2, ... for some labels."""

    def make(*labels: str) -> tuple[Option, ...]:
        return tuple(Option(f"v{place}", label) for place, label in enumerate(labels, 1))

    return make


@pytest.fixture(scope="session")
def locale_texts() -> dict[str, str]:
    """Return the text of every language's vocabulary file."""
    paths = sorted(LOCALES.glob("*/replies.yaml"))
    return {path.parent.name: path.read_text("utf-8") for path in paths}


@pytest.fixture(scope="session")
def vocabularies(locale_texts: dict[str, str]) -> dict[str, Vocabulary]:
    """Return every language's vocabulary, the ones that borrow after the ones that lend."""
    lenders = {code: yaml.safe_load(text).get("borrows") for code, text in locale_texts.items()}
    parsed: dict[str, Vocabulary] = {}
    for code in sorted(lenders, key=lambda one: lenders[one] is not None):
        lent = parsed.get(lenders[code])
        parsed[code] = parse_vocabulary(locale_texts[code], borrowed=lent, source=code)
    return parsed


@pytest.fixture(scope="session")
def interpreter(vocabularies: dict[str, Vocabulary]) -> Interpreter:
    return Interpreter.compile(vocabularies.values())
