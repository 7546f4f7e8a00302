"""Conversations: what came in, what goes out, what was answered, what is worked out of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


class Conversation(Base):
    """One participant's run through a survey."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_contact_point_id_updated", "contact_point_id", "updated"),
        Index(
            "ix_conversation_to_analyse",
            "finished",
            postgresql_where=text("finished IS NOT NULL AND analysed IS NULL"),
            sqlite_where=text("finished IS NOT NULL AND analysed IS NULL"),
        ),
        Index(
            "ix_conversation_next_at",
            "next_at",
            postgresql_where=text("next_at IS NOT NULL"),
            sqlite_where=text("next_at IS NOT NULL"),
        ),
    )
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"), index=True)
    participant_id: Mapped[int] = mapped_column(Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"))
    survey_version_id: Mapped[int] = mapped_column(Id, ForeignKey("survey_version.id"))
    channel: Mapped[code] = mapped_column(String(16))
    mode: Mapped[code] = mapped_column(String(16))
    # Who of the staff filled it in with her.
    assisted_by: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[code] = mapped_column(String(32))
    state: Mapped[long_text]
    outcome: Mapped[str | None] = mapped_column(String(16))
    asked: Mapped[maybe_moment]
    created: Mapped[moment]
    updated: Mapped[moment]
    finished: Mapped[maybe_moment]
    analysed: Mapped[maybe_moment]
    # What the clock does next with it, and when: a reminder, tomorrow's question, the end.
    next_at: Mapped[maybe_moment]
    next_what: Mapped[str | None] = mapped_column(String(16))
    reminded: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Inbound(Base):
    """A message from a person, exactly as it came. The provider's SID makes it unique."""

    __tablename__ = "inbound"
    id: Mapped[identity]
    provider_sid: Mapped[code] = mapped_column(String(64), unique=True)
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("conversation.id"), index=True
    )
    body: Mapped[long_text]
    payload: Mapped[str | None] = mapped_column(String(256))
    media: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    # Twilio's id of the message of ours that was tapped or quoted.
    answers_sid: Mapped[str | None] = mapped_column(String(64))
    received: Mapped[moment]


class Attachment(Base):
    """What came with a message: fetched once, stored encrypted, then removed at the provider."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("inbound_id", "place"),)
    id: Mapped[identity]
    inbound_id: Mapped[int] = mapped_column(Id, ForeignKey("inbound.id"))
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[code] = mapped_column(String(16))
    question: Mapped[str | None] = mapped_column(String(128))
    url: Mapped[long_text]
    # waiting, fetched, refused, gone
    state: Mapped[code] = mapped_column(String(16), index=True)
    why: Mapped[str | None] = mapped_column(String(64))
    content_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None] = mapped_column(Integer)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    not_before: Mapped[maybe_moment]
    created: Mapped[moment]
    fetched: Mapped[maybe_moment]
    removed: Mapped[maybe_moment]


class Transcript(Base):
    """What a person heard in a voice note, or how she put it into another language. Append only."""

    __tablename__ = "transcript"
    id: Mapped[identity]
    # A voice note's attachment, or an answer in writing that was translated.
    attachment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attachment.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("answer.id"), index=True)
    # transcription or translation
    step: Mapped[code] = mapped_column(String(16))
    language: Mapped[code] = mapped_column(String(32))
    text: Mapped[long_text]
    note: Mapped[long_text]
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[moment]


class Outbound(Base):
    """A message to a person: the outbox, and the record of what became of it."""

    __tablename__ = "outbound"
    __table_args__ = (
        Index(
            "ix_outbound_waiting",
            "created",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbound_in_flight",
            "contact_point_id",
            postgresql_where=text("state IN ('sending', 'uncertain')"),
            sqlite_where=text("state IN ('sending', 'uncertain')"),
        ),
    )
    id: Mapped[identity]
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("conversation.id"), index=True
    )
    reply_to: Mapped[int | None] = mapped_column(Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[code] = mapped_column(String(32))
    body: Mapped[long_text]
    prompt: Mapped[long_text]
    buttons: Mapped[list[list[str]]] = mapped_column(JSON)
    # The digest of the recording that this message is; nothing is written in it then.
    audio: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[code] = mapped_column(String(16))
    provider_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    error_code: Mapped[int | None] = mapped_column(Integer)
    # Whoever forgets to say what it is gets a message that keeps quiet hours.
    kind: Mapped[code] = mapped_column(String(16), default="notice", server_default="notice")
    inline: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    content_sid: Mapped[str | None] = mapped_column(String(64))
    content_variables: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    as_template: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    attempted: Mapped[maybe_moment]
    not_before: Mapped[maybe_moment]
    expires: Mapped[maybe_moment]
    retry_of: Mapped[int | None] = mapped_column(Id, ForeignKey("outbound.id"), index=True)
    # Who of the staff wrote it, where it was not the bot.
    written_by: Mapped[str | None] = mapped_column(String(200))
    # What came of a campaign, if that is what this message tells.
    feedback_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feedback.id"), index=True)
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_fence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease_expires: Mapped[maybe_moment]
    created: Mapped[moment]
    changed: Mapped[moment]


class Answer(Base):
    """What was read from a reply, beside what was typed. A correction adds a row."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_conversation_id_question", "conversation_id", "question"),)
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str] = mapped_column(String(128))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    missing: Mapped[str | None] = mapped_column(String(32))
    raw: Mapped[long_text]
    how: Mapped[str] = mapped_column(String(64))
    language: Mapped[code] = mapped_column(String(32))
    wording: Mapped[str] = mapped_column(String(16))
    asked: Mapped[maybe_moment]
    answered: Mapped[moment]


class Correction(Base):
    """Who put an answer in the place of what the bot had read, when and why; the older answer stays."""

    __tablename__ = "correction"
    id: Mapped[identity]
    # The answer that counts since then.
    answer_id: Mapped[int] = mapped_column(
        Id, ForeignKey("answer.id", ondelete="CASCADE"), unique=True
    )
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    reason: Mapped[long_text]
    at: Mapped[moment]


class AskedAgain(Base):
    """A reply that could not be read: kept, so that we learn whom we fail to understand."""

    __tablename__ = "asked_again"
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversation.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str] = mapped_column(String(128))
    raw: Mapped[long_text]
    why: Mapped[str] = mapped_column(String(32))
    attempt: Mapped[int] = mapped_column(Integer)
    language: Mapped[code] = mapped_column(String(32))
    at: Mapped[moment]


class Concern(Base):
    """Words of danger that a named person has to look at."""

    __tablename__ = "concern"
    id: Mapped[identity]
    conversation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("conversation.id"), index=True
    )
    inbound_id: Mapped[int] = mapped_column(Id, ForeignKey("inbound.id"), index=True)
    phrase: Mapped[str] = mapped_column(String(200))
    language: Mapped[code] = mapped_column(String(32))
    raised: Mapped[moment]
    acknowledged: Mapped[maybe_moment]
    acknowledged_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))
    # Who sees to it, and when it was done with.
    responder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))
    settled: Mapped[maybe_moment]


class ConcernNote(Base):
    """What somebody did about a concern. Encrypted; goes with the concern when a person is erased."""

    __tablename__ = "concern_note"
    id: Mapped[identity]
    concern_id: Mapped[int] = mapped_column(
        Id, ForeignKey("concern.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    text: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[moment]


class Score(Base):
    """A finished conversation's score, by the instrument's own rule."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("conversation_id", "name"),)
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversation.id"))
    name: Mapped[code]
    raw: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(64))


class QualityMark(Base):
    """A sign that a conversation's answers may not mean what they say: `research.quality` finds them."""

    __tablename__ = "quality_mark"
    __table_args__ = (UniqueConstraint("conversation_id", "mark", "detail"),)
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(Id, ForeignKey("conversation.id"))
    mark: Mapped[code] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(128))
    value: Mapped[float]
