"""What comes back from translators, compared with what is there: nothing is overwritten without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from flows.meaning import same_placeholders
from flows.wording import Wording, digest

_SCRIPTS = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
}
"""ISO 15924 codes that stand for several of Unicode's scripts, or for a part of one."""

_FEW_LETTERS = 8
"""Up to so many letters a text may be a name or a number that no script is expected of."""

_KIND = regex.compile(r"\s*\([^()]*\)\s*$")


class Change(StrEnum):
    """What one row of a sheet would do."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EMPTY = "left empty"
    OLDER = "untouched in the sheet, changed here since"
    UNKNOWN = "unknown id"
    SOURCE_CHANGED = "source changed meanwhile"
    PLACEHOLDERS = "placeholder mismatch"
    LANGUAGE = "language mismatch"
    TWICE = "given twice, differently"
    CONFLICT = "changed here meanwhile"
    UNFINISHED = "marked as unfinished"


TAKEN = frozenset({Change.ADDED, Change.CHANGED})
"""What is written when it is applied."""

KEPT = frozenset({Change.UNCHANGED, Change.EMPTY, Change.OLDER})
"""What leaves everything as it is. All the rest is refused."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as a translator hands it back.

    Attributes:
        line: where it stands in her file, for messages.
        id: the wording's digest; may be empty when context and source are given.
        context: msgctxt, with or without the kind behind it in parentheses.
        source: the English as it was exported.
        translation: her words.
        comment: what she says about them.
        back_translation: what they say, in English again.
        language: the code in the sheet; empty if it has no such column.
        exported: digest of the translation that was exported; empty if there was none.
        finished: whether she takes it for done.
    """

    line: int
    id: str
    context: str
    source: str
    translation: str
    comment: str = ""
    back_translation: str = ""
    language: str = ""
    exported: str = ""
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row, and what it would do to which text."""

    row: Row
    change: Change
    wording: Wording | None
    before: str
    after: str

    @property
    def refused(self) -> bool:
        """Whether the row can not be taken."""
        return self.change not in TAKEN and self.change not in KEPT


def compare(
    rows: Sequence[Row],
    wordings: Iterable[Wording],
    words: Callable[[Wording], str | None],
    *,
    language: str,
    script: str,
) -> list[Outcome]:
    """What each row would do, in the order of the file.

    Args:
        rows: what came back.
        wordings: the texts that can be translated, as they are now.
        words: the translation that is there now, if there is one.
        language: code of the language that was asked for.
        script: ISO 15924 code of the script it is written in.
    """
    known = {wording.digest: wording for wording in wordings}
    places = {wording.context for wording in known.values()}
    given = Counter((_id(row), clean(row.translation)) for row in rows if clean(row.translation))
    differently = Counter(name for name, _ in given)
    outcomes: list[Outcome] = []
    for row in rows:
        wording = known.get(_id(row))
        before = "" if wording is None else words(wording) or ""
        after = clean(row.translation)
        if wording is None:
            change = Change.SOURCE_CHANGED if _context(row) in places else Change.UNKNOWN
        elif differently[_id(row)] > 1:
            change = Change.TWICE
        else:
            change = _change(row, wording, before, after, language=language, script=script)
        outcomes.append(Outcome(row, change, wording, before, after))
    return outcomes


def _change(
    row: Row, wording: Wording, before: str, after: str, *, language: str, script: str
) -> Change:
    if not after:
        return Change.EMPTY
    if after == before:
        return Change.UNCHANGED
    if row.language and not same_language(row.language, language):
        return Change.LANGUAGE
    if row.source and _spaced(row.source) != _spaced(wording.source):
        return Change.SOURCE_CHANGED
    if before and row.exported and row.exported != digest(before):
        # Somebody else changed it after the export: whoever did not touch it takes nothing back.
        return Change.OLDER if row.exported == digest(after) else Change.CONFLICT
    if not row.finished:
        return Change.UNFINISHED
    if is_foreign(after, script, wording.source):
        return Change.LANGUAGE
    if not same_placeholders(wording, after):
        return Change.PLACEHOLDERS
    return Change.CHANGED if before else Change.ADDED


def _id(row: Row) -> str:
    return row.id.strip() or Wording(_context(row), clean(row.source)).digest


def _context(row: Row) -> str:
    return str(_KIND.sub("", row.context).strip())


def _spaced(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """A cell as it was meant: line ends of one kind, without what spreadsheets put around it."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def same_language(one: str, other: str) -> bool:
    """Whether two codes name one language, however they are written (`zh_Hant_HK`)."""
    return _code(one) == _code(other)


def _code(code: str) -> str:
    return code.strip().replace("_", "-").casefold()


def script_share(text: str, script: str) -> tuple[int, int]:
    """Letters of a text in a script, and letters in all, placeholders left out."""
    bare = regex.sub(r"\$?\{[^{}]*\}", "", text)
    properties = "".join(rf"\p{{Script={name}}}" for name in _SCRIPTS.get(script, (script,)))
    ours = regex.findall(rf"[\p{{L}}&&[{properties}]]", bare, flags=regex.VERSION1)
    return len(ours), len(regex.findall(r"\p{L}", bare))


def is_foreign(text: str, script: str, source: str = "") -> bool:
    """Whether most of a text's letters belong to another script than its language is written in.

    Names that stand in the English too (`WhatsApp`) do not count, but a text of nothing else does.
    """
    ours, letters = script_share(text, script)
    if letters <= _FEW_LETTERS or not ours:
        return letters > _FEW_LETTERS
    for word in sorted(regex.findall(r"\p{L}{3,}", source), key=len, reverse=True):
        text = regex.sub(word, " ", text, flags=regex.IGNORECASE)
    ours, letters = script_share(text, script)
    return ours * 2 < letters


def summary(outcomes: Iterable[Outcome]) -> Mapping[Change, int]:
    """How many rows there are of each kind, in the order of `Change`."""
    count = Counter(outcome.change for outcome in outcomes)
    return {change: count[change] for change in Change if count[change]}
