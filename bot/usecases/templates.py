"""Messages registered at Twilio: what opens a conversation outside the 24-hour window, and buttons in it.

WhatsApp approves each text in each language by itself. What is registered here is known by the very words
it says: when a translation is changed, or a question is, what was approved is not that text any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store import inbox
from bot.store.inbox import CAMPAIGN
from bot.usecases.contents import BODY, TEXT, Definition, TemplateError, define, variables_of
from bot.usecases.saying import TEMPLATE, content_digest
from bot.usecases.services import Services
from flows import phrases
from flows.wording import Wording

APPROVALS = (
    "unsubmitted", "received", "pending", "approved", "rejected", "paused", "disabled",
)  # fmt: skip
"""Twilio's words: https://www.twilio.com/docs/content/approvals."""

NEEDED = (phrases.INVITATION, phrases.GO_ON, phrases.FINDINGS)
"""What every campaign on WhatsApp needs."""

_SID = re.compile(r"HX[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Content:
    """A registered text, ready to be sent: its words here, its id and variables there."""

    content_sid: str
    variables: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A message at Twilio, as lists show it."""

    context: str
    language: str
    kind: str
    content_sid: str
    approval: str
    why: str | None
    changed: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """A text that a campaign needs outside the window and that can not be sent there."""

    context: str
    language: str
    why: str


def written_in(services: Services, language: str) -> str:
    """The language that a template is written in.

    WhatsApp approves no recording: a language that is only spoken borrows its neighbour's text, which that
    language's reviewers signed off.
    """
    speaker = services.voices.family([language])[language]
    borrows = services.voices.files.vocabularies[language].borrows
    return borrows if speaker.spoken and borrows else language


def register(
    services: Services, definition: Definition, content_sid: str, approval: str = "unsubmitted"
) -> None:
    """Remember under which id Twilio has a message; what had this place before is replaced.

    Raises:
        TemplateError: that is no ContentSid, or no state of approval.
    """
    if not _SID.fullmatch(content_sid):
        raise TemplateError(f"A ContentSid is HX and 32 hexadecimal digits, not {content_sid!r}.")
    _check(approval)
    key = {
        "context": definition.context,
        "source_digest": definition.digest,
        "language": definition.language,
        "kind": definition.kind,
    }
    values = {"content_sid": content_sid, "approval": approval, "changed": services.clock.now()}
    with services.database.transaction() as work:
        if inbox.insert_once(work.connection, TEMPLATE, {**key, **values}) is None:
            where = [TEMPLATE.c[column] == value for column, value in key.items()]
            work.connection.execute(update(TEMPLATE).where(*where).values(**values, why=None))


def set_status(services: Services, content_sid: str, approval: str, why: str = "") -> None:
    """Write down what WhatsApp said of a message; raises TemplateError when it is not registered."""
    _check(approval)
    with services.database.transaction() as work:
        changed = work.connection.execute(
            update(TEMPLATE)
            .where(TEMPLATE.c.content_sid == content_sid)
            .values(approval=approval, why=why[:400] or None, changed=services.clock.now())
        )
    if not changed.rowcount:
        raise TemplateError(f"No message is registered under {content_sid!r}.")


def _check(approval: str) -> None:
    if approval not in APPROVALS:
        raise TemplateError(f"{approval!r} is not one of {', '.join(APPROVALS)}.")


def listing(services: Services) -> list[Registered]:
    """Everything that is registered, by text and language."""
    with services.database.reading() as connection:
        rows = connection.execute(
            select(TEMPLATE).order_by(TEMPLATE.c.context, TEMPLATE.c.language, TEMPLATE.c.id)
        ).all()
    return [
        Registered(
            *(row.context, row.language, row.kind, row.content_sid, row.approval, row.why),
            row.changed,
        )
        for row in rows
    ]


def missing(services: Services, campaign: str, needed: Iterable[Wording] = NEEDED) -> list[Missing]:
    """What keeps a campaign from being sent outside the window; empty when nothing does.

    Args:
        services: the outside world.
        campaign: slug.
        needed: the texts that it will need.

    Raises:
        TemplateError: there is no such campaign.
    """
    with services.database.reading() as connection:
        codes: Sequence[str] | None = connection.scalar(
            select(CAMPAIGN.c.languages).where(CAMPAIGN.c.slug == campaign)
        )
        if codes is None:
            raise TemplateError(f"There is no campaign {campaign!r}.")
        languages = dict.fromkeys(written_in(services, code) for code in codes)
        found = []
        for code in languages:
            for phrase in needed:
                why = why_not(services, connection, phrase, code)
                if why is not None:
                    found.append(Missing(phrase.context, code, why))
    return found


def why_not(
    services: Services, connection: Connection, phrase: Wording, language: str
) -> str | None:
    """Why a text can not be sent outside the window in a language; None when it can."""
    try:
        definition = define(services, phrase.context, language)
    except TemplateError as error:
        return str(error)
    rows = connection.execute(
        select(TEMPLATE.c.source_digest, TEMPLATE.c.approval)
        .where(TEMPLATE.c.context == phrase.context, TEMPLATE.c.language == language)
        .where(TEMPLATE.c.kind == TEXT)
    ).all()
    current = [row.approval for row in rows if row.source_digest == definition.digest]
    if not rows:
        return "not registered"
    if not current:
        return "registered in other words than it has now"
    return None if "approved" in current else current[0]


def feedback_context(feedback_id: int) -> str:
    """What a campaign's "you said, we did" is called among the registered texts."""
    return f"feedback/{feedback_id}"


def approved_words(
    connection: Connection, context: str, language: str, words: str
) -> Content | None:
    """A text in which nothing is filled in, once WhatsApp has approved these very words."""
    sid = connection.scalar(
        select(TEMPLATE.c.content_sid)
        .where(TEMPLATE.c.context == context, TEMPLATE.c.kind == TEXT)
        .where(TEMPLATE.c.language == language, TEMPLATE.c.approval == "approved")
        .where(TEMPLATE.c.source_digest == content_digest(language, words))
    )
    return None if sid is None or not words else Content(sid, {}, words)


def content_for(
    services: Services,
    connection: Connection,
    phrase: Wording,
    language: str,
    **values: str,
) -> Content | None:
    """A text as it may be sent outside the window now; None while none of these words is approved.

    Args:
        services: the outside world.
        connection: a transaction or a view.
        phrase: one of PHRASES.
        language: the conversation's.
        values: what is filled in; an empty one is refused by WhatsApp, so there is nothing to send.
    """
    code = written_in(services, language)
    speaker = services.voices.family([code])[code]
    if speaker.untranslated([phrase]):
        return None
    words = speaker.text(phrase)
    sid = connection.scalar(
        select(TEMPLATE.c.content_sid)
        .where(TEMPLATE.c.context == phrase.context, TEMPLATE.c.kind == TEXT)
        .where(TEMPLATE.c.language == code, TEMPLATE.c.approval == "approved")
        .where(TEMPLATE.c.source_digest == content_digest(code, words))
    )
    filled = {name: values.get(name, "").strip() for name in variables_of(words)}
    body = words.format(**filled)
    if sid is None or not all(filled.values()) or len(body) > BODY:
        return None
    variables = {str(place): value for place, value in enumerate(filled.values(), 1)}
    return Content(sid, variables, body)
