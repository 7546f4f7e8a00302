"""Interviews on a tablet as pages of an organisation show them: those that are open, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, INBOUND, OUTBOUND, PARTICIPANT, AnyRow
from bot.usecases import assisted, audit, recordings
from bot.usecases.assisted import MODE, NoSuchInterview
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.state import Phase, State


@dataclass(frozen=True, slots=True)
class Open:
    """An interview that has not ended."""

    id: int
    pseudonym: str
    campaign: str
    language: str
    by: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said.

    Attributes:
        text: the words; empty where there is only a recording.
        language: code of their language; None for what the person said.
        taps: payload and title of each option that can be tapped.
        audio: where the recording is, if it is one.
    """

    text: str
    language: str | None
    taps: tuple[tuple[str, str], ...] = ()
    audio: str | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What a tablet shows.

    Attributes:
        paused: whether she put it off: START goes on.
        now: what was said last, and waits for an answer unless it has ended.
        before: everything before it, oldest first.
    """

    id: int
    pseudonym: str
    campaign: str
    language: str
    by: str
    finished: bool
    paused: bool
    now: tuple[Line, ...]
    before: tuple[Line, ...]


def begin(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    *,
    campaign: str,
    language: str,
    pseudonym: str | None,
) -> int:
    """Begin an interview in a campaign of this organisation; the id that its page is found by.

    Args:
        services: the outside world.
        organisation: whose campaign it is.
        me: who fills it in.
        campaign: slug.
        language: code.
        pseudonym: of a person of the organisation; None for somebody new.

    Raises:
        NoSuchInterview: the campaign is not this organisation's.
        CampaignError: with what is in the way.
    """
    with services.database.reading() as connection:
        ours = connection.scalar(
            select(CAMPAIGN.c.id).where(
                CAMPAIGN.c.slug == campaign, CAMPAIGN.c.organisation_id == organisation.id
            )
        )
    if ours is None:
        raise NoSuchInterview(campaign)
    begun = assisted.begin(
        services, campaign=campaign, language=language, by=me.name, participant=pseudonym
    )
    conversation_id = assisted.conversation_of(services, begun.token)
    with services.database.transaction() as work:
        audit.record(
            work.connection,
            services.clock.now(),
            organisation_id=organisation.id,
            who=me.email,
            what="interview.begun",
            about=f"conversation:{conversation_id}",
        )
    return conversation_id


def open_interviews(services: Services, organisation: Organisation) -> list[Open]:
    """The interviews that have not ended, the newest first; a hundred at most."""
    statement = (
        _of(organisation)
        .where(CONVERSATION.c.finished.is_(None))
        .order_by(CONVERSATION.c.updated.desc(), CONVERSATION.c.id.desc())
        .limit(100)
    )
    with services.database.reading() as connection:
        return [
            Open(
                row.id, row.pseudonym, row.campaign, row.language, row.assisted_by or "",
                row.updated,
            )
            for row in connection.execute(statement)
        ]  # fmt: skip


def _of(organisation: Organisation) -> Select[*tuple[object, ...]]:
    return (
        select(
            CONVERSATION,
            PARTICIPANT.c.pseudonym,
            CAMPAIGN.c.name.label("campaign"),
            CONTACT.c.address,
        )
        .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(CONTACT, CONTACT.c.id == CONVERSATION.c.contact_point_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id, CONVERSATION.c.mode == MODE)
    )


def _one(connection: Connection, organisation: Organisation, conversation_id: int) -> AnyRow:
    row: AnyRow | None = connection.execute(
        _of(organisation).where(CONVERSATION.c.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NoSuchInterview(conversation_id)
    return row


def screen(services: Services, organisation: Organisation, conversation_id: int) -> Screen:
    """What the tablet of an interview shows; raises NoSuchInterview."""
    with services.database.reading() as connection:
        row = _one(connection, organisation, conversation_id)
        contact = row.contact_point_id
        heard = connection.execute(
            select(INBOUND).where(INBOUND.c.contact_point_id == contact).order_by(INBOUND.c.id)
        ).all()
        said = connection.execute(
            select(OUTBOUND).where(OUTBOUND.c.contact_point_id == contact).order_by(OUTBOUND.c.id)
        ).all()
    last = heard[-1].id if heard else None
    # An answer that says nothing leaves what was asked before it.
    now = [one for one in said if one.reply_to == last] or said[-1:]
    before = [_line(one) for one in said if one.reply_to is None and one not in now]
    for message in heard:
        before.append(Line(message.body, None))
        before += [_line(one) for one in said if one.reply_to == message.id and one not in now]
    return Screen(
        id=row.id,
        pseudonym=row.pseudonym,
        campaign=row.campaign,
        language=row.language,
        by=row.assisted_by or "",
        finished=row.finished is not None,
        paused=State.from_json(row.state).phase is Phase.PAUSED,
        now=tuple(_line(one) for one in now),
        before=tuple(before),
    )


def _line(row: AnyRow) -> Line:
    taps = tuple((code, title) for code, title in row.buttons)
    audio = None if row.audio is None else recordings.path(row.audio)
    return Line(row.prompt if taps else row.body, row.language, taps, audio)


def reply(
    services: Services,
    organisation: Organisation,
    conversation_id: int,
    message_id: str,
    *,
    text: str = "",
    tap: str | None = None,
) -> None:
    """What the person says, or what was tapped for her; the same message again changes nothing.

    Raises:
        NoSuchInterview: no interview of this organisation has this id.
    """
    with services.database.reading() as connection:
        row = _one(connection, organisation, conversation_id)
    if row.finished is None:
        token = assisted.token_of(services, bytes(row.address))
        assisted.send(services, token, message_id, text=text, tap=tap)
