"""What a turn decided, as facts in the past tense. `bot/usecases` stores them, in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.expressions import Value


class Missing(StrEnum):
    """Why a question has no answer."""

    REFUSED = "refused"
    SKIPPED = "skipped"
    UNSURE = "unsure"
    NOT_UNDERSTOOD = "not_understood"
    NOT_RELEVANT = "not_relevant"


class Outcome(StrEnum):
    """How a conversation ended."""

    COMPLETE = "complete"
    REFUSED = "refused"
    STOPPED = "stopped"
    EXPIRED = "expired"
    QUOTA_FULL = "quota_full"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Button:
    """An option as a tap: what comes back, and what is shown."""

    payload: str
    title: str


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the participant.

    Attributes:
        text: the whole message as plain text, options numbered.
        prompt: the same without the options, for channels that show `buttons`.
        buttons: the options, if the question has any.
        question: the question this message asks, if it asks one.
        lead: what `text` and `prompt` say before the question itself.
        recordings: names of the recordings that say the same, in order (`flows.spoken`).
    """

    text: str
    prompt: str
    buttons: tuple[Button, ...] = ()
    question: str | None = None
    lead: str = ""
    recordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply was read. `raw` is what was typed, `how` the rule it was read by."""

    question: str
    value: Value
    raw: str
    how: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question was left without an answer."""

    question: str
    why: Missing
    raw: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A reply could not be read for sure. `why` is the reader's reason; `attempt` counts from 1."""

    question: str
    raw: str
    why: str
    attempt: int


@dataclass(frozen=True, slots=True)
class LocaleChosen:
    """The participant chose a language."""

    language: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The participant agreed; `wording` is the digest of the words she agreed to."""

    question: str
    wording: str


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    """The participant was asked and did not agree."""

    question: str
    wording: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """STOP, in any language: nothing more is sent."""

    raw: str


@dataclass(frozen=True, slots=True)
class ConsentRestored:
    """START after STOP."""

    raw: str


@dataclass(frozen=True, slots=True)
class ConcernRaised:
    """The safeguarding scan found words of danger; a person has to look."""

    phrase: str
    language: str
    raw: str


@dataclass(frozen=True, slots=True)
class ErasureRequested:
    """The participant asked for her data to be deleted, and confirmed it."""


@dataclass(frozen=True, slots=True)
class MediaKept:
    """An attachment that a person has to listen to or look at."""

    question: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The participant is not somewhere private, or asked to wait."""

    question: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversation ended."""

    outcome: Outcome


Effect = (
    Say
    | Answered
    | LeftOut
    | AskedAgain
    | LocaleChosen
    | ConsentGiven
    | ConsentRefused
    | ConsentWithdrawn
    | ConsentRestored
    | ConcernRaised
    | ErasureRequested
    | MediaKept
    | Paused
    | Finished
)
