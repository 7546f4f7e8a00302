"""Every reply of every corpus: none is read as something it is not, clear ones are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import reading
from flows.understand import Interpreter, Outcome, outcomes, parse_corpus, score

HERE = Path(__file__).parent
CORPORA = sorted(path.stem for path in HERE.glob("*.tsv"))
LEAST_REPLIES = {"bn": 150, "ur": 150, "so": 150, "en": 150}
CLEAR_READ = 0.98


def _lines(found: list[Outcome]) -> str:
    return "\n".join(
        f"line {one.line.number}: {one.line.type} {one.line.text!r} is {one.line.expected!r}, "
        f"read as {one.value!r} ({one.how}): {one.line.note}"
        for one in found
    )


def test_every_language_has_a_corpus(interpreter: Interpreter) -> None:
    assert set(CORPORA) == set(interpreter.vocabularies)


@pytest.mark.parametrize("language", CORPORA)
def test_no_reply_is_misread_and_clear_ones_are_read(
    language: str, interpreter: Interpreter
) -> None:
    path = HERE / f"{language}.tsv"
    corpus = parse_corpus(path.read_text("utf-8"), language=language, source=path.name)
    found = outcomes(corpus, interpreter)
    (counts,) = score(found)
    assert counts.tried >= LEAST_REPLIES.get(language, 60)
    for one in found:
        known = one.value is None or one.line.type == "keyword" or one.how in str(reading.__doc__)
        assert known, f"{one.how!r} is not among the codes that flows.reading documents"
    wrong = [one for one in found if one.wrong]
    assert not wrong, f"read as something else:\n{_lines(wrong)}"
    missed = [one for one in found if one.missed]
    assert counts.clear_read >= CLEAR_READ * counts.clear, f"not read:\n{_lines(missed)}"
