"""A facilitator fills a survey in with a person, on a tablet: the same engine, by the same door.

The tablet's address is made up, so nothing is ever sent by the provider; what the person agreed to is in
the ledger with the source `facilitator`, and every answer belongs to a conversation of the mode `assisted`.
STOP on the tablet ends the interview and closes nobody's phone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.gateways.addresses import Address, Channel
from bot.store import inbox, phones
from bot.store.inbox import AnyRow
from bot.usecases import conversations, effects, joining
from bot.usecases.arrivals import InboundText
from bot.usecases.campaigns import CampaignError
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from flows.engine import advance
from flows.events import Invited
from flows.state import State

MODE = "assisted"
CHANNEL = Channel.WHATSAPP
"""A tablet shows buttons."""

_PREFIX = "assisted:"


class NoSuchInterview(NotHere):
    """No interview has this token."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message on the tablet.

    Attributes:
        text: the whole message, its options numbered.
        prompt: the same without the options.
        taps: payload and title of each option.
        question: the question it puts, if it puts one.
        language: the code of the language it is in.
    """

    text: str
    prompt: str
    taps: tuple[tuple[str, str], ...]
    question: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview that has begun: whoever knows the token can go on with it."""

    token: str
    said: Sequence[Said]


def begin(
    services: Services,
    *,
    campaign: str,
    language: str,
    by: str,
    participant: str | None = None,
) -> Interview:
    """Begin an interview; the first question is put at once.

    Args:
        services: the outside world.
        campaign: slug of a live campaign.
        language: code; one of the campaign's.
        by: who of the staff fills it in.
        participant: pseudonym of a person of the campaign's organisation; None for a new one. Someone who
            was invited on her phone and has answered nothing there goes on here instead.

    Raises:
        CampaignError: the campaign is not live or not in that language, or the person can not take part.
    """
    token = secrets.token_urlsafe(16)
    with services.database.transaction() as work:
        row = _campaign(work.connection, campaign, language)
        person = None if participant is None else _person(work.connection, row, participant)
        address = Address(CHANNEL, _address(token))
        contact = inbox.lock_contact(
            work.connection, conversations.contact_values(services, address, mode="simulated")
        )
        conversation_id = None
        if person is not None:
            conversation_id = _taken_over(services, work.connection, row, person, contact.id)
        if conversation_id is None:
            conversation_id = joining.add_conversation(
                work.connection,
                row,
                contact_point_id=contact.id,
                channel=CHANNEL.value,
                mode=MODE,
                state=State(language=language, seed=secrets.randbits(32)),
                now=services.clock.now(),
                participant_id=person,
            )
        _open(services, work.connection, contact.id, conversation_id, language, by)
    return Interview(token, thread(services, token))


def send(
    services: Services, token: str, message_id: str, *, text: str = "", tap: str | None = None
) -> Sequence[Said]:
    """What the person says or the facilitator taps for her; what the tablet shows then.

    Args:
        services: the outside world.
        token: names the interview.
        message_id: names the message, so that sending it twice stores it once; at most 40 characters.
        text: what was typed.
        tap: the payload of a tapped option.

    Raises:
        NoSuchInterview: the token is of no interview.
    """
    with services.database.reading() as connection:
        contact_id = _contact(services, connection, token)
        if tap is not None:
            shown = _shown(connection, contact_id)
            text = next((t for said in shown for code, t in said.taps if code == tap), text)
    inbound = InboundText(
        # A shorter name for the interview: a provider's SID has 64 characters at most.
        provider_sid=f"as:{contact_id}:{message_id}",
        sender=Address(CHANNEL, _address(token)),
        text=text,
        payload=tap,
        mode=MODE,
    )
    found = [reply.outbound_id for reply in conversations.receive(services, inbound)]
    with services.database.reading() as connection:
        return _shown(connection, contact_id, found)


def thread(services: Services, token: str) -> Sequence[Said]:
    """Everything the tablet has shown; raises NoSuchInterview."""
    with services.database.reading() as connection:
        return _shown(connection, _contact(services, connection, token))


def conversation_of(services: Services, token: str) -> int:
    """The conversation that an interview is; raises NoSuchInterview."""
    with services.database.reading() as connection:
        row = inbox.conversation_of(connection, _contact(services, connection, token))
    if row is None:
        raise NoSuchInterview
    return int(row.id)


def token_of(services: Services, address: bytes) -> str:
    """The token of the tablet with this address, as its row keeps it; raises NoSuchInterview."""
    text = services.keys.decrypt(address, column="contact_point.address") if address else ""
    if not text.startswith(_PREFIX):
        raise NoSuchInterview
    return text.removeprefix(_PREFIX)


def is_finished(services: Services, token: str) -> bool:
    """Whether the interview has ended; raises NoSuchInterview."""
    with services.database.reading() as connection:
        row = inbox.conversation_of(connection, _contact(services, connection, token))
    return row is None or row.finished is not None


def _address(token: str) -> str:
    return f"{_PREFIX}{token}"


def _contact(services: Services, connection: Connection, token: str) -> int:
    contact = inbox.CONTACT
    found = connection.scalar(
        select(contact.c.id).where(
            contact.c.address_index == services.keys.index(_address(token)), contact.c.simulated
        )
    )
    if found is None:
        raise NoSuchInterview
    return int(found)


def _shown(
    connection: Connection, contact_id: int, only: Sequence[int] | None = None
) -> Sequence[Said]:
    outbound = inbox.OUTBOUND
    statement = (
        select(outbound).where(outbound.c.contact_point_id == contact_id).order_by(outbound.c.id)
    )
    if only is not None:
        statement = statement.where(outbound.c.id.in_(only))
    return [
        Said(
            text=row.body,
            prompt=row.prompt,
            taps=tuple((code, title) for code, title in row.buttons),
            question=row.question,
            language=row.language,
        )
        for row in connection.execute(statement)
    ]


def _campaign(connection: Connection, slug: str, language: str) -> AnyRow:
    campaign = inbox.CAMPAIGN
    row = connection.execute(select(campaign).where(campaign.c.slug == slug)).one_or_none()
    if row is None:
        raise CampaignError(f"There is no campaign {slug!r}: see `awaaz campaign list`.")
    if row.state != "live":
        raise CampaignError(f"The campaign {slug!r} is {row.state}: only a live one is answered.")
    if language not in row.languages:
        offered = ", ".join(row.languages)
        raise CampaignError(f"{slug} is not held in {language!r}; it is in {offered}.")
    return row


def _person(connection: Connection, campaign: AnyRow, pseudonym: str) -> int:
    participant = inbox.PARTICIPANT
    found = connection.scalar(
        select(participant.c.id).where(
            participant.c.pseudonym == pseudonym,
            participant.c.organisation_id == campaign.organisation_id,
        )
    )
    if found is None:
        raise CampaignError(f"The organisation of {campaign.slug} knows nobody as {pseudonym!r}.")
    return int(found)


def _taken_over(
    services: Services, connection: Connection, campaign: AnyRow, person: int, contact_id: int
) -> int | None:
    """Her conversation on her own phone, if nothing was answered there, is held on the tablet now."""
    conversation, outbound = inbox.CONVERSATION, inbox.OUTBOUND
    rows = connection.execute(
        select(conversation).where(
            conversation.c.campaign_id == campaign.id, conversation.c.participant_id == person
        )
    ).all()
    for row in rows:
        # A phone's row is locked before its conversation, as an incoming message does.
        contact = inbox.CONTACT
        connection.execute(
            select(contact.c.id).where(contact.c.id == row.contact_point_id).with_for_update()
        )
        state = connection.scalar(select(conversation.c.state).where(conversation.c.id == row.id))
        if row.finished is not None:
            raise CampaignError("This person has answered already, or did not want to.")
        if State.from_json(str(state)).answers:
            raise CampaignError("This person has begun on her own phone: let her finish there.")
        now = services.clock.now()
        connection.execute(
            update(outbound)
            .where(outbound.c.conversation_id == row.id, outbound.c.state == "queued")
            .values(state="cancelled", changed=now)
        )
        inbox.save_conversation(
            connection,
            row.id,
            contact_point_id=contact_id,
            channel=CHANNEL.value,
            next_at=None,
            next_what=None,
        )
        return int(row.id)
    return None


def _open(
    services: Services,
    connection: Connection,
    contact_id: int,
    conversation_id: int,
    language: str,
    by: str,
) -> None:
    """The first question, in the language that was chosen."""
    now = services.clock.now()
    inbox.save_conversation(
        connection, conversation_id, mode=MODE, assisted_by=by, language=language
    )
    row = inbox.conversation_of(connection, contact_id)
    assert row is not None  # it was just put there
    script = services.scripts.get(connection, row.survey_version_id, row.languages)
    # Whatever was put to her on her phone has no answer yet: here it begins with the first question.
    seed = State.from_json(row.state).seed
    state = State(language=language, language_chosen=True, seed=seed)
    turn = advance(script.survey, state, Invited(now), script.languages[language])
    context = effects.Context(
        connection=connection,
        script=script,
        conversation=row,
        inbound_id=None,
        now=now,
        state=turn.state,
        delivery="replied",
    )
    effects.apply(context, turn.effects)
    phones.opened(connection, row.campaign_id, row.participant_id, conversation_id, now)
