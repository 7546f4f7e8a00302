"""The second factor: codes that an app makes (TOTP, RFC 6238), and codes on paper for when it is lost."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from bot.store import staff as rows
from bot.usecases import attempts, ceremonies
from bot.usecases.services import Services
from bot.usecases.signing_in import Refused, SignedIn, make_whole

KIND = "totp"
RECOVERY_CODES = 10
_COLUMN = "staff.totp"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without what is easily mistaken for something else on paper."""

_STEP = 30


def begin_totp(services: Services, me: SignedIn) -> tuple[str, str, str]:
    """A secret for somebody's app: (token of the next step, the secret, its `otpauth://` address).

    Raises:
        Refused: she has a second factor, and has not shown it yet.
    """
    may_set_up(me)
    secret = pyotp.random_base32()
    token = ceremonies.begin(services, KIND, {"staff": me.staff_id, "secret": secret})
    return token, secret, totp_address(me, secret)


def may_set_up(me: SignedIn) -> None:
    """Raise Refused unless somebody may set a second factor up: a password alone never adds one."""
    if not me.whole and me.has_second_factor:
        raise Refused


def totp_address(me: SignedIn, secret: str) -> str:
    """What a QR code for an authenticator app holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=me.email, issuer_name="Awaaz")


def again(services: Services, me: SignedIn, secret: str) -> str:
    """The same secret once more, after a code that was mistyped; the token of the next step."""
    return ceremonies.begin(services, KIND, {"staff": me.staff_id, "secret": secret})


def pending_secret(services: Services, me: SignedIn, token: str) -> str:
    """The secret that is to be confirmed; raises CeremonyOver."""
    found = ceremonies.take(services, KIND, token)
    if found["staff"] != me.staff_id:
        raise ceremonies.CeremonyOver
    return str(found["secret"])


def confirm_totp(services: Services, me: SignedIn, secret: str, code: str) -> tuple[list[str], str]:
    """The app made a right code: keep the secret; (new recovery codes, new token of the sign-in).

    Raises:
        Refused: the code is not one of this secret's, or `may_set_up` refuses.
    """
    may_set_up(me)
    now = services.clock.wall()
    step = _step_of(secret, code, now)
    if step is None:
        raise Refused
    sealed = services.keys.encrypt(secret, column=_COLUMN)
    with services.database.transaction() as work:
        work.connection.execute(
            update(rows.STAFF)
            .where(rows.STAFF.c.id == me.staff_id)
            .values(totp=sealed, totp_step=step)
        )
        codes = _new_codes(services, work.connection, me.staff_id)
        return codes, make_whole(services, work.connection, me.sign_in_id)


def new_recovery_codes(services: Services, me: SignedIn) -> list[str]:
    """Ten new codes; those from before are worth nothing from now on."""
    with services.database.transaction() as work:
        return _new_codes(services, work.connection, me.staff_id)


def _new_codes(services: Services, connection: Connection, staff_id: int) -> list[str]:
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    connection.execute(delete(rows.RECOVERY).where(rows.RECOVERY.c.staff_id == staff_id))
    connection.execute(
        insert(rows.RECOVERY),
        [{"staff_id": staff_id, "code": _keyed(services, staff_id, code)} for code in codes],
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _keyed(services: Services, staff_id: int, code: str) -> bytes:
    return services.keys.index(f"recovery:{staff_id}:{code}")


def with_code(services: Services, me: SignedIn, code: str) -> str:
    """The second step, with an app's code or one from paper; the new token of the sign-in.

    Raises:
        Refused: the code is wrong, or was used before.
        LockedOut: it was tried too often.
    """
    name = attempts.name_of(services, "code", str(me.staff_id))
    attempts.begin(services, name)
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    with services.database.transaction() as work:
        if not (
            _take_totp(services, work.connection, me.staff_id, typed)
            or _take_recovery(services, work.connection, me.staff_id, typed)
        ):
            raise Refused
        attempts.succeed(work.connection, name)
        return make_whole(services, work.connection, me.sign_in_id)


def _take_totp(services: Services, connection: Connection, staff_id: int, code: str) -> bool:
    row = connection.execute(
        select(rows.STAFF.c.totp, rows.STAFF.c.totp_step)
        .where(rows.STAFF.c.id == staff_id)
        .with_for_update()
    ).one()
    if row.totp is None:
        return False
    secret = services.keys.decrypt(row.totp, column=_COLUMN)
    step = _step_of(secret, code, services.clock.wall())
    # RFC 6238, 5.2: a code that was accepted is not accepted again.
    if step is None or (row.totp_step is not None and step <= row.totp_step):
        return False
    connection.execute(update(rows.STAFF).where(rows.STAFF.c.id == staff_id).values(totp_step=step))
    return True


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code is of: this one, or one of its neighbours for clocks that differ."""
    totp = pyotp.TOTP(secret)
    here = int(now.timestamp()) // _STEP
    # Digits of any script: int() reads them all.
    typed = "".join(str(int(letter)) for letter in code if letter.isdecimal())
    return next(
        (
            step
            for step in (here - 1, here, here + 1)
            if pyotp.utils.strings_equal(totp.generate_otp(step), typed)
        ),
        None,
    )


def _take_recovery(services: Services, connection: Connection, staff_id: int, code: str) -> bool:
    table = rows.RECOVERY
    used = connection.execute(
        update(table)
        .where(table.c.staff_id == staff_id, table.c.used.is_(None))
        .where(table.c.code == _keyed(services, staff_id, code))
        .values(used=services.clock.now())
    )
    return bool(used.rowcount)


def codes_left(services: Services, staff_id: int) -> int:
    """How many recovery codes somebody still has."""
    table = rows.RECOVERY
    with services.database.reading() as connection:
        return len(
            connection.execute(
                select(table.c.id).where(table.c.staff_id == staff_id, table.c.used.is_(None))
            ).all()
        )
