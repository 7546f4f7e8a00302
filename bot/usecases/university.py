"""Signing in with the university: only for whoever was invited, found by subject, or once by address."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from bot.gateways.university import Arrived, UniversityError
from bot.store import staff as rows
from bot.usecases import ceremonies, invitations
from bot.usecases.services import Services
from bot.usecases.signing_in import Device, Refused, open_sign_in

KIND = "university"


def name_of(services: Services) -> str | None:
    """What the university calls its sign-in; None where there is none."""
    return None if services.university is None else services.university.name


def leave(services: Services, redirect_uri: str, *, invitation: str = "") -> tuple[str, str]:
    """Begin: (token of the next step, where the browser goes).

    Raises:
        UniversityError: there is none, or it can not be reached.
    """
    if services.university is None:
        raise UniversityError("none is set")
    leaving = services.university.leave(redirect_uri)
    value = {
        "state": leaving.state,
        "nonce": leaving.nonce,
        "verifier": leaving.verifier,
        "redirect_uri": redirect_uri,
        "invitation": invitation,
    }
    return ceremonies.begin(services, KIND, value), leaving.url


def arrive(services: Services, token: str, *, state: str, code: str, device: Device) -> str:
    """The browser came back; the token of the sign-in. The university asks for its own second factor.

    Raises:
        CeremonyOver: it took too long, or was finished before.
        Refused: she is not staff here, or this is not what the browser was sent away for.
        StaffError: the invitation that she came with no longer counts, or is not for her.
        UniversityError: the university's answer is not right.
    """
    asked = ceremonies.take(services, KIND, token)
    if services.university is None or not state or state != asked["state"]:
        raise Refused
    arrived = services.university.arrive(
        asked["redirect_uri"],
        code=code,
        nonce=asked["nonce"],
        verifier=asked["verifier"],
        now=services.clock.now(),
    )
    if asked["invitation"]:
        invitations.accept(
            services,
            asked["invitation"],
            name=arrived.email.partition("@")[0],
            oidc=(arrived.subject, arrived.email),
        )
    with services.database.transaction() as work:
        staff_id = work.connection.scalar(
            select(rows.STAFF.c.id).where(
                rows.STAFF.c.oidc == arrived.subject, rows.STAFF.c.left.is_(None)
            )
        )
        if staff_id is None:
            staff_id = _first_time(work.connection, arrived)
        return open_sign_in(
            services, work.connection, staff_id, how="university", whole=True, device=device
        )


def _first_time(connection: Connection, arrived: Arrived) -> int:
    """Somebody who is staff, and has not come this way before: from now on it is this subject."""
    known = rows.by_email(connection, arrived.email)
    if known is None or known.oidc is not None:
        raise Refused
    connection.execute(
        update(rows.STAFF).where(rows.STAFF.c.id == known.id).values(oidc=arrived.subject)
    )
    return int(known.id)
