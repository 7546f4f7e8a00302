"""How fast the engine is: whole turns, state through JSON each time, beside a yardstick.

    python bench/engine.py

prints turns a second on one core, and how many times as long a turn takes as reading and writing the
state alone. The ratio is what to compare between two commits; the seconds are this machine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import Voices
from flows.engine import advance
from flows.events import Received
from flows.state import State

REPLIES = ["hello", "1", "yes", "4", "three", "2", "5", "0", "7", "my garden", "B69"]
ROUNDS = 400


def main() -> None:
    survey = SurveyFiles().load("wellbeing").survey
    voices = Voices(LanguageFiles())
    family = voices.family(["en"])
    now = datetime.now(UTC)
    states: list[State] = []

    def converse() -> None:
        state = State(language="en")
        for reply in REPLIES:
            state = State.from_json(state.to_json())
            state = advance(survey, state, Received(reply, now), family[state.language]).state
            states.append(state)

    def serialise() -> None:
        for state in states[: len(REPLIES)]:
            State.from_json(state.to_json())

    converse()
    turns = _seconds(converse) / len(REPLIES)
    yardstick = _seconds(serialise) / len(REPLIES)
    print(f"{1 / turns:,.0f} turns a second; a turn is {turns / yardstick:.1f} x its state's JSON")


def _seconds(work: Callable[[], None]) -> float:
    """The median of a few runs, in seconds for one call."""
    runs = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            work()
        runs.append((time.perf_counter() - begun) / ROUNDS)
    return sorted(runs)[2]


if __name__ == "__main__":
    main()
