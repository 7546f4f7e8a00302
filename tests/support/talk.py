"""Conversations with the pure engine, its state carried through JSON between all turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.gateways.voices import PHRASES, Voices
from flows.effects import Effect, Say
from flows.engine import Turn, advance
from flows.events import Event, Expired, Invited, Media, Received, Terms, TimedOut
from flows.language import SOURCE, Language
from flows.parsing import parse_survey
from flows.state import State
from flows.survey import Instrument, Survey

E = TypeVar("E", bound=Effect)

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

HEAD = """
settings: {form_id: small, form_title: A small survey}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
  colour:
    - {name: red, label: Red}
    - {name: green, label: Green}
    - {name: blue, label: Blue}
survey:
"""
"""What the small surveys of these tests begin with; their rows follow, indented by two."""


def small(rows: str, instruments: Mapping[str, Instrument] | None = None) -> Survey:
    """A survey of these rows."""
    return parse_survey(HEAD + rows, source="small.yaml", instruments=instruments or {})


def marked(voices: Voices, survey: Survey, codes: Sequence[str]) -> Mapping[str, Language]:
    """Languages in which every text of a survey is its English in front of which stands `bn: `.

    What is tested with them does not depend on what a translator wrote.
    """
    family: dict[str, Language] = {}
    for code, language in voices.family(codes).items():
        texts = () if code == SOURCE else (*survey.wordings(), *PHRASES)
        catalogue = {(w.context, w.source): f"{code}: {w.source}" for w in texts}
        family[code] = replace(language, catalogue=catalogue, offered=family)
    return family


class Talk:
    """One participant's conversation. `send()` and the other moves return what the bot said."""

    def __init__(
        self, survey: Survey, languages: Mapping[str, Language], language: str | None = None
    ) -> None:
        self.survey = survey
        self.languages = languages
        self.state = State(language=language or next(iter(languages)))
        self.effects: tuple[Effect, ...] = ()
        self.history: list[Effect] = []
        self.now = NOW
        self.terms = Terms()

    def send(
        self,
        text: str,
        *,
        payload: str | None = None,
        media: tuple[Media, ...] = (),
        addresses: tuple[str, ...] = (),
    ) -> list[str]:
        """The participant writes, taps or sends something."""
        return self.happen(Received(text, self.now, payload, media, addresses, self.terms))

    def invited(self) -> list[str]:
        """The campaign is launched."""
        return self.happen(Invited(self.now))

    def timed_out(self) -> list[str]:
        """It is time for a reminder."""
        return self.happen(TimedOut(self.now))

    def expired(self) -> list[str]:
        """The campaign is over."""
        return self.happen(Expired(self.now))

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)

    def happen(self, event: Event) -> list[str]:
        """One turn, from a state that came out of JSON."""
        turn: Turn = advance(self.survey, self.state, event, self.languages[self.state.language])
        stored = turn.state.to_json()
        assert State.from_json(stored) == turn.state
        assert State.from_json(stored).to_json() == stored
        self.state = State.from_json(stored)
        self.effects = turn.effects
        self.history += turn.effects
        return self.said

    @property
    def said(self) -> list[str]:
        """The bot's messages in the last turn."""
        return [effect.text for effect in self.effects if isinstance(effect, Say)]

    @property
    def words(self) -> str:
        """The same as one text."""
        return "\n".join(self.said)

    def told(self, kind: type[E]) -> list[E]:
        """The last turn's effects of a kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def only(self, kind: type[E]) -> E:
        """The last turn's one effect of a kind."""
        (effect,) = self.told(kind)
        return effect
