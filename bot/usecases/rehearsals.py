"""A campaign tried out in the terminal: stored like any conversation, and marked as simulated."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.gateways.addresses import Address, Channel
from bot.store import inbox
from bot.store.inbox import AnyRow
from bot.usecases import conversations, effects
from bot.usecases.campaigns import CampaignError
from bot.usecases.conversations import InboundText
from bot.usecases.services import Services
from flows.effects import Say
from flows.engine import advance
from flows.events import Invited
from flows.state import State

MODE = "simulated"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A talk that has begun.

    Attributes:
        address: the made-up address it is held over.
        conversation: the conversation's id.
        said: what the bot has said so far.
    """

    address: Address
    conversation: int
    said: Sequence[str]


def begin(services: Services, *, campaign: str, form_id: str, language: str) -> Rehearsal:
    """Open a conversation of a campaign; the bot speaks first.

    Args:
        services: the outside world.
        campaign: slug of the campaign.
        form_id: the survey that is meant, which has to be the campaign's.
        language: code; one of the campaign's.

    Raises:
        CampaignError: there is no such campaign, or it asks something else, or in other languages.
    """
    # No provider knows this address, so nothing can ever be sent to it.
    address = Address(Channel.SMS, f"simulator:{secrets.token_hex(8)}")
    now = services.clock.now()
    with services.database.transaction() as work:
        row = _campaign(work.connection, campaign, form_id, language)
        values = conversations.contact_values(services, address, mode=MODE)
        contact = inbox.lock_contact(work.connection, values)
        state = State(language=language, language_chosen=True, seed=secrets.randbits(32))
        conversations.add_conversation(
            work.connection,
            row,
            contact_point_id=contact.id,
            channel=address.channel.value,
            mode=MODE,
            state=state,
            now=now,
        )
        conversation = inbox.conversation_of(work.connection, contact.id)
        assert conversation is not None  # it was just added
        script = services.scripts.get(work.connection, row.survey_version_id, row.languages)
        turn = advance(script.survey, state, Invited(now), script.languages[language])
        context = effects.Context(
            connection=work.connection,
            script=script,
            conversation=conversation,
            inbound_id=None,
            now=now,
            state=turn.state,
            delivery="replied",
        )
        effects.apply(context, turn.effects)
    said = [effect.text for effect in turn.effects if isinstance(effect, Say)]
    return Rehearsal(address, conversation.id, said)


def _campaign(connection: Connection, slug: str, form_id: str, language: str) -> AnyRow:
    campaign, version = inbox.CAMPAIGN, inbox.SURVEY_VERSION
    row = connection.execute(
        select(campaign, version.c.form_id)
        .join(version, version.c.id == campaign.c.survey_version_id)
        .where(campaign.c.slug == slug)
    ).one_or_none()
    if row is None:
        raise CampaignError(f"There is no campaign {slug!r}: see `awaaz campaign list`.")
    if row.form_id != form_id:
        raise CampaignError(f"{slug} asks the survey {row.form_id}, not {form_id}.")
    if language not in row.languages:
        offered = ", ".join(row.languages)
        raise CampaignError(f"{slug} is not held in {language!r}; it is in {offered}.")
    return row


def reply(services: Services, rehearsal: Rehearsal, text: str) -> list[str]:
    """Send a message as the participant; what the bot answers."""
    inbound = InboundText(f"SM{secrets.token_hex(16)}", rehearsal.address, text, mode=MODE)
    return [answer.body for answer in conversations.receive(services, inbound)]


def is_finished(services: Services, rehearsal: Rehearsal) -> bool:
    """Whether the conversation has ended."""
    conversation = inbox.CONVERSATION
    with services.database.reading() as connection:
        statement = select(conversation.c.finished).where(
            conversation.c.id == rehearsal.conversation
        )
        return connection.scalar(statement) is not None
