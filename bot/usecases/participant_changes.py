"""What staff do about one person: she asked to stop, she wants to be forgotten, she has to be rung.

Each is written into the audit log of her organisation, in the transaction that does it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.gateways.addresses import Channel
from bot.gateways.queue import Job
from bot.store import inbox
from bot.store.inbox import CAMPAIGN, CONTACT, CONVERSATION, INBOUND, OPT_OUT, OUTBOUND, PARTICIPANT
from bot.store.people import ERASURE
from bot.usecases import audit, effects, participants, people, person_history
from bot.usecases.consents import record_consent, silence
from bot.usecases.erasure import ATTACHMENT
from bot.usecases.participants import NoSuchPerson, Person, Phone
from bot.usecases.people_batches import UNSAID
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

SAID_LENGTH = 500
REASON_LEAST = 5
"""Characters of a reason to look at a number."""


class NoSuchCampaign(NotHere):
    """No campaign of this organisation has this name."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign that people can be put down for, or be interviewed in."""

    slug: str
    name: str
    languages: tuple[str, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class Going:
    """What an erasure takes away, counted."""

    conversations: int
    answers: int
    messages: int
    recordings: int


def campaigns(services: Services, organisation: Organisation) -> list[Campaign]:
    """The campaigns of an organisation that are not closed, newest first."""
    statement = (
        select(CAMPAIGN)
        .where(CAMPAIGN.c.organisation_id == organisation.id, CAMPAIGN.c.state != "closed")
        .order_by(CAMPAIGN.c.id.desc())
    )
    with services.database.reading() as connection:
        return [
            Campaign(row.slug, row.name, tuple(row.languages), row.state == "live")
            for row in connection.execute(statement)
        ]


def add(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    *,
    campaign: str,
    number: str,
    consent: str,
    language: str | None,
    channel: Channel,
    nickname: str = "",
) -> int:
    """Put one person down for a campaign, as she agreed to beside us; her id.

    Raises:
        NoSuchCampaign: the campaign is not this organisation's.
        people.RowRefused: with what is wrong.
    """
    if campaign not in {one.slug for one in campaigns(services, organisation)}:
        raise NoSuchCampaign(campaign)
    pseudonym = people.add(
        services,
        campaign,
        number,
        consent=consent,
        language=language,
        channel=channel,
        nickname=nickname,
    )
    with services.database.transaction() as work:
        person_id = work.connection.scalar(
            select(PARTICIPANT.c.id).where(PARTICIPANT.c.pseudonym == pseudonym)
        )
        _record(services, work.connection, organisation, me, "person.added", pseudonym)
    return int(person_id or 0)


def stop(
    services: Services, organisation: Organisation, person_id: int, me: SignedIn, said: str
) -> bool:
    """She asked somebody of us to stop: nobody of this organisation writes to her phones any more.

    It holds for the phone: whoever else answers from it is not written to either, as after her own STOP.
    Other organisations are not ours to speak for; she reaches them all by sending STOP.

    Returns:
        False if she has no phone that is open to us; nothing is changed then.

    Raises:
        NoSuchPerson: nobody of this organisation has this id.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        row = participants.row_of(connection, organisation, person_id)
        phones = [
            one for one in _phones(services, connection, organisation, person_id) if not one.stopped
        ]
        for phone in phones:
            _close(services, connection, organisation, phone)
            record_consent(
                connection,
                participant_id=person_id,
                contact_point_id=phone.id,
                organisation_id=organisation.id,
                channel=phone.channel,
                purpose="contact",
                act="withdrawn",
                source="facilitator",
                language=UNSAID,
                raw=said[:SAID_LENGTH],
                at=now,
            )
        if phones:
            _record(services, connection, organisation, me, "person.stopped", row.pseudonym)
    return bool(phones)


def _phones(
    services: Services, connection: Connection, organisation: Organisation, person_id: int
) -> list[Phone]:
    found = participants.phones_of(services.keys, connection, organisation, [person_id])
    return [phone for phone in found.get(person_id, ()) if not phone.tablet]


def _close(
    services: Services, connection: Connection, organisation: Organisation, phone: Phone
) -> None:
    # The phone's row first, as an incoming message does.
    connection.execute(select(CONTACT.c.id).where(CONTACT.c.id == phone.id).with_for_update())
    since = services.clock.now()
    values = {"contact_point_id": phone.id, "organisation_id": organisation.id, "at": since}
    connection.execute(inbox.insert_ignoring(connection, OPT_OUT).values(**values))
    _end(services, connection, organisation, CONVERSATION.c.contact_point_id == phone.id)


def _end(
    services: Services,
    connection: Connection,
    organisation: Organisation,
    which: ColumnElement[bool],
) -> None:
    """End these conversations of the organisation; nothing that waits for them goes out."""
    now = services.clock.now()
    rows = connection.execute(
        select(CONVERSATION.c.id, CONVERSATION.c.state, CONVERSATION.c.finished)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id, which)
    ).all()
    connection.execute(
        update(OUTBOUND)
        .where(OUTBOUND.c.conversation_id.in_([row.id for row in rows]))
        .where(OUTBOUND.c.state == "queued")
        .values(state="cancelled", changed=now)
    )
    for row in rows:
        if row.finished is None:
            silence(connection, row, now)


def what_goes(
    services: Services, organisation: Organisation, person_id: int
) -> tuple[Person, Going]:
    """A person, and how much of her an erasure takes away; raises NoSuchPerson."""
    person = person_history.open_person(services, organisation, person_id).person
    mine = select(CONVERSATION.c.id).where(CONVERSATION.c.participant_id == person_id)
    with services.database.reading() as connection:

        def count(statement: ColumnElement[bool], table: object) -> int:
            found = connection.scalar(select(func.count()).select_from(table).where(statement))  # type: ignore[arg-type]
            return int(found or 0)

        sent = count(INBOUND.c.conversation_id.in_(mine), INBOUND)
        said = count(OUTBOUND.c.conversation_id.in_(mine), OUTBOUND)
        voices = select(INBOUND.c.id).where(INBOUND.c.conversation_id.in_(mine))
        going = Going(
            conversations=count(CONVERSATION.c.participant_id == person_id, CONVERSATION),
            answers=count(effects.ANSWER.c.conversation_id.in_(mine), effects.ANSWER),
            messages=sent + said,
            recordings=count(ATTACHMENT.c.inbound_id.in_(voices), ATTACHMENT),
        )
    return person, going


def erase(services: Services, organisation: Organisation, person_id: int, me: SignedIn) -> None:
    """She asked somebody of us to be forgotten: the wish is kept, and a worker carries it out.

    Until then nothing is sent to her any more. A phone that nobody else of the organisation answers from
    stays closed to it afterwards. Asking twice changes nothing.

    Raises:
        NoSuchPerson: nobody of this organisation has this id.
    """
    with services.database.transaction() as work:
        connection = work.connection
        row = participants.row_of(connection, organisation, person_id)
        known = select(ERASURE.c.id).where(ERASURE.c.participant_id == person_id)
        if connection.scalar(known.limit(1)) is not None:
            return
        for phone in _phones(services, connection, organisation, person_id):
            if not (phone.stopped or phone.shared):
                _close(services, connection, organisation, phone)
        _end(services, connection, organisation, CONVERSATION.c.participant_id == person_id)
        request_id = inbox.add(
            connection, ERASURE, participant_id=person_id, requested=services.clock.now()
        )
        _record(services, connection, organisation, me, "person.erased", row.pseudonym)
        work.after_commit(lambda: services.queue.ring(Job.ERASE, [request_id]))


def reveal(
    services: Services,
    organisation: Organisation,
    person_id: int,
    phone_id: int,
    me: SignedIn,
    reason: str,
) -> str:
    """Somebody's whole number; who looked and why is written into the audit log before it is shown.

    Raises:
        NoSuchPerson: nobody of this organisation has this id, or she has no such phone.
    """
    with services.database.transaction() as work:
        connection = work.connection
        row = participants.row_of(connection, organisation, person_id)
        phones: Collection[int] = {
            phone.id
            for phone in _phones(services, connection, organisation, person_id)
            if phone.number
        }
        if phone_id not in phones:
            raise NoSuchPerson(person_id)
        address = connection.scalar(select(CONTACT.c.address).where(CONTACT.c.id == phone_id))
        number = services.keys.decrypt(bytes(address or b""), column="contact_point.address")
        _record(
            services, connection, organisation, me, "person.revealed", row.pseudonym, reason=reason
        )
    return number


def _record(
    services: Services,
    connection: Connection,
    organisation: Organisation,
    me: SignedIn,
    what: str,
    pseudonym: str,
    *,
    reason: str = "",
) -> None:
    audit.record(
        connection,
        services.clock.now(),
        organisation_id=organisation.id,
        who=me.email,
        what=what,
        about=f"person:{pseudonym}",
        reason=reason,
    )
