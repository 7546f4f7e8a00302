"""What is said into a conversation from outside of its survey, and how STOP and START reach one unheard.

A phone knows things that a single conversation does not: other campaigns, other people, other organisations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flows import asking
from flows.effects import (
    AskedAgain,
    ConsentWithdrawn,
    Effect,
    ErasureRequested,
    Outcome,
    Say,
)
from flows.engine import Turn, advance
from flows.events import Invited
from flows.language import Language
from flows.segments import fits
from flows.spoken import Part, joined
from flows.state import Phase, State
from flows.survey import Survey

_OPEN_TO_KEYWORDS = frozenset({Phase.NEW, Phase.ASKING, Phase.PAUSED})


def with_lead(effects: Sequence[Effect], lead: Part) -> tuple[Effect, ...]:
    """A turn's effects, with something said before its first message: in it, while that fits."""
    for place, effect in enumerate(effects):
        if isinstance(effect, Say):
            text = joined("\n\n", [lead.text, effect.text])
            said: tuple[Effect, ...] = (*asking.tell([lead]), effect)
            if fits(text):
                one = replace(
                    effect,
                    text=text,
                    prompt=joined("\n\n", [lead.text, effect.prompt]),
                    lead=joined("\n\n", [lead.text, effect.lead]),
                    recordings=(*lead.recordings, *effect.recordings),
                )
                said = (one,)
            return (*effects[:place], *said, *effects[place + 1 :])
    return (*effects, *asking.tell([lead]))


def put_again(survey: Survey, state: State, language: Language, lead: Part, now: datetime) -> Turn:
    """Say something, and put the question at hand again; the first one if none was put yet."""
    if state.phase is Phase.NEW:
        turn = advance(survey, state, Invited(now), language)
        return Turn(turn.state, with_lead(turn.effects, lead))
    position = state.position
    if state.phase is Phase.FINISHED or position is None:
        return Turn(state, tuple(asking.tell([lead])))
    state = replace(state, phase=Phase.ASKING)
    question = survey.by_name[position]
    return Turn(state, tuple(asking.ask(survey, question, state, language, [lead], now)))


def stops(turn: Turn) -> bool:
    """Whether the message was STOP, and nothing else."""
    kinds = {type(effect) for effect in turn.effects}
    return ConsentWithdrawn in kinds and ErasureRequested not in kinds


def understood(state: State, turn: Turn) -> bool:
    """Whether a message was read as an answer to the question at hand, or is awaited as something else."""
    if state.phase not in _OPEN_TO_KEYWORDS:
        return True
    kinds = {type(effect) for effect in turn.effects}
    return AskedAgain not in kinds and bool(kinds - {Say})


def silenced(state: State) -> State:
    """The state after a STOP that was said elsewhere on the same phone."""
    outcome = state.outcome or Outcome.STOPPED
    return replace(state, stopped=True, phase=Phase.FINISHED, outcome=outcome)


def resumed(state: State) -> State:
    """The state after START: the question at hand waits until it is put again."""
    if state.outcome is not Outcome.STOPPED:
        return replace(state, stopped=False)
    phase = Phase.NEW if state.position is None else Phase.ASKING
    return replace(state, stopped=False, phase=phase, outcome=None, tries=0)
