"""What a turn decided becomes rows: one exhaustive match, in the order the engine decided it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, delete, select, update

from bot.gateways.addresses import Channel
from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import moves, saying, webhooks
from bot.usecases.consents import CONSENT, record_consent, set_opt_out
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
from flows.spoken import texts_of
from flows.state import State
from flows.wording import digest

__all__ = ["CONSENT", "record_consent", "set_opt_out"]

ANSWER = inbox.table(schema.Answer)
ASKED_AGAIN = inbox.table(schema.AskedAgain)
CONCERN = inbox.table(schema.Concern)
ERASURE = inbox.table(schema.ErasureRequest)
QUALITY_MARK = inbox.table(schema.QualityMark)
SCORE = inbox.table(schema.Score)


@dataclass
class Context:
    """What the rows of one turn have in common.

    `inbound_id` is the message that was read; `replies_to` the one that is being answered, where a message
    was kept until it was known whose it is. `source` is the consent ledger's.
    """

    connection: Connection
    script: Script
    conversation: AnyRow
    inbound_id: int | None
    now: datetime
    state: State
    delivery: str
    kind: str = "reply"
    replies_to: int | None = None
    """The message that is answered, where an earlier one is being read."""
    source: str = "message"
    """How consent came: `message`, `provider`, or `spoken` when a person listened to it."""
    heard: str = ""
    """What the consent ledger keeps in place of typed words: which voice note, and who listened."""
    expires: datetime | None = None
    erasures: list[int] = field(default_factory=list)
    asked: datetime | None = None

    @property
    def language(self) -> str:
        """The language that the reply was read in."""
        return str(self.conversation.language)


def apply(context: Context, effects: Iterable[Effect]) -> None:
    """Store everything a turn decided, and the state it led to."""
    context.asked = context.conversation.asked
    if context.inbound_id is not None:
        _cancel_overtaken(context)
    effects = list(effects)
    contents = {
        id(effect): sid
        for effect in effects
        if isinstance(effect, Say) and (sid := _content_of(context, effect)) is not None
    }
    if contents and context.delivery == "replied":
        # TwiML has no buttons: the whole turn goes by REST, so that it stays in order.
        context.delivery = "queued"
    for effect in effects:
        if isinstance(effect, Say):
            _say(context, effect, contents.get(id(effect)))
        else:
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
        **moves.columns_after(
            context.conversation, context.state, context.now, reminder=context.kind == "reminder"
        ),
    )


def _apply(context: Context, effect: Effect) -> None:
    match effect:
        case Say():
            _say(context, effect, None)
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


def _content_of(context: Context, effect: Say) -> str | None:
    conversation = context.conversation
    if conversation.channel != Channel.WHATSAPP.value or conversation.mode == "simulated":
        return None  # a page of our own draws the buttons itself
    return saying.content_of(context.connection, effect, context.state.language)


def _say(context: Context, effect: Say, content_sid: str | None) -> None:
    speaker = context.script.languages[context.state.language]
    on_whatsapp = context.conversation.channel == Channel.WHATSAPP.value
    rows = saying.rows_of(effect, speaker, content_sid, recordings=on_whatsapp)
    common = {
        "contact_point_id": context.conversation.contact_point_id,
        "conversation_id": context.conversation.id,
        "reply_to": context.replies_to or context.inbound_id,
        "language": context.state.language,
        "state": context.delivery,
        "kind": context.kind,
        "inline": context.delivery == "replied",
        "expires": context.expires,
        "created": context.now,
        "changed": context.now,
    }
    for values in rows:
        inbox.add(context.connection, inbox.OUTBOUND, **(common | values))
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
    """Names the very words a question was asked in: label, hint and options, or what was heard."""
    speaker = script.languages[language]
    asked = script.survey.by_name[question]
    if speaker.spoken:
        heard = (speaker.recordings.get(name, "") for name, _ in texts_of(asked))
        return digest(question, language, *heard)
    texts = [speaker.text(wording) for wording in asked.wordings()]
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
    conversation, campaign = context.conversation, inbox.CAMPAIGN
    asked = wording is not None
    organisation = select(campaign.c.organisation_id).where(
        campaign.c.id == conversation.campaign_id
    )
    record_consent(
        context.connection,
        participant_id=conversation.participant_id,
        contact_point_id=conversation.contact_point_id,
        # STOP and START are said to everybody; an answer to a survey's question to whoever asks it.
        organisation_id=organisation.scalar_subquery() if asked else None,
        conversation_id=conversation.id,
        inbound_id=context.inbound_id,
        channel=conversation.channel,
        purpose="survey" if asked else "contact",
        source="facilitator" if conversation.mode == "assisted" else context.source,
        act=act,
        wording=wording,
        language=context.language,
        raw=raw or context.heard,
        at=context.now,
    )


def _cancel_overtaken(context: Context) -> None:
    """She has written: an invitation, a reminder or a question that still waits comes too late."""
    conversation = context.conversation
    if conversation.mode == "self" and conversation.next_what is not None:
        outbound = inbox.OUTBOUND
        context.connection.execute(
            update(outbound)
            .where(outbound.c.conversation_id == conversation.id)
            .where(outbound.c.state == "queued", outbound.c.reply_to.is_(None))
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
