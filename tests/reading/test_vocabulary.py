"""The vocabulary file: what it must hold, and what its words become."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from flows.reading import Role, VocabularyError, parse_vocabulary
from flows.reading.folding import fold

Text = Callable[..., str]


def test_every_entry_keeps_its_spelling_source_and_confidence(vocabulary_text: Text) -> None:
    text = vocabulary_text("xx", replies={"yes": ["Haa", "ji haan"]}, numbers={4: ["afar"]})
    vocabulary = parse_vocabulary(text, source="xx")
    (meaning,) = vocabulary.meanings("haa")
    assert (meaning.word, meaning.source, meaning.confidence) == ("Haa", "made", "low")
    assert [one.word for one in vocabulary.entries(Role.YES)] == ["Haa", "ji haan"]
    assert vocabulary.meanings("afar")[0].number == 4
    assert vocabulary.reach["ji"] == 2
    assert vocabulary.meanings("nothing") == ()


def test_a_word_listed_twice_in_one_role_has_one_meaning(vocabulary_text: Text) -> None:
    text = vocabulary_text("xx", replies={"yes": ["haa", "HAA"], "courtesy": ["haa"]})
    roles = [one.role for one in parse_vocabulary(text, source="xx").meanings("haa")]
    assert roles == [Role.YES, Role.COURTESY]


def test_a_mark_in_a_list_is_left_to_the_readers(vocabulary_text: Text) -> None:
    vocabulary = parse_vocabulary(vocabulary_text("xx", replies={"and": ["&"]}), source="xx")
    assert list(vocabulary.entries(Role.AND)) == []


def test_words_that_yaml_takes_for_booleans_stay_words() -> None:
    text = """
language: en
name: English
english_name: English
called: [english]
sources: {d: dictionary}
replies:
  yes: [{words: [yes, on], source: d, confidence: high}]
  no: [{words: [no, off, null, ~x], source: d, confidence: high}]
""" + "".join(
        f"  {role}: []\n"
        for role in Role
        if role.value not in {"yes", "no", "number", "month", "weekday", "called", "option"}
    )
    vocabulary = parse_vocabulary(text + "numbers: []\nmonths: []\n", source="en")
    assert vocabulary.meanings("no")[0].role is Role.NO
    assert vocabulary.meanings("null")[0].role is Role.NO
    assert vocabulary.meanings("on")[0].role is Role.YES


def test_borrowed_words_come_after_own_ones(vocabulary_text: Text) -> None:
    lender = parse_vocabulary(
        vocabulary_text("bn", replies={"yes": ["জি"], "no": ["না"]}), source="bn"
    )
    text = vocabulary_text("syl", replies={"yes": ["অয়"], "no": ["না"]}, borrows="bn")
    borrower = parse_vocabulary(text, borrowed=lender, source="syl")
    assert borrower.meanings(fold("জি"))[0].language == "bn"
    assert borrower.meanings(fold("অয়"))[0].language == "syl"
    assert [one.language for one in borrower.meanings(fold("না"))] == ["syl"]
    # A language is called by its own name only.
    assert borrower.meanings("bn language") == ()


def _without(text: str, start: str) -> str:
    return "".join(line for line in text.splitlines(True) if not line.startswith(start))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "- a list", "file: must be a mapping"),
        (lambda text: "a: [", "YAML"),
        (lambda text: _without(text, "language:"), "language: must be a text"),
        (lambda text: _without(text, "name:"), "name: must be a text"),
        (lambda text: text + "borrows: bn\n", "borrows"),
        (lambda text: text + "extra: 1\n", "extra: is not a key"),
        (lambda text: text.replace("  made: made for this test", "  {}"), "sources"),
        (lambda text: text.replace("called:\n- xx language", "called: xx"), "called"),
        (lambda text: text.replace("  skip: []\n", ""), "replies.skip: is missing"),
        (lambda text: text.replace("  skip: []", "  skipp: []\n  skip: []"), "replies.skipp"),
        (lambda text: text.replace("  skip: []", "  skip: 4"), "replies.skip: must be a list"),
        (lambda text: text.replace("  skip: []", "  skip: [4]"), "words, source and confidence"),
        (lambda text: text.replace("source: made", "source: mad"), "source 'mad'"),
        (lambda text: text.replace("confidence: low", "confidence: sure"), "confidence 'sure'"),
        (lambda text: text.replace("- haa", "- 4"), "replies.yes: 4 must be in quotes"),
        (lambda text: text.replace("numbers: []", "numbers:\n- {words: [a], source: made, "
                                   "confidence: low}"), "words must map"),
        (lambda text: text.replace("numbers: []", "numbers:\n- {words: {101: [a]}, source: made, "
                                   "confidence: low}"), "numbers.101: must be 0 to 100"),
        (lambda text: text.replace("months: []", "months:\n- {words: {0: [a]}, source: made, "
                                   "confidence: low}"), "months.0: must be 1 to 12"),
        (lambda text: text.replace("months: []", "months:"), "months: must be a list"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_key(
    change: Callable[[str], str], says: str, vocabulary_text: Text
) -> None:
    text = vocabulary_text("xx", replies={"yes": ["haa"]})
    wrong = change(text)
    assert wrong != text
    with pytest.raises(VocabularyError) as caught:
        parse_vocabulary(wrong, source="locales/xx/replies.yaml")
    assert str(caught.value).startswith("locales/xx/replies.yaml: ")
    assert says in str(caught.value)


def test_replies_must_be_a_mapping(vocabulary_text: Text) -> None:
    content = yaml.safe_load(vocabulary_text("xx")) | {"replies": ["yes"]}
    with pytest.raises(VocabularyError, match="replies: must be a mapping"):
        parse_vocabulary(yaml.safe_dump(content), source="xx")
