"""The reading age of English: how many years of reading a text asks for.

Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers, Chissom 1975, Derivation of New Readability Formulas
for Navy Enlisted Personnel, Research Branch Report 8-75):

    0.39 x words / sentences + 11.8 x syllables / words - 15.59

A grade of the United States is read at five years more: grade 1 at six. The syllables are counted by rules
of spelling, not looked up: no word list has to be shipped or downloaded, and a count that is one off in a
long word moves the age of a sentence by less than the formula's own error. Any English is measured by it;
other languages have no formula that is known to hold for text messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex

FEWEST_WORDS = 8
"""Below this one long word decides: a shorter text has no reading age of its own."""

_AGE_AT_GRADE_NOUGHT = 5
_YOUNGEST = 5.0

_WORD = regex.compile(r"\p{Latin}+(?:['’]\p{Latin}+)*")
_STOP = regex.compile(r"[.!?…]+(?=\s|$)|\n+")
# A y before a vowel at the beginning is a consonant: "year", "yesterday".
_VOWELS = regex.compile(r"(?:(?!^y[aeiou])[aeiouy])+")
# A final e is silent ("like"), but not where it carries the last syllable ("little", "acre", "the").
_SILENT_E = regex.compile(r"(?<=[aeiouy][a-z]*)(?<![^aeiouy]l|[aeiouy]|[ct]r)e$")
# Endings whose e is silent: "asked", "times"; but "needed", "services", "wishes" sound it.
_SILENT_ED = regex.compile(r"(?<=[aeiouy][a-z]*)(?<![dt]|[^aeiouylr][lr])ed$")
_SILENT_ES = regex.compile(r"(?<=[aeiouy][a-z]*)(?<!c|s|x|z|g|ch|sh|[^aeiouy]l)es$")
# The e inside a word made of two: "some-times", "hope-ful", "ever-y-where".
_SILENT_INSIDE = regex.compile(
    r"(?<=[aeiouy](?:[b-df-hj-np-tv-xz]|ng|rc|nc|rs))e"
    r"(?=(?:times?|things?|one|body|where|how|what|ly|ful|less|li|ment|ness|guard|hold|way|out)"
    r"(?:s|ly|ness|ing|ings)?$)"
)
# Two vowels that are two syllables: "di-abetes", "soci-al", "be-ing", "cre-ate", "expe-rience".
_PARTED = regex.compile(
    r"i(?=a(?!ge|l$|n$|ll))|(?<![ctsgx])i(?=al|an)|(?<![ctsg])i(?=o)|(?<![ctfr]|^fr)i(?=en)|(?<=l)i(?=ent)"
    r"|i(?=um|us$|est$)|(?<=r)i(?=e[rs]t?$|ence|ent)|(?<=s)i(?=er|est)"
    r"|(?<!q)u(?=al|ate|ation|ou)|e(?=o|ing$|um$|a[lt]ity)|(?<=cr)e(?=at)|[aeouy](?=ing)|(?<!^)y(?=[ei])"
)
# Syllables without a vowel: "could-n't", "rac-is-m".
_VOWELLESS = regex.compile(r"(?<=[dst])nt$|(?<=[aeiouy][a-z]*is)m(?=s?$)")
_KNOWN = {
    "people": 2, "area": 3, "idea": 3, "reply": 2, "being": 2, "wellbeing": 3, "business": 2,
    "evening": 2, "every": 2, "different": 3, "interest": 3, "family": 3, "really": 2, "something": 2,
    "someone": 2, "anyone": 3, "everyone": 3, "quiet": 2, "poem": 2, "create": 2, "science": 2,
    "diet": 2, "society": 4, "variety": 4, "lives": 1, "yes": 1, "facebook": 2, "postcode": 2,
    "everything": 3, "everywhere": 3, "somewhere": 2, "elsewhere": 2, "anxious": 2, "anxiety": 4,
    "companionship": 4, "initiative": 4, "homework": 2, "lifestyle": 2, "safety": 2, "does": 1,
    "goes": 1, "shoes": 1,
}  # fmt: skip
"""Everyday words of surveys whose spelling says another number."""


@dataclass(frozen=True, slots=True)
class Readability:
    """How hard some English is to read.

    Attributes:
        words: how many words there are.
        sentences: how many sentences.
        syllables: how many syllables the words have.
    """

    words: int
    sentences: int
    syllables: int

    @property
    def age(self) -> float:
        """The age in years at which it is read with ease, five at the least."""
        grade = 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59
        return max(_YOUNGEST, round(grade + _AGE_AT_GRADE_NOUGHT, 1))


def readability(texts: Iterable[str]) -> Readability | None:
    """Measure texts together, each ending a sentence; None when they are too short to be measured."""
    words: list[str] = []
    sentences = 0
    for text in texts:
        for sentence in _STOP.split(text):
            found = _WORD.findall(sentence)
            words += found
            sentences += bool(found)
    if len(words) < FEWEST_WORDS:
        return None
    return Readability(len(words), sentences, sum(map(syllables, words)))


def syllables(word: str) -> int:
    """How many syllables an English word has; one at the least."""
    spelt = word.lower().replace("’", "'")
    stem = spelt.removesuffix("'s")
    if stem in _KNOWN:
        return _KNOWN[stem]
    if len(word) > 1 and word.isupper() and not _VOWELS.search(spelt):
        return len(word)  # "GP" and "NHS" are read letter by letter
    letters = stem.replace("'", "")
    for silent in (_SILENT_E, _SILENT_ED, _SILENT_ES, _SILENT_INSIDE):
        letters = silent.sub("", letters)
    return max(1, sum(len(rule.findall(letters)) for rule in (_VOWELS, _PARTED, _VOWELLESS)))
