"""What changed between two versions of a survey, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flows.survey import Choice, Question, Survey


class Change(StrEnum):
    """What became of a question, or of a part of it."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    HINT = "hint"
    KIND = "kind"
    OPTION_ADDED = "option added"
    OPTION_REMOVED = "option removed"
    OPTION_REWORDED = "option reworded"
    OPTIONS_MOVED = "options moved"
    ROUTING = "routing"
    LIMITS = "limits"
    REQUIRED = "required"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: what it was, and what it is now; empty where there is nothing."""

    question: str
    change: Change
    before: str = ""
    after: str = ""


def compare(old: Survey, new: Survey) -> list[Changed]:
    """Every change, in the order of the new survey; what was taken out comes last."""
    found: list[Changed] = []
    moved = _moved(list(old.by_name), list(new.by_name))
    for question in new.questions:
        before = old.by_name.get(question.name)
        if before is None:
            found.append(Changed(question.name, Change.ADDED, after=_label(question)))
            continue
        if question.name in moved:
            found.append(Changed(question.name, Change.MOVED, after=_label(question)))
        found += _within(before, question)
    for question in old.questions:
        if question.name not in new.by_name:
            found.append(Changed(question.name, Change.REMOVED, before=_label(question)))
    return found


def _label(question: Question) -> str:
    return "" if question.label is None else question.label.source


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest questions that, taken out, leave all others in their order."""
    place = {name: number for number, name in enumerate(old)}
    kept = [name for name in new if name in place]
    # The longest rising run of old places: what is not in it has moved.
    runs: list[list[str]] = [[]]
    for name in kept:
        before = [run for run in runs if not run or place[run[-1]] < place[name]]
        _, longest = max((len(run), run) for run in before)
        runs.append([*longest, name])
    return set(kept) - set(max((len(run), run) for run in runs)[1])


def _within(old: Question, new: Question) -> Iterator[Changed]:
    """What changed in a question that both have."""
    name = new.name
    pairs = (
        (Change.KIND, old.kind.value, new.kind.value),
        (Change.REWORDED, _label(old), _label(new)),
        (Change.HINT, _source(old.hint), _source(new.hint)),
        (Change.ROUTING, _joined(old.relevant), _joined(new.relevant)),
        (Change.LIMITS, _limits(old), _limits(new)),
        (Change.REQUIRED, _yes(old.required), _yes(new.required)),
    )
    found = [Changed(name, change, was, now) for change, was, now in pairs if was != now]
    found += _options(name, old.choices, new.choices)
    yield from found
    if not found and _bare(old) != _bare(new):
        yield Changed(name, Change.OTHER)


def _bare(question: Question) -> tuple[object, ...]:
    return tuple(getattr(question, one) for one in question.__slots__ if one != "line")


def _source(wording: object) -> str:
    return str(getattr(wording, "source", ""))


def _yes(required: bool) -> str:
    return "yes" if required else "no"


def _joined(conditions: Sequence[object]) -> str:
    return " and ".join(_source(one) for one in conditions)


def _limits(question: Question) -> str:
    return "\n".join(
        filter(None, (_source(question.constraint), _source(question.constraint_message)))
    )


def _options(name: str, old: Sequence[Choice], new: Sequence[Choice]) -> Iterator[Changed]:
    was = {choice.name: choice.label.source for choice in old}
    now = {choice.name: choice.label.source for choice in new}
    for code, label in now.items():
        if code not in was:
            yield Changed(name, Change.OPTION_ADDED, after=label)
        elif was[code] != label:
            yield Changed(name, Change.OPTION_REWORDED, was[code], label)
    for code, label in was.items():
        if code not in now:
            yield Changed(name, Change.OPTION_REMOVED, before=label)
    if [code for code in was if code in now] != [code for code in now if code in was]:
        yield Changed(
            name, Change.OPTIONS_MOVED, " · ".join(was.values()), " · ".join(now.values())
        )
