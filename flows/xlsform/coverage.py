"""How many of a heap of forms can be held as conversations, and what keeps the others from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from flows.building import COLUMNS
from flows.lists import CHOICE_COLUMNS
from flows.rows import Problem
from flows.survey import Kind

_QUOTED = regex.compile(r"`[^`]*`")
_OURS = frozenset(
    f"`{word}`"
    for word in (*COLUMNS, *CHOICE_COLUMNS, *Kind, "survey", "choices", "settings", "begin_group")
)
_TYPE = regex.compile(r"`(\S+)[^`]*` (can not be asked in a conversation)")


@dataclass(frozen=True, slots=True)
class Tried:
    """One form: its name, and the problems it was refused for, if it was."""

    name: str
    problems: tuple[Problem, ...] = ()


def reason(problem: Problem) -> str:
    """What a problem is about, without the names that only this form has."""
    typed = _TYPE.match(problem.message)
    if typed is not None:
        return f"`{typed[1].lower()}` {typed[2]}"
    called = regex.search(r"unknown function '([\w:-]+)'", problem.message)
    if called is not None:
        return f"`{called[1]}()` can not be worked out in a conversation"
    if "last-saved" in problem.message:
        return "`${last-saved#…}` is not kept from one participant to the next"
    if regex.match(r"`[\w:]+`: `", problem.message):
        return "an expression can not be read"
    plain = _QUOTED.sub(lambda quoted: quoted[0] if quoted[0] in _OURS else "`…`", problem.message)
    return str(regex.split(r"[:;,(]| as column", plain)[0]).strip()


def table(tried: Sequence[Tried]) -> str:
    """The Markdown table of `docs/xlsform.md`; a form counts once for each of its reasons."""
    refused = [one for one in tried if one.problems]
    counts = Counter(why for one in refused for why in _reasons(one.problems))
    lines = [
        "| Forms | Number |",
        "|---|---:|",
        f"| tried | {len(tried)} |",
        f"| imported | {len(tried) - len(refused)} |",
        f"| refused | {len(refused)} |",
        "",
        "| Refused because | Forms |",
        "|---|---:|",
        *(
            f"| {why} | {count} |"
            for why, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ),
    ]
    return "\n".join(lines) + "\n"


def _reasons(problems: Iterable[Problem]) -> set[str]:
    return {reason(problem) for problem in problems}
