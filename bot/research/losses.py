"""What a format could not hold. Nothing is cut in silence: each loss has a line here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

LABEL_CHARACTERS = 40
"""Longest label in .sav and .dta: with it every script stays under the 120 bytes of a value label."""

_GRAPHEME = regex.compile(r"\X")


class Lost(StrEnum):
    """What happened."""

    LABEL = "label shortened"
    NAME = "column renamed"
    UNTRANSLATED = "label not translated: the source text stands there"
    TEXT = "text cut"
    CHARACTERS = "characters that the format can not hold replaced"
    SPACES = "spaces at the end dropped"
    AMBIGUOUS = "answer equals a missing code"
    UNFIT = "answer does not fit the column and is left empty"


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: of a label or a name (with what it was), or of so many cells of a column."""

    file: str
    kind: Lost
    column: str
    code: str
    full: str
    written: str
    count: int = 1


class LossReport:
    """Collects losses while files are written."""

    def __init__(self) -> None:
        self._single: dict[tuple[str, Lost, str, str], Loss] = {}
        self._cells: dict[tuple[str, Lost, str], int] = {}

    def add(
        self, file: str, kind: Lost, column: str, *, full: str, written: str, code: str = ""
    ) -> None:
        """A label or a name that differs in a file."""
        loss = Loss(file, kind, column, code, full, written)
        self._single.setdefault((file, kind, column, code), loss)

    def cell(self, file: str, kind: Lost, column: str) -> None:
        """One more cell of a column that differs in a file."""
        key = (file, kind, column)
        self._cells[key] = self._cells.get(key, 0) + 1

    def __iter__(self) -> Iterator[Loss]:
        yield from self._single.values()
        for (file, kind, column), count in self._cells.items():
            yield Loss(file, kind, column, "", "", "", count)

    def __len__(self) -> int:
        return len(self._single) + len(self._cells)

    def rows(self) -> list[list[str | int]]:
        """The report as a table, heading first."""
        head: list[str | int] = ["file", "what", "column", "code", "full", "written", "count"]
        body = [[x.file, x.kind.value, x.column, x.code, x.full, x.written, x.count] for x in self]
        return [head, *body]

    def sentences(self, most: int = 20) -> list[str]:
        """For people: a line a loss, and how many more there are."""
        lines = [_sentence(loss) for loss in self]
        rest = len(lines) - most
        return [*lines[:most], *([f"... and {rest} more."] if rest > 0 else [])]


def _sentence(loss: Loss) -> str:
    place = f"{loss.column} {loss.code}".rstrip()
    if loss.full:
        return f"{loss.file}: {place}: {loss.kind}: {loss.full!r} is {loss.written!r}."
    return f"{loss.file}: {place}: {loss.kind} ({loss.count})."


def shorten(text: str, *, characters: int | None, octets: int) -> str:
    """Text that fits, cut between graphemes with an ellipsis only when it has to be.

    Args:
        text: what is to be shown.
        characters: the most code points; None for any number.
        octets: the most bytes in UTF-8.
    """
    text = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    return cut(text, characters=characters, octets=octets)


def cut(text: str, *, characters: int | None, octets: int) -> str:
    """The same without touching a text that fits."""
    most = len(text) if characters is None else characters
    if len(text) <= most and len(text.encode()) <= octets:
        return text
    kept, length, size = "", 1, len("…".encode())
    for found in _GRAPHEME.finditer(text):
        length += len(found[0])
        size += len(found[0].encode())
        if length > most or size > octets:
            break
        kept += found[0]
    return f"{kept.rstrip()}…"
