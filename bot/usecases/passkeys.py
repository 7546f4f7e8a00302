"""Passkeys (WebAuthn level 3): a key on somebody's phone or computer, unlocked there, bound to our address.

A passkey that was unlocked by finger, face or PIN is both factors at once, so it signs in alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.store import staff as rows
from bot.usecases import ceremonies
from bot.usecases.second_step import may_set_up
from bot.usecases.services import Services
from bot.usecases.signing_in import Device, Refused, SignedIn, make_whole, open_sign_in

NEW, KNOWN = "passkey-new", "passkey"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it in her list."""

    id: int
    name: str
    created: datetime
    used: datetime | None


def origin_of(services: Services, seen: str) -> str:
    """The origin that passkeys are bound to: the public one.

    Args:
        services: the outside world.
        seen: the origin of this request. A demonstration is also looked at as `http://localhost:PORT`,
            where browsers allow passkeys, while they refuse a bare IP address.
    """
    local = urlsplit(seen).hostname == "localhost"
    return seen if services.settings.demo and local else services.settings.public_url


def begin_new(services: Services, me: SignedIn, origin: str) -> tuple[str, str]:
    """Make a passkey: (token of the next step, options as JSON for the browser).

    Raises:
        Refused: she has a second factor, and has not shown it yet.
    """
    may_set_up(me)
    with services.database.reading() as connection:
        have = connection.scalars(
            select(rows.PASSKEY.c.credential).where(rows.PASSKEY.c.staff_id == me.staff_id)
        ).all()
    options = generate_registration_options(
        rp_id=str(urlsplit(origin).hostname),
        rp_name="Awaaz",
        # The keyed hash names nobody: it is stored on devices that are lost and sold.
        user_id=services.keys.index(f"passkey:{me.staff_id}"),
        user_name=me.email,
        user_display_name=me.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in have],
    )
    value = {
        "staff": me.staff_id,
        "challenge": bytes_to_base64url(options.challenge),
        "origin": origin,
    }
    return ceremonies.begin(services, NEW, value), options_to_json(options)


def finish_new(services: Services, me: SignedIn, token: str, answer: str, name: str) -> str:
    """Keep a passkey that the browser made; the new token of the sign-in.

    Raises:
        CeremonyOver: it took too long, or was finished before.
        Refused: the answer does not fit what was asked.
    """
    may_set_up(me)
    asked = ceremonies.take(services, NEW, token)
    if asked["staff"] != me.staff_id:
        raise Refused
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked["challenge"]),
            expected_rp_id=str(urlsplit(asked["origin"]).hostname),
            expected_origin=asked["origin"],
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused from None
    with services.database.transaction() as work:
        known = work.connection.scalar(
            select(func.count())
            .select_from(rows.PASSKEY)
            .where(rows.PASSKEY.c.credential == made.credential_id)
        )
        if known:
            raise Refused
        work.connection.execute(
            insert(rows.PASSKEY).values(
                staff_id=me.staff_id,
                credential=made.credential_id,
                public_key=made.credential_public_key,
                uses=made.sign_count,
                name=" ".join(name.split())[:100],
                created=services.clock.now(),
            )
        )
        return make_whole(services, work.connection, me.sign_in_id)


def begin(services: Services, origin: str) -> tuple[str, str]:
    """Sign in with a passkey: (token of the next step, options as JSON). Whose it is, it says itself."""
    options = generate_authentication_options(
        rp_id=str(urlsplit(origin).hostname),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    value = {"challenge": bytes_to_base64url(options.challenge), "origin": origin}
    return ceremonies.begin(services, KNOWN, value), options_to_json(options)


def finish(services: Services, token: str, answer: str, device: Device) -> str:
    """Sign in with what the passkey answered; the token of the sign-in.

    Raises:
        CeremonyOver: it took too long, or was finished before.
        Refused: the answer does not fit what was asked, or nobody has this passkey.
    """
    asked = ceremonies.take(services, KNOWN, token)
    with services.database.reading() as connection:
        known = connection.execute(
            select(rows.PASSKEY)
            .join(rows.STAFF, rows.STAFF.c.id == rows.PASSKEY.c.staff_id)
            .where(rows.PASSKEY.c.credential == _credential(answer), rows.STAFF.c.left.is_(None))
        ).one_or_none()
    if known is None:
        raise Refused
    try:
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked["challenge"]),
            expected_rp_id=str(urlsplit(asked["origin"]).hostname),
            expected_origin=asked["origin"],
            credential_public_key=known.public_key,
            credential_current_sign_count=known.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused from None
    with services.database.transaction() as work:
        work.connection.execute(
            update(rows.PASSKEY)
            .where(rows.PASSKEY.c.id == known.id)
            .values(uses=shown.new_sign_count, used=services.clock.now())
        )
        return open_sign_in(
            services, work.connection, known.staff_id, how="passkey", whole=True, device=device
        )


def _credential(answer: str) -> bytes:
    """Which passkey an answer says it is of; raises Refused."""
    try:
        return base64url_to_bytes(str(json.loads(answer)["rawId"]))
    except (ValueError, KeyError, TypeError):
        raise Refused from None


def passkeys(services: Services, staff_id: int) -> list[Passkey]:
    """Somebody's passkeys, oldest first."""
    table = rows.PASSKEY
    with services.database.reading() as connection:
        found = connection.execute(
            select(table).where(table.c.staff_id == staff_id).order_by(table.c.id)
        ).all()
    return [Passkey(row.id, row.name, row.created, row.used) for row in found]


def remove(services: Services, me: SignedIn, passkey_id: int) -> bool:
    """Forget one of somebody's passkeys; not the last thing that she can show besides a password.

    Returns:
        Whether it was forgotten.
    """
    table = rows.PASSKEY
    with services.database.transaction() as work:
        have = work.connection.scalars(
            select(table.c.id).where(table.c.staff_id == me.staff_id).with_for_update()
        ).all()
        if passkey_id not in have or (len(have) == 1 and not me.has_totp):
            return False
        work.connection.execute(delete(table).where(table.c.id == passkey_id))
    return True
