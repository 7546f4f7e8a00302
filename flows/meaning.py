"""What a translation has been through, and whether it may be sent: concluded, never remembered.

A ledger entry belongs to a text by content: the context and the English it translates, and the very words
of the translation. So a changed word of English, or of the translation, has no entries: nobody has
approved it. The steps are TRAPD's (Harkness 2003: translation, review, adjudication, pretesting,
documentation), and sign-off by a named person who did not write the text.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import regex

from flows.language import usable
from flows.segments import fits
from flows.survey import Question, Survey
from flows.wording import Wording

SPOKEN_ONLY = frozenset({"syl", "pnb"})
"""Sylheti and Pahari have no settled written form: without a recording nobody is asked anything."""

MACHINE = "machine"
"""Who wrote what no person did. Nothing is approved under this name."""

BUTTON_LIMIT = 20
LIST_ITEM_LIMIT = 24
"""Characters that WhatsApp shows of a quick reply (up to three) and of an item of a list."""

Key: TypeAlias = tuple[str, str]
"""(context, source text)."""

_PLACEHOLDER = regex.compile(r"\$?\{[^{}]*\}")
_KINDS = ("label", "hint", "constraint_message", "no_message")
_ALIKE = 0.4
"""How alike two English texts of one question are when one is taken for the other's old form."""


class Step(StrEnum):
    """What somebody did with a translation."""

    DRAFT = "draft"
    REVIEW = "review"
    ADJUDICATION = "adjudication"
    PRETEST = "pretest"
    SIGN_OFF = "sign_off"


class Maker(StrEnum):
    """Who did it."""

    HUMAN = "human"
    MACHINE = "machine"


class Status(StrEnum):
    """Where a text stands in a language: what keeps it from being sent, else its furthest step."""

    MISSING = "missing"
    STALE = "stale"
    PLACEHOLDERS = "placeholder mismatch"
    TOO_LONG = "too long"
    MACHINE_DRAFT = "machine draft"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"
    PRETESTED = "pretested"
    SIGNED_OFF = "signed off"


UNUSABLE = frozenset({Status.MISSING, Status.STALE, Status.PLACEHOLDERS, Status.TOO_LONG})
"""No text to approve, or one that has to change first."""

_FURTHEST = (
    (Step.SIGN_OFF, Status.SIGNED_OFF),
    (Step.PRETEST, Status.PRETESTED),
    (Step.ADJUDICATION, Status.ADJUDICATED),
    (Step.REVIEW, Status.REVIEWED),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a text is for.

    Attributes:
        question: name of the (first) question it belongs to; None for the bot's own phrases.
        option: code of the option it labels.
        kind: `label`, `hint`, `option`, `phrase`, ...
        options: how many options stand beside this one.
        optional: whether a language can do without it: it stands in for a longer text.
    """

    question: str | None
    option: str | None
    kind: str
    options: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Translation:
    """A text as a catalogue holds it.

    Attributes:
        context: place of the text, as in `Wording`.
        source: the English it was made for.
        text: the words; empty while nobody has translated it.
        machine: whether it is marked as a machine's draft.
        finished: whether it is in use: neither fuzzy nor obsolete.
    """

    context: str
    source: str
    text: str
    machine: bool = False
    finished: bool = True

    @property
    def key(self) -> Key:
        """How catalogues look texts up."""
        return self.context, self.source


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: who did what with which words, and when."""

    step: Step
    maker: Maker
    who: str
    source: str
    text: str
    at: datetime
    back_translation: str = ""
    comment: str = ""


def places(survey: Survey, phrases: Iterable[Wording]) -> Mapping[Wording, Place]:
    """Every text that a participant may see, in order, and what it is for.

    Args:
        survey: whose texts.
        phrases: what the bot says of its own accord.
    """
    found: dict[Wording, Place] = {}
    for question in survey.questions:
        for wording, place in places_of(question).items():
            found.setdefault(wording, place)
    for phrase in phrases:
        found[phrase] = Place(None, None, "phrase")
    return found


def places_of(question: Question) -> Mapping[Wording, Place]:
    """Every text of one question, and what it is for there."""
    found: dict[Wording, Place] = {}
    for wording, place in _parts(question):
        found.setdefault(wording, place)
    return found


def _parts(question: Question) -> Iterator[tuple[Wording, Place]]:
    name = question.name
    for kind in _KINDS:
        wording = getattr(question, kind)
        if wording is not None:
            yield wording, Place(name, None, kind.replace("_", " "))
    if question.sms is not None:
        yield question.sms, Place(name, None, "text for SMS", optional=True)
    count = len(question.choices)
    for choice in question.choices:
        yield choice.label, Place(name, choice.name, "option", count)
        if choice.button is not None:
            yield choice.button, Place(name, choice.name, "button", count, optional=True)


def status_of(
    wording: Wording,
    current: Translation | None,
    entries: Iterable[Entry],
    *,
    previous: Translation | None = None,
    too_long: bool = False,
    spoken: bool = False,
) -> Status:
    """Where a text stands.

    Args:
        wording: the English as the survey has it now.
        current: its translation, if the catalogue has one.
        entries: the ledger's entries of this wording in this language, for any translation of it.
        previous: the translation of an earlier English text of this place.
        too_long: whether the message it stands in can not be sent whole.
        spoken: whether it is a recording, into which nothing is filled.
    """
    if current is None or not current.text.strip():
        stale = previous is not None and previous.source != wording.source
        return Status.STALE if stale else Status.MISSING
    if not spoken and not same_placeholders(wording, current.text):
        return Status.PLACEHOLDERS
    if too_long:
        return Status.TOO_LONG
    made = [entry for entry in entries if entry.text == current.text]
    done = {entry.step for entry in made if entry.maker is Maker.HUMAN}
    for step, status in _FURTHEST:
        if step in done:
            return status
    # Without the mark, and without a machine's entry of these words, a person has written them.
    by_machine = current.machine or any(entry.maker is Maker.MACHINE for entry in made)
    return Status.MACHINE_DRAFT if by_machine and Step.DRAFT not in done else Status.DRAFT


def same_placeholders(wording: Wording, text: str) -> bool:
    """Whether a translation fills in what its source fills in: `{example}`, `${question}`."""
    return usable(wording, text) and marks(wording.source) == marks(text)


def marks(text: str) -> frozenset[str]:
    """The placeholders of a text, braces included, without the spaces inside them."""
    return frozenset(regex.sub(r"\s", "", found) for found in _PLACEHOLDER.findall(text))


def overlong(question: Question, text_of: Callable[[Wording], str | None]) -> bool:
    """Whether a question with its hint and all its options is more than one message can carry.

    Args:
        question: a question or a note.
        text_of: the words of a wording in the language looked at; None where there are none.
    """
    said = [_asked(question, text_of), question.hint and text_of(question.hint)]
    shown = [
        f"{question.number_of(choice)}. {text_of(choice.label) or ''}"
        for choice in question.choices
    ]
    return not fits("\n".join([line for line in said if line] + shown))


def _asked(question: Question, text_of: Callable[[Wording], str | None]) -> str | None:
    """What asks a question by SMS: the shorter text where there is one."""
    found = (text_of(wording) for wording in (question.sms, question.label) if wording is not None)
    return next(filter(None, found), None)


def label_warning(text: str, options: int) -> str | None:
    """What WhatsApp does with an option's label that is longer than its buttons.

    Args:
        text: the label.
        options: how many options the question has.
    """
    limit = BUTTON_LIMIT if options <= 3 else LIST_ITEM_LIMIT
    if len(text) <= limit:
        return None
    return f"{len(text)} characters; beyond {limit} WhatsApp shows numbered text, not buttons"


def predecessors(
    wordings: Sequence[Wording], translations: Iterable[Translation]
) -> Mapping[Wording, Translation]:
    """For each wording without a translation, that of the English text it seems to have replaced.

    A place (a question) can have several texts: its label, its hint. Old and new texts of one place
    are paired by likeness, the most alike first, and no old text is used twice.
    """
    places: dict[str, list[Wording]] = defaultdict(list)
    for wording in wordings:
        places[wording.context].append(wording)
    current = {(wording.context, wording.source) for wording in wordings}
    finished: set[Key] = set()
    old: dict[str, list[Translation]] = defaultdict(list)
    for translation in translations:
        if not translation.text.strip():
            continue
        if translation.finished and translation.key in current:
            finished.add(translation.key)
        else:
            old[translation.context].append(translation)
    found: dict[Wording, Translation] = {}
    for context, here in places.items():
        lacking = [wording for wording in here if (context, wording.source) not in finished]
        found |= _paired(lacking, old[context], least=_ALIKE if len(here) > 1 else 0.0)
    return found


def _paired(
    lacking: Sequence[Wording], old: Sequence[Translation], *, least: float
) -> dict[Wording, Translation]:
    likeness = sorted(
        (
            (_likeness(wording.source, former.source), place, wording, former)
            for wording in lacking
            for place, former in enumerate(old)
        ),
        key=lambda pair: (-pair[0], -pair[1]),  # of two equally alike, the later one
    )
    found: dict[Wording, Translation] = {}
    used: set[Key] = set()
    for ratio, _, wording, former in likeness:
        if ratio >= least and wording not in found and former.key not in used:
            found[wording] = former
            used.add(former.key)
    return found


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def person(name: str) -> str:
    """A name as names are compared: without case, spaces and invisible characters."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return str(regex.sub(r"[\s\p{Cf}]", "", folded))


def why_not_named(name: str) -> str | None:
    """Why a step can not be recorded under this name; None if it can."""
    if regex.search(r"\p{L}", name) is None:
        return "Give the name of the person with --by."
    if person(name) == person(MACHINE):
        return "A machine can not do this: give the name of the person with --by."
    return None


def wrote(name: str, entries: Sequence[Entry]) -> bool:
    """Whether a person had a hand in the words of a text: drafted or reviewed any version of it.

    Adjudicating counts where it brought in words that nobody had written before.
    """
    written: set[str] = set()
    for entry in entries:
        own = entry.step in (Step.DRAFT, Step.REVIEW) or (
            entry.step is Step.ADJUDICATION and entry.text not in written
        )
        written.add(entry.text)
        if own and person(entry.who) == person(name):
            return True
    return False
