"""What a turn decided becomes rows: one exhaustive match, in the order the engine decided it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, delete, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import webhooks
from bot.usecases.scripts import Script
from flows.effects import (
    Answered,
    AskedAgain,
    ConcernRaised,
    ConsentGiven,
    ConsentRefused,
    ConsentRestored,
    ConsentWithdrawn,
    Effect,
    ErasureRequested,
    Finished,
    LeftOut,
    LocaleChosen,
    MediaKept,
    Paused,
    Say,
)
from flows.state import State
from flows.wording import digest

ANSWER = inbox.table(schema.Answer)
ASKED_AGAIN = inbox.table(schema.AskedAgain)
CONCERN = inbox.table(schema.Concern)
CONSENT = inbox.table(schema.Consent)
ERASURE = inbox.table(schema.ErasureRequest)
QUALITY_MARK = inbox.table(schema.QualityMark)
SCORE = inbox.table(schema.Score)


@dataclass
class Context:
    """What the rows of one turn have in common."""

    connection: Connection
    script: Script
    conversation: AnyRow
    inbound_id: int | None
    now: datetime
    state: State
    delivery: str
    kind: str = "reply"
    erasures: list[int] = field(default_factory=list)
    asked: datetime | None = None

    @property
    def language(self) -> str:
        """The language that the reply was read in."""
        return str(self.conversation.language)


def apply(context: Context, effects: Iterable[Effect]) -> None:
    """Store everything a turn decided, and the state it led to."""
    context.asked = context.conversation.asked
    for effect in effects:
        _apply(context, effect)
    finished = context.conversation.finished
    if context.state.outcome is None:
        finished = None
    elif finished is None:
        finished = context.now
        webhooks.conversation_finished(context.connection, context.conversation, context.now)
    inbox.save_conversation(
        context.connection,
        context.conversation.id,
        state=context.state.to_json(),
        language=context.state.language,
        outcome=context.state.outcome,
        asked=context.asked,
        updated=context.now,
        finished=finished,
        # What was analysed before a conversation went on is analysed again.
        analysed=context.conversation.analysed if finished else None,
    )


def _apply(context: Context, effect: Effect) -> None:
    match effect:
        case Say():
            _say(context, effect)
        case Answered():
            _answer(context, effect.question, effect.raw, effect.how, value=effect.value)
        case LeftOut():
            _answer(context, effect.question, effect.raw, "left out", missing=effect.why)
        case AskedAgain():
            _asked_again(context, effect)
        case ConsentGiven() | ConsentRefused():
            act = "given" if isinstance(effect, ConsentGiven) else "refused"
            _consent(context, act, wording=effect.wording)
        case ConsentWithdrawn():
            set_opt_out(context.connection, context.conversation.contact_point_id, context.now)
            _cancel_waiting(context)
            _consent(context, "withdrawn", raw=effect.raw)
        case ConsentRestored():
            set_opt_out(context.connection, context.conversation.contact_point_id, None)
            _consent(context, "restored", raw=effect.raw)
        case ConcernRaised():
            _concern(context, effect)
        case ErasureRequested():
            context.erasures.append(_erasure(context))
        case LocaleChosen() | Paused() | Finished() | MediaKept():
            # Told by the conversation's row and by the inbound message itself.
            pass
        case _:
            assert_never(effect)


def _say(context: Context, effect: Say) -> None:
    inbox.add(
        context.connection,
        inbox.OUTBOUND,
        contact_point_id=context.conversation.contact_point_id,
        conversation_id=context.conversation.id,
        reply_to=context.inbound_id,
        question=effect.question,
        language=context.state.language,
        body=effect.text,
        prompt=effect.prompt,
        buttons=[[button.payload, button.title] for button in effect.buttons],
        state=context.delivery,
        kind=context.kind,
        inline=context.delivery == "replied",
        created=context.now,
        changed=context.now,
    )
    if effect.question is not None:
        context.asked = context.now


def _answer(
    context: Context,
    question: str,
    raw: str,
    how: str,
    *,
    value: Any = None,
    missing: str | None = None,
) -> None:
    asked = context.script.survey.by_name[question].takes_answer
    inbox.add(
        context.connection,
        ANSWER,
        conversation_id=context.conversation.id,
        inbound_id=context.inbound_id,
        question=question,
        value=list(value) if isinstance(value, tuple) else value,
        missing=missing,
        raw=raw,
        how=how,
        language=context.language,
        wording=wording_digest(context.script, question, context.language),
        asked=context.asked if asked else None,
        answered=context.now,
    )


def wording_digest(script: Script, question: str, language: str) -> str:
    """Names the very words a question was asked in: label, hint and options in that language."""
    speaker = script.languages[language]
    texts = [speaker.text(wording) for wording in script.survey.by_name[question].wordings()]
    return digest(question, language, *texts)


def _asked_again(context: Context, effect: AskedAgain) -> None:
    inbox.add(
        context.connection,
        ASKED_AGAIN,
        conversation_id=context.conversation.id,
        inbound_id=context.inbound_id,
        question=effect.question,
        raw=effect.raw,
        why=effect.why,
        attempt=effect.attempt,
        language=context.language,
        at=context.now,
    )


def _consent(context: Context, act: str, *, wording: str | None = None, raw: str = "") -> None:
    conversation = context.conversation
    record_consent(
        context.connection,
        participant_id=conversation.participant_id,
        contact_point_id=conversation.contact_point_id,
        conversation_id=conversation.id,
        inbound_id=context.inbound_id,
        channel=conversation.channel,
        act=act,
        wording=wording,
        language=context.language,
        raw=raw,
        at=context.now,
    )


def record_consent(connection: Connection, **entry: Any) -> None:
    """Add an entry to the consent ledger; entries are never changed."""
    inbox.add(connection, CONSENT, **entry)


def set_opt_out(connection: Connection, contact_point_id: int, moment: datetime | None) -> None:
    """Close an address to everything we would send, or open it again."""
    contact = inbox.CONTACT
    connection.execute(
        update(contact).where(contact.c.id == contact_point_id).values(opted_out=moment)
    )


def _cancel_waiting(context: Context) -> None:
    """Nothing queued is sent after STOP."""
    outbound = inbox.OUTBOUND
    connection, contact_point_id = context.connection, context.conversation.contact_point_id
    connection.execute(
        update(outbound)
        .where(outbound.c.contact_point_id == contact_point_id, outbound.c.state == "queued")
        .values(state="cancelled", changed=context.now)
    )


def _concern(context: Context, effect: ConcernRaised) -> None:
    inbox.add(
        context.connection,
        CONCERN,
        conversation_id=context.conversation.id,
        inbound_id=context.inbound_id,
        phrase=effect.phrase,
        language=effect.language,
        raised=context.now,
    )


def _erasure(context: Context) -> int:
    return inbox.add(
        context.connection,
        ERASURE,
        participant_id=context.conversation.participant_id,
        requested=context.now,
    )


def forget_scores(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Remove what was worked out from conversations, before it is written anew or erased."""
    ids = list(conversation_ids)
    for table in (SCORE, QUALITY_MARK):
        connection.execute(delete(table).where(table.c.conversation_id.in_(ids)))
