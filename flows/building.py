"""One survey from one form, whatever the form was read from: every problem is found in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import regex

from flows.cells import Reader
from flows.lists import Lists
from flows.rows import LANGUAGES, Block, Cells, Form, Report, blocks
from flows.survey import SELECTS, Choice, Instrument, Kind, Question, Survey
from flows.wording import SOURCE, Wording

NAME = regex.compile(r"[\p{L}_][\p{L}\p{M}\p{N}_.-]{0,99}")
MOST_ROUNDS = 50
MOST_QUESTIONS = 2000
SETTINGS = ("form_id", "form_title", "version", "default_language", "source_language")
COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "default",
    "parameters",
    "repeat_count",
    "purpose",
    "no_message",
    "other_label",
    "or_other_label",
    "sms",
    "media::audio",
    "template",
    "max_retries",
    "items",
    "instrument_changed",
)
"""The columns of a survey's rows, in the order they are written in."""

SAY_WHICH = "Please say what, in your own words."
_OR_OTHER = " or_other"


@dataclass(frozen=True)
class Place:
    """Where in the tree of groups and repeats a row stands.

    Attributes:
        relevant: the conditions of the groups around it.
        headings: names of the notes that carry those groups' labels.
        names: name in the rows -> name of the question in this round of the repeats around it.
        suffix: what this round adds to a name.
    """

    relevant: tuple[Any, ...] = ()
    headings: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


class Builder:
    """Makes the questions of one form and collects what is wrong with it."""

    def __init__(self, form: Form, owner: str, language: str = SOURCE) -> None:
        self.form, self.owner, self.language = form, owner, language
        self.report = Report(form.source)
        self.lists = Lists(self.report, owner, language)
        self.read = Reader(self.report)

    def wording(self, row: Cells, column: str, name: str, *, part: str = "") -> Wording | None:
        """A text of the row, named after the question it belongs to."""
        text = row.get(column)
        if text is None:
            return None
        return Wording(f"{self.owner}/{name}{part}", str(text).strip(), self.language)

    def question(self, row: Cells, place: Place = Place()) -> Question | None:
        """One row as a question, or None after its problems were reported."""
        before = len(self.report.problems)
        name = str(row.get("name", ""))
        self._check_row(row, name)
        kind, list_name = self._kind(row, name)
        choices: tuple[Choice, ...] = ()
        if list_name is not None and list_name != LANGUAGES:
            choices = self.lists.of(row, name, list_name, or_other=self.has_other(row))
        read, names = self.read, place.names
        own = read.expression(row, "relevant", name, names)
        constraint = read.expression(row, "constraint", name, names)
        calculation = read.expression(row, "calculation", name, names)
        randomize, seed = read.order(row, name, kind, names)
        default = read.default(row, name, kind, choices, names)
        choice_filter = self.lists.filter(row, name, list_name, names)
        minimum, maximum = read.bounds(constraint)
        if kind is Kind.CALCULATE and row.get("calculation") is None:
            self.report.add(row, name, "a `calculate` row needs a `calculation`", column="type")
        if kind is not Kind.CALCULATE and row.get("label") is None:
            self.report.add(row, name, "a question needs a `label`", column="label")
        if len(self.report.problems) > before or kind is None:
            return None
        return Question(
            name=names.get(name, name),
            kind=kind,
            label=self.wording(row, "label", name),
            hint=self.wording(row, "hint", name),
            choices=choices,
            list_name=list_name,
            required=read.truth(row, "required"),
            relevant=place.relevant if own is None else (*place.relevant, own),
            constraint=constraint,
            constraint_message=self.wording(row, "constraint_message", name),
            calculation=calculation,
            minimum=minimum,
            maximum=maximum,
            purpose=read.purpose(row),
            no_message=self.wording(row, "no_message", name),
            attempts=read.attempts(row),
            default=default,
            choice_filter=choice_filter,
            randomize=randomize,
            seed=seed,
            headings=place.headings,
            names=tuple(names.items()),
            sms=self.wording(row, "sms", name, part="/sms"),
            audio=read.per_language(row, "media::audio", self.language),
            template=read.per_language(row, "template", self.language),
            instrument_changed=row.get("instrument_changed"),
            line=row.line,
        )

    def _check_row(self, row: Cells, name: str) -> None:
        if not NAME.fullmatch(name):
            message = "a row needs a `name` of letters, digits, _ and -"
            self.report.add(row, name, message, column="name")
        for unknown in sorted(set(row) - set(COLUMNS)):
            self.report.add(row, name, f"`{unknown}` is not a column of a survey", column=unknown)
        self.read.check_gate(row, name)

    @staticmethod
    def has_other(row: Cells) -> bool:
        """Whether the row asks for an option `other` with a question about it."""
        return str(row.get("type", "")).endswith(_OR_OTHER)

    def _kind(self, row: Cells, name: str) -> tuple[Kind | None, str | None]:
        kind_name, _, list_name = str(row.get("type", "")).removesuffix(_OR_OTHER).partition(" ")
        try:
            kind = Kind(kind_name)
        except ValueError:
            known = ", ".join(Kind)
            message = f"`{kind_name}` is not a type; the types are {known}"
            self.report.add(row, name, message, column="type", rule="unknown-type")
            return None, None
        return kind, list_name if kind in SELECTS else None


def build_survey(form: Form, instruments: Mapping[str, Instrument]) -> Survey:
    """The survey of a form.

    Args:
        form: the rows.
        instruments: name -> instrument, for `type: instrument NAME` rows.

    Raises:
        SurveyError: with every problem of the form.
    """
    settings = form.settings
    owner = str(settings.get("form_id", ""))
    language = str(settings.get("source_language", SOURCE))
    builder = Builder(form, owner, language)
    report = builder.report
    if not NAME.fullmatch(owner):
        place = settings if settings.line else Cells().placed(settings)
        place.line = place.line or form.line
        report.add(place, None, "`settings` needs a `form_id` of letters, digits, _ and -")
    for unknown in sorted(set(settings) - set(SETTINGS)):
        report.add(settings, None, f"`{unknown}` is not a setting", column=unknown)
    builder.lists.read(form.choices, form.survey)
    used: dict[str, Instrument] = {}
    walk = _Walk(builder, instruments, used)
    questions = list(walk.questions(blocks(form.survey, report), Place()))
    if not report.problems:
        first = Cells().placed(form.survey[0] if form.survey else settings)
        first.line = first.line if form.survey else form.line
        if not questions:
            report.add(first, None, "`survey` has no questions")
        if len(questions) > MOST_QUESTIONS:
            many = (
                f"{len(questions)} questions are more than the {MOST_QUESTIONS} of a conversation"
            )
            report.add(first, None, many)
    check_names(builder, questions, walk.rows)
    report.check()
    return Survey(
        form_id=owner,
        version=str(settings.get("version", "1")),
        title=str(settings.get("form_title", owner)),
        default_language=str(settings.get("default_language", language)),
        questions=tuple(questions),
        instruments=tuple(used.values()),
        source_language=language,
    )


@dataclass
class _Walk:
    """Goes through the tree of rows: groups are dissolved into what stands in them, repeats unrolled."""

    builder: Builder
    instruments: Mapping[str, Instrument]
    used: dict[str, Instrument]
    rows: dict[str, Cells] = field(default_factory=dict)

    def questions(self, nodes: Sequence[Cells | Block], place: Place) -> Iterator[Question]:
        for node in nodes:
            if isinstance(node, Block):
                yield from self._block(node, place)
            elif str(node.get("type", "")).startswith("instrument "):
                yield from self._instrument(node, place)
            else:
                yield from self._question(node, place)

    def _question(self, row: Cells, place: Place) -> Iterator[Question]:
        question = self.builder.question(row, place)
        if question is None:
            return
        self.rows[question.name] = row
        yield question
        if self.builder.has_other(row):
            other = self._other(row, question, place)
            self.rows[other.name] = row
            yield other

    def _other(self, row: Cells, question: Question, place: Place) -> Question:
        """The question about the option `other`, for those who choose it."""
        asked = self.builder.read.compiled(f"selected(${{{question.name}}}, 'other')")
        name = f"{row['name']}_other"
        label = self.builder.wording(row, "or_other_label", name)
        context = f"{self.builder.owner}/{name}"
        return Question(
            name=place.names.get(name, name),
            kind=Kind.TEXT,
            label=label or Wording(context, SAY_WHICH, self.builder.language),
            relevant=(*place.relevant, asked),
            headings=place.headings,
            names=question.names,
            line=row.line,
        )

    def _block(self, block: Block, place: Place) -> Iterator[Question]:
        row, builder = block.row, self.builder
        name = str(row.get("name", ""))
        own = builder.read.expression(row, "relevant", name, place.names)
        around = replace(place, relevant=(*place.relevant, own)) if own else place
        unknown = set(row) - {"type", "name", "label", "relevant", "repeat_count"}
        for column in sorted(unknown):
            message = f"`{column}` does nothing on a `begin_{block.kind}` row"
            builder.report.add(row, name, message, column=column)
        if block.kind == "group":
            yield from self._headed(block, around, name)
            return
        inside = set(_names(block.children))
        for number in range(1, self._rounds(row, name) + 1):
            suffix = f"{place.suffix}_{number}"
            names = {**place.names, **{inner: f"{inner}{suffix}" for inner in inside}}
            yield from self._headed(block, replace(around, names=names, suffix=suffix), name)

    def _headed(self, block: Block, place: Place, name: str) -> Iterator[Question]:
        """What stands in a group, after the note that its label is."""
        label = self.builder.wording(block.row, "label", name)
        if label is None:
            yield from self.questions(block.children, place)
            return
        if not NAME.fullmatch(name):
            message = (
                f"a `begin_{block.kind}` with a label needs a `name` of letters, digits, _ and -"
            )
            self.builder.report.add(block.row, name, message, column="name")
        heading = Question(
            name=f"{name}_label{place.suffix}",
            kind=Kind.NOTE,
            label=label,
            is_heading=True,
            names=tuple(place.names.items()),
            line=block.row.line,
        )
        self.rows[heading.name] = block.row
        yield heading
        headings = (*place.headings, heading.name)
        yield from self.questions(block.children, replace(place, headings=headings))

    def _rounds(self, row: Cells, name: str) -> int:
        text = str(row.get("repeat_count", "")).strip()
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_ROUNDS:
            return int(text)
        message = f"a repeat needs a `repeat_count` from 1 to {MOST_ROUNDS}: how often it is asked"
        if text:
            message += f", not `{text}`"
        self.builder.report.add(row, name, message, column="repeat_count")
        return 1  # so that what stands in it is checked too

    def _instrument(self, row: Cells, place: Place) -> list[Question]:
        builder = self.builder
        name = str(row["type"]).partition(" ")[2].strip()
        instrument = self.instruments.get(name)
        for unknown in sorted(set(row) - {"type", "name", "relevant", "items"}):
            message = f"`{unknown}` does nothing on an `instrument` row"
            builder.report.add(row, name, message, column=unknown)
        if instrument is None:
            known = ", ".join(sorted(self.instruments))
            message = f"there is no instrument `{name}`; there are {known}"
            builder.report.add(row, name, message, column="type", rule="unknown-instrument")
            return []
        if not instrument.open:
            message = f"the licence of {instrument.title} is closed: {instrument.licence}"
            builder.report.add(row, name, message, column="type", rule="instrument-closed")
            return []
        if place.suffix:
            builder.report.add(row, name, "an instrument can not stand in a repeat", column="type")
        own = builder.read.expression(row, "relevant", name, place.names)
        relevant = (*place.relevant, own) if own else place.relevant
        items = str(row.get("items", "")).split()
        for item in items:
            if item not in {question.name for question in instrument.questions}:
                message = f"{instrument.title} has no item `{item}`"
                builder.report.add(row, name, message, column="items", rule="unknown-instrument")
        self.used[name] = instrument
        found = [
            replace(
                question,
                relevant=relevant + question.relevant,
                headings=place.headings,
                line=row.line,
            )
            for question in instrument.questions
            if not items or question.name in items
        ]
        self.rows.update((question.name, row) for question in found)
        return found


def _names(nodes: Sequence[Cells | Block]) -> Iterator[str]:
    """The names of the questions in a part of the tree, without those in instruments."""
    for node in nodes:
        if isinstance(node, Block):
            yield from _names(node.children)
        elif not str(node.get("type", "")).startswith("instrument "):
            name = str(node.get("name", ""))
            yield name
            if Builder.has_other(node):
                yield f"{name}_other"


def check_names(builder: Builder, questions: Sequence[Question], rows: Mapping[str, Cells]) -> None:
    """Names are unique, and an expression only looks at what was asked before it."""
    seen: set[str] = set()
    for question in questions:
        row = rows[question.name]
        if question.name in seen:
            message = "this name stands here twice"
            builder.report.add(row, question.name, message, column="name", rule="duplicate-code")
        for expression in question.relevant:
            _look(builder, row, question, "relevant", expression, seen)
        for column in ("choice_filter", "default", "seed"):
            place = "parameters" if column == "seed" else column
            _look(builder, row, question, place, getattr(question, column), seen)
        seen.add(question.name)
        for column in ("constraint", "calculation"):
            _look(builder, row, question, column, getattr(question, column), seen)


def _look(
    builder: Builder, row: Cells, question: Question, column: str, value: Any, seen: set[str]
) -> None:
    for reference in sorted(getattr(value, "references", frozenset()) - seen):
        message = f"`{value.source}` looks at `{reference}`, which is not asked before it"
        builder.report.add(row, question.name, message, column=column, rule="reference")
