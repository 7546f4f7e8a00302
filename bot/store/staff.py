"""Staff, what they may do where, and their sign-ins: the tables, and the statements that several use."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.store import inbox, schema
from bot.store.inbox import AnyRow

ORGANISATION = inbox.table(schema.Organisation)
STAFF = inbox.table(schema.Staff)
ROLE = inbox.table(schema.StaffRole)
INVITATION = inbox.table(schema.Invitation)
SIGN_IN = inbox.table(schema.SignIn)
PASSKEY = inbox.table(schema.Passkey)
RECOVERY = inbox.table(schema.RecoveryCode)
CEREMONY = inbox.table(schema.Ceremony)
ATTEMPT = inbox.table(schema.FailedAttempt)


def organisation(connection: Connection, slug: str) -> AnyRow | None:
    """An organisation by its slug."""
    return connection.execute(select(ORGANISATION).where(ORGANISATION.c.slug == slug)).one_or_none()


def by_email(connection: Connection, email: str) -> AnyRow | None:
    """Somebody who has not left, by her address."""
    return connection.execute(
        select(STAFF).where(STAFF.c.email == email, STAFF.c.left.is_(None))
    ).one_or_none()


def roles_of(connection: Connection, staff_id: int) -> Sequence[AnyRow]:
    """(organisation_id or None, role) of everything somebody may be."""
    return connection.execute(
        select(ROLE.c.organisation_id, ROLE.c.role)
        .where(ROLE.c.staff_id == staff_id)
        .order_by(ROLE.c.id)
    ).all()


def members(connection: Connection, organisation_id: int | None) -> Sequence[AnyRow]:
    """Everybody with a role in an organisation (or in the installation), a row for each role."""
    here = (
        ROLE.c.organisation_id.is_(None)
        if organisation_id is None
        else ROLE.c.organisation_id == organisation_id
    )
    return connection.execute(
        select(STAFF.c.id, STAFF.c.email, STAFF.c.name, ROLE.c.role)
        .join(ROLE, ROLE.c.staff_id == STAFF.c.id)
        .where(here, STAFF.c.left.is_(None))
        .order_by(STAFF.c.name, STAFF.c.id, ROLE.c.id)
    ).all()


def by_sign_in(connection: Connection, token: str) -> AnyRow | None:
    """A sign-in by its token's hash, with whose it is."""
    return connection.execute(
        select(
            SIGN_IN,
            STAFF.c.email,
            STAFF.c.name,
            STAFF.c.interface,
            STAFF.c.totp.is_not(None).label("has_totp"),
            select(PASSKEY.c.id)
            .where(PASSKEY.c.staff_id == STAFF.c.id)
            .exists()
            .label("has_passkey"),
        )
        .join(STAFF, STAFF.c.id == SIGN_IN.c.staff_id)
        .where(SIGN_IN.c.token == token, SIGN_IN.c.ended.is_(None), STAFF.c.left.is_(None))
    ).one_or_none()
