"""The codebook: what every column, code and score means, and the very words that people saw."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.research import csv_file
from bot.research.columns import Column, Edition, Merged, Part, Texts
from bot.research.levels import Contents, Level
from bot.research.tables import MISSING_CODES, MISSING_LABELS
from flows import meaning
from flows.language import Language, Untranslated
from flows.survey import Instrument, Question, Score
from flows.wording import digest


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign, as a codebook tells of it."""

    slug: str
    name: str
    organisation: str
    wave: int
    follows: str | None
    languages: tuple[str, ...]
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: how many of the texts in it a named person has signed off."""

    code: str
    name: str
    english: str
    direction: str
    texts: int
    signed_off: int

    @property
    def standing(self) -> str:
        """The source, signed off, or how much of it is a draft."""
        if not self.texts:
            return "the words that the survey was written in"
        if self.signed_off == self.texts:
            return f"signed off: all {self.texts} texts"
        return f"draft: {self.signed_off} of {self.texts} texts signed off"


@dataclass(frozen=True, slots=True)
class Words:
    """A question as it was put in one language by one version; `wording` stands in the answers."""

    wording: str
    survey: str
    version: str
    question: str
    language: str
    texts: tuple[tuple[str, str, str], ...]
    """(what it is for, the option's code, the words), in the order they are shown."""


@dataclass(frozen=True)
class Codebook:
    """Everything a researcher has to know about a response set."""

    campaigns: tuple[Asked, ...]
    tongues: tuple[Tongue, ...]
    versions: tuple[str, ...]
    questions: tuple[Merged, ...]
    long: tuple[Column, ...]
    wide: tuple[Column, ...]
    scores: tuple[Score, ...]
    instruments: tuple[Instrument, ...]
    words: tuple[Words, ...]
    level: Level
    contents: Contents
    labels: str
    newest: datetime

    @property
    def title(self) -> str:
        """The campaigns' names."""
        return "; ".join(dict.fromkeys(campaign.name for campaign in self.campaigns))

    def question(self, name: str | None) -> Merged | None:
        """The question that a column comes from."""
        return next((merged for merged in self.questions if merged.name == name), None)

    def direction(self, code: str) -> str:
        """`ltr` or `rtl`."""
        return next((t.direction for t in self.tongues if t.code == code), "ltr")


def words_of(editions: Iterable[Edition]) -> Iterator[Words]:
    """Every question of every version in every language that can say it, with its digest."""
    seen: set[tuple[str, str]] = set()
    for edition in editions:
        for question in edition.survey.questions:
            for code, language in edition.languages.items():
                found = _words(edition, question, code, language)
                if found is not None and (found.wording, found.version) not in seen:
                    seen.add((found.wording, found.version))
                    yield found


def _words(edition: Edition, question: Question, code: str, language: Language) -> Words | None:
    places = meaning.places_of(question)
    try:
        said = [(wording, language.text(wording)) for wording in question.wordings()]
    except Untranslated:
        return None
    if not said:
        return None
    texts = tuple((places[w].kind, places[w].option or "", text) for w, text in said)
    # The rule of `usecases.effects.wording_digest`, which is what the answers keep.
    wording = digest(question.name, code, *(text for _, text in said))
    return Words(wording, edition.survey.form_id, edition.name, question.name, code, texts)


def as_json(book: Codebook) -> str:
    """The whole codebook, every language side by side."""
    return json.dumps(_tree(book), ensure_ascii=False, indent=1) + "\n"


def _tree(book: Codebook) -> dict[str, Any]:
    return {
        "title": book.title,
        "level": book.level.value,
        "newest_answer": _time(book, book.newest),
        "campaigns": [_campaign(book, campaign) for campaign in book.campaigns],
        "survey_versions": list(book.versions),
        "languages": [
            {"code": t.code, "name": t.name, "english": t.english, "direction": t.direction,
             "texts": t.texts, "signed_off": t.signed_off, "standing": t.standing}
            for t in book.tongues
        ],
        "missing_codes": [
            {"code": code, "label": MISSING_LABELS[code], "missing": _reason(code)}
            for code in MISSING_LABELS
        ],
        "variables": {
            "long": [_variable(book, column) for column in book.long],
            "wide": [_variable(book, column) for column in book.wide],
        },
        "scores": [_score(score) for score in book.scores],
        "instruments": [
            {"name": i.name, "title": i.title, "citation": " ".join(i.citation.split()),
             "licence": i.licence, "meaningful_change": i.meaningful_change}
            for i in book.instruments
        ],
        "wordings": [
            {"wording": w.wording, "survey": w.survey, "version": w.version,
             "question": w.question, "language": w.language,
             "texts": [{"for": kind, "option": option, "words": text} for kind, option, text in w.texts]}
            for w in book.words
        ],
    }  # fmt: skip


def _time(book: Codebook, moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat(timespec="seconds") if book.contents.moments else f"{moment:%Y-%m-%d}"


def _campaign(book: Codebook, campaign: Asked) -> dict[str, Any]:
    return {
        "slug": campaign.slug, "name": campaign.name, "organisation": campaign.organisation,
        "wave": campaign.wave, "follows": campaign.follows, "languages": list(campaign.languages),
        "began": _time(book, campaign.began), "ended": _time(book, campaign.ended),
    }  # fmt: skip


def _reason(code: int) -> str | None:
    return next((str(reason) for reason, known in MISSING_CODES.items() if known == code), None)


def _variable(book: Codebook, column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "measure": column.measure.value,
        "part": column.part.value,
        "labels": dict(column.titles),
        "missing_codes": column.missing,
    }
    merged = book.question(column.question)
    if merged is not None and column.part is Part.VALUE:
        found |= {
            "question": merged.name,
            "kind": merged.question.kind.value,
            "hints": dict(merged.hints),
            "instrument": merged.question.instrument,
            "instrument_changed": merged.question.instrument_changed,
            "survey_versions": list(merged.editions),
        }
    elif column.question is not None:
        found |= {"question": column.question, "option": column.option}
    options = merged.options if merged is not None and column.part is Part.VALUE else column.options
    found["options"] = [
        {"code": o.code, "number": o.number, "labels": dict(o.labels)} for o in options
    ]
    return found


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "items": list(score.items),
        "rule": rule_of(score),
        "bands": [{"up_to": highest, "label": label} for highest, label in score.bands],
    }


def rule_of(score: Score) -> str:
    """A score's rule in a sentence."""
    rule = f"Sum of {', '.join(score.items)}"
    if score.table:
        rule += ", converted by the instrument's table"
    elif score.multiply != 1:
        rule += f", times {score.multiply}"
    return f"{rule}. No score when an item is missing."


_CSV_HEAD = (
    "table", "variable", "type", "measure", "part", "question", "language", "label", "hint", "code",
    "number", "code_label", "survey_versions",
)  # fmt: skip


def csv_rows(book: Codebook, languages: Sequence[str] | None = None) -> Iterator[list[Any]]:
    """Heading, then a row for each variable and language, and one for each of its codes."""
    yield list(_CSV_HEAD)
    for table, columns in (("long", book.long), ("wide", book.wide)):
        for column in columns:
            merged = book.question(column.question) if column.part is Part.VALUE else None
            for language in _spoken(book, column.titles, languages):
                yield from _csv_variable(table, column, merged, language)


def _spoken(book: Codebook, texts: Texts, wanted: Sequence[str] | None) -> list[str]:
    """The languages of a column's rows; our own headings are in English alone."""
    if set(texts) == {"en"} or not texts:
        return ["en"]
    codes = [tongue.code for tongue in book.tongues] if wanted is None else wanted
    return list(codes)


def _csv_variable(
    table: str, column: Column, merged: Merged | None, language: str
) -> Iterator[list[Any]]:
    head = [table, column.name, column.type.value, column.measure.value, column.part.value]
    head += [column.question or "", language, column.titles.get(language, "")]
    hint = merged.hints.get(language, "") if merged is not None else ""
    versions = " ".join(merged.editions) if merged is not None else ""
    yield [*head, hint, "", "", "", versions]
    for option in merged.options if merged is not None else column.options:
        yield [*head, "", option.code, option.number, option.labels.get(language, ""), versions]
    for code, label in MISSING_LABELS.items() if column.missing else ():
        yield [*head, "", code, code, label, ""]


def words_rows(book: Codebook, languages: Sequence[str] | None = None) -> Iterator[list[Any]]:
    """Heading, then every text that was shown under each digest."""
    yield ["wording", "survey", "version", "question", "language", "for", "option", "words"]
    for w in book.words:
        if languages is None or w.language in languages:
            for kind, option, text in w.texts:
                yield [w.wording, w.survey, w.version, w.question, w.language, kind, option, text]


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, safe to open in a spreadsheet."""
    table = iter(rows)
    text = io.StringIO(newline="")
    csv_file.write(text, [str(cell) for cell in next(table)], table, csv_file.Profile.EXCEL)
    return text.getvalue()
