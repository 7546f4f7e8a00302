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
    # What differs from the hours that everybody keeps; empty for most.
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Within how many minutes somebody looks at a concern.
    acknowledge_minutes: Mapped[int] = mapped_column(Integer, default=30, server_default="30")
    created: Mapped[moment]


class Initiative(Base):
    """A community project that campaigns evaluate: its baseline, and what came after."""

    __tablename__ = "initiative"
    __table_args__ = (UniqueConstraint("organisation_id", "slug"),)
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"))
    slug: Mapped[code] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[long_text] = mapped_column(Text, default="")
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
    # Language -> name of a recording -> the digest it is kept under in `recording`.
    recordings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    created: Mapped[moment]


class OwnSurvey(Base):
    """A survey that an organisation writes itself: the draft, which anybody there may go on with."""

    __tablename__ = "own_survey"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"))
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
    own_survey_id: Mapped[int] = mapped_column(_Id, ForeignKey("own_survey.id"))
    language: Mapped[code] = mapped_column(String(32))
    content: Mapped[long_text]


class OwnPublication(Base):
    """A version of such a survey that campaigns can ask; the newest is what is launched. Never updated."""

    __tablename__ = "own_publication"
    id: Mapped[identity]
    own_survey_id: Mapped[int] = mapped_column(_Id, ForeignKey("own_survey.id"), index=True)
    survey_version_id: Mapped[int] = mapped_column(_Id, ForeignKey("survey_version.id"))
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


class Campaign(Base):
    """A survey put to people: who may answer, in which languages, until when."""

    __tablename__ = "campaign"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    initiative_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("initiative.id"), index=True)
    # The campaign before this one, when the same people are asked again.
    follows_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)
    wave: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    survey_version_id: Mapped[int] = mapped_column(_Id, ForeignKey("survey_version.id"))
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
    # When she last wrote: WhatsApp lets us write freely for a day after it.
    heard: Mapped[maybe_moment]
    # A question put to the phone itself ("who is answering?"), until it is answered.
    asking: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # On a shared phone: who said that she is holding it, and when.
    speaker_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    spoke: Mapped[maybe_moment]
    created: Mapped[moment]


class Household(Base):
    """Who answers from which phone: a participant at a contact point, and how she is told apart.

    A nickname is personal: it is stored encrypted. A PIN is stored as a slow hash.
    """

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("contact_point_id", "participant_id"),)
    id: Mapped[identity]
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"))
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    nickname: Mapped[bytes | None] = mapped_column(LargeBinary)
    pin: Mapped[str | None] = mapped_column(String(200))
    # Wrong digits in a row, and until when no more are looked at.
    wrong_pins: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    locked: Mapped[maybe_moment]
    created: Mapped[moment]


class Attribute(Base):
    """What a list said about a participant: group, area, weight. Never a name, never a number."""

    __tablename__ = "attribute"
    __table_args__ = (UniqueConstraint("participant_id", "name"),)
    id: Mapped[identity]
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"))
    name: Mapped[code] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(200))


class OptOut(Base):
    """An address closed to one organisation alone; `contact_point.opted_out` closes it to all."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("contact_point_id", "organisation_id"),)
    id: Mapped[identity]
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"))
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    at: Mapped[moment]


class PeopleImport(Base):
    """A list of people that was read in: how it went, without anybody's number."""

    __tablename__ = "people_import"
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)
    who: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    good: Mapped[int] = mapped_column(Integer)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[moment]
    undone: Mapped[maybe_moment]


class PeopleUpload(Base):
    """A list of people that was given to a page, until it is read in or given up; a day at most."""

    __tablename__ = "people_upload"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"))
    who: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    # What was said of everybody in the list: consent, language, channel.
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Encrypted. The list goes as soon as it is read in; what is wrong with its rows goes after a day.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    # to_look, looking, looked, to_take, taking, taken, refused
    state: Mapped[code] = mapped_column(String(16), index=True)
    done: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    rows: Mapped[int] = mapped_column(Integer)
    import_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("people_import.id"))
    created: Mapped[moment]
    changed: Mapped[moment]


class Enrolment(Base):
    """A participant who is to be asked in a campaign, from the list to the first message."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("campaign_id", "participant_id"),
        Index("ix_enrolment_campaign_id_state_id", "campaign_id", "state", "id"),
    )
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"))
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
    )
    import_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("people_import.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(32))
    # listed, told (pre-notified), turn (waits for another campaign's end), invited, left_out
    state: Mapped[code] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(32))
    created: Mapped[moment]
    told: Mapped[maybe_moment]
    invited: Mapped[maybe_moment]


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
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)
    participant_id: Mapped[int] = mapped_column(_Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"))
    survey_version_id: Mapped[int] = mapped_column(_Id, ForeignKey("survey_version.id"))
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
    contact_point_id: Mapped[int] = mapped_column(_Id, ForeignKey("contact_point.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
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
    inbound_id: Mapped[int] = mapped_column(_Id, ForeignKey("inbound.id"))
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
    attachment_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("attachment.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("answer.id"), index=True)
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
    retry_of: Mapped[int | None] = mapped_column(_Id, ForeignKey("outbound.id"), index=True)
    # Who of the staff wrote it, where it was not the bot.
    written_by: Mapped[str | None] = mapped_column(String(200))
    # What came of a campaign, if that is what this message tells.
    feedback_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("feedback.id"), index=True)
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


class Correction(Base):
    """Who put an answer in the place of what the bot had read, when and why; the older answer stays."""

    __tablename__ = "correction"
    id: Mapped[identity]
    # The answer that counts since then.
    answer_id: Mapped[int] = mapped_column(
        _Id, ForeignKey("answer.id", ondelete="CASCADE"), unique=True
    )
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    reason: Mapped[long_text]
    at: Mapped[moment]


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
    # The one it was said to; nobody for a word that counts for everybody.
    organisation_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("organisation.id"))
    conversation_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("inbound.id"))
    channel: Mapped[code] = mapped_column(String(16))
    # contact (being written to), survey (answers used), findings (hearing what came of it)
    purpose: Mapped[code] = mapped_column(String(16), default="survey", server_default="survey")
    act: Mapped[code] = mapped_column(String(16))
    # message, spoken, import, facilitator, provider
    source: Mapped[code] = mapped_column(String(16), default="message", server_default="message")
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
    acknowledged_by_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("staff.id"))
    # Who sees to it, and when it was done with.
    responder_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("staff.id"))
    settled: Mapped[maybe_moment]


class ConcernNote(Base):
    """What somebody did about a concern. Encrypted; goes with the concern when a person is erased."""

    __tablename__ = "concern_note"
    id: Mapped[identity]
    concern_id: Mapped[int] = mapped_column(
        _Id, ForeignKey("concern.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    text: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[moment]


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


class QualityMark(Base):
    """A sign that a conversation's answers may not mean what they say: `research.quality` finds them."""

    __tablename__ = "quality_mark"
    __table_args__ = (UniqueConstraint("conversation_id", "mark", "detail"),)
    id: Mapped[identity]
    conversation_id: Mapped[int] = mapped_column(_Id, ForeignKey("conversation.id"))
    mark: Mapped[code] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(128))
    value: Mapped[float]


class ThemeBook(Base):
    """A codebook of themes for one open question, in one campaign or several, and its two coders."""

    __tablename__ = "theme_book"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(128))
    # What the coders write in: themes, definitions, reasons.
    language: Mapped[code] = mapped_column(String(32))
    first_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    second_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    made_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]


class ThemeBookCampaign(Base):
    """A campaign whose answers a codebook of themes is for."""

    __tablename__ = "theme_book_campaign"
    __table_args__ = (UniqueConstraint("book_id", "campaign_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(_Id, ForeignKey("theme_book.id"))
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), index=True)


class Theme(Base):
    """A theme. Its code never changes; one that is set aside is given to no further answer."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("book_id", "code"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(_Id, ForeignKey("theme_book.id"))
    code: Mapped[code] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[long_text]
    example: Mapped[long_text]
    created: Mapped[moment]
    set_aside: Mapped[maybe_moment]


class Coding(Base):
    """The themes that one coder found in an answer, perhaps none; fixed once the other is done too."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("book_id", "answer_id", "staff_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(_Id, ForeignKey("theme_book.id"))
    answer_id: Mapped[int] = mapped_column(_Id, ForeignKey("answer.id"), index=True)
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    themes: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[moment]


class CodingDecision(Base):
    """What a named person decided where two coders differ, and why. Append only; the last one counts."""

    __tablename__ = "coding_decision"
    __table_args__ = (Index("ix_coding_decision_book_id_answer_id", "book_id", "answer_id"),)
    id: Mapped[identity]
    book_id: Mapped[int] = mapped_column(_Id, ForeignKey("theme_book.id"))
    answer_id: Mapped[int] = mapped_column(_Id, ForeignKey("answer.id"), index=True)
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    themes: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[long_text]
    at: Mapped[moment]


class TermNote(Base):
    """A word of an answer that no other language has, explained. Append only."""

    __tablename__ = "term_note"
    id: Mapped[identity]
    answer_id: Mapped[int] = mapped_column(_Id, ForeignKey("answer.id"), index=True)
    term: Mapped[str] = mapped_column(String(200))
    language: Mapped[code] = mapped_column(String(32))
    explanation: Mapped[long_text]
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[moment]


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
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), unique=True)
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
    feedback_id: Mapped[int] = mapped_column(_Id, ForeignKey("feedback.id"), index=True)
    inbound_id: Mapped[int] = mapped_column(_Id, ForeignKey("inbound.id"), unique=True)
    language: Mapped[code] = mapped_column(String(32))
    # yes, no, 1 to 5, words, voice
    reading: Mapped[code] = mapped_column(String(16))
    at: Mapped[moment]


class Listening(Base):
    """Two campaigns as the rounds of one listening: an open question, then the same people rank themes."""

    __tablename__ = "listening"
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(_Id, ForeignKey("campaign.id"), unique=True)
    question: Mapped[str] = mapped_column(String(128))
    ranking_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("campaign.id"), unique=True)
    ranking_question: Mapped[str | None] = mapped_column(String(128))
    created: Mapped[moment]
    published: Mapped[maybe_moment]


class ListeningTheme(Base):
    """A theme in people's own words, and what is done about it."""

    __tablename__ = "listening_theme"
    __table_args__ = (UniqueConstraint("listening_id", "code"),)
    id: Mapped[identity]
    listening_id: Mapped[int] = mapped_column(_Id, ForeignKey("listening.id"))
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
    theme_id: Mapped[int] = mapped_column(_Id, ForeignKey("listening_theme.id"))
    answer_id: Mapped[int] = mapped_column(_Id, ForeignKey("answer.id"), index=True)
    safe: Mapped[bool] = mapped_column(Boolean, default=False)


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


class TimeTravel(Base):
    """How far a demonstration has moved its clock forward, in seconds; there is one row or none."""

    __tablename__ = "time_travel"
    id: Mapped[identity]
    seconds: Mapped[int] = mapped_column(_Id)


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


class Staff(Base):
    """Somebody who works with the console. The password is a slow hash, the TOTP secret encrypted."""

    __tablename__ = "staff"
    id: Mapped[identity]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    # Language of the interface that she chose.
    interface: Mapped[str | None] = mapped_column(String(32))
    password: Mapped[str | None] = mapped_column(String(200))
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The last time step a code was taken from: a code works once.
    totp_step: Mapped[int | None] = mapped_column(Integer)
    # Issuer and subject at the university's sign-in.
    oidc: Mapped[str | None] = mapped_column(String(400), unique=True)
    created: Mapped[moment]
    left: Mapped[maybe_moment]


class StaffRole(Base):
    """What somebody may do in an organisation; without one, in the installation itself."""

    __tablename__ = "staff_role"
    __table_args__ = (UniqueConstraint("staff_id", "organisation_id", "role"),)
    id: Mapped[identity]
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"))
    organisation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("organisation.id"), index=True
    )
    role: Mapped[code] = mapped_column(String(32))
    granted: Mapped[moment]


class Invitation(Base):
    """A link that makes somebody staff, once and for a few days. Only the hash of its token is kept."""

    __tablename__ = "invitation"
    id: Mapped[identity]
    token: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[code] = mapped_column(String(32))
    organisation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("organisation.id"), index=True
    )
    invited_by: Mapped[str] = mapped_column(String(254))
    created: Mapped[moment]
    expires: Mapped[moment]
    accepted: Mapped[maybe_moment]
    cancelled: Mapped[maybe_moment]


class SignIn(Base):
    """A browser that somebody is signed in with. Only the hash of its token is kept."""

    __tablename__ = "sign_in"
    id: Mapped[identity]
    token: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"), index=True)
    # password, passkey, university, invitation
    how: Mapped[code] = mapped_column(String(16))
    # Whether both factors were shown; until then it opens nothing but the second step.
    whole: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[moment]
    seen: Mapped[moment]
    ends: Mapped[moment]
    ended: Mapped[maybe_moment]
    # The network, not the machine: 203.0.113.0 for 203.0.113.7.
    network: Mapped[str] = mapped_column(String(45))
    browser: Mapped[str] = mapped_column(String(120))


class Passkey(Base):
    """A public key of WebAuthn: what it belongs to stays on somebody's phone or key."""

    __tablename__ = "passkey"
    id: Mapped[identity]
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(_Id)
    name: Mapped[str] = mapped_column(String(100))
    created: Mapped[moment]
    used: Mapped[maybe_moment]


class RecoveryCode(Base):
    """A code for the day on which the phone is lost: a keyed hash, used once."""

    __tablename__ = "recovery_code"
    id: Mapped[identity]
    staff_id: Mapped[int] = mapped_column(_Id, ForeignKey("staff.id"), index=True)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    used: Mapped[maybe_moment]


class Ceremony(Base):
    """What has to be remembered between two steps of a sign-in: taken out once, then gone."""

    __tablename__ = "ceremony"
    id: Mapped[identity]
    token: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[code] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    expires: Mapped[moment]


class FailedAttempt(Base):
    """How often in a row a name was tried in vain, whether or not anybody has that name."""

    __tablename__ = "failed_attempt"
    # A keyed hash of what was tried.
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last: Mapped[moment]
    locked_until: Mapped[maybe_moment]


class AuditChain(Base):
    """The newest link of an organisation's audit log (or of the installation's): locked by who adds."""

    __tablename__ = "audit_chain"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """Who did what to what, and why. Append only: each entry holds the hash of the one before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("chain", "place"),)
    id: Mapped[identity]
    chain: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(Integer)
    at: Mapped[moment]
    who: Mapped[str] = mapped_column(String(254))
    what: Mapped[code]
    about: Mapped[str] = mapped_column(String(200))
    reason: Mapped[long_text]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ApiToken(Base):
    """A researcher's key to the API: kept as a hash, shown once, recognised by how it begins."""

    __tablename__ = "api_token"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    prefix: Mapped[code] = mapped_column(String(16), unique=True)
    digest: Mapped[code] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    # none, deidentified, no_identifiers, full: the most that it ever gives.
    level: Mapped[code] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(String(200))
    # The second person, without whom there is no token of the level `full`.
    approved_by: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[moment]
    expires: Mapped[moment]
    last_used: Mapped[maybe_moment]
    revoked: Mapped[maybe_moment]


class Download(Base):
    """Who took which answers, at which level, how many, and when. Append only."""

    __tablename__ = "download"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    who: Mapped[str] = mapped_column(String(200))
    what: Mapped[code] = mapped_column(String(32))
    about: Mapped[long_text]
    level: Mapped[code] = mapped_column(String(16))
    rows: Mapped[int] = mapped_column(Integer)
    at: Mapped[moment]


class ExportOrder(Base):
    """A file that somebody asked for: made by a worker, kept for a while, then gone.

    Asked for with a token of the API, or by somebody at the console; exactly one of the two stands in it.
    """

    __tablename__ = "export_order"
    __table_args__ = (UniqueConstraint("token_id", "idempotency_key"),)
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("api_token.id"))
    staff_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("staff.id"), index=True)
    # Why somebody at the console needs everything, and who else said yes or no to it, when.
    reason: Mapped[str | None] = mapped_column(Text)
    approver_id: Mapped[int | None] = mapped_column(_Id, ForeignKey("staff.id"))
    decided: Mapped[maybe_moment]
    reference: Mapped[code] = mapped_column(String(32), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(255))
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    # waiting (for a second person), refused, queued, running, ready, failed, expired
    state: Mapped[code] = mapped_column(String(16), index=True)
    why: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_expires: Mapped[maybe_moment]
    # Conversations that were read so far, of how many: a file may take several rounds.
    done: Mapped[int | None] = mapped_column(Integer)
    conversations: Mapped[int | None] = mapped_column(Integer)
    rows: Mapped[int | None] = mapped_column(Integer)
    size: Mapped[int | None] = mapped_column(_Id)
    digest: Mapped[str | None] = mapped_column(String(64))
    losses: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[moment]
    finished: Mapped[maybe_moment]
    expires: Mapped[moment]


class ExportPart(Base):
    """A piece of an ordered file, encrypted."""

    __tablename__ = "export_part"
    __table_args__ = (UniqueConstraint("order_id", "place"),)
    id: Mapped[identity]
    order_id: Mapped[int] = mapped_column(_Id, ForeignKey("export_order.id"))
    place: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WebhookEndpoint(Base):
    """An address of another system that wants to know when something has happened."""

    __tablename__ = "webhook_endpoint"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(_Id, ForeignKey("organisation.id"), index=True)
    reference: Mapped[code] = mapped_column(String(32), unique=True)
    url: Mapped[long_text]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    events: Mapped[list[str]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(200))
    created: Mapped[moment]
    # Since when nothing was taken there any more.
    failing_since: Mapped[maybe_moment]
    disabled: Mapped[maybe_moment]
    why: Mapped[str | None] = mapped_column(String(200))


class WebhookDelivery(Base):
    """A notice to an endpoint: written in the transaction of what happened, sent by a worker."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(
            "ix_webhook_delivery_waiting",
            "not_before",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[identity]
    endpoint_id: Mapped[int] = mapped_column(_Id, ForeignKey("webhook_endpoint.id"), index=True)
    reference: Mapped[code] = mapped_column(String(64), unique=True)
    event: Mapped[code] = mapped_column(String(32))
    # Identifiers and pseudonyms; never a word or a number of a person.
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    conversation_id: Mapped[int | None] = mapped_column(
        _Id, ForeignKey("conversation.id"), index=True
    )
    # waiting, delivered, failed, cancelled
    state: Mapped[code] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    not_before: Mapped[moment]
    lease_holder: Mapped[str | None] = mapped_column(String(64))
    lease_expires: Mapped[maybe_moment]
    status: Mapped[int | None] = mapped_column(Integer)
    why: Mapped[str | None] = mapped_column(String(64))
    created: Mapped[moment]
    finished: Mapped[maybe_moment]
