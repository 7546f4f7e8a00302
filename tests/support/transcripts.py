"""Conversations as plain text that a community partner can read, and the two ways to play them.

    A title in a line
    survey: wellbeing   languages: en, bn   channel: sms

    Them:  hello
    Bot:   Which language would you like?
           1. English
           (finished: complete)

`Them:` is what a person typed. A line in brackets is either something that happened, (taps who5_1:4),
(sends a voice note), (sends a picture), (shares her location), (2 days pass), (the campaign invites her),
(another campaign waits for her), (the next wave invites her), or what was stored:
(private = yes; label), (left out area: refused). (Farah Malik hears a yes) is a person who listens to what
was said at the consent question. The rest is what the bot said, a `Bot:` for each message; one that begins
with a note of music is the recording of that name. Everything but what the person does is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.usecases.plans import Plan
from flows.effects import (
    Answered,
    AskedAgain,
    ConcernRaised,
    ConsentGiven,
    ConsentRefused,
    ConsentRestored,
    ConsentWithdrawn,
    Effect,
    ErasureRequested,
    Finished,
    LeftOut,
    LocaleChosen,
    Paused,
    Say,
)
from flows.events import Media
from flows.language import Language

FOLDER = Path(__file__).parent.parent / "transcripts"
_INDENT = " " * 7
_DAYS = re.compile(r"\((\d+) days? pass(?:es)?\)")
_TAP = re.compile(r"\(taps (\S+)\)")
MEDIA_URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME123"
INVITES = "(the campaign invites her)"
ANOTHER = "(another campaign waits for her)"
NEXT_WAVE = "(the next wave invites her)"
_EVENTS = (INVITES, ANOTHER, NEXT_WAVE)
GROUP = "Aston Dars group"
_SENT = {
    "(sends a voice note)": (Media.AUDIO, MEDIA_URL),
    "(sends a picture)": (Media.PICTURE, MEDIA_URL),
    "(shares her location)": (Media.LOCATION, "geo:52.5300,-2.0600"),
}


_HEARD = {"(Farah Malik hears a yes)": True, "(Farah Malik hears a no)": False}


def recording(name: str) -> str:
    """A recording as a message."""
    return f"♪ {name}"


def said(effects: tuple[Effect, ...], language: Language) -> list[str]:
    """The messages of a turn, as they are shown; a language that is written has no recordings here."""
    found: list[str] = []
    for effect in effects:
        if isinstance(effect, Say):
            found += map(recording, effect.recordings if language.spoken else ())
            found += [effect.text] if effect.text else []
    return found


@dataclass(frozen=True)
class Move:
    """What the person does, as it stands in the file."""

    line: str
    text: str = ""
    payload: str | None = None
    sent: tuple[Media, str] | None = None
    passes: timedelta | None = None
    heard: bool | None = None
    happens: str | None = None


@dataclass
class Transcript:
    """A file: what it says at the top, and what the person does."""

    path: Path
    title: str
    head: str
    settings: Mapping[str, str]
    text: str
    moves: list[Move] = field(default_factory=list)

    @property
    def languages(self) -> list[str]:
        """The languages on offer, in the order of the menu."""
        return [code.strip() for code in self.settings["languages"].split(",")]

    @property
    def plan(self) -> Plan:
        """The campaign's plan: `pace: daily`, else as usual."""
        return Plan(pace=self.settings.get("pace", "whole"))

    def render(self, play: Callable[[Move], list[str]]) -> str:
        """The file as it would be if the bot did what it does now."""
        lines = [self.title, self.head]
        for move in self.moves:
            lines += ["", move.line, *play(move)]
        return "\n".join(lines) + "\n"


def all_transcripts() -> list[Path]:
    """Every transcript there is."""
    return sorted(FOLDER.glob("*.txt"))


def read(path: Path) -> Transcript:
    """A transcript from its file."""
    text = path.read_text(encoding="utf-8")
    title, head, *body = text.splitlines()
    settings = dict(
        part.split(": ", 1) for part in re.split(r" {2,}", head.strip()) if ": " in part
    )
    transcript = Transcript(path, title, head, settings, text)
    transcript.moves = list(_moves(body))
    return transcript


def _moves(lines: list[str]) -> Iterator[Move]:
    for place, line in enumerate(lines):
        bare = line.strip()
        if line.startswith("Them:"):
            following = []
            for more in lines[place + 1 :]:
                if not more.startswith(_INDENT) or more.strip().startswith("("):
                    break
                following.append(more.removeprefix(_INDENT))
            text = "\n".join([line.removeprefix("Them:").removeprefix("  "), *following])
            yield Move("\n".join([line, *(_INDENT + f for f in following)]), text)
        elif tapped := _TAP.fullmatch(bare):
            yield Move(line, payload=tapped[1])
        elif bare in _SENT:
            yield Move(line, sent=_SENT[bare])
        elif bare in _EVENTS:
            yield Move(line, happens=bare)
        elif days := _DAYS.fullmatch(bare):
            yield Move(line, passes=timedelta(days=int(days[1])))
        elif bare in _HEARD:
            yield Move(line, heard=_HEARD[bare])


def show(facts: list[str], messages: list[str]) -> list[str]:
    """What came of a move: first what was stored, then what was said."""
    lines = [f"{_INDENT}({fact})" for fact in facts]
    for message in messages:
        first, *rest = message.split("\n")
        lines.append(f"Bot:   {first}".rstrip())
        lines += [f"{_INDENT}{line}".rstrip() for line in rest]
    return lines


ORDER = ("concern", "language", "asked again", "answer", "consent", "erasure", "waits", "finished")
"""The order in which facts are shown, whatever the order they were stored in."""


def facts_of(effects: tuple[Effect, ...]) -> list[str]:
    """What a turn stored, from the engine's effects."""
    found: list[tuple[str, str]] = []
    for effect in effects:
        fact = _fact(effect)
        if fact is not None:
            found.append(fact)
    return in_order(found)


def in_order(found: list[tuple[str, str]]) -> list[str]:
    """Facts with their kind, as they are shown."""
    return [fact for kind, fact in sorted(found, key=lambda one: ORDER.index(one[0]))]


def _fact(effect: Effect) -> tuple[str, str] | None:
    match effect:
        case ConcernRaised():
            return "concern", "a person is asked to look"
        case LocaleChosen(language):
            return "language", f"language {language}"
        case AskedAgain(question, _, why, attempt):
            return "asked again", asked_again(question, why, attempt)
        case Answered(question, value, _, how):
            return "answer", saved(question, value, how)
        case LeftOut(question, why, _):
            return "answer", f"left out {question}: {why}"
        case ConsentGiven() | ConsentRefused():
            return "consent", "consent given" if isinstance(
                effect, ConsentGiven
            ) else "consent refused"
        case ConsentWithdrawn() | ConsentRestored():
            stopped = isinstance(effect, ConsentWithdrawn)
            return "consent", "consent withdrawn" if stopped else "consent restored"
        case ErasureRequested():
            return "erasure", "erasure requested"
        case Paused():
            return "waits", "waits"
        case Finished(outcome):
            return "finished", f"finished: {outcome}"
        case _:
            return None


def saved(question: str, value: object, how: str) -> str:
    """An answer, with the rule it was read by."""
    shown = " + ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    return f"{question} = {shown}; {how}".replace("\n", " ")


def asked_again(question: str, why: str, attempt: int) -> str:
    """A reply that could not be read."""
    return f"asked again {question}: {why}, try {attempt}"
