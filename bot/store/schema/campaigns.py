"""Campaigns, who is on their lists, and what came of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


class Campaign(Base):
    """A survey put to people: who may answer, in which languages, until when."""

    __tablename__ = "campaign"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
    initiative_id: Mapped[int | None] = mapped_column(Id, ForeignKey("initiative.id"), index=True)
    # The campaign before this one, when the same people are asked again.
    follows_id: Mapped[int | None] = mapped_column(Id, ForeignKey("campaign.id"), index=True)
    wave: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    survey_version_id: Mapped[int] = mapped_column(Id, ForeignKey("survey_version.id"))
    slug: Mapped[code] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    languages: Mapped[list[str]] = mapped_column(JSON)
    keyword: Mapped[str | None] = mapped_column(String(64), unique=True)
    walk_in: Mapped[bool] = mapped_column(Boolean, default=False)
    # Name or path that the survey was loaded by: what the gate looks at before the launch.
    survey: Mapped[str] = mapped_column(String(400), default="", server_default="")
    # Reminders, expiry, late answers, quotas, pace: `usecases.plans.Plan` reads and writes it.
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    state: Mapped[code]
    created: Mapped[moment]
    starts: Mapped[maybe_moment]
    launched: Mapped[maybe_moment]
    ends: Mapped[maybe_moment]
    closed: Mapped[maybe_moment]


class Enrolment(Base):
    """A participant who is to be asked in a campaign, from the list to the first message."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("campaign_id", "participant_id"),
        Index("ix_enrolment_campaign_id_state_id", "campaign_id", "state", "id"),
    )
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"))
    participant_id: Mapped[int] = mapped_column(Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("conversation.id"), index=True
    )
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people_import.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(32))
    # listed, told (pre-notified), turn (waits for another campaign's end), invited, left_out
    state: Mapped[code] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(32))
    created: Mapped[moment]
    told: Mapped[maybe_moment]
    invited: Mapped[maybe_moment]


class MessageTemplate(Base):
    """A text in a language, and the content at Twilio that sends it outside the 24-hour window."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("context", "source_digest", "language", "kind"),)
    id: Mapped[identity]
    context: Mapped[str] = mapped_column(String(400))
    source_digest: Mapped[str] = mapped_column(String(16))
    language: Mapped[code] = mapped_column(String(32))
    # text, quick_reply, list_picker
    kind: Mapped[code] = mapped_column(String(16))
    content_sid: Mapped[code] = mapped_column(String(64))
    # unsubmitted, received, pending, approved, rejected, paused, disabled
    approval: Mapped[code] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(400))
    changed: Mapped[moment]


class Feedback(Base):
    """You said, we did: what came of a campaign, in English; translations stand in the meaning ledger."""

    __tablename__ = "feedback"
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"), unique=True)
    heard: Mapped[long_text]
    done: Mapped[long_text]
    # The question in which people said whether they want to be told; None where it was asked elsewhere.
    asked: Mapped[str | None] = mapped_column(String(128))
    changed: Mapped[moment]
    # When it was sent to anybody for the first time: from then on the English stays as it is.
    sent: Mapped[maybe_moment]
    last_sent: Mapped[maybe_moment]


class FeedbackReaction(Base):
    """What somebody said to it: how it was read. Her words stay in the message itself."""

    __tablename__ = "feedback_reaction"
    id: Mapped[identity]
    feedback_id: Mapped[int] = mapped_column(Id, ForeignKey("feedback.id"), index=True)
    inbound_id: Mapped[int] = mapped_column(Id, ForeignKey("inbound.id"), unique=True)
    language: Mapped[code] = mapped_column(String(32))
    # yes, no, 1 to 5, words, voice
    reading: Mapped[code] = mapped_column(String(16))
    at: Mapped[moment]


class Listening(Base):
    """Two campaigns as the rounds of one listening: an open question, then the same people rank themes."""

    __tablename__ = "listening"
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"), unique=True)
    question: Mapped[str] = mapped_column(String(128))
    ranking_id: Mapped[int | None] = mapped_column(Id, ForeignKey("campaign.id"), unique=True)
    ranking_question: Mapped[str | None] = mapped_column(String(128))
    created: Mapped[moment]
    published: Mapped[maybe_moment]


class ListeningTheme(Base):
    """A theme in people's own words, and what is done about it."""

    __tablename__ = "listening_theme"
    __table_args__ = (UniqueConstraint("listening_id", "code"),)
    id: Mapped[identity]
    listening_id: Mapped[int] = mapped_column(Id, ForeignKey("listening.id"))
    code: Mapped[code]
    words: Mapped[long_text]
    action: Mapped[long_text]
    made_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]


class ListeningSource(Base):
    """An answer that a theme came from, and whether nobody can be recognised by it."""

    __tablename__ = "listening_source"
    __table_args__ = (UniqueConstraint("theme_id", "answer_id"),)
    id: Mapped[identity]
    theme_id: Mapped[int] = mapped_column(Id, ForeignKey("listening_theme.id"))
    answer_id: Mapped[int] = mapped_column(Id, ForeignKey("answer.id"), index=True)
    safe: Mapped[bool] = mapped_column(Boolean, default=False)
