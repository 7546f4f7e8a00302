"""Who works here, how they sign in, and the log of what they did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.columns import Base, Id, code, identity, long_text, maybe_moment, moment


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
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    organisation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("organisation.id"), index=True
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
        Id, ForeignKey("organisation.id"), index=True
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
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"), index=True)
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
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(100))
    created: Mapped[moment]
    used: Mapped[maybe_moment]


class RecoveryCode(Base):
    """A code for the day on which the phone is lost: a keyed hash, used once."""

    __tablename__ = "recovery_code"
    id: Mapped[identity]
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"), index=True)
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
