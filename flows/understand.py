"""Reading one reply outside a conversation, and counting how a corpus of replies is read.

``Interpreter.understand`` answers one line of ``awaaz understand``; ``score`` and ``table`` make
the table of ``docs/understanding.md``. Files are read and lines printed elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import regex

from flows.keywords import ENGLISH, Command, CommandRead, Keywords
from flows.reading import (
    Option,
    Read,
    Reading,
    Speech,
    Vocabulary,
    read_choice,
    read_choices,
    read_date,
    read_integer,
    read_yes_no,
)

Request: TypeAlias = Mapping[str, Any]

TYPES = ("yes_no", "integer", "select_one", "select_multiple", "date", "keyword")
COLUMNS = ("type", "text", "given", "expected", "kind", "note")
# Commands that the interface names; the others are reported as an answer would be, with their how.
_NAMED = frozenset(Command) - {Command.DELETE, Command.UNSURE}
# Codes of the same languages elsewhere, in lower case.
_ALIASES = {
    "en-x-easy": "en-easy", "en-gb-x-easy": "en-easy", "easy": "en-easy", "eng": "en",
    "ben": "bn", "urd": "ur", "som": "so", "pan": "pa", "pa-guru": "pa", "pa-arab": "pnb",
    "ara": "ar", "zh": "zh-hant-hk", "zh-hk": "zh-hant-hk", "zh-hant": "zh-hant-hk",
    "yue": "zh-hant-hk", "yue-hant": "zh-hant-hk", "yue-hant-hk": "zh-hant-hk",
    "zho": "zh-hant-hk", "fa": "fa-af", "prs": "fa-af", "fas": "fa-af", "dari": "fa-af",
    "pus": "ps", "pbu": "ps", "pbt": "ps", "tir": "ti", "amh": "am", "swa": "sw", "swh": "sw",
    "fra": "fr", "pol": "pl", "ron": "ro", "syl-beng": "syl", "pnb-arab": "pnb",
}  # fmt: skip
_ESCAPE = regex.compile(r"\\(?:U([0-9A-Fa-f]{8})|u([0-9A-Fa-f]{4})|([nt\\]))")
_CONTROL = {"n": "\n", "t": "\t", "\\": "\\"}


class UnderstandError(ValueError):
    """A request or a corpus line is not in the expected shape; the text is one sentence."""


def resolve_language(code: str, known: Iterable[str]) -> str | None:
    """Return our code for a language code in any customary spelling, or None.

    Case and underscores do not matter, and a region we do not know falls away: ``ur_PK`` is ur.
    """
    ours = {one.lower(): one for one in known}
    wanted = code.strip().lower().replace("_", "-")
    while wanted:
        for spelling in (wanted, _ALIASES.get(wanted, "")):
            if spelling in ours:
                return ours[spelling]
        wanted = wanted.rpartition("-")[0]
    return None


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Every language's vocabulary, ready to read replies.

    Attributes:
        vocabularies: our language code -> its vocabulary; English must be there.
        keywords: the commands of all of them.
    """

    vocabularies: Mapping[str, Vocabulary]
    keywords: Keywords

    @classmethod
    def compile(cls, vocabularies: Iterable[Vocabulary]) -> Interpreter:
        """Build an interpreter from parsed vocabularies."""
        known = {vocabulary.language: vocabulary for vocabulary in vocabularies}
        return cls(known, Keywords.compile(known.values()))

    def speech(self, language: str) -> Speech:
        """Return what reading needs for a language; an unknown one is read with English words."""
        english = self.vocabularies[ENGLISH]
        code = resolve_language(language, self.vocabularies) or ENGLISH
        return Speech(code, self.vocabularies[code], english, self.keywords)

    def understand(self, request: Request) -> dict[str, Any]:
        """Answer one request of ``awaaz understand`` as ``{"id", "value", "how"}``.

        Raises:
            UnderstandError: when the request is malformed.
        """
        kind = _string(request, "type")
        text = _string(request, "text")
        speech = self.speech(_string(request, "language"))
        given = request.get("choices")
        options, values = _options(given if given is not None else [])
        if kind == "keyword":
            found = self.keywords.read(text, language=speech.language, offered=options)
            return {"id": request.get("id"), **_command(found)}
        reading = _read(kind, text, speech, options, request)
        if not isinstance(reading, Read):
            return {"id": request.get("id"), "value": None, "how": f"asked again: {reading.why}"}
        value: Any = reading.value
        if kind == "select_one":
            value = values[value]
        elif kind == "select_multiple":
            value = [values[one] for one in value]
        return {"id": request.get("id"), "value": value, "how": reading.how}


def _command(found: CommandRead | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "how": "an answer"}
    if found.command not in _NAMED:
        return {"value": None, "how": f"{found.how}: {found.command}"}
    return {"value": found.command.value, "how": found.how}


def _read(
    kind: str, text: str, speech: Speech, options: Sequence[Option], request: Request
) -> Reading:
    match kind:
        case "yes_no":
            return read_yes_no(text, speech)
        case "integer":
            minimum, maximum = _bound(request, "min"), _bound(request, "max")
            return read_integer(text, speech, minimum=minimum, maximum=maximum)
        case "select_one" | "select_multiple":
            if not options:
                raise UnderstandError(f"A {kind} request needs choices.")
            return (read_choice if kind == "select_one" else read_choices)(text, options, speech)
        case "date":
            return read_date(text, speech, today=_today(request))
        case _:
            raise UnderstandError(f"The type {kind!r} is not one of {', '.join(TYPES)}.")


def _string(request: Request, key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise UnderstandError(f"The request needs {key!r} as a string.")
    return value


def _bound(request: Request, key: str) -> int | None:
    value = request.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise UnderstandError(f"The bound {key!r} must be a whole number.")
    return int(value)


def _today(request: Request) -> date | None:
    value = request.get("today")
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise UnderstandError("The day 'today' must be written as YYYY-MM-DD.") from error


def _options(choices: object) -> tuple[tuple[Option, ...], dict[str, Any]]:
    """Return the options, and the value each stands for as it was given."""
    if not isinstance(choices, Sequence) or isinstance(choices, str):
        raise UnderstandError("The choices must be a list.")
    options = []
    values: dict[str, Any] = {}
    for choice in choices:
        if not isinstance(choice, Mapping) or not {"value", "label"} <= choice.keys():
            raise UnderstandError("Each choice needs a value and a label.")
        if str(choice["value"]) in values:
            raise UnderstandError(f"The value {choice['value']!r} is offered twice.")
        values[str(choice["value"])] = choice["value"]
        options.append(Option(str(choice["value"]), str(choice["label"])))
    return tuple(options), values


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """One reply of a corpus, with what a careful human interviewer would have understood."""

    language: str
    number: int
    type: str
    text: str
    given: Mapping[str, Any]
    expected: Any
    kind: str
    note: str

    def request(self) -> dict[str, Any]:
        """Return the line as a request of ``awaaz understand``."""
        return {"language": self.language, "type": self.type, "text": self.text, **self.given}


def parse_corpus(text: str, *, language: str, source: str) -> list[CorpusLine]:
    """Read ``tests/understanding/<language>.tsv``.

    Raises:
        UnderstandError: naming the file and the line that is wrong.
    """
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise UnderstandError(f"{source}: the first line must name {', '.join(COLUMNS)}.")
    corpus = []
    for number, line in enumerate(lines[1:], 2):
        fields = line.split("\t")
        if len(fields) != len(COLUMNS) or fields[0] not in TYPES:
            raise UnderstandError(f"{source}: line {number} needs six fields and a known type.")
        kind, typed, given, expected, clarity, note = fields
        try:
            corpus.append(
                CorpusLine(language, number, kind, _unescaped(typed), json.loads(given),
                           json.loads(expected), clarity, note)
            )  # fmt: skip
        except ValueError as error:
            raise UnderstandError(
                f"{source}: line {number} holds JSON that is not right."
            ) from error
    return corpus


def _unescaped(text: str) -> str:
    def plain(found: regex.Match[str]) -> str:
        point = found[1] or found[2]
        return chr(int(point, 16)) if point else _CONTROL[found[3]]

    unescaped: str = _ESCAPE.sub(plain, text)
    return unescaped


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one reply of a corpus was read."""

    line: CorpusLine
    value: Any
    how: str

    @property
    def wrong(self) -> bool:
        """Something was read, and it is not what the person meant."""
        return self.value is not None and self.value != self.line.expected

    @property
    def missed(self) -> bool:
        """A clear reply was asked again."""
        return self.line.kind == "clear" and self.value != self.line.expected


@dataclass(frozen=True, slots=True)
class Score:
    """One language's counts.

    Attributes:
        language: our code.
        tried: replies in the corpus.
        read: replies read as meant.
        asked: replies asked again, most of them rightly.
        wrong: replies read as something else.
        clear: replies that a careful interviewer would be certain of.
        clear_read: those of them that were read as meant (or rightly left as an answer).
    """

    language: str
    tried: int
    read: int
    asked: int
    wrong: int
    clear: int
    clear_read: int


def outcomes(corpus: Iterable[CorpusLine], interpreter: Interpreter) -> list[Outcome]:
    """Read every line of a corpus."""
    found = []
    for line in corpus:
        answer = interpreter.understand(line.request())
        found.append(Outcome(line, answer["value"], answer["how"]))
    return found


def score(rows: Iterable[Outcome]) -> list[Score]:
    """Count outcomes by language, in the order the languages first appear."""
    by_language: dict[str, list[Outcome]] = {}
    for row in rows:
        by_language.setdefault(row.line.language, []).append(row)
    return [_count(language, found) for language, found in by_language.items()]


def _count(language: str, found: Sequence[Outcome]) -> Score:
    clear = [one for one in found if one.line.kind == "clear"]
    return Score(
        language=language,
        tried=len(found),
        read=sum(one.value is not None and not one.wrong for one in found),
        asked=sum(one.value is None for one in found),
        wrong=sum(one.wrong for one in found),
        clear=len(clear),
        clear_read=sum(not one.missed for one in clear),
    )


def table(scores: Sequence[Score], vocabularies: Mapping[str, Vocabulary]) -> str:
    """Return the Markdown table of ``docs/understanding.md``, with a line for all languages."""
    rows = [
        "| Language | Replies tried | Read | Asked again | Wrong | Clear replies read |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in scores:
        name = vocabularies[one.language].english_name
        rows.append(_row(f"{name} ({one.language})", one))
    total = Score(
        "",
        *(
            sum(getattr(one, name) for one in scores)
            for name in ("tried", "read", "asked", "wrong", "clear", "clear_read")
        ),
    )
    rows.append(_row("All", total))
    return "\n".join(rows) + "\n"


def _row(name: str, one: Score) -> str:
    share = f"{one.clear_read} of {one.clear}"
    if one.clear:
        share += f" ({100 * one.clear_read / one.clear:.1f} %)"
    return f"| {name} | {one.tried} | {one.read} | {one.asked} | {one.wrong} | {share} |"
