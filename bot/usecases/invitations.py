"""Invitations: a link that makes somebody staff, once. There is no other way in, and no default password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from bot.store import staff as rows
from bot.store.inbox import AnyRow
from bot.usecases import audit
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.staff import (
    COMMAND_LINE,
    Organisation,
    StaffError,
    address,
    grant,
    organisation_named,
    organisation_of,
)
from bot.usecases.tokens import hash_of, new_token

INVITATION_DAYS = 7
RESET = "reset"
"""Stands where an invitation has its role: the link of somebody who lost what she signs in with."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that still counts.

    Attributes:
        id: its row.
        email: whom it is for; empty if the person may say so herself.
        role: what she becomes; None if she only begins anew with a password.
        organisation: where; None for the installation.
        invited_by: e-mail address, or `command line`.
        expires: until when.
        has_account: whether she is staff already and has to sign in to accept.
    """

    id: int
    email: str
    role: Role | None
    organisation: Organisation | None
    invited_by: str
    expires: datetime
    has_account: bool


def invite(services: Services, *, email: str, role: Role, organisation: str | None, by: str) -> str:
    """Invite somebody and return the token of the one-time link.

    Args:
        services: the outside world.
        email: whom; empty lets whoever has the link say so.
        role: what she becomes. A system admin has no organisation, everybody else has one.
        organisation: slug.
        by: e-mail address of who invites, or `command line`.

    Raises:
        StaffError: there is no such organisation, or the role does not go with it.
    """
    wanted = address(email) if email else ""
    if (role is Role.SYSTEM) != (organisation is None):
        raise StaffError("Name an organisation for every role but system admin, which has none.")
    token, now = new_token(), services.clock.now()
    with services.database.transaction() as work:
        place = None
        if organisation is not None:
            place = organisation_named(work.connection, organisation).id
        work.connection.execute(
            insert(rows.INVITATION).values(
                token=hash_of(token),
                email=wanted,
                role=role.value,
                organisation_id=place,
                invited_by=by,
                created=now,
                expires=now + timedelta(days=INVITATION_DAYS),
            )
        )
        audit.record(
            work.connection,
            now,
            organisation_id=place,
            who=by,
            what="staff.invited",
            about=f"staff:{wanted or 'whoever has the link'}",
            detail={"role": role.value},
        )
    return token


def first_admin(services: Services, organisation: str) -> str | None:
    """The token of a link for the first admin of an organisation; None once anybody is staff.

    A link that was made before and not used stops to work.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        if work.connection.scalar(select(func.count()).select_from(rows.STAFF)):
            return None
        work.connection.execute(
            update(rows.INVITATION)
            .where(rows.INVITATION.c.email == "", rows.INVITATION.c.cancelled.is_(None))
            .values(cancelled=now)
        )
    return invite(services, email="", role=Role.ADMIN, organisation=organisation, by=COMMAND_LINE)


def invitation(services: Services, token: str) -> Invited:
    """What a link invites to; raises StaffError once it was used, cancelled, or is too old."""
    with services.database.reading() as connection:
        row = valid(connection, token, services.clock.now(), lock=False)
        return _invited(connection, row)


def valid(connection: Connection, token: str, now: datetime, *, lock: bool = True) -> AnyRow:
    """The row that a link is of, as long as it counts; raises StaffError."""
    statement = select(rows.INVITATION).where(rows.INVITATION.c.token == hash_of(token))
    # Two who open the same link at once take turns; whoever only looks does not wait.
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None or row.accepted or row.cancelled or row.expires <= now:
        raise StaffError("This invitation was used already or is too old. Ask for a new one.")
    return row


def _invited(connection: Connection, row: AnyRow) -> Invited:
    place = None
    if row.organisation_id is not None:
        place = organisation_of(connection, row.organisation_id)
    known = row.email and rows.by_email(connection, row.email) is not None
    role = None if row.role == RESET else Role(row.role)
    return Invited(row.id, row.email, role, place, row.invited_by, row.expires, bool(known))


def accept(
    services: Services,
    token: str,
    *,
    name: str = "",
    email: str = "",
    password: str | None = None,
    signed_in_as: int | None = None,
    oidc: tuple[str, str] | None = None,
) -> int:
    """Take an invitation up, once; the id of the staff member.

    Args:
        services: the outside world.
        token: of the link.
        name: what to call her, if she is new.
        email: her address, if the invitation names none.
        password: hash of a password, if she is new and chose one.
        signed_in_as: who is signed in; needed of somebody who is staff already.
        oidc: (`issuer subject`, verified e-mail address) of a university's sign-in.

    Raises:
        StaffError: the link no longer counts, or is not for her.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        row = valid(work.connection, token, now)
        if row.role == RESET:
            raise StaffError("This link is for a new password, not for joining.")
        wanted = row.email or address(oidc[1] if oidc else email)
        if oidc is not None and oidc[1] != wanted:
            raise StaffError(f"This invitation is for {wanted}, and you signed in as {oidc[1]}.")
        known = rows.by_email(work.connection, wanted)
        if known is None:
            if not name.strip():
                raise StaffError("Say what we should call you.")
            staff_id = _new(work.connection, wanted, name, password, oidc, now)
        elif known.id == signed_in_as or (oidc is not None and known.oidc in (None, oidc[0])):
            staff_id = known.id
        else:
            raise StaffError(f"{wanted} has an account: sign in first, then open this link again.")
        grant(work.connection, staff_id, row.organisation_id, Role(row.role), now)
        work.connection.execute(
            update(rows.INVITATION).where(rows.INVITATION.c.id == row.id).values(accepted=now)
        )
        audit.record(
            work.connection,
            now,
            organisation_id=row.organisation_id,
            who=wanted,
            what="staff.joined",
            about=f"staff:{wanted}",
            detail={"role": row.role},
        )
    return staff_id


def _new(
    connection: Connection,
    email: str,
    name: str,
    password: str | None,
    oidc: tuple[str, str] | None,
    now: datetime,
) -> int:
    values = {
        "email": email,
        "name": " ".join(name.split())[:200],
        "password": password,
        "oidc": None if oidc is None else oidc[0],
        "created": now,
        "left": None,
    }
    gone = connection.scalar(select(rows.STAFF.c.id).where(rows.STAFF.c.email == email))
    if gone is not None:
        # Somebody who left and comes back keeps her row: what she did is written under it.
        connection.execute(update(rows.STAFF).where(rows.STAFF.c.id == gone).values(**values))
        return int(gone)
    return int(
        connection.execute(
            insert(rows.STAFF).values(**values).returning(rows.STAFF.c.id)
        ).scalar_one()
    )


def open_invitations(services: Services, organisation_id: int | None) -> list[Invited]:
    """The invitations to an organisation that can still be accepted, newest first."""
    table = rows.INVITATION
    here = (
        table.c.organisation_id.is_(None)
        if organisation_id is None
        else table.c.organisation_id == organisation_id
    )
    with services.database.reading() as connection:
        found = connection.execute(
            select(table)
            .where(here, table.c.accepted.is_(None), table.c.cancelled.is_(None))
            .where(table.c.expires > services.clock.now(), table.c.role != RESET)
            .order_by(table.c.id.desc())
        ).all()
        return [_invited(connection, row) for row in found]


def cancel_invitation(
    services: Services, organisation_id: int | None, invitation_id: int, *, by: str
) -> None:
    """Make an invitation's link worthless; raises StaffError if it is not one of this organisation."""
    now, table = services.clock.now(), rows.INVITATION
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(table).where(table.c.id == invitation_id).with_for_update()
        ).one_or_none()
        if row is None or row.organisation_id != organisation_id:
            raise StaffError("There is no such invitation here.")
        if row.accepted or row.cancelled:
            return
        work.connection.execute(
            update(table).where(table.c.id == invitation_id).values(cancelled=now)
        )
        audit.record(
            work.connection,
            now,
            organisation_id=organisation_id,
            who=by,
            what="invitation.cancelled",
            about=f"staff:{row.email}",
        )
