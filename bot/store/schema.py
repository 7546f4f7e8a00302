"""The tables. Every row that a person's data reaches is reachable from her `participant` row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Naive values are refused; what comes back is always in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite has no time zones: what is stored there is UTC without saying so."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Id = BigInteger().with_variant(Integer, "sqlite")

identity = Annotated[int, mapped_column(_Id, primary_key=True)]
moment = Annotated[datetime, mapped_column(UtcDateTime)]
maybe_moment = Annotated[datetime | None, mapped_column(UtcDateTime)]
code = Annotated[str, mapped_column(String(64))]
long_text = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can speak of it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Organisation(Base):
    """A community group or partner that runs campaigns."""

    __tablename__ = "organisation"
    id: Mapped[identity]
    slug: Mapped[code] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created: Mapped[moment]


class SurveyVersion(Base):
    """A frozen survey: its source, and the translations as they were that day. Never updated."""

    __tablename__ = "survey_version"
    id: Mapped[identity]
    form_id: Mapped[code]
    version: Mapped[code]
    digest: Mapped[code] = mapped_column(String(64), unique=True)
    source: Mapped[long_text]
    catalogues: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[moment]


class Campaign(Base):
    """A survey put to people: who may answer, in which languages, until when."""

    __tablename__ = "campaign"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    survey_version_id: Mapped[int] = mapped_column(_Id, ForeignKey("survey_version.id"))
    slug: Mapped[code] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    languages: Mapped[list[str]] = mapped_column(JSON)
    keyword: Mapped[str | None] = mapped_column(String(64), unique=True)
    walk_in: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[code]
    created: Mapped[moment]
    ends: Mapped[maybe_moment]


class Participant(Base):
    """A person, known by a pseudonym alone."""

    __tablename__ = "participant"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    pseudonym: Mapped[code] = mapped_column(String(32), unique=True)
    created: Mapped[moment]


class ContactPoint(Base):
    """An address on a channel, encrypted; found by a keyed hash. Several people may share one."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("channel", "address_index"),)
    id: Mapped[identity]
    channel: Mapped[code] = mapped_column(String(16))
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)
    opted_out: Mapped[maybe_moment]
    closed: Mapped[maybe_moment]
    closed_why: Mapped[str | None] = mapped_column(String(16))
    created: Mapped[moment]


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
    )
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"))
    survey_version_id: Mapped[int] = mapped_column(_Id, ForeignKey("survey_version.id"))
    channel: Mapped[code] = mapped_column(String(16))
    mode: Mapped[code] = mapped_column(String(16))
    language: Mapped[code] = mapped_column(String(32))
    state: Mapped[long_text]
    outcome: Mapped[str | None] = mapped_column(String(16))
    asked: Mapped[maybe_moment]
    created: Mapped[moment]
    updated: Mapped[moment]
    finished: Mapped[maybe_moment]
    analysed: Mapped[maybe_moment]


class Inbound(Base):
    """A message from a person, exactly as it came. The provider's SID makes it unique."""

    __tablename__ = "inbound"
    id: Mapped[identity]
    provider_sid: Mapped[code] = mapped_column(String(64), unique=True)
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
    )
    body: Mapped[long_text]
    payload: Mapped[str | None] = mapped_column(String(256))
    media: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    received: Mapped[moment]


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
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
    )
    reply_to: Mapped[int | None] = mapped_column(_Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[code] = mapped_column(String(32))
    body: Mapped[long_text]
    prompt: Mapped[long_text]
    buttons: Mapped[list[list[str]]] = mapped_column(JSON)
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
    retry_of: Mapped[int | None] = mapped_column(_Id, ForeignKey("outbound.id"), index=True)
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
    conversation_id: Mapped[int] = mapped_column(_Id, ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str] = mapped_column(String(128))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    missing: Mapped[str | None] = mapped_column(String(32))
    raw: Mapped[long_text]
    how: Mapped[str] = mapped_column(String(64))
    language: Mapped[code] = mapped_column(String(32))
    wording: Mapped[str] = mapped_column(String(16))
    asked: Mapped[maybe_moment]
    answered: Mapped[moment]


class AskedAgain(Base):
    """A reply that could not be read: kept, so that we learn whom we fail to understand."""

    __tablename__ = "asked_again"
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(_Id, ForeignKey("conversation.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("inbound.id"), index=True)
    question: Mapped[str] = mapped_column(String(128))
    raw: Mapped[long_text]
    why: Mapped[str] = mapped_column(String(32))
    attempt: Mapped[int] = mapped_column(Integer)
    language: Mapped[code] = mapped_column(String(32))
    at: Mapped[moment]


class Consent(Base):
    """The consent ledger: append only, per channel, with the words that were agreed to."""

    __tablename__ = "consent"
    id: Mapped[identity]
    participant_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("participant.id"), index=True
    )
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("inbound.id"))
    channel: Mapped[code] = mapped_column(String(16))
    act: Mapped[code] = mapped_column(String(16))
    wording: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[code] = mapped_column(String(32))
    raw: Mapped[long_text]
    at: Mapped[moment]


class Concern(Base):
    """Words of danger that a named person has to look at."""

    __tablename__ = "concern"
    id: Mapped[identity]
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
    )
    inbound_id: Mapped[int] = mapped_column(_Id, ForeignKey("inbound.id"), index=True)
    phrase: Mapped[str] = mapped_column(String(200))
    language: Mapped[code] = mapped_column(String(32))
    raised: Mapped[moment]
    acknowledged: Mapped[maybe_moment]


class ErasureRequest(Base):
    """A confirmed wish to be deleted, until it has been carried out."""

    __tablename__ = "erasure_request"
    id: Mapped[identity]
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    requested: Mapped[moment]
    carried_out: Mapped[maybe_moment]


class Score(Base):
    """A finished conversation's score, by the instrument's own rule."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("conversation_id", "name"),)
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(_Id, ForeignKey("conversation.id"))
    name: Mapped[code]
    raw: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(64))


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


class Lease(Base):
    """A turn at something that one process does at a time; `fence` rises with every holder."""

    __tablename__ = "lease"
    name: Mapped[code] = mapped_column(String(64), primary_key=True)
    holder: Mapped[code]
    expires: Mapped[moment]
    fence: Mapped[int] = mapped_column(Integer)


class Sender(Base):
    """The pace of one of our numbers: a bucket of tokens, and a pause of what we would begin."""

    __tablename__ = "sender"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[float]
    refilled: Mapped[moment]
    paused_until: Mapped[maybe_moment]


class Watermark(Base):
    """Up to which moment something has been read."""

    __tablename__ = "watermark"
    name: Mapped[code] = mapped_column(String(64), primary_key=True)
    at: Mapped[moment]


class Alert(Base):
    """Something staff have to look at. While it is open, the same thing again only counts up."""

    __tablename__ = "alert"
    id: Mapped[identity]
    kind: Mapped[code] = mapped_column(String(32))
    error_code: Mapped[int | None] = mapped_column(Integer)
    campaign_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    count: Mapped[int] = mapped_column(Integer)
    first: Mapped[moment]
    last: Mapped[moment]
    acknowledged: Mapped[maybe_moment]
