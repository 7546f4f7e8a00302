"""A fresh start for somebody who lost her password or her phone, by a link that is made for her."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert, update

from bot.store import staff as rows
from bot.usecases import audit
from bot.usecases.invitations import RESET, valid
from bot.usecases.services import Services
from bot.usecases.signing_in import end_all
from bot.usecases.staff import StaffError, address
from bot.usecases.tokens import hash_of, new_token

RESET_HOURS = 24


def offer(services: Services, email: str, *, by: str) -> str:
    """For somebody who lost her password or her phone: the token of a link that lets her begin anew.

    Using it removes her password, codes and passkeys, and ends her sign-ins; nothing changes before.

    Raises:
        StaffError: nobody has this address.
    """
    wanted = address(email)
    token, now = new_token(), services.clock.now()
    with services.database.transaction() as work:
        if rows.by_email(work.connection, wanted) is None:
            raise StaffError(f"Nobody with the address {wanted} works here.")
        work.connection.execute(
            insert(rows.INVITATION).values(
                token=hash_of(token),
                email=wanted,
                role=RESET,
                invited_by=by,
                created=now,
                expires=now + timedelta(hours=RESET_HOURS),
            )
        )
        audit.record(
            work.connection,
            now,
            organisation_id=None,
            who=by,
            what="staff.reset_offered",
            about=f"staff:{wanted}",
        )
    return token


def take(services: Services, token: str, password: str) -> int:
    """Take up the link of `offer`, once, with the hash of a new password; the id of the staff member.

    Raises:
        StaffError: the link no longer counts.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        row = valid(work.connection, token, now)
        known = rows.by_email(work.connection, row.email)
        if row.role != RESET or known is None:
            raise StaffError("This link does not begin anything anew.")
        for table in (rows.PASSKEY, rows.RECOVERY):
            work.connection.execute(delete(table).where(table.c.staff_id == known.id))
        work.connection.execute(
            update(rows.STAFF)
            .where(rows.STAFF.c.id == known.id)
            .values(password=password, totp=None, totp_step=None)
        )
        end_all(services, work.connection, known.id)
        work.connection.execute(
            update(rows.INVITATION).where(rows.INVITATION.c.id == row.id).values(accepted=now)
        )
        audit.record(
            work.connection,
            now,
            organisation_id=None,
            who=known.email,
            what="staff.began_anew",
            about=f"staff:{known.email}",
        )
    return int(known.id)
