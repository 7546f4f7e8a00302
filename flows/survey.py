"""A survey as frozen values: what `advance()` walks through. `flows.parsing` makes them from text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from flows.expressions import Expression, Value
from flows.wording import SOURCE, Wording, digest


class Kind(StrEnum):
    """What kind of answer a question takes; the names are XLSForm's `type`."""

    NOTE = "note"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    DATE = "date"
    CALCULATE = "calculate"
    ACKNOWLEDGE = "acknowledge"
    RANK = "rank"
    AUDIO = "audio"
    IMAGE = "image"
    GEOPOINT = "geopoint"


SELECTS = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
"""The kinds whose answer is one or several options of a list."""

SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})
"""The kinds whose answer is a tuple of codes."""

PerLanguage = tuple[tuple[str, str], ...]
"""(language code, value) pairs: what is not translated but differs from language to language."""


class Purpose(StrEnum):
    """Questions that open the way to the others; each of them can hold a conversation at its place."""

    LANGUAGE = "language"
    PRIVACY = "privacy"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list.

    Attributes:
        name: its stable code.
        label: what a participant sees.
        button: a shorter label for a WhatsApp button.
        replies: language code -> further words that choose it.
        attributes: the list's other columns, for a `choice_filter`.
    """

    name: str
    label: Wording
    button: Wording | None = None
    replies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    attributes: PerLanguage = ()

    def replies_in(self, language: str) -> tuple[str, ...]:
        """The further words for this option that its author accepts in a language."""
        return next((words for code, words in self.replies if code == language), ())

    @property
    def columns(self) -> dict[str, str]:
        """What a filter can look at: the list's columns, the code among them."""
        return {**dict(self.attributes), "name": self.name}


@dataclass(frozen=True, slots=True)
class Question:
    """One step of a survey. `relevant` already includes the conditions of the groups around it.

    Attributes of note:
        default: what a participant who skips it is taken to answer, or how that is worked out.
        choice_filter: which options are shown, for those that are not always all shown.
        randomize: whether the options stand in an order drawn for each participant.
        seed: a number (the same order for everyone) or what it is worked out from.
        headings: the notes of the groups around it, to be said before the first question shown there.
        is_heading: whether this note is such a one: said with a question of its group, never alone.
        names: inside a repeat, name in the text -> name of the question of the same round.
        sms: shorter words for the label, where a message is paid for by its length.
        audio: language code -> the recording that asks this question.
        template: language code -> the approved WhatsApp template that asks it.
        instrument_changed: the instrument whose wording was changed to make this.
    """

    name: str
    kind: Kind
    label: Wording | None = None
    hint: Wording | None = None
    choices: tuple[Choice, ...] = ()
    list_name: str | None = None
    required: bool = False
    relevant: tuple[Expression, ...] = ()
    constraint: Expression | None = None
    constraint_message: Wording | None = None
    calculation: Expression | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    purpose: Purpose | None = None
    no_message: Wording | None = None
    instrument: str | None = None
    attempts: int = 3
    default: Value | Expression | None = None
    choice_filter: Expression | None = None
    randomize: bool = False
    seed: Expression | None = None
    headings: tuple[str, ...] = ()
    is_heading: bool = False
    names: tuple[tuple[str, str], ...] = ()
    sms: Wording | None = None
    audio: PerLanguage = ()
    template: PerLanguage = ()
    instrument_changed: str | None = None
    line: int = 0

    @property
    def takes_answer(self) -> bool:
        """Whether the conversation waits here for the participant."""
        return self.kind not in (Kind.NOTE, Kind.CALCULATE)

    @property
    def is_yes_no(self) -> bool:
        """Whether the options are yes and no, so that words for them are understood too."""
        return {choice.name for choice in self.choices} == {"yes", "no"}

    @property
    def numbered_by_value(self) -> bool:
        """Whether options are numbered by their codes, as in scales whose codes are the score."""
        return bool(self.choices) and all(choice.name.isdecimal() for choice in self.choices)

    def number_of(self, choice: Choice) -> int:
        """The number that a participant types for an option."""
        return int(choice.name) if self.numbered_by_value else self.choices.index(choice) + 1

    def wordings(self) -> Iterator[Wording]:
        """Every text of this question that a participant may see, options included."""
        for wording in (self.label, self.hint, self.constraint_message, self.no_message):
            if wording is not None:
                yield wording
        for choice in self.choices:
            yield choice.label

    def short_wordings(self) -> Iterator[Wording]:
        """Shorter texts that stand in for others where there is a translation of them."""
        if self.sms is not None:
            yield self.sms
        for choice in self.choices:
            if choice.button is not None:
                yield choice.button


@dataclass(frozen=True, slots=True)
class Score:
    """How one score is computed from an instrument's items. All items must be answered.

    Attributes:
        name: the column that the score is exported as.
        items: names of the questions that are added up.
        multiply: factor on the sum.
        table: raw sum -> metric value, for instruments with a published conversion.
        bands: (highest value, label), in rising order.
    """

    name: str
    items: tuple[str, ...]
    multiply: int = 1
    table: tuple[tuple[int, float], ...] = ()
    bands: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A validated scale: exact wording, licence, citation and published scoring."""

    name: str
    title: str
    citation: str
    licence: str
    open: bool
    questions: tuple[Question, ...]
    scores: tuple[Score, ...]
    meaningful_change: float | None = None


@dataclass(frozen=True)
class Survey:
    """A script: questions in order, and the instruments they come from.

    `default_language` is the one a conversation begins in; `source_language` the one that the texts
    are written in, of which every other one is a translation.
    """

    form_id: str
    version: str
    title: str
    default_language: str
    questions: tuple[Question, ...]
    instruments: tuple[Instrument, ...] = ()
    source_language: str = SOURCE

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """Question name -> question."""
        return {question.name: question for question in self.questions}

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Question name -> place in the script, from 0."""
        return {question.name: place for place, question in enumerate(self.questions)}

    @cached_property
    def labels(self) -> Mapping[tuple[str, str], Wording]:
        """(question name, option code) -> the option's label."""
        return {
            (question.name, choice.name): choice.label
            for question in self.questions
            for choice in question.choices
        }

    @property
    def scores(self) -> tuple[Score, ...]:
        """Every score that this survey's questions can give."""
        asked = self.by_name.keys()
        found = (score for instrument in self.instruments for score in instrument.scores)
        return tuple(score for score in found if asked >= set(score.items))

    def wordings(self) -> tuple[Wording, ...]:
        """Every text of the survey that a participant may see, each once, in order."""
        seen = dict.fromkeys(w for question in self.questions for w in question.wordings())
        return tuple(seen)

    def short_wordings(self) -> tuple[Wording, ...]:
        """Every text that may stand in for a longer one; a language can do without them."""
        return tuple(dict.fromkeys(w for q in self.questions for w in q.short_wordings()))

    @cached_property
    def digest(self) -> str:
        """Changes whenever a question, an option, a condition or a word does."""
        return digest(*(repr(_without_line(question)) for question in self.questions))


def _without_line(question: Question) -> tuple[object, ...]:
    """A question without its line number: a blank line above it changes no meaning."""
    return tuple(getattr(question, name) for name in question.__slots__ if name != "line")
