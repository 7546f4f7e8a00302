"""The safeguarding scan: words of self-harm, abuse or danger, in every language at once.

Every message is scanned before it is read as an answer, whatever the conversation's language. A
missed cry for help is worse than a false alarm, so a word may stand between the words of a phrase,
a spelling may be drawn out, and a long word may have a slip in it. Whole words only all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from flows.reading.folding import folds, unstretched
from flows.reading.vocabulary import Vocabulary
from flows.reading.words import Kind, tokenise

SHORTEST_SLIP = 7  # letters a single word needs before one slip is forgiven


@dataclass(frozen=True, slots=True)
class CrisisFound:
    """A phrase of a crisis vocabulary that a message holds.

    Attributes:
        language: the language whose vocabulary has it.
        phrase: the phrase as the vocabulary spells it.
        confidence: the vocabulary's confidence in it.
    """

    language: str
    phrase: str
    confidence: str


def find_crisis(text: str, vocabularies: Iterable[Vocabulary]) -> CrisisFound | None:
    """Return the first crisis phrase found in a message, or None."""
    known = tuple(vocabularies)
    found = (_find(folded, known) for folded in folds(text))
    return next((one for one in found if one is not None), None)


def _find(folded: str, vocabularies: Iterable[Vocabulary]) -> CrisisFound | None:
    tokens = [token for token in tokenise(folded) if token.kind is not Kind.MARK]
    words = [(token.text, *unstretched(token.text)) for token in tokens]
    starts: dict[str, list[int]] = {}
    for start, spellings in enumerate(words):
        for spelling in spellings:
            starts.setdefault(spelling[:2], []).append(start)
    for vocabulary in vocabularies:
        for opening, places in starts.items():
            for phrase, meaning in vocabulary.crises.get(opening, ()):
                if any(_stands(phrase, words, start) for start in places):
                    return CrisisFound(meaning.language, meaning.word, meaning.confidence)
    return None


def _stands(phrase: Sequence[str], words: Sequence[tuple[str, ...]], start: int) -> bool:
    """Say whether the phrase starts here, with at most one other word between its words."""
    if not _same(phrase[0], words[start], alone=len(phrase) == 1):
        return False
    position = start
    for wanted in phrase[1:]:
        following = words[position + 1 : position + 3]
        step = next((n for n, word in enumerate(following, 1) if _same(wanted, word)), None)
        if step is None:
            return False
        position += step
    return True


def _same(wanted: str, spellings: Sequence[str], *, alone: bool = False) -> bool:
    if wanted in spellings:
        return True
    if not alone or len(wanted) < SHORTEST_SLIP:
        return False
    return OSA.distance(wanted, spellings[0], score_cutoff=1) <= 1
