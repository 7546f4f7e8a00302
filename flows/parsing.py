"""Survey and instrument files: YAML in XLSForm's words, made into values.

Three keys, after XLSForm's three sheets: `settings`, `survey` (a list of rows) and `choices` (lists of
options by name). `type: instrument who5` stands for the instrument's own rows, or those in `items`.
Every problem of a file is found in one pass and names the file, the line and the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import regex
import yaml

from flows.expressions import Expression, ExpressionError, compile_expression
from flows.survey import Choice, Instrument, Kind, Purpose, Question, Score, Survey
from flows.wording import Wording

LANGUAGES = "languages"
"""The choice list of a language menu: filled in by the languages that a conversation is offered."""

_NAME = regex.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_BOUND = regex.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_CELLS = frozenset(
    [
        "type",
        "name",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "calculation",
        "purpose",
        "no_message",
        "max_retries",
        "items",
    ]
)
_SETTINGS = frozenset(["form_id", "form_title", "version", "default_language"])
_SCORE_KEYS = frozenset(["name", "items", "multiply", "table", "bands"])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a survey, and where."""

    source: str
    line: int
    question: str | None
    message: str

    def __str__(self) -> str:
        about = f" ({self.question})" if self.question else ""
        return f"{self.source}:{self.line}{about}: {self.message}"


class SurveyError(ValueError):
    """A survey or instrument file that can not be used; `problems` lists every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Cells(dict[str, Any]):
    """A YAML mapping that remembers the line it started on."""

    line = 0


class _Loader(yaml.SafeLoader):
    """Safe YAML in which every mapping knows its line and a repeated key is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = True) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key `{key}` stands here twice", key_node.start_mark
                )
            seen.add(key)
        cells = Cells({str(k): v for k, v in super().construct_mapping(node, deep=True).items()})
        cells.line = node.start_mark.line + 1
        return cells

    def construct_cells(self, node: yaml.MappingNode) -> Any:
        return self.construct_mapping(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_cells)


@dataclass
class _Builder:
    """Collects the problems of one file while its rows are made into questions."""

    source: str
    owner: str
    problems: list[Problem] = field(default_factory=list)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def report(self, line: int, question: str | None, message: str) -> None:
        self.problems.append(Problem(self.source, line, question, message))

    def check(self) -> None:
        if self.problems:
            raise SurveyError(sorted(self.problems, key=lambda problem: problem.line))

    def read_lists(self, lists: Any, line: int) -> None:
        if not isinstance(lists, dict):
            self.report(line, None, "`choices` must be lists of options by name")
            return
        for list_name, rows in lists.items():
            seen: dict[str, Choice] = {}
            for row in rows_of(rows):
                name, label = str(row.get("name", "")), row.get("label")
                if not name or label is None or set(row) - {"name", "label"}:
                    self.report(row.line, list_name, "an option has a `name` and a `label`")
                elif name in seen:
                    self.report(row.line, list_name, f"the option `{name}` stands here twice")
                else:
                    context = f"{self.owner}/{list_name}/{name}"
                    seen[name] = Choice(name, Wording(context, str(label).strip()))
            self.lists[str(list_name)] = tuple(seen.values())

    def question(self, row: Cells, relevant: tuple[Expression, ...]) -> Question | None:
        """One row as a question, or None after its problems were reported."""
        before = len(self.problems)
        name = str(row.get("name", ""))
        if not _NAME.fullmatch(name):
            self.report(row.line, name or None, "a row needs a `name` of letters, digits, _ and -")
        for unknown in sorted(set(row) - _CELLS):
            self.report(row.line, name, f"`{unknown}` is not a column of a survey")
        kind, choices, list_name = self._kind(row, name)
        purpose = self._purpose(row, name)
        own = self.expression(row, "relevant", name)
        constraint = self.expression(row, "constraint", name)
        calculation = self.expression(row, "calculation", name)
        if kind is Kind.CALCULATE and calculation is None:
            self.report(row.line, name, "a `calculate` row needs a `calculation`")
        if kind is not Kind.CALCULATE and row.get("label") is None:
            self.report(row.line, name, "a question needs a `label`")
        minimum, maximum = bounds(constraint)
        if len(self.problems) > before or kind is None:
            return None
        return Question(
            name=name,
            kind=kind,
            label=self._wording(row, "label", name),
            hint=self._wording(row, "hint", name),
            choices=choices,
            list_name=list_name,
            required=row.get("required") in (True, "yes", "true()"),
            relevant=relevant if own is None else (*relevant, own),
            constraint=constraint,
            constraint_message=self._wording(row, "constraint_message", name),
            calculation=calculation,
            minimum=minimum,
            maximum=maximum,
            purpose=purpose,
            no_message=self._wording(row, "no_message", name),
            attempts=int(row.get("max_retries", 3)),
            line=row.line,
        )

    def _kind(self, row: Cells, name: str) -> tuple[Kind | None, tuple[Choice, ...], str | None]:
        kind_name, _, list_name = str(row.get("type", "")).partition(" ")
        try:
            kind = Kind(kind_name)
        except ValueError:
            known = ", ".join(Kind)
            self.report(row.line, name, f"`{kind_name}` is not a type; the types are {known}")
            return None, (), None
        if kind not in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE):
            return kind, (), None
        if list_name == LANGUAGES:
            return kind, (), list_name
        if not self.lists.get(list_name):
            self.report(row.line, name, f"there is no list `{list_name}` under `choices`")
        return kind, self.lists.get(list_name, ()), list_name

    def _purpose(self, row: Cells, name: str) -> Purpose | None:
        if "purpose" not in row:
            return None
        try:
            return Purpose(row["purpose"])
        except ValueError:
            known = ", ".join(Purpose)
            self.report(row.line, name, f"`purpose` is one of {known}")
            return None

    def expression(self, row: Cells, column: str, name: str) -> Expression | None:
        if row.get(column) is None:
            return None
        try:
            return compile_expression(str(row[column]))
        except ExpressionError as error:
            self.report(row.line, name, f"`{column}`: {error}")
            return None

    def _wording(self, row: Cells, column: str, name: str) -> Wording | None:
        text = row.get(column)
        return None if text is None else Wording(f"{self.owner}/{name}", str(text).strip())


def bounds(constraint: Expression | None) -> tuple[int | float | None, int | float | None]:
    """The lowest and highest number that a constraint of the form `. >= 0 and . <= 10` lets through."""
    low: int | float | None = None
    high: int | float | None = None
    if constraint is None or regex.search(r"\bor\b|\bnot\b|\$\{", constraint.source):
        return low, high
    for sign, digits in _BOUND.findall(constraint.source):
        number = float(digits) if "." in digits else int(digits)
        # A strict bound stays with the constraint itself, which is checked after reading.
        if sign.startswith(">"):
            low = number if sign == ">=" else low
        else:
            high = number if sign == "<=" else high
    return low, high


def rows_of(value: Any) -> list[Cells]:
    """The rows of a sheet; anything that is not a row is not there."""
    return [row for row in value if isinstance(row, Cells)] if isinstance(value, list) else []


def load_document(text: str, source: str) -> Cells:
    """A file's YAML, every mapping with its line; raises SurveyError."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SurveyError([Problem(source, line, None, str(error.problem))]) from error
    except yaml.YAMLError as error:
        raise SurveyError([Problem(source, 1, None, str(error))]) from error
    if not isinstance(document, Cells):
        raise SurveyError([Problem(source, 1, None, "a survey has `settings` and `survey`")])
    return document


def parse_survey(text: str, *, source: str, instruments: Mapping[str, Instrument]) -> Survey:
    """A survey from its YAML text.

    Args:
        text: the file's content.
        source: the file's name, for messages.
        instruments: name -> instrument, for `type: instrument NAME` rows.

    Raises:
        SurveyError: with every problem of the file.
    """
    document = load_document(text, source)
    settings = document.get("settings")
    settings = settings if isinstance(settings, Cells) else Cells()
    builder = _Builder(source, owner=str(settings.get("form_id", "")))
    if not _NAME.fullmatch(builder.owner):
        builder.report(
            document.line, None, "`settings` needs a `form_id` of letters, digits, _ and -"
        )
    for unknown in sorted(set(settings) - _SETTINGS):
        builder.report(settings.line, None, f"`{unknown}` is not a setting")
    for unknown in sorted(set(document) - {"settings", "survey", "choices"}):
        builder.report(document.line, None, f"`{unknown}` is not one of settings, survey, choices")
    builder.read_lists(document.get("choices") or {}, document.line)
    used: dict[str, Instrument] = {}
    questions = _questions(builder, rows_of(document.get("survey")), instruments, used)
    if not questions and not builder.problems:
        builder.report(document.line, None, "`survey` has no questions")
    _check_names(builder, questions)
    builder.check()
    return Survey(
        form_id=builder.owner,
        version=str(settings.get("version", "1")),
        title=str(settings.get("form_title", builder.owner)),
        default_language=str(settings.get("default_language", "en")),
        questions=tuple(questions),
        instruments=tuple(used.values()),
    )


def _questions(
    builder: _Builder,
    rows: Sequence[Cells],
    instruments: Mapping[str, Instrument],
    used: dict[str, Instrument],
) -> list[Question]:
    """The rows in order, groups dissolved into the `relevant` of what stands in them."""
    questions: list[Question] = []
    groups: list[tuple[Cells, tuple[Expression, ...]]] = []
    for row in rows:
        relevant = groups[-1][1] if groups else ()
        kind = str(row.get("type", "")).replace(" ", "_", 1)
        if kind == "begin_group":
            own = builder.expression(row, "relevant", str(row.get("name", "")))
            groups.append((row, (*relevant, own) if own else relevant))
        elif kind == "end_group":
            if groups:
                groups.pop()
            else:
                builder.report(row.line, None, "`end_group` without a `begin_group` before it")
        elif kind.startswith("instrument_"):
            questions += _instrument_rows(builder, row, relevant, instruments, used)
        elif (question := builder.question(row, relevant)) is not None:
            questions.append(question)
    for row, _ in groups:
        builder.report(row.line, row.get("name"), "`begin_group` without an `end_group` after it")
    return questions


def _instrument_rows(
    builder: _Builder,
    row: Cells,
    relevant: tuple[Expression, ...],
    instruments: Mapping[str, Instrument],
    used: dict[str, Instrument],
) -> list[Question]:
    name = str(row["type"]).partition(" ")[2]
    instrument = instruments.get(name)
    if instrument is None:
        known = ", ".join(sorted(instruments))
        builder.report(row.line, name, f"there is no instrument `{name}`; there are {known}")
        return []
    if not instrument.open:
        builder.report(
            row.line, name, f"the licence of {instrument.title} is closed: {instrument.licence}"
        )
        return []
    own = builder.expression(row, "relevant", name)
    relevant = (*relevant, own) if own else relevant
    items = str(row.get("items", "")).split()
    for item in items:
        if item not in {question.name for question in instrument.questions}:
            builder.report(row.line, name, f"{instrument.title} has no item `{item}`")
    used[name] = instrument
    return [
        replace(question, relevant=relevant + question.relevant, line=row.line)
        for question in instrument.questions
        if not items or question.name in items
    ]


def _check_names(builder: _Builder, questions: Sequence[Question]) -> None:
    """Names are unique, and an expression only looks at what was asked before it."""
    seen: set[str] = set()
    for question in questions:
        if question.name in seen:
            builder.report(question.line, question.name, "this name stands here twice")
        for expression in question.relevant:
            _check_references(builder, question, expression, seen)
        seen.add(question.name)
        for own in (question.constraint, question.calculation):
            if own is not None:
                _check_references(builder, question, own, seen)


def _check_references(
    builder: _Builder, question: Question, expression: Expression, seen: set[str]
) -> None:
    for reference in sorted(expression.references - seen):
        message = f"`{expression.source}` looks at `{reference}`, which is not asked before it"
        builder.report(question.line, question.name, message)


def parse_instrument(text: str, *, source: str) -> Instrument:
    """An instrument from its YAML text; raises SurveyError with every problem of the file."""
    document = load_document(text, source)
    name = str(document.get("instrument", ""))
    builder = _Builder(source, owner=name)
    for key in ("instrument", "title", "citation", "licence"):
        if not document.get(key):
            builder.report(document.line, None, f"an instrument needs `{key}`")
    builder.read_lists(document.get("choices") or {}, document.line)
    rows = rows_of(document.get("survey"))
    questions = [q for row in rows if (q := builder.question(row, ())) is not None]
    _check_names(builder, questions)
    scores = [_score(builder, row) for row in rows_of(document.get("scores"))]
    builder.check()
    change = document.get("meaningful_change")
    return Instrument(
        name=name,
        title=str(document["title"]),
        citation=str(document["citation"]).strip(),
        licence=str(document["licence"]).strip(),
        open=document.get("open") is True,
        questions=tuple(replace(question, instrument=name) for question in questions),
        scores=tuple(scores),
        meaningful_change=None if change is None else float(change),
    )


def _score(builder: _Builder, row: Cells) -> Score:
    for unknown in sorted(set(row) - _SCORE_KEYS):
        builder.report(row.line, row.get("name"), f"`{unknown}` is not a column of a score")
    if not row.get("items") or not row.get("name"):
        builder.report(row.line, row.get("name"), "a score needs `name` and `items`")
    return Score(
        name=str(row.get("name")),
        items=tuple(str(row.get("items", "")).split()),
        multiply=int(row.get("multiply", 1)),
        table=tuple((int(raw), float(metric)) for raw, metric in (row.get("table") or {}).items()),
        bands=tuple((float(top), str(label)) for top, label in (row.get("bands") or {}).items()),
    )
