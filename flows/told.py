"""What somebody says to "you said, we did": yes or no, one to five, or words. Never an answer in a survey."""

from __future__ import annotations

import regex

from flows.reading import Read, Speech
from flows.reading.folding import fold
from flows.reading.yes_no import NO, YES, read_yes_no

WORDS, VOICE = "words", "voice"
READINGS = (YES, NO, "1", "2", "3", "4", "5", WORDS, VOICE)
"""Everything that a reaction may be read as. A number stays a number: nobody was told what 1 means."""

_NUMBER = regex.compile(r"[1-5]")
_LONGEST = 40
"""Characters of a yes or a no: whoever writes more has something to say."""


def reaction(text: str, speech: Speech, *, spoken: bool = False) -> str:
    """How a reaction is read.

    Args:
        text: the message.
        speech: how messages are read in the language that she was told in.
        spoken: whether a voice note came with it.

    Returns:
        One of READINGS.
    """
    folded = fold(text).strip().rstrip(".!")
    if not folded and spoken:
        return VOICE
    if _NUMBER.fullmatch(folded):
        return folded
    if len(folded) <= _LONGEST:
        found = read_yes_no(text, speech)
        if isinstance(found, Read):
            return str(found.value)
    return WORDS
