"""Before a launch: what a campaign would say, and its first message sent to oneself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from bot.gateways.addresses import Address
from bot.store import inbox
from bot.store.inbox import CONVERSATION, OUTBOUND
from bot.usecases import conversations, effects, outbox
from bot.usecases.also import Also, nothing
from bot.usecases.campaigns import CampaignError, named
from bot.usecases.launching import first_state
from bot.usecases.services import Services
from flows.effects import Outcome
from flows.engine import advance
from flows.events import Invited
from flows.lint.interviews import interview, routes
from flows.lint.paths import Paths

MODE = "test"
"""The mode of a conversation that staff hold with themselves: it is counted nowhere."""


def preview(services: Services, slug: str, language: str | None = None) -> list[str]:
    """Every message of the longest complete interview in a language.

    Raises:
        CampaignError: there is no such campaign, or it is not in that language.
    """
    with services.database.reading() as connection:
        row = named(connection, slug)
        code = _offered(row.languages, language) or row.languages[0]
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
    missing = script.languages[code].untranslated(script.survey.wordings())
    if missing:
        raise CampaignError(f"{len(missing)} texts of {slug} are not translated into {code!r} yet.")
    paths = Paths(script.survey, services.clock.now())
    ways = routes(paths)
    held = interview(paths, ways.survey, script.languages[code], ways.answers[-1])
    return [say.text for exchange in held.exchanges for say in exchange.says]


def _offered(languages: Sequence[str], language: str | None) -> str | None:
    if language is not None and language not in languages:
        raise CampaignError(f"It is not held in {language!r}; it is in {', '.join(languages)}.")
    return language


def send_trial(
    services: Services,
    slug: str,
    address: Address,
    language: str | None = None,
    *,
    also: Also = nothing,
) -> bool:
    """Send a campaign's first message to oneself, in any state of the campaign; whether it left.

    What is written down `also` is so before the message leaves.

    Raises:
        CampaignError: there is no such campaign, or it is not in that language, or not complete in it.
    """
    with services.database.transaction() as work:
        waiting = _open(services, work.connection, slug, address, language)
        also(work.connection, named(work.connection, slug, lock=True))
    return outbox.send(services, waiting) > 0


def _open(
    services: Services,
    connection: Connection,
    slug: str,
    address: Address,
    language: str | None,
) -> Sequence[int]:
    now = services.clock.now()
    row = named(connection, slug)
    script = services.scripts.get(connection, row.survey_version_id, row.languages)
    state = first_state(script, row.languages, _offered(row.languages, language))
    speaker = script.languages[state.language]
    if speaker.untranslated(script.survey.wordings()):
        raise CampaignError(f"{slug} is not complete in {state.language!r} yet.")
    values = conversations.contact_values(services, address, mode="self")
    contact = inbox.lock_contact(connection, values)
    connection.execute(
        update(CONVERSATION)
        .where(CONVERSATION.c.contact_point_id == contact.id, CONVERSATION.c.mode == MODE)
        .where(CONVERSATION.c.finished.is_(None))
        .values(finished=now, outcome=Outcome.EXPIRED, next_at=None, next_what=None, analysed=now)
    )
    conversation_id = conversations.add_conversation(
        connection,
        row,
        contact_point_id=contact.id,
        channel=address.channel.value,
        mode=MODE,
        state=state,
        now=now,
    )
    turn = advance(script.survey, state, Invited(now), speaker)
    context = effects.Context(
        connection=connection,
        script=script,
        conversation=inbox.conversation(connection, conversation_id),
        inbound_id=None,
        now=now,
        state=turn.state,
        delivery="queued",
        # She has just asked for it: it comes at any hour.
        kind="reply",
    )
    effects.apply(context, turn.effects)
    return connection.scalars(
        select(OUTBOUND.c.id)
        .where(OUTBOUND.c.conversation_id == conversation_id)
        .order_by(OUTBOUND.c.id)
    ).all()
