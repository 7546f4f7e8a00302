"""What leaves the house: tokens, downloads, files in order, webhooks to others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


class ApiToken(Base):
    """A researcher's key to the API: kept as a hash, shown once, recognised by how it begins."""

    __tablename__ = "api_token"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
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
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
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
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(Id, ForeignKey("api_token.id"))
    staff_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    # Why somebody at the console needs everything, and who else said yes or no to it, when.
    reason: Mapped[str | None] = mapped_column(Text)
    approver_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))
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
    size: Mapped[int | None] = mapped_column(Id)
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
    order_id: Mapped[int] = mapped_column(Id, ForeignKey("export_order.id"))
    place: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WebhookEndpoint(Base):
    """An address of another system that wants to know when something has happened."""

    __tablename__ = "webhook_endpoint"
    id: Mapped[identity]
    organisation_id: Mapped[int] = mapped_column(Id, ForeignKey("organisation.id"), index=True)
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
    endpoint_id: Mapped[int] = mapped_column(Id, ForeignKey("webhook_endpoint.id"), index=True)
    reference: Mapped[code] = mapped_column(String(64), unique=True)
    event: Mapped[code] = mapped_column(String(32))
    # Identifiers and pseudonyms; never a word or a number of a person.
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    conversation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("conversation.id"), index=True
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
