"""New participants and their conversations: who joins a campaign, and as whom."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from bot.usecases.arrivals import Arrival
from flows.spoken import on_channel
from flows.state import State


def join(arrival: Arrival, campaign: AnyRow, person: int | None) -> AnyRow:
    """A conversation of a campaign for whoever writes; it has not been begun.

    Args:
        arrival: the message that joins.
        campaign: the campaign's row.
        person: the participant who is known to hold a shared phone.
    """
    connection = arrival.connection
    participant = person if person is not None else participant_of(arrival, campaign)
    language = _language(arrival, campaign)
    conversation_id = add_conversation(
        connection,
        campaign,
        contact_point_id=arrival.contact.id,
        channel=arrival.inbound.sender.channel.value,
        mode=arrival.inbound.mode,
        state=State(language=language, seed=secrets.randbits(32)),
        now=arrival.now,
        participant_id=participant,
    )
    row = arrival.row(conversation_id)
    phones.opened(connection, campaign.id, row.participant_id, conversation_id, arrival.now)
    return row


def participant_of(arrival: Arrival, campaign: AnyRow) -> int | None:
    """The participant this organisation knows at this phone; None for nobody yet.

    One person is one participant of an organisation, whichever of its campaigns she answers.
    """
    waiting = phones.enrolments(arrival.connection, arrival.contact.id)
    for enrolment in waiting:
        if enrolment.campaign_id == campaign.id:
            return int(enrolment.participant_id)
    organisation = campaign.organisation_id
    for row in (
        *(one for one in arrival.rows if one.outcome != "erased"),
        *phones.household(arrival.connection, arrival.contact.id),
    ):
        if row.organisation_id == organisation:
            return int(row.participant_id)
    return None


def enrol(arrival: Arrival, row: AnyRow, campaign: AnyRow) -> None:
    """Put her down for a campaign that she asked for in the middle of another."""
    participant: int | None = row.participant_id
    if row.organisation_id != campaign.organisation_id:
        participant = participant_of(arrival, campaign)
    if participant is None:
        participant = add_participant(arrival.connection, campaign.organisation_id, arrival.now)
    phones.await_turn(
        arrival.connection,
        campaign_id=campaign.id,
        participant_id=participant,
        contact_point_id=arrival.contact.id,
        language=row.language if row.language in campaign.languages else None,
        created=arrival.now,
    )


def _language(arrival: Arrival, campaign: AnyRow) -> str:
    """What she spoke last, if the campaign offers it; else the survey's own, else its first."""
    script = arrival.services.scripts.get(
        arrival.connection, campaign.survey_version_id, campaign.languages
    )
    spoken = next((row.language for row in arrival.rows), None) or phones.last_enrolled_language(
        arrival.connection, arrival.contact.id
    )
    offered = on_channel(campaign.languages, arrival.inbound.sender.channel)
    for code in (spoken, script.survey.default_language):
        if code in offered:
            return str(code)
    return str(offered[0])


def add_participant(connection: Connection, organisation_id: int, now: datetime) -> int:
    """A new person, under a pseudonym; her id."""
    return inbox.add(
        connection,
        inbox.PARTICIPANT,
        organisation_id=organisation_id,
        pseudonym=new_pseudonym(),
        created=now,
    )


def add_conversation(
    connection: Connection,
    campaign: AnyRow,
    *,
    contact_point_id: int,
    channel: str,
    mode: str,
    state: State,
    now: datetime,
    participant_id: int | None = None,
) -> int:
    """A conversation of a campaign as this state has it, of a participant or of a new one; its id."""
    if participant_id is None:
        participant_id = add_participant(connection, campaign.organisation_id, now)
    return inbox.add(
        connection,
        inbox.CONVERSATION,
        campaign_id=campaign.id,
        participant_id=participant_id,
        contact_point_id=contact_point_id,
        survey_version_id=campaign.survey_version_id,
        channel=channel,
        mode=mode,
        language=state.language,
        state=state.to_json(),
        created=now,
        updated=now,
    )


def new_pseudonym() -> str:
    """Ten characters that say nothing about the person: 50 random bits."""
    return "P" + "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))
