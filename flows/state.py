"""Where a conversation stands: a small value that survives JSON, and nothing else is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flows.effects import Missing, Outcome
from flows.expressions import Value


class Phase(StrEnum):
    """What the conversation is waiting for."""

    NEW = "new"
    ASKING = "asking"
    PAUSED = "paused"
    RESTING = "resting"
    CHOOSING_LANGUAGE = "choosing_language"
    CONFIRMING_ERASURE = "confirming_erasure"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class State:
    """A conversation's state between two turns.

    Attributes:
        language: code of the language the bot speaks now.
        language_chosen: whether the participant (or the campaign) has chosen it.
        phase: what is awaited.
        position: name of the question being asked.
        answers: question name -> answer.
        missing: question name -> why there is no answer.
        asked: names of the steps taken, in order: the way BACK goes.
        tries: replies to this question that could not be read.
        outcome: how it ended.
        stopped: whether the participant wrote STOP, and not START since.
        unseen: whether the question that comes next has to be put before any text is read as its answer.
        seed: drawn once for the participant; what is in random order for her stays in that order.
    """

    language: str
    language_chosen: bool = False
    phase: Phase = Phase.NEW
    position: str | None = None
    answers: Mapping[str, Value] = field(default_factory=dict)
    missing: Mapping[str, Missing] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    tries: int = 0
    outcome: Outcome | None = None
    stopped: bool = False
    seed: int = 0
    unseen: bool = False

    def with_answer(self, question: str, value: Value) -> State:
        """The question answered; an earlier answer or reason for none is replaced."""
        missing = {name: why for name, why in self.missing.items() if name != question}
        return replace(self, answers={**self.answers, question: value}, missing=missing, tries=0)

    def without_answer(self, question: str, why: Missing) -> State:
        """The question left out, for a reason."""
        answers = {name: value for name, value in self.answers.items() if name != question}
        return replace(self, answers=answers, missing={**self.missing, question: why}, tries=0)

    def settled(self, question: str) -> bool:
        """Whether the question needs no asking: answered, or left out by the participant."""
        if question in self.answers:
            return True
        return self.missing.get(question, Missing.NOT_RELEVANT) is not Missing.NOT_RELEVANT

    def to_json(self) -> str:
        """One line of JSON; `from_json` gives an equal state back."""
        return json.dumps(
            {
                "language": self.language,
                "language_chosen": self.language_chosen,
                "phase": self.phase,
                "position": self.position,
                "answers": dict(self.answers),
                "missing": dict(self.missing),
                "asked": self.asked,
                "tries": self.tries,
                "outcome": self.outcome,
                "stopped": self.stopped,
                "seed": self.seed,
                "unseen": self.unseen,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> State:
        """The state that `to_json` wrote; raises KeyError or ValueError on anything else."""
        stored: dict[str, Any] = json.loads(text)
        return cls(
            language=stored["language"],
            language_chosen=stored["language_chosen"],
            phase=Phase(stored["phase"]),
            position=stored["position"],
            answers={
                name: tuple(value) if isinstance(value, list) else value
                for name, value in stored["answers"].items()
            },
            missing={name: Missing(why) for name, why in stored["missing"].items()},
            asked=tuple(stored["asked"]),
            tries=stored["tries"],
            outcome=None if stored["outcome"] is None else Outcome(stored["outcome"]),
            stopped=stored["stopped"],
            seed=stored.get("seed", 0),  # conversations that began before there was one
            unseen=stored.get("unseen", False),
        )
