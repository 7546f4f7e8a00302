"""A draft tried in a page: the replies so far go through the engine anew each time; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.usecases.services import Services
from bot.usecases.survey_drafts import Draft
from flows.effects import Answered, AskedAgain, Button, ConcernRaised, Effect, LeftOut, Say
from flows.engine import advance
from flows.events import Invited, Received
from flows.language import Language
from flows.spoken import on_channel
from flows.state import Phase, State
from flows.survey import Survey

MOST_REPLIES = 200
LONGEST_REPLY = 1000
_TAPPED = "tap "
_TYPED = "say "


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the talk.

    Attributes:
        ours: whether the bot says it.
        text: what.
        language: code.
        direction: `ltr` or `rtl`.
        read: for a reply, how the engine took it: (`read`, question, value), (`again`, question, why),
            (`left out`, question, why) or (`danger`, the words, "").
    """

    ours: bool
    text: str
    language: str
    direction: str
    read: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk so far.

    Attributes:
        bubbles: in order.
        buttons: what can be tapped now.
        over: whether nothing more is asked.
        said: the replies, as they are sent again with the next one.
        languages: codes that it can be held in.
        language: the one it began in.
    """

    bubbles: tuple[Bubble, ...]
    buttons: tuple[Button, ...]
    over: bool
    said: tuple[str, ...]
    languages: tuple[str, ...]
    language: str


def typed(text: str) -> str:
    """A typed reply, as `play` takes it."""
    return _TYPED + text[:LONGEST_REPLY]


def tapped(payload: str) -> str:
    """A tapped option, as `play` takes it."""
    return _TAPPED + payload[:LONGEST_REPLY]


def play(
    services: Services, draft: Draft, said: Sequence[str], language: str | None = None
) -> Talk | None:
    """The talk that comes of these replies; None while the draft can not be asked at all.

    Args:
        services: the outside world; nothing is written to it.
        draft: what is tried.
        said: replies by `typed` and `tapped`, in order; at most `MOST_REPLIES` count.
        language: code of the language to begin in; the survey's own without it.
    """
    survey = draft.survey
    if survey is None or survey.source_language not in services.voices.files.vocabularies:
        return None
    ready = on_channel(services.voices.complete(survey, draft.catalogues), "sms")
    codes = tuple(dict.fromkeys((survey.source_language, *ready)))
    family = services.voices.family(codes, own=draft.catalogues)
    begun = language if language and language in family else survey.source_language
    return _Played(survey, family, services.clock.now(), begun).talk(said[:MOST_REPLIES])


@dataclass
class _Played:
    """A talk on its way through the engine."""

    survey: Survey
    family: Mapping[str, Language]
    now: datetime
    begun: str

    def talk(self, said: Sequence[str]) -> Talk:
        state = State(language=self.begun, language_chosen=True)
        turn = advance(self.survey, state, Invited(self.now), self.family[self.begun])
        bubbles = self._said(turn.effects, turn.state)
        kept: list[str] = []
        for reply in said:
            if turn.state.phase is Phase.FINISHED:
                break
            spoken = self.family[turn.state.language]
            event, shown = self._event(reply, turn.effects)
            turn = advance(self.survey, turn.state, event, spoken)
            read = tuple(one for effect in turn.effects if (one := _read(effect)) is not None)
            bubbles.append(Bubble(False, shown, spoken.code, spoken.direction, read))
            bubbles += self._said(turn.effects, turn.state)
            kept.append(reply)
        over = turn.state.phase is Phase.FINISHED
        says = [effect for effect in turn.effects if isinstance(effect, Say)]
        buttons = says[-1].buttons if says and not over else ()
        codes = tuple(self.family)
        return Talk(tuple(bubbles), buttons, over, tuple(kept), codes, self.begun)

    def _event(self, reply: str, before: Sequence[Effect]) -> tuple[Received, str]:
        if not reply.startswith(_TAPPED):
            text = reply.removeprefix(_TYPED)
            return Received(text, self.now), text
        payload = reply.removeprefix(_TAPPED)
        buttons = [one for say in before if isinstance(say, Say) for one in say.buttons]
        titles = {button.payload: button.title for button in buttons}
        title = titles.get(payload, payload)
        return Received(title, self.now, payload=payload), title

    def _said(self, effects: Sequence[Effect], state: State) -> list[Bubble]:
        language = self.family[state.language]
        return [
            Bubble(True, effect.text, language.code, language.direction)
            for effect in effects
            if isinstance(effect, Say)
        ]


def _read(effect: Effect) -> tuple[str, str, str] | None:
    match effect:
        case Answered():
            value = effect.value
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            return "read", effect.question, shown
        case AskedAgain():
            return "again", effect.question, effect.why
        case LeftOut():
            return "left out", effect.question, effect.why.value
        case ConcernRaised():
            return "danger", effect.phrase, ""
        case _:
            return None
