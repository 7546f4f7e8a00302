"""The conversations of an organisation, newest first: which go on, and which a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from bot.store.inbox import CAMPAIGN, CONVERSATION, INBOUND, OUTBOUND, PARTICIPANT, AnyRow
from bot.usecases.attachments import ATTACHMENT, TRANSCRIPT
from bot.usecases.effects import ASKED_AGAIN
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.events import Media

AT_ONCE = 25
"""Conversations on a page."""

TWICE = 2
"""A question that was put again this often was not understood by somebody: the bot, or she."""


class Wanted(StrEnum):
    """Which conversations are shown."""

    ALL = "conversations: all"
    GOING_ON = "conversations: going on"
    LISTENER = "conversations: waiting for a listener"
    LOOK = "conversations: need a look"


class Sign(StrEnum):
    """Why somebody should look at a conversation."""

    ASKED_TWICE = "sign: asked twice"
    WROTE_BACK = "sign: wrote back to a person"
    LISTENER = "sign: nobody has listened"
    VOICE = "sign: voice note"
    PICTURE = "sign: picture"


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation of the list.

    Attributes:
        id: its row.
        pseudonym: who answers.
        campaign: the campaign's name.
        language: code of the language it is held in.
        channel: sms or whatsapp.
        mode: self, assisted, simulated, test.
        outcome: how it ended; None while it goes on.
        updated: when something last happened in it.
        signs: why somebody should look at it.
    """

    id: int
    pseudonym: str
    campaign: str
    language: str
    channel: str
    mode: str
    outcome: str | None
    updated: datetime
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list, and the id below which the next part begins; None at the end."""

    conversations: tuple[Listed, ...]
    older: int | None


def campaigns(services: Services, organisation: Organisation) -> list[tuple[str, str]]:
    """Slug and name of the organisation's campaigns, newest first."""
    with services.database.reading() as connection:
        rows = connection.execute(
            select(CAMPAIGN.c.slug, CAMPAIGN.c.name)
            .where(CAMPAIGN.c.organisation_id == organisation.id)
            .order_by(CAMPAIGN.c.id.desc())
        )
        return [(row.slug, row.name) for row in rows]


def listed(
    services: Services,
    organisation: Organisation,
    *,
    campaign: str = "",
    wanted: Wanted = Wanted.ALL,
    before: int | None = None,
) -> Page:
    """A page of an organisation's conversations, those that began last first.

    Args:
        services: the outside world.
        organisation: whose.
        campaign: slug of the only campaign to show; empty for all.
        wanted: which of them.
        before: only those with a lower id: `older` of the page before.
    """
    statement = _rows(organisation)
    if campaign:
        statement = statement.where(CAMPAIGN.c.slug == campaign)
    if before is not None:
        statement = statement.where(CONVERSATION.c.id < before)
    if wanted is Wanted.GOING_ON:
        statement = statement.where(CONVERSATION.c.finished.is_(None))
    elif wanted is Wanted.LISTENER:
        statement = statement.where(_SIGNS[Sign.LISTENER])
    elif wanted is Wanted.LOOK:
        statement = statement.where(or_(*_SIGNS.values()))
    with services.database.reading() as connection:
        rows = connection.execute(statement.limit(AT_ONCE + 1)).all()
    shown = tuple(_listed(row) for row in rows[:AT_ONCE])
    return Page(shown, shown[-1].id if len(rows) > AT_ONCE else None)


def _rows(organisation: Organisation) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CONVERSATION.c.id,
            CONVERSATION.c.language,
            CONVERSATION.c.channel,
            CONVERSATION.c.mode,
            CONVERSATION.c.outcome,
            CONVERSATION.c.updated,
            CAMPAIGN.c.name.label("campaign"),
            PARTICIPANT.c.pseudonym,
            *(condition.label(sign.name.lower()) for sign, condition in _SIGNS.items()),
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .order_by(CONVERSATION.c.id.desc())
    )


def _sent(*kinds: Media) -> Select[*tuple[Any, ...]]:
    return (
        select(ATTACHMENT.c.id)
        .join(INBOUND, INBOUND.c.id == ATTACHMENT.c.inbound_id)
        .where(INBOUND.c.conversation_id == CONVERSATION.c.id)
        .where(ATTACHMENT.c.kind.in_([kind.value for kind in kinds]))
        .where(ATTACHMENT.c.state.in_(("waiting", "fetched")))
        .correlate(CONVERSATION)
    )


_HEARD = select(TRANSCRIPT.c.id).where(TRANSCRIPT.c.attachment_id == ATTACHMENT.c.id)

_SIGNS: dict[Sign, ColumnElement[bool]] = {
    Sign.ASKED_TWICE: select(ASKED_AGAIN.c.id)
    .where(ASKED_AGAIN.c.conversation_id == CONVERSATION.c.id, ASKED_AGAIN.c.attempt >= TWICE)
    .exists(),
    Sign.WROTE_BACK: select(OUTBOUND.c.id)
    .join(INBOUND, INBOUND.c.conversation_id == OUTBOUND.c.conversation_id)
    .where(OUTBOUND.c.conversation_id == CONVERSATION.c.id, OUTBOUND.c.written_by.is_not(None))
    .where(INBOUND.c.received > OUTBOUND.c.created)
    .correlate(CONVERSATION)
    .exists(),
    Sign.LISTENER: _sent(Media.AUDIO).where(~_HEARD.correlate(ATTACHMENT).exists()).exists(),
    Sign.VOICE: _sent(Media.AUDIO).exists(),
    Sign.PICTURE: _sent(Media.PICTURE).exists(),
}


def _listed(row: AnyRow) -> Listed:
    found = [sign for sign in Sign if getattr(row, sign.name.lower())]
    if Sign.LISTENER in found:
        found.remove(Sign.VOICE)
    return Listed(
        id=row.id,
        pseudonym=row.pseudonym,
        campaign=row.campaign,
        language=row.language,
        channel=row.channel,
        mode=row.mode,
        outcome=row.outcome,
        updated=row.updated,
        signs=tuple(found),
    )
