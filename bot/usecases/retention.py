"""How long what is kept, as it is carried out today: nothing here is a promise that no code keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.usecases import ceremonies, people_uploads, signing_in
from bot.usecases.attempts import FORGOTTEN
from bot.usecases.invitations import INVITATION_DAYS


class Kept(StrEnum):
    """What is kept."""

    ANSWERS = "answers"
    NUMBERS = "numbers"
    CONCERNS = "concerns"
    UPLOADS = "uploads"
    SIGN_INS = "sign-ins"
    INVITATIONS = "invitations"
    ATTEMPTS = "attempts"
    STEPS = "steps"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept, and how long; None until somebody asks for it to be deleted, or for good.

    Attributes:
        what: what is kept.
        counts: how long it counts for anything; None without an end.
        on_request: whether it goes when the person it is about asks to be deleted.
    """

    what: Kept
    counts: timedelta | None
    on_request: bool


def kept() -> list[Rule]:
    """Every kind of personal data, and what ends it."""
    return [
        Rule(Kept.ANSWERS, None, on_request=True),
        Rule(Kept.NUMBERS, None, on_request=True),
        Rule(Kept.CONCERNS, None, on_request=True),
        Rule(Kept.UPLOADS, people_uploads.KEPT, on_request=False),
        Rule(Kept.SIGN_INS, signing_in.LASTS, on_request=False),
        Rule(Kept.INVITATIONS, timedelta(days=INVITATION_DAYS), on_request=False),
        Rule(Kept.ATTEMPTS, FORGOTTEN, on_request=False),
        Rule(Kept.STEPS, timedelta(minutes=ceremonies.MINUTES), on_request=False),
        Rule(Kept.AUDIT, None, on_request=False),
    ]
