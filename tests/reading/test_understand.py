"""One request in, one answer out; and the counting of a corpus."""

from __future__ import annotations

from typing import Any

import pytest

from flows.understand import (
    Interpreter,
    UnderstandError,
    outcomes,
    parse_corpus,
    resolve_language,
    score,
    table,
)

OFTEN = [{"value": "never", "label": "Never"}, {"value": "often", "label": "Often"}]
CODES = ("en", "en-easy", "bn", "ur", "pa", "pnb", "syl", "fa-AF", "zh-Hant-HK", "sw")


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("en", "en"),
        ("EN_GB", "en"),
        ("en_easy", "en-easy"),
        ("en-x-easy", "en-easy"),
        ("ur-PK", "ur"),
        ("yue", "zh-Hant-HK"),
        ("zh", "zh-Hant-HK"),
        ("zh-HK", "zh-Hant-HK"),
        ("zh_Hant_HK", "zh-Hant-HK"),
        ("prs", "fa-AF"),
        ("fa", "fa-AF"),
        ("pa-Guru", "pa"),
        ("syl-Beng", "syl"),
        ("swh", "sw"),
        ("tlh", None),
        ("so", None),
        ("", None),
    ],
)
def test_a_language_code_is_ours_in_any_customary_spelling(code: str, ours: str | None) -> None:
    assert resolve_language(code, CODES) == ours


@pytest.mark.parametrize(
    ("request_", "value", "how"),
    [
        ({"type": "yes_no", "text": "জি না"}, "no", "no word"),
        ({"type": "integer", "text": "৭", "min": 0, "max": 10}, 7, "digit"),
        ({"type": "integer", "text": "7", "min": None, "max": 10.0}, 7, "digit"),
        ({"type": "integer", "text": "2 or 3"}, None, "asked again: several"),
        ({"type": "select_one", "text": "2", "choices": OFTEN}, "often", "position"),
        ({"type": "select_multiple", "text": "2,1", "choices": OFTEN}, ["never", "often"], "list"),
        ({"type": "date", "text": "14/3/2026"}, "2026-03-14", "numeric date"),
        ({"type": "date", "text": "today", "today": "2026-03-14"}, "2026-03-14", "today"),
        ({"type": "keyword", "text": "jooji"}, "stop", "keyword"),
        ({"type": "keyword", "text": "bangla"}, "language", "language name"),
        ({"type": "keyword", "text": "no"}, None, "an answer"),
        ({"type": "keyword", "text": "don't know"}, None, "keyword: unsure"),
        ({"type": "keyword", "text": "often", "choices": None}, None, "an answer"),
    ],
)
def test_a_request_is_answered(
    request_: dict[str, Any], value: object, how: str, interpreter: Interpreter
) -> None:
    answer = interpreter.understand({"id": 4, "language": "bn", **request_})
    assert answer == {"id": 4, "value": value, "how": how}


def test_values_come_back_as_they_were_given(interpreter: Interpreter) -> None:
    choices = [{"value": 0, "label": "Never"}, {"value": 1, "label": "Often"}]
    request = {"language": "en", "type": "select_one", "text": "often", "choices": choices}
    assert interpreter.understand(request)["value"] == 1
    request |= {"type": "select_multiple", "text": "a b"}
    assert interpreter.understand(request)["value"] == [0, 1]


def test_an_unknown_language_is_read_with_english_words(interpreter: Interpreter) -> None:
    request = {"id": None, "language": "tlh", "type": "yes_no", "text": "yes"}
    assert interpreter.understand(request)["value"] == "yes"
    assert interpreter.understand(request | {"text": "haan"})["value"] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"type": "colour"}, "The type 'colour' is not one of"),
        ({"type": None}, "needs 'type' as a string"),
        ({"text": 4}, "needs 'text' as a string"),
        ({"language": None}, "needs 'language' as a string"),
        ({"type": "integer", "min": "0"}, "The bound 'min' must be a whole number."),
        ({"type": "integer", "max": 1.5}, "The bound 'max' must be a whole number."),
        ({"type": "integer", "max": True}, "The bound 'max' must be a whole number."),
        ({"type": "select_one"}, "A select_one request needs choices."),
        ({"type": "select_multiple", "choices": []}, "A select_multiple request needs choices."),
        ({"choices": "Never"}, "The choices must be a list."),
        ({"choices": {"value": "a"}}, "The choices must be a list."),
        ({"choices": ["Never"]}, "Each choice needs a value and a label."),
        ({"choices": [{"value": "a"}]}, "Each choice needs a value and a label."),
        ({"choices": [*OFTEN, OFTEN[0]]}, "The value 'never' is offered twice."),
        ({"type": "date", "today": "soon"}, "The day 'today' must be written as YYYY-MM-DD."),
        ({"type": "date", "today": 4}, "The day 'today' must be written as YYYY-MM-DD."),
    ],
)
def test_a_malformed_request_is_refused_in_one_sentence(
    change: dict[str, Any], says: str, interpreter: Interpreter
) -> None:
    request = {"id": 1, "language": "en", "type": "yes_no", "text": "yes"} | change
    with pytest.raises(UnderstandError) as caught:
        interpreter.understand(request)
    assert says in str(caught.value)


HEADER = "type\ttext\tgiven\texpected\tkind\tnote\n"


def test_a_corpus_is_counted_by_language(interpreter: Interpreter) -> None:
    text = HEADER + (
        'yes_no\tyes\\u0021\\n\t{}\t"yes"\tclear\tplain\n'
        "yes_no\tmaybe\t{}\tnull\ttricky\tneither\n"
        'yes_no\tno\t{}\t"yes"\tclear\tthis line is wrong on purpose\n'
        'yes_no\t\\U0001F44D\\\\\t{}\t"no"\ttricky\tand so is this\n'
        'integer\tlots\t{"min": 0}\t4\tclear\tnot read\n'
    )
    corpus = parse_corpus(text, language="en", source="en.tsv")
    assert corpus[0].text == "yes!\n"
    assert corpus[3].text == "👍\\"
    rows = outcomes(corpus, interpreter)
    (counts,) = score(rows)
    assert (counts.tried, counts.read, counts.asked, counts.wrong) == (5, 1, 2, 2)
    assert (counts.clear, counts.clear_read) == (3, 1)
    more = parse_corpus(HEADER + "yes_no\tmaybe\t{}\tnull\ttricky\tx\n", language="bn", source="b")
    scores = score([*rows, *outcomes(more, interpreter)])
    assert table(scores, interpreter.vocabularies) == (
        "| Language | Replies tried | Read | Asked again | Wrong | Clear replies read |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        "| English (en) | 5 | 1 | 2 | 2 | 1 of 3 (33.3 %) |\n"
        "| Bengali (bn) | 1 | 0 | 1 | 0 | 0 of 0 |\n"
        "| All | 6 | 1 | 3 | 2 | 1 of 3 (33.3 %) |\n"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the first line"),
        ("a\tb\n", "the first line"),
        (HEADER + "yes_no\tyes\n", "line 2 needs six fields"),
        (HEADER + "colour\tred\t{}\tnull\tclear\tx\n", "line 2 needs six fields"),
        (HEADER + "yes_no\tyes\t{\tnull\tclear\tx\n", "line 2 holds JSON"),
    ],
)
def test_a_malformed_corpus_is_refused(text: str, says: str) -> None:
    with pytest.raises(UnderstandError, match=says):
        parse_corpus(text, language="en", source="en.tsv")
