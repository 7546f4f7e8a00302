"""A message as rows of the outbox: its recordings, one row each, and what is written or tapped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import Connection, select

from bot.store import inbox, schema
from flows.effects import Say
from flows.language import Language
from flows.wording import digest

log = structlog.get_logger(__name__)

TEMPLATE = inbox.table(schema.MessageTemplate)
MOST_REPLIES, MOST_ITEMS = 3, 10
"""Options of a quick reply and of a list: https://www.twilio.com/docs/content/content-types-overview."""


def content_of(connection: Connection, effect: Say, language: str) -> str | None:
    """The registered WhatsApp message with buttons that asks exactly this, if there is one."""
    if not effect.buttons or len(effect.buttons) > MOST_ITEMS:
        return None
    kind = "quick_reply" if len(effect.buttons) <= MOST_REPLIES else "list_picker"
    buttons = [(button.payload, button.title) for button in effect.buttons]
    found: str | None = connection.scalar(
        select(TEMPLATE.c.content_sid)
        .where(TEMPLATE.c.source_digest == content_digest(language, own_prompt(effect), buttons))
        .where(TEMPLATE.c.kind == kind, TEMPLATE.c.language == language)
        .where(TEMPLATE.c.approval.not_in(("rejected", "disabled")))
        .limit(1)
    )
    return found


def content_digest(language: str, prompt: str, buttons: Iterable[tuple[str, str]] = ()) -> str:
    """Names what a message at Twilio says: its words, and its buttons with what they send back."""
    return digest(language, prompt, *(part for button in buttons for part in button))


def own_prompt(effect: Say) -> str:
    """What a message asks, without what is said before it and without its options."""
    return effect.prompt.removeprefix(effect.lead).lstrip("\n")


def rows_of(
    effect: Say, speaker: Language, content_sid: str | None, *, recordings: bool
) -> list[dict[str, Any]]:
    """The rows of one message; the last carries the question: that is what a reply or a tap answers.

    Args:
        effect: the message.
        speaker: its language.
        content_sid: the registered message with buttons that stands for it.
        recordings: whether the channel carries them.
    """
    rows: list[dict[str, Any]] = _heard(effect, speaker) if recordings else []
    buttons = [[button.payload, button.title] for button in effect.buttons]
    if content_sid is not None:
        if effect.lead:
            rows.append({"body": effect.lead, "prompt": effect.lead})
        body = effect.text.removeprefix(effect.lead).lstrip("\n")
        content = {"content_sid": content_sid, "content_variables": {}, "as_template": True}
        rows.append({"body": body, "prompt": own_prompt(effect), "buttons": buttons, **content})
    elif effect.text:
        rows.append({"body": effect.text, "prompt": effect.prompt, "buttons": buttons})
    nothing: dict[str, Any] = {"body": "", "prompt": "", "buttons": [], "question": None}
    rows = [nothing | row for row in rows]
    if rows:
        rows[-1]["question"] = effect.question
    return rows


def _heard(effect: Say, speaker: Language) -> list[dict[str, Any]]:
    rows = []
    for name in effect.recordings:
        recording = speaker.recordings.get(name)
        if recording is not None:
            rows.append({"audio": recording})
        elif speaker.spoken:
            log.error("recording missing", recording=name, language=speaker.code)
    return rows
