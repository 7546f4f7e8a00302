"""Shared phones, and people who are invited: what an import and a launch leave in the database."""

from __future__ import annotations

import secrets

from bot.gateways import pins
from bot.gateways.addresses import Address
from bot.store import inbox
from bot.usecases import conversations, effects, joining
from bot.usecases.phone_questions import NICKNAME
from bot.usecases.services import Services
from flows.engine import advance
from flows.events import Invited
from flows.state import State
from tests.support.rows import rows


def contact_of(services: Services, phone: str) -> int:
    """The contact point of a phone, made if need be."""
    address = Address.parse(phone)
    values = conversations.contact_values(services, address, mode="self")
    with services.database.transaction() as work:
        return inbox.lock_contact(work.connection, values).id


def move_in(
    services: Services,
    phone: str,
    organisation: str,
    nickname: str | None = None,
    pin: str | None = None,
) -> int:
    """A person of an organisation who answers from this phone; the participant's id."""
    contact = contact_of(services, phone)
    (found,) = rows(services, "organisation", name=organisation)
    with services.database.transaction() as work:
        connection, now = work.connection, services.clock.now()
        participant = joining.add_participant(connection, found["id"], now)
        encrypted = services.keys.encrypt(nickname, column=NICKNAME) if nickname else None
        member = inbox.add(
            connection,
            inbox.HOUSEHOLD,
            contact_point_id=contact,
            participant_id=participant,
            nickname=encrypted,
            created=now,
        )
        if pin is not None:
            hashed = pins.hash_pin(services.keys, member, pin)
            connection.execute(
                inbox.HOUSEHOLD.update().where(inbox.HOUSEHOLD.c.id == member).values(pin=hashed)
            )
    return participant


def invite(
    services: Services,
    campaign: str,
    phone: str,
    participant: int | None = None,
    *,
    state: str = "delivered",
) -> int:
    """A campaign asks its first question; the conversation's id."""
    contact = contact_of(services, phone)
    (found,) = rows(services, "campaign", slug=campaign)
    with services.database.transaction() as work:
        connection, now = work.connection, services.clock.now()
        row = connection.execute(
            inbox.CAMPAIGN.select().where(inbox.CAMPAIGN.c.id == found["id"])
        ).one()
        conversation = joining.add_conversation(
            connection,
            row,
            contact_point_id=contact,
            channel=Address.parse(phone).channel.value,
            mode="self",
            state=State(language=found["languages"][0], seed=secrets.randbits(32)),
            now=now,
            participant_id=participant,
        )
        talk = next(
            one for one in inbox.conversations_of(connection, contact) if one.id == conversation
        )
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
        language = script.languages[talk.language]
        turn = advance(script.survey, State.from_json(talk.state), Invited(now), language)
        context = effects.Context(
            connection, script, talk, None, now, turn.state, delivery=state, kind="invitation"
        )
        effects.apply(context, turn.effects)
    return conversation
