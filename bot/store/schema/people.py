"""Organisations, and the people they know: phones, lists, consent, what is to be erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


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
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"))
    slug: Mapped[code] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[long_text] = mapped_column(Text, default="")
    created: Mapped[moment]


class Participant(Base):
    """A person, known by a pseudonym alone."""

    __tablename__ = "participant"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
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
    speaker_id: Mapped[int | None] = mapped_column(Id, ForeignKey("participant.id"), index=True)
    spoke: Mapped[maybe_moment]
    created: Mapped[moment]


class Household(Base):
    """Who answers from which phone: a participant at a contact point, and how she is told apart.

    A nickname is personal: it is stored encrypted. A PIN is stored as a slow hash.
    """

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("contact_point_id", "participant_id"),)
    id: Mapped[identity]
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"))
    participant_id: Mapped[int] = mapped_column(Id, ForeignKey("participant.id"), index=True)
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
    participant_id: Mapped[int] = mapped_column(Id, ForeignKey("participant.id"))
    name: Mapped[code] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(200))


class OptOut(Base):
    """An address closed to one organisation alone; `contact_point.opted_out` closes it to all."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("contact_point_id", "organisation_id"),)
    id: Mapped[identity]
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"))
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
    at: Mapped[moment]


class PeopleImport(Base):
    """A list of people that was read in: how it went, without anybody's number."""

    __tablename__ = "people_import"
    id: Mapped[identity]
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"), index=True)
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
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id"))
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
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people_import.id"))
    created: Mapped[moment]
    changed: Mapped[moment]


class Consent(Base):
    """The consent ledger: append only, per channel, with the words that were agreed to."""

    __tablename__ = "consent"
    id: Mapped[identity]
    participant_id: Mapped[int | None] = mapped_column(Id, ForeignKey("participant.id"), index=True)
    contact_point_id: Mapped[int] = mapped_column(Id, ForeignKey("contact_point.id"), index=True)
    # The one it was said to; nobody for a word that counts for everybody.
    organisation_id: Mapped[int | None] = mapped_column(Id, ForeignKey("organisation.id"))
    conversation_id: Mapped[int | None] = mapped_column(Id, ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(Id, ForeignKey("inbound.id"))
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


class ErasureRequest(Base):
    """A confirmed wish to be deleted, until it has been carried out."""

    __tablename__ = "erasure_request"
    id: Mapped[identity]
    participant_id: Mapped[int] = mapped_column(Id, ForeignKey("participant.id"), index=True)
    requested: Mapped[moment]
    carried_out: Mapped[maybe_moment]
