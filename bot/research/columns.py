"""The columns of response sets: what each is called, what it holds, and what it means in each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.research.levels import Contents
from flows.language import Language, Untranslated
from flows.survey import SEVERAL, Kind, Question, Score, Survey
from flows.wording import Wording

Texts = Mapping[str, str]
"""Language code -> text; a language that is not there has no translation."""


class Type(StrEnum):
    """What the cells of a column are. A CODE is an option's stable code, or a missing code."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    CODE = "code"
    DAY = "day"
    MOMENT = "moment"


class Measure(StrEnum):
    """SPSS's levels of measurement."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Part(StrEnum):
    """Which part of a conversation a column tells."""

    RUN = "conversation"
    VALUE = "answer"
    INDICATOR = "option"
    RAW = "typed"
    AT = "answered"
    SCORE = "score"
    BAND = "band"


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its stable code, and the number that stands for it where only numbers have labels."""

    code: str
    number: int
    labels: Texts


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its heading, unique in the table.
        titles: what it means.
        options: the values that have labels.
        question: the question it comes from.
        option: the code of the option that an indicator stands for.
        missing: whether missing codes stand in it.
    """

    name: str
    type: Type
    titles: Texts
    measure: Measure = Measure.NOMINAL
    part: Part = Part.RUN
    options: tuple[Option, ...] = ()
    question: str | None = None
    option: str | None = None
    missing: bool = False


@dataclass(frozen=True)
class Edition:
    """A frozen version of a survey, and the languages it can be read in."""

    survey: Survey
    name: str
    languages: Mapping[str, Language]

    def texts(self, wording: Wording | None) -> dict[str, str]:
        """A wording in every language that has it, the source's own first."""
        if wording is None:
            return {}
        found = {wording.language: wording.source}
        for code, language in self.languages.items():
            try:
                found[code] = language.text(wording)
            except Untranslated:
                continue
        return found


@dataclass(frozen=True, slots=True)
class Merged:
    """A question over all versions: the newest version's form, every option there ever was."""

    question: Question
    labels: Texts
    hints: Texts
    options: tuple[Option, ...]
    editions: tuple[str, ...]

    @property
    def name(self) -> str:
        """The question's stable name."""
        return self.question.name


def merge(editions: Iterable[Edition]) -> list[Merged]:
    """The questions that take answers, merged by name, in order of first appearance; oldest first."""
    found: dict[str, list[tuple[Edition, Question]]] = {}
    for edition in editions:
        for question in edition.survey.questions:
            if question.kind is not Kind.NOTE:
                found.setdefault(question.name, []).append((edition, question))
    return [_merged(uses) for uses in found.values()]


def _merged(uses: Sequence[tuple[Edition, Question]]) -> Merged:
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    for edition, question in uses:
        labels |= edition.texts(question.label)
        hints |= edition.texts(question.hint)
        for choice in question.choices:
            options.setdefault(choice.name, {}).update(edition.texts(choice.label))
    return Merged(
        question=uses[-1][1],
        labels=labels,
        hints=hints,
        options=_numbered(options),
        editions=tuple(dict.fromkeys(edition.name for edition, _ in uses)),
    )


def _numbered(options: Mapping[str, Texts]) -> tuple[Option, ...]:
    """Codes that are whole numbers stand for themselves; others are counted, oldest first."""
    plain = all(_is_plain(code) for code in options)
    return tuple(
        Option(code, int(code) if plain else place, labels)
        for place, (code, labels) in enumerate(options.items(), 1)
    )


def _is_plain(code: str) -> bool:
    return code.isascii() and code.isdecimal() and str(int(code)) == code and len(code) < 10


def by_number(options: Sequence[Option]) -> bool:
    """Whether the codes of these options are themselves numbers."""
    return bool(options) and all(option.code == str(option.number) for option in options)


def english(text: str) -> Texts:
    """A heading of ours: codebooks explain the house's own columns in English."""
    return {"en": text}


_RUN: Mapping[str, tuple[Type, str]] = {
    "pseudonym": (Type.TEXT, "Pseudonym of the participant"),
    "campaign": (Type.TEXT, "Campaign"),
    "wave": (Type.INTEGER, "Wave (1: asked for the first time)"),
    "follows": (Type.TEXT, "Campaign before this one"),
    "survey": (Type.TEXT, "Survey"),
    "survey_version": (Type.TEXT, "Survey version + digest of its words"),
    "conversation": (Type.INTEGER, "Number of the conversation"),
    "channel": (Type.TEXT, "Channel: sms, whatsapp"),
    "mode": (Type.TEXT, "Mode: self, assisted, audio"),
    "conversation_language": (Type.TEXT, "Language the conversation ended in"),
    "started": (Type.MOMENT, "Beginning of the conversation (UTC)"),
    "finished": (Type.MOMENT, "End of the conversation (UTC)"),
    "outcome": (
        Type.TEXT,
        "How the conversation ended",
    ),
}
RUN_COLUMNS = tuple(_RUN)

_ANSWER: Mapping[str, tuple[Type, str]] = {
    "question": (Type.TEXT, "Name of the question or score"),
    "kind": (Type.TEXT, "Kind of question (XLSForm), or score"),
    "raw": (Type.TEXT, "What was typed"),
    "value": (Type.TEXT, "What was read: code, number, text"),
    "number": (Type.NUMBER, "The value where it is a number"),
    "code": (Type.TEXT, "The value, or the code for none"),
    "label": (Type.TEXT, "Label of the value"),
    "missing": (Type.TEXT, "Why there is no value"),
    "how": (Type.TEXT, "The rule the reply was read by"),
    "language_asked": (Type.TEXT, "Language of the message that asked"),
    "language_answered": (Type.TEXT, "Language the reply was read in"),
    "wording": (Type.TEXT, "Digest of the very words (codebook)"),
    "delivery": (Type.TEXT, "What became of the message that asked"),
    "asked_at": (Type.MOMENT, "When it was asked (UTC)"),
    "answered_at": (Type.MOMENT, "When it was answered (UTC)"),
    "late": (Type.INTEGER, "1: answered after the campaign had ended"),
}
ANSWER_COLUMNS = tuple(_ANSWER)


def run_columns(contents: Contents, *, weights: bool) -> Iterator[Column]:
    """What every row begins with."""
    for name, (kind, title) in _RUN.items():
        measure = Measure.SCALE if kind is Type.MOMENT else Measure.NOMINAL
        yield Column(name, _time(kind, contents), english(title), measure)
    if weights:
        yield Column("weight", Type.NUMBER, english("Weight, as supplied"), Measure.SCALE)


def long_columns(contents: Contents, *, weights: bool) -> list[Column]:
    """The columns of a row an answer."""
    columns = list(run_columns(contents, weights=weights))
    for name, (kind, title) in _ANSWER.items():
        if name != "raw" or contents.raw:
            scale = kind in (Type.NUMBER, Type.MOMENT)
            measure = Measure.SCALE if scale else Measure.NOMINAL
            columns.append(Column(name, _time(kind, contents), english(title), measure, Part.VALUE))
    return columns


def _time(kind: Type, contents: Contents) -> Type:
    return Type.DAY if kind is Type.MOMENT and not contents.moments else kind


def wide_columns(
    questions: Sequence[Merged], scores: Sequence[Score], contents: Contents, *, weights: bool
) -> list[Column]:
    """The columns of a row a conversation; headings that would be there twice get a number."""
    columns = list(run_columns(contents, weights=weights))
    for merged in questions:
        columns += _question_columns(merged, contents)
    for score in scores:
        title, items = english(f"Score {score.name}"), f"Category of {score.name}"
        columns.append(Column(score.name, Type.NUMBER, title, Measure.SCALE, Part.SCORE))
        band = Column(f"{score.name}_band", Type.TEXT, english(items), Measure.ORDINAL, Part.BAND)
        columns.append(band)
    return list(_unique(columns))


def _question_columns(merged: Merged, contents: Contents) -> Iterator[Column]:
    name, kind = merged.name, merged.question.kind
    yield Column(
        name, _type_of(merged), merged.labels, _measure_of(merged), Part.VALUE,
        merged.options if kind is Kind.SELECT_ONE else (), name, missing=True,
    )  # fmt: skip
    for option in merged.options if kind in SEVERAL else ():
        titles = {
            code: f"{option.labels[code]}: {merged.labels.get(code, name)}"
            for code in option.labels
        }
        yield Column(
            f"{name}__{option.code}", Type.INTEGER, titles,
            Measure.ORDINAL if kind is Kind.RANK else Measure.NOMINAL, Part.INDICATOR,
            () if kind is Kind.RANK else _CHOSEN, name, option.code, missing=True,
        )  # fmt: skip
    if contents.raw:
        yield Column(f"{name}_raw", Type.TEXT, _of(merged, "typed"), part=Part.RAW, question=name)
    yield Column(
        f"{name}_at", _time(Type.MOMENT, contents), _of(merged, "when (UTC)"), Measure.SCALE,
        Part.AT, question=name,
    )  # fmt: skip


_CHOSEN = (Option("0", 0, english("not chosen")), Option("1", 1, english("chosen")))


def _of(merged: Merged, what: str) -> Texts:
    return english(f"{merged.name}: {what}")


def _type_of(merged: Merged) -> Type:
    match merged.question.kind:
        case Kind.SELECT_ONE if merged.options:
            return Type.CODE
        case Kind.INTEGER:
            return Type.INTEGER
        case Kind.DECIMAL:
            return Type.NUMBER
        case _:
            return Type.TEXT


def _measure_of(merged: Merged) -> Measure:
    if merged.question.kind in (Kind.INTEGER, Kind.DECIMAL):
        return Measure.SCALE
    numbers = merged.question.kind is Kind.SELECT_ONE and by_number(merged.options)
    return Measure.ORDINAL if numbers else Measure.NOMINAL


def _unique(columns: Iterable[Column]) -> Iterator[Column]:
    used: set[str] = set()
    for column in columns:
        name, number = column.name, 2
        while name in used:
            name, number = f"{column.name}_{number}", number + 1
        used.add(name)
        yield column if name == column.name else replace(column, name=name)
