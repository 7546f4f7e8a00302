"""A participant who answers every question somehow: a survey that works takes her to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.gateways.voices import PHRASES, Voices
from flows.effects import Outcome, Say
from flows.events import Media, Received
from flows.language import Language
from flows.segments import fits
from flows.state import Phase
from flows.survey import Kind, Question, Survey
from tests.support.talk import NOW, Talk

_GUESSES: Mapping[Kind, tuple[str, ...]] = {
    Kind.INTEGER: ("1", "3", "18", "42", "0", "2", "100", "2020"),
    Kind.DECIMAL: ("1.5", "3", "0", "42", "100.25"),
    Kind.TEXT: ("an answer", "12345", "a@example.org", "A", "B12"),
    Kind.DATE: ("14 March 2026", "1 January 2000", "1 January 2030"),
    Kind.ACKNOWLEDGE: ("ok",),
    Kind.GEOPOINT: ("52.4862, -1.8904",),
}


def speaking(voices: Voices, survey: Survey) -> Mapping[str, Language]:
    """One language in which everything is said in the words it is written in."""
    english = voices.family(["en"])["en"]
    texts = {(w.context, w.source): w.source for w in (*survey.wordings(), *PHRASES)}
    family: dict[str, Language] = {}
    family["en"] = replace(english, catalogue=texts, offered=family)
    return family


def replies(talk: Talk, question: Question) -> Iterator[str]:
    """What might be an answer, the likeliest first."""
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK):
        shown = [line.split(". ")[0] for line in _last(talk).splitlines() if ". " in line]
        numbers = [number for number in shown if number.isdecimal()]
        if question.kind is Kind.RANK:
            yield ", ".join(reversed(numbers))
        yield from numbers
        yield from (", ".join(numbers[:count]) for count in range(2, len(numbers) + 1))
    elif question.minimum is not None:
        yield f"{question.minimum}"
        yield from _GUESSES[question.kind]
    else:
        yield from _GUESSES[question.kind]


def _last(talk: Talk) -> str:
    return next(e.text for e in reversed(talk.history) if isinstance(e, Say) and e.question)


def hold(voices: Voices, survey: Survey) -> Talk:
    """A whole conversation; AssertionError when the survey does not come to its end."""
    talk = Talk(survey, speaking(voices, survey))
    talk.send("hello")
    for _ in range(12 * len(survey.questions) + 12):
        if talk.state.phase is Phase.FINISHED:
            break
        assert talk.state.position is not None
        _answer(talk, survey.by_name[talk.state.position])
    assert talk.state.outcome is Outcome.COMPLETE, talk.state
    assert all(fits(effect.text) for effect in talk.history if isinstance(effect, Say))
    return talk


def _answer(talk: Talk, question: Question) -> None:
    if question.kind in (Kind.AUDIO, Kind.IMAGE):
        media = Media.AUDIO if question.kind is Kind.AUDIO else Media.PICTURE
        talk.happen(Received("", NOW, media=(media,), addresses=("https://example.org/ME1",)))
        return
    guesses = list(replies(talk, question))
    # A wrong reply is asked about twice and then left: three guesses are as many as anyone has.
    for guess in guesses[talk.state.tries : talk.state.tries + 1] or ["skip"]:
        talk.send(guess)
