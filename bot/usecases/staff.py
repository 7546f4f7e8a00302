"""Who works here, and what somebody is in which organisation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import staff as rows
from bot.store.inbox import AnyRow
from bot.usecases import audit
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn

COMMAND_LINE = "command line"
"""Who did what was done with the `awaaz` command."""

_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]+")


class StaffError(ValueError):
    """Something that can not be done; the message is one sentence that says what to do."""


class LastAdmin(StaffError):
    """Nobody would be left to manage the organisation."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as pages need it."""

    id: int
    slug: str
    name: str
    acknowledge_minutes: int


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is in an organisation. A system admin is one in every organisation."""

    organisation: Organisation
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with roles in an organisation."""

    id: int
    email: str
    name: str
    roles: tuple[Role, ...]


def address(text: str) -> str:
    """An e-mail address in the form that it is compared in; raises StaffError."""
    found = text.strip().casefold()
    if len(found) > 254 or not _EMAIL.fullmatch(found):
        raise StaffError(f"{text.strip()!r} is not an e-mail address, such as amina@example.org.")
    return found


def grant(
    connection: Connection, staff_id: int, organisation_id: int | None, role: Role, now: datetime
) -> None:
    """Give somebody a role, unless she has it."""
    # NULLs are never equal to a unique constraint: look first.
    held = {(row.organisation_id, row.role) for row in rows.roles_of(connection, staff_id)}
    if (organisation_id, role.value) not in held:
        connection.execute(
            insert(rows.ROLE).values(
                staff_id=staff_id, organisation_id=organisation_id, role=role.value, granted=now
            )
        )


def change_roles(
    services: Services, organisation_id: int, staff_id: int, wanted: Collection[Role], *, by: str
) -> None:
    """Give somebody these roles in an organisation and no others; none at all ends her access to it.

    Raises:
        StaffError: nobody of that id is here, or nobody would be left to manage the organisation.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        member = next(
            (one for one in _members(work.connection, organisation_id) if one.id == staff_id), None
        )
        if member is None or Role.SYSTEM in wanted:
            raise StaffError("Nobody of that name works here.")
        others = [
            one
            for one in _members(work.connection, organisation_id)
            if one.id != staff_id and Role.ADMIN in one.roles
        ]
        if Role.ADMIN in member.roles and Role.ADMIN not in wanted and not others:
            raise LastAdmin("Make somebody else an organisation admin first.")
        gone = [role.value for role in member.roles if role not in wanted]
        work.connection.execute(
            delete(rows.ROLE).where(
                rows.ROLE.c.staff_id == staff_id,
                rows.ROLE.c.organisation_id == organisation_id,
                rows.ROLE.c.role.in_(gone),
            )
        )
        for role in wanted:
            grant(work.connection, staff_id, organisation_id, role, now)
        audit.record(
            work.connection,
            now,
            organisation_id=organisation_id,
            who=by,
            what="staff.roles_changed",
            about=f"staff:{member.email}",
            detail={
                "before": sorted(role.value for role in member.roles),
                "after": sorted(role.value for role in wanted),
            },
        )


def members(services: Services, organisation_id: int | None) -> list[Member]:
    """Everybody with a role in an organisation, or in the installation itself, by name."""
    with services.database.reading() as connection:
        return _members(connection, organisation_id)


def _members(connection: Connection, organisation_id: int | None) -> list[Member]:
    found: dict[int, Member] = {}
    for row in rows.members(connection, organisation_id):
        before = found[row.id].roles if row.id in found else ()
        found[row.id] = Member(row.id, row.email, row.name, (*before, Role(row.role)))
    return list(found.values())


def organisations(services: Services) -> list[Organisation]:
    """Every organisation, by name."""
    with services.database.reading() as connection:
        statement = select(rows.ORGANISATION).order_by(rows.ORGANISATION.c.name)
        return [_as_organisation(row) for row in connection.execute(statement)]


def organisation_id(services: Services, slug: str) -> int:
    """The id of an organisation; raises StaffError."""
    with services.database.reading() as connection:
        return organisation_named(connection, slug).id


def organisations_of(services: Services, staff_id: int) -> list[Organisation]:
    """Where somebody can go: her organisations, or every one for a system admin; by name."""
    with services.database.reading() as connection:
        held = rows.roles_of(connection, staff_id)
        statement = select(rows.ORGANISATION).order_by(rows.ORGANISATION.c.name)
        if not any(row.role == Role.SYSTEM for row in held):
            mine = {row.organisation_id for row in held}
            statement = statement.where(rows.ORGANISATION.c.id.in_(mine))
        return [_as_organisation(row) for row in connection.execute(statement)]


def installation_roles(services: Services, staff_id: int) -> frozenset[Role]:
    """What somebody is in the installation itself."""
    with services.database.reading() as connection:
        return _roles(rows.roles_of(connection, staff_id), None)


def membership(services: Services, staff_id: int, slug: str) -> Membership | None:
    """What somebody is in an organisation; None if there is none, or if it is none of her business."""
    with services.database.reading() as connection:
        row = rows.organisation(connection, slug)
        if row is None:
            return None
        held = rows.roles_of(connection, staff_id)
        roles = _roles(held, row.id) | _roles(held, None)
    return Membership(_as_organisation(row), roles) if roles else None


def _roles(held: Iterable[AnyRow], organisation_id: int | None) -> frozenset[Role]:
    return frozenset(Role(row.role) for row in held if row.organisation_id == organisation_id)


def organisation_named(connection: Connection, slug: str) -> Organisation:
    """An organisation by its slug; raises StaffError."""
    row = rows.organisation(connection, slug)
    if row is None:
        raise StaffError(f"There is no organisation {slug!r}.")
    return _as_organisation(row)


def organisation_of(connection: Connection, organisation_id: int) -> Organisation:
    """An organisation that is there."""
    return _as_organisation(
        connection.execute(
            select(rows.ORGANISATION).where(rows.ORGANISATION.c.id == organisation_id)
        ).one()
    )


def _as_organisation(row: AnyRow) -> Organisation:
    return Organisation(row.id, row.slug, row.name, row.acknowledge_minutes)


def change_clock(
    services: Services, organisation: Organisation, me: SignedIn, minutes: int
) -> None:
    """Within how many minutes somebody of this organisation looks at a concern."""
    with services.database.transaction() as work:
        work.connection.execute(
            update(rows.ORGANISATION)
            .where(rows.ORGANISATION.c.id == organisation.id)
            .values(acknowledge_minutes=minutes)
        )
        audit.record(
            work.connection,
            services.clock.now(),
            organisation_id=organisation.id,
            who=me.email,
            what="organisation.clock_changed",
            about=f"organisation:{organisation.slug}",
            detail={"before": organisation.acknowledge_minutes, "after": minutes},
        )
