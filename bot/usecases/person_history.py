"""One person of an organisation: where she took part, and what she agreed to, in the words of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.inbox import CAMPAIGN, CONVERSATION
from bot.store.people import ATTRIBUTE, CONSENT, ENROLMENT
from bot.usecases import participants, wordings
from bot.usecases.participants import Person
from bot.usecases.services import Services
from bot.usecases.staff import Organisation


@dataclass(frozen=True, slots=True)
class TakingPart:
    """What became of somebody in a campaign: her conversation there, or the list she stands on."""

    campaign: str
    slug: str
    state: str
    language: str | None
    mode: str
    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """An entry of the consent ledger, with the words that it answers."""

    at: datetime
    purpose: str
    act: str
    source: str
    channel: str
    language: str
    words: str
    raw: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A person with everything that her page shows."""

    person: Person
    campaigns: tuple[TakingPart, ...]
    consents: tuple[Agreed, ...]
    attributes: tuple[tuple[str, str], ...]


def open_person(services: Services, organisation: Organisation, person_id: int) -> Opened:
    """Everything a person's page shows.

    Raises:
        NoSuchPerson: nobody of this organisation has this id.
    """
    with services.database.reading() as connection:
        row = participants.row_of(connection, organisation, person_id)
        (person,) = participants.persons_of(services.keys, connection, organisation, [row])
        attributes = connection.execute(
            select(ATTRIBUTE.c.name, ATTRIBUTE.c.value)
            .where(ATTRIBUTE.c.participant_id == person_id)
            .order_by(ATTRIBUTE.c.name)
        ).all()
        return Opened(
            person,
            tuple(_campaigns(connection, person_id)),
            tuple(_consents(services, connection, person_id)),
            tuple((one.name, one.value) for one in attributes),
        )


def _campaigns(connection: Connection, person_id: int) -> list[TakingPart]:
    talks = connection.execute(
        select(CONVERSATION, CAMPAIGN.c.name, CAMPAIGN.c.slug)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CONVERSATION.c.participant_id == person_id)
        .order_by(CONVERSATION.c.id.desc())
    ).all()
    found = [
        TakingPart(
            row.name, row.slug, row.outcome or "answering", row.language, row.mode,
            row.assisted_by or "", row.created,
        )
        for row in talks
    ]  # fmt: skip
    lists = connection.execute(
        select(ENROLMENT, CAMPAIGN.c.name, CAMPAIGN.c.slug)
        .join(CAMPAIGN, CAMPAIGN.c.id == ENROLMENT.c.campaign_id)
        .where(ENROLMENT.c.participant_id == person_id)
        .where(ENROLMENT.c.campaign_id.not_in([row.campaign_id for row in talks]))
        .order_by(ENROLMENT.c.id.desc())
    ).all()
    return found + [
        TakingPart(row.name, row.slug, row.state, row.language, "", "", row.created)
        for row in lists
    ]


def _consents(services: Services, connection: Connection, person_id: int) -> list[Agreed]:
    rows = connection.execute(
        select(CONSENT).where(CONSENT.c.participant_id == person_id).order_by(CONSENT.c.id.desc())
    ).all()
    words = wordings.agreed_to(services, connection, [row.id for row in rows])
    return [
        Agreed(
            row.at, row.purpose, row.act, row.source, row.channel, row.language,
            words.get(row.id, ""), row.raw,
        )
        for row in rows
    ]  # fmt: skip
