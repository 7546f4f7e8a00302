"""What neither file can hold: multiple-response sets for SPSS, extended missing values for Stata."""

from __future__ import annotations

from bot.research.columns import Part
from bot.research.labelled import Labelled, said
from bot.research.losses import LABEL_CHARACTERS, shorten
from bot.research.tables import MISSING_LABELS, Table

_LETTERS = "abcdefgh"


def spss(table: Table, made: Labelled, language: str) -> str:
    """Syntax that opens the .sav and defines a set for every question with several answers."""
    titles = {c.question: said(c.titles, language) for c in table.columns if c.part is Part.VALUE}
    sets: dict[str, list[str]] = {}
    for column in table.columns:
        if column.part is Part.INDICATOR and column.options:
            sets.setdefault(str(column.question), []).append(made.names[column.name])
    lines = ["* Encoding: UTF-8.", f"GET FILE='{table.name}.sav'."]
    for question, members in sets.items():
        label = shorten(titles.get(question, ""), characters=LABEL_CHARACTERS, octets=120)
        name = made.names[question]
        lines += [
            "MRSETS",
            f"  /MDGROUP NAME=${name} LABEL='{label.replace(chr(39), chr(39) * 2)}'",
            *_wrapped("    VARIABLES=", members),
            "    VALUE=1.",
        ]
    return "\n".join((*lines, "EXECUTE.", ""))


def stata(made: Labelled) -> str:
    """A do-file that opens the .dta and turns the missing codes into .a, .b, ..."""
    codes = " \\ ".join(
        f"{code}=.{letter}" for code, letter in zip(MISSING_LABELS, _LETTERS, strict=True)
    )
    meanings = [
        f"* .{letter} = {label}"
        for label, letter in zip(MISSING_LABELS.values(), _LETTERS, strict=True)
    ]
    lines = [f"mvdecode {name}, mv({codes})" for name in made.missing_ranges]
    return "\n".join(('use "wide.dta", clear', *meanings, *lines, ""))


def _wrapped(head: str, names: list[str]) -> list[str]:
    """A list of names over several lines: SPSS reads at most 256 characters of one."""
    lines = [head]
    for name in names:
        if len(lines[-1]) + len(name) > 80:
            lines.append("     ")
        lines[-1] += f" {name}"
    return lines
