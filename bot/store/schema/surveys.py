"""Surveys as they were frozen and as organisations write them; what is recorded and translated of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, moment


class SurveyVersion(Base):
    """A frozen survey: its source, and the translations as they were that day. Never updated."""

    __tablename__ = "survey_version"
    id: Mapped[identity]
    form_id: Mapped[code]
    version: Mapped[code]
    digest: Mapped[code] = mapped_column(String(64), unique=True)
    source: Mapped[long_text]
    catalogues: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Language -> name of a recording -> the digest it is kept under in `recording`.
    recordings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    created: Mapped[moment]


class OwnSurvey(Base):
    """A survey that an organisation writes itself: the draft, which anybody there may go on with."""

    __tablename__ = "own_survey"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    # Its `form_id`: what answers are kept under, in every version.
    code: Mapped[code]
    source: Mapped[long_text]
    # Counts the changes: whoever changes an older one than this is told.
    edition: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    changed_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]
    changed: Mapped[moment]


class OwnCatalogue(Base):
    """What such a survey says in another language, as a PO file."""

    __tablename__ = "own_catalogue"
    __table_args__ = (UniqueConstraint("own_survey_id", "language"),)
    id: Mapped[identity]
    own_survey_id: Mapped[int] = mapped_column(Id, ForeignKey("own_survey.id"))
    language: Mapped[code] = mapped_column(String(32))
    content: Mapped[long_text]


class OwnPublication(Base):
    """A version of such a survey that campaigns can ask; the newest is what is launched. Never updated."""

    __tablename__ = "own_publication"
    id: Mapped[identity]
    own_survey_id: Mapped[int] = mapped_column(Id, ForeignKey("own_survey.id"), index=True)
    survey_version_id: Mapped[int] = mapped_column(Id, ForeignKey("survey_version.id"))
    # The version's own name, in the source as well: two organisations may share a version's row.
    version: Mapped[code]
    source: Mapped[long_text]
    published_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]


class Recording(Base):
    """A recorded prompt, under the SHA-256 of its content. Nobody's data: what we say to everybody."""

    __tablename__ = "recording"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_type: Mapped[code] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created: Mapped[moment]


class TranslationEntry(Base):
    """The meaning ledger: append only. Who did what with which words, found again by their content."""

    __tablename__ = "translation_entry"
    __table_args__ = (Index("ix_translation_entry_language_context", "language", "context"),)
    id: Mapped[identity]
    language: Mapped[code] = mapped_column(String(32))
    context: Mapped[str] = mapped_column(String(400))
    source: Mapped[long_text]
    wording: Mapped[str] = mapped_column(String(16))
    text: Mapped[long_text]
    text_digest: Mapped[str] = mapped_column(String(16))
    step: Mapped[code] = mapped_column(String(16))
    maker: Mapped[code] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(200))
    back_translation: Mapped[long_text]
    comment: Mapped[long_text]
    at: Mapped[moment]
