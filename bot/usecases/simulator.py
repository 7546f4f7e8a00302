"""A phone in the browser: an address of its own, whose messages come in by the same door as Twilio's.

Nothing here reads or answers a message: `conversations.receive` does. What is ours is the made-up
address; `simulated_phone` shows what was stored.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from bot.gateways.addresses import Address, Channel
from bot.store import inbox
from bot.usecases import campaigns, conversations
from bot.usecases.campaigns import CampaignSummary
from bot.usecases.conversations import InboundText
from bot.usecases.services import Services
from bot.usecases.simulated_phone import address_of, contact_of


class NotOffered(ValueError):
    """A campaign that the simulator can not join, or not in that language."""


class NotTappable(ValueError):
    """A payload that no button on this phone carries."""


def offered(services: Services) -> list[CampaignSummary]:
    """The live campaigns that a first message can join; the one open to anyone comes first."""
    live = [one for one in campaigns.all_campaigns(services) if one.state == "live"]
    return sorted((one for one in live if one.keyword), key=lambda one: (not one.walk_in, one.id))


def start(
    services: Services, *, campaign: str, channel: Channel, language: str | None = None
) -> str:
    """Make a phone that joins a campaign by its keyword; returns its token.

    Args:
        campaign: the campaign's slug.
        channel: how the phone looks, and which channel its messages count for.
        language: code of the language whose name the person sends next; None lets the survey ask.

    Raises:
        NotOffered: there is no such campaign to join, or it is not in that language.
    """
    found = next((one for one in offered(services) if one.slug == campaign), None)
    if found is None or found.keyword is None:
        raise NotOffered(campaign)
    if language is not None and language not in found.languages:
        raise NotOffered(language)
    token = secrets.token_urlsafe(16)
    _receive(services, token, channel, new_message_id(), found.keyword)
    if language is not None and len(found.languages) > 1:
        name = services.voices.files.vocabularies[language].name
        _receive(services, token, channel, new_message_id(), name)
    return token


def new_message_id() -> str:
    """Names a message before it is sent, so that sending it twice stores it once."""
    return secrets.token_urlsafe(12)


def send(
    services: Services, token: str, message_id: str, *, text: str = "", tap: str | None = None
) -> None:
    """A message from the phone's owner: typed, or a tap on a button.

    Raises:
        NoSuchPhone: the token is of no phone.
        NotTappable: no message on this phone has such a button.
    """
    with services.database.reading() as connection:
        contact = contact_of(services, connection, token)
        title = text if tap is None else _title(connection, contact.id, tap)
    _receive(services, token, Channel(contact.channel), message_id, title, payload=tap)


def _receive(
    services: Services,
    token: str,
    channel: Channel,
    message_id: str,
    text: str,
    *,
    payload: str | None = None,
) -> None:
    conversations.receive(
        services,
        InboundText(
            # The phone is part of it: nobody's message can be taken for another phone's.
            provider_sid=f"sim:{token}:{message_id}",
            sender=Address(channel, address_of(token)),
            text=text,
            payload=payload,
            mode="simulated",
        ),
    )


def _title(connection: Connection, contact_id: int, payload: str) -> str:
    outbound = inbox.OUTBOUND
    rows = connection.scalars(
        select(outbound.c.buttons)
        .where(outbound.c.contact_point_id == contact_id)
        .order_by(outbound.c.id.desc())
    )
    titles = {code: title for buttons in rows for code, title in reversed(buttons)}
    if payload not in titles:
        raise NotTappable
    return str(titles[payload])
