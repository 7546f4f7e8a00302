"""Whether a word can be a campaign's keyword: it must not be anything else that people send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows import reading
from flows.language import Language
from flows.phone import command_of
from flows.reading import Read
from flows.reading.folding import fold
from flows.routing import keyword_of
from flows.sentences import Sentence
from flows.survey import Survey

LONGEST = 64


def keyword_problems(
    keyword: str, languages: Mapping[str, Language], surveys: Iterable[Survey] = ()
) -> list[Sentence]:
    """What keeps a word from being a keyword, a sentence each; nothing when it can be one.

    A command would win over it and an answer would be taken for one, in any language that somebody in the
    middle of another survey may be speaking.

    Args:
        keyword: the word, as it would be printed on a poster.
        languages: every language there is, by code.
        surveys: those of the campaigns that are live, and this campaign's own.
    """
    word = keyword_of(keyword)
    if not fold(word):
        return [Sentence("A keyword needs at least one letter.")]
    if len(word) > LONGEST:
        return [Sentence("A keyword has at most {most} characters.", most=LONGEST)]
    found = [
        problem
        for language in languages.values()
        if (problem := _in_a_language(word, language)) is not None
    ]
    options = {
        survey.form_id
        for survey in surveys
        for question in survey.questions
        for choice in question.choices
        if fold(word) in (fold(choice.name), fold(choice.label.source))
    }
    found += [
        Sentence("{word} is an answer in the survey {survey}.", word=repr(word), survey=form_id)
        for form_id in sorted(options)
    ]
    return list(dict.fromkeys(found))


def _in_a_language(word: str, language: Language) -> Sentence | None:
    if (command := command_of(word, language)) is not None:
        return Sentence(
            "{word} is a command ({command}) that everybody can send at any time.",
            word=repr(word),
            command=str(command),
        )
    answers = (
        reading.read_yes_no(word, language.speech),
        reading.read_integer(word, language.speech),
    )
    if any(isinstance(answer, Read) for answer in answers):
        return Sentence(
            "{word} is an answer in {language}.", word=repr(word), language=language.name
        )
    return None
