"""Signing in: a password and then a code or a passkey, and the sign-ins that somebody has open."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, insert, select, update

from bot.store import staff as rows
from bot.store.inbox import AnyRow
from bot.usecases import attempts
from bot.usecases.services import Services
from bot.usecases.tokens import hash_of, new_token

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=2)
HALF = timedelta(minutes=30)
"""How long the second step may take: setting it up the first time included."""

_SEEN = timedelta(minutes=1)
SHORTEST, LONGEST = 12, 200


class Refused(Exception):
    """Not with this. It is never said whether the name or the secret was wrong."""


class WeakPassword(ValueError):
    """A password that nobody should have; the message says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from, kept short: the network, and the head of the browser's name."""

    address: str = ""
    browser: str = ""

    @property
    def network(self) -> str:
        """The /24 of an IPv4 address, the /48 of an IPv6 address."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return ""
        length = 24 if found.version == 4 else 48
        return str(ipaddress.ip_network(f"{found}/{length}", strict=False).network_address)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking.

    Attributes:
        sign_in_id: this browser's sign-in.
        staff_id: who.
        email: her address; what she does is written under it.
        name: what to call her.
        interface: the language of the interface that she chose.
        whole: whether both factors were shown; else nothing is open but the second step.
        has_totp: whether an app on her phone makes codes.
        has_passkey: whether she has a passkey.
        how: `password`, `passkey`, `university` or `invitation`.
        created: since when.
    """

    sign_in_id: int
    staff_id: int
    email: str
    name: str
    interface: str | None
    whole: bool
    has_totp: bool
    has_passkey: bool
    how: str
    created: datetime

    @property
    def has_second_factor(self) -> bool:
        """Whether there is anything to show besides the password."""
        return self.has_totp or self.has_passkey


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """One of somebody's sign-ins, as she sees it in her list."""

    id: int
    how: str
    created: datetime
    seen: datetime
    network: str
    browser: str
    current: bool


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with RFC 9106's parameters for little memory: 64 MiB, three passes."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    # Looking somebody up who is not there takes as long as a wrong password.
    return _hasher().hash(new_token())


def hash_password(password: str, *, email: str) -> str:
    """The slow hash of a new password; raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"Choose a password of at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise WeakPassword(f"Choose a password of at most {LONGEST} characters.")
    folded = password.casefold()
    own = email.partition("@")[0]
    if len(set(folded)) < 5 or (len(own) > 3 and own in folded):
        raise WeakPassword("Choose a password that others would not guess.")
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed. Takes as long when there is none."""
    try:
        return _hasher().verify(stored or _nobody(), password[:LONGEST]) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def with_password(services: Services, email: str, password: str, device: Device) -> str:
    """The first step; the token of a sign-in that is open for the second step alone.

    Raises:
        Refused: there is nobody like that, or the password is wrong.
        LockedOut: it was tried too often.
    """
    folded = email.strip().casefold()[:254]
    name = attempts.name_of(services, "password", folded)
    attempts.begin(services, name)
    with services.database.reading() as connection:
        staff = rows.by_email(connection, folded)
    well = matches(None if staff is None else staff.password, password)
    if staff is None or not well:
        raise Refused
    with services.database.transaction() as work:
        attempts.succeed(work.connection, name)
        return open_sign_in(
            services, work.connection, staff.id, how="password", whole=False, device=device
        )


def open_sign_in(
    services: Services,
    connection: Connection,
    staff_id: int,
    *,
    how: str,
    whole: bool,
    device: Device,
) -> str:
    """Open a sign-in and return its token, which goes into a cookie and is kept nowhere else."""
    token, now = new_token(), services.clock.wall()
    connection.execute(
        insert(rows.SIGN_IN).values(
            token=hash_of(token),
            staff_id=staff_id,
            how=how,
            whole=whole,
            created=now,
            seen=now,
            ends=now + (LASTS if whole else HALF),
            network=device.network,
            browser=device.browser[:120],
        )
    )
    return token


def make_whole(services: Services, connection: Connection, sign_in_id: int) -> str:
    """The second step is done: a new token, so that the one from before it is worth nothing."""
    token, now = new_token(), services.clock.wall()
    connection.execute(
        update(rows.SIGN_IN)
        .where(rows.SIGN_IN.c.id == sign_in_id)
        .values(token=hash_of(token), whole=True, seen=now, ends=now + LASTS)
    )
    return token


def current(services: Services, token: str) -> SignedIn | None:
    """Whose token it is, if it still counts."""
    now = services.clock.wall()
    with services.database.reading() as connection:
        row = rows.by_sign_in(connection, hash_of(token))
    if row is None or row.ends <= now or row.seen + IDLE <= now:
        return None
    if now - row.seen >= _SEEN:
        with services.database.transaction() as work:
            work.connection.execute(
                update(rows.SIGN_IN).where(rows.SIGN_IN.c.id == row.id).values(seen=now)
            )
    return SignedIn(
        sign_in_id=row.id,
        staff_id=row.staff_id,
        email=row.email,
        name=row.name,
        interface=row.interface,
        whole=row.whole,
        has_totp=row.has_totp,
        has_passkey=row.has_passkey,
        how=row.how,
        created=row.created,
    )


def open_sign_ins(services: Services, me: SignedIn) -> list[OpenSignIn]:
    """Every browser that somebody is signed in with, the latest seen first."""
    now, table = services.clock.wall(), rows.SIGN_IN
    with services.database.reading() as connection:
        found = connection.execute(
            select(table)
            .where(table.c.staff_id == me.staff_id, table.c.ended.is_(None), table.c.whole)
            .where(table.c.ends > now, table.c.seen > now - IDLE)
            .order_by(table.c.seen.desc(), table.c.id.desc())
        ).all()
    return [_shown(row, me) for row in found]


def _shown(row: AnyRow, me: SignedIn) -> OpenSignIn:
    current_one = row.id == me.sign_in_id
    return OpenSignIn(row.id, row.how, row.created, row.seen, row.network, row.browser, current_one)


def end(services: Services, staff_id: int, sign_in_id: int) -> bool:
    """End one of somebody's sign-ins; whether there was such a one."""
    table = rows.SIGN_IN
    with services.database.transaction() as work:
        ended = work.connection.execute(
            update(table)
            .where(table.c.id == sign_in_id, table.c.staff_id == staff_id)
            .where(table.c.ended.is_(None))
            .values(ended=services.clock.wall())
        )
    return bool(ended.rowcount)


def end_all(
    services: Services, connection: Connection, staff_id: int, *, but: int | None = None
) -> None:
    """End every sign-in of somebody, but perhaps the one that she does it with."""
    table = rows.SIGN_IN
    statement = update(table).where(table.c.staff_id == staff_id, table.c.ended.is_(None))
    if but is not None:
        statement = statement.where(table.c.id != but)
    connection.execute(statement.values(ended=services.clock.wall()))


def end_others(services: Services, me: SignedIn) -> None:
    """End every sign-in of somebody but the one that she does it with."""
    with services.database.transaction() as work:
        end_all(services, work.connection, me.staff_id, but=me.sign_in_id)


def change_password(services: Services, me: SignedIn, before: str, after: str) -> None:
    """Change one's password, and end every other sign-in.

    Raises:
        Refused: the old one is wrong.
        LockedOut: it was tried too often.
        WeakPassword: nobody should have the new one.
    """
    hashed = hash_password(after, email=me.email)
    name = attempts.name_of(services, "password", me.email)
    attempts.begin(services, name)
    with services.database.reading() as connection:
        staff = rows.by_email(connection, me.email)
    # Who came by the university's sign-in has none yet.
    if staff is None or (staff.password is not None and not matches(staff.password, before)):
        raise Refused
    with services.database.transaction() as work:
        attempts.succeed(work.connection, name)
        work.connection.execute(
            update(rows.STAFF).where(rows.STAFF.c.id == me.staff_id).values(password=hashed)
        )
        end_all(services, work.connection, me.staff_id, but=me.sign_in_id)


def keep_interface(services: Services, staff_id: int, language: str) -> None:
    """Remember the language of the interface that somebody chose."""
    with services.database.transaction() as work:
        work.connection.execute(
            update(rows.STAFF).where(rows.STAFF.c.id == staff_id).values(interface=language)
        )


def open_half(services: Services, staff_id: int, device: Device) -> str:
    """The sign-in of somebody who has just taken an invitation up: she sets her second factor up next."""
    with services.database.transaction() as work:
        return open_sign_in(
            services, work.connection, staff_id, how="invitation", whole=False, device=device
        )
