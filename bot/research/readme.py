"""README.txt of the bundle: how the data came about, and what is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.research.codebook import Codebook, rule_of
from bot.research.levels import Level
from bot.research.losses import LossReport
from bot.research.tables import MISSING_LABELS

_HELD = {
    Level.DEIDENTIFIED: (
        "De-identified: pseudonyms, coded answers, numbers and scores. Withheld (code -95): answers in "
        "people's own words, recordings, pictures and places. What was typed is left out. Dates that "
        "were answered are cut to the year, times to the day."
    ),
    Level.NO_IDENTIFIERS: (
        "Identifiers removed: pseudonyms, coded answers, numbers, scores, and answers in people's own "
        "words, in which people may have named themselves or others. Withheld (code -95): recordings, "
        "pictures and places. What was typed for other questions is left out; times are cut to the day."
    ),
    Level.FULL: (
        "Full: everything, with the words that were typed for every question and times to the second. "
        "People may have named themselves or others in it."
    ),
}


def text(book: Codebook, losses: LossReport, weights: bool) -> str:
    """The whole page, in plain lines."""
    return "\n".join(
        (*_data(book, weights), *_languages(book), *_codes(book), *_losses(losses), "")
    )


def _data(book: Codebook, weights: bool) -> Iterator[str]:
    yield from (book.title, "=" * len(book.title), "")
    yield "How the data came about"
    yield "-----------------------"
    for c in book.campaigns:
        before = f", the same people as in {c.follows} before" if c.follows else ""
        yield f"{c.slug}: {c.name}, by {c.organisation}; wave {c.wave}{before}."
    yield f"Versions of the survey: {', '.join(book.versions)}."
    yield (
        "People answered by text message (column channel). The column mode says who typed: self is the "
        "participant, assisted somebody who helped her, which tends to make scores better, audio a voice."
    )
    yield (
        "A reply is read by rules that are named in the column how (long table). What could not be read "
        "for sure was asked again, never guessed. Of an answer that was corrected the last one stands."
    )
    if weights:
        yield "The column weight was supplied by whoever made this bundle."
    yield from ("", "What is in it", "-------------")
    yield _HELD[book.level]
    yield "data/long.*: a row an answer, then a row a score. data/wide.*: a row a conversation."
    yield "Times are UTC. No phone number is in any file, and no name that was not typed as an answer."
    yield (
        "Not in it: messages that were no answers, replies that were asked again, consents, alerts, and "
        "the people who were invited and never answered."
    )
    yield "manifest-sha256.txt is checked by: sha256sum --check manifest-sha256.txt"
    yield ""


def _languages(book: Codebook) -> Iterator[str]:
    yield from ("Languages", "---------")
    yield from (f"{t.code}: {t.english} ({t.name}). {t.standing}." for t in book.tongues)
    yield (
        "A draft that nobody has signed off can only have been sent in a demonstration. The column wording "
        "leads to the very words that were asked: codebook/wordings.csv."
    )
    yield ""


def _codes(book: Codebook) -> Iterator[str]:
    yield from ("Codes for no answer", "-------------------")
    yield from (f"{code}: {label}" for code, label in MISSING_LABELS.items())
    yield ""
    if not book.scores:
        return
    yield from ("Scores", "------")
    yield from (f"{score.name}: {rule_of(score)}" for score in book.scores)
    for i in book.instruments:
        yield f"{i.title}. {' '.join(i.citation.split())} Licence: {i.licence}"
    yield ""


def _losses(losses: LossReport) -> Sequence[str]:
    found = losses.sentences()
    if not found:
        return ["No label and no answer had to be changed for any of these files."]
    head = "What a file could not hold as it was (all of it in losses.csv)"
    return [head, "-" * len(head), *found]
