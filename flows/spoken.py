"""What a message says, as recordings: which texts have one, and what each is called.

A recording is named after its text: `locales/pnb/audio/wellbeing/lonely.ogg` says the question of that
name, with its hint and its options. What is filled into a text can not be recorded: a recording says it in
general words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows import phrases
from flows.language import Language
from flows.meaning import SPOKEN_ONLY
from flows.survey import Question, Survey
from flows.wording import Wording

NEVER_ALONE = frozenset({phrases.YES, phrases.NO, phrases.CHOOSE})
"""Words that only ever stand inside a text: there is nothing of them to be heard."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: its words, and the names of the recordings that say them, in order.

    In a language that is only spoken there are no words.
    """

    text: str
    recordings: tuple[str, ...] = ()


def part(
    language: Language, wording: Wording, recording: str | None = None, /, **values: str | float
) -> Part:
    """A text in a language as a part of a message.

    Args:
        language: which language.
        wording: the text.
        recording: its name, where that is not the text's context.
        values: what its placeholders are filled with.
    """
    return Part(language.text(wording, **values), (recording or wording.context,))


def together(parts: Iterable[Part]) -> Part:
    """Several parts as one, a blank line between them."""
    several = list(parts)
    recordings = tuple(name for one in several for name in one.recordings)
    return Part(joined("\n\n", (one.text for one in several)), recordings)


def joined(separator: str, texts: Iterable[str]) -> str:
    """Those of the texts that say something, one after the other."""
    return separator.join(text for text in texts if text.strip())


def refusal_name(question: Question) -> str:
    """What the recording of a question's `no_message` is called."""
    assert question.label is not None
    return f"{question.label.context}/no_message"


def constraint_name(question: Question) -> str:
    """What the recording of a question's `constraint_message` is called."""
    assert question.label is not None
    return f"{question.label.context}/constraint_message"


def texts_of(question: Question) -> Iterator[tuple[str, Wording]]:
    """Name of a recording -> the text it says, for everything that one question says."""
    if question.label is None:
        return
    yield question.label.context, question.label
    if question.no_message is not None:
        yield refusal_name(question), question.no_message
    if question.constraint_message is not None:
        yield constraint_name(question), question.constraint_message


def texts_to_record(survey: Survey, said: Iterable[Wording]) -> dict[str, Wording]:
    """Name of a recording -> the text it says, for all that a conversation may say.

    Args:
        survey: whose questions.
        said: what the bot says of its own accord.
    """
    found: dict[str, Wording] = {}
    for question in survey.questions:
        for name, wording in texts_of(question):
            found.setdefault(name, wording)
    for phrase in said:
        if phrase not in NEVER_ALONE:
            found[phrase.context] = phrase
    return found


def on_channel(codes: Sequence[str], channel: str) -> list[str]:
    """The languages that can be spoken on a channel: an SMS carries no recording."""
    return [code for code in codes if channel != "sms" or code not in SPOKEN_ONLY]
