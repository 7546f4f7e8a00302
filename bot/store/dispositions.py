"""The statements that tell what became of everybody in a campaign."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select

from bot.store.inbox import (
    CAMPAIGN,
    CONTACT,
    CONVERSATION,
    ENROLMENT,
    INBOUND,
    OPT_OUT,
    ORGANISATION,
    OUTBOUND,
    AnyRow,
)


def people(connection: Connection, campaign_id: int, modes: Collection[str]) -> Iterator[AnyRow]:
    """A row for each person: who is on the list, and who joined in these modes without being on it."""
    sent, wrote = _messages(campaign_id), _written(campaign_id)
    columns = (
        CONVERSATION.c.outcome,
        CONVERSATION.c.state,
        CONVERSATION.c.language.label("spoken"),
        CONTACT.c.channel,
        CONTACT.c.opted_out,
        CONTACT.c.closed,
        OPT_OUT.c.id.label("stopped"),
        ORGANISATION.c.name.label("organisation"),
        sent.c.sent,
        sent.c.arrived,
        sent.c.failed,
        wrote.c.wrote,
    )
    opted = and_(
        OPT_OUT.c.contact_point_id == CONTACT.c.id,
        OPT_OUT.c.organisation_id == CAMPAIGN.c.organisation_id,
    )
    listed = (
        select(
            ENROLMENT.c.state.label("listed"),
            ENROLMENT.c.why,
            ENROLMENT.c.language.label("wanted"),
            *columns,
        )
        .join(CAMPAIGN, CAMPAIGN.c.id == ENROLMENT.c.campaign_id)
        .join(ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id)
        .outerjoin(CONVERSATION, CONVERSATION.c.id == ENROLMENT.c.conversation_id)
        .join(CONTACT, CONTACT.c.id == ENROLMENT.c.contact_point_id)
        .outerjoin(OPT_OUT, opted)
        .outerjoin(sent, sent.c.conversation_id == CONVERSATION.c.id)
        .outerjoin(wrote, wrote.c.conversation_id == CONVERSATION.c.id)
        .where(ENROLMENT.c.campaign_id == campaign_id)
    )
    on_the_list = (
        select(ENROLMENT.c.id).where(ENROLMENT.c.conversation_id == CONVERSATION.c.id).exists()
    )
    none = literal(None, ENROLMENT.c.state.type)
    joined = (
        select(none.label("listed"), none.label("why"), none.label("wanted"), *columns)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(ORGANISATION, ORGANISATION.c.id == CAMPAIGN.c.organisation_id)
        .join(CONTACT, CONTACT.c.id == CONVERSATION.c.contact_point_id)
        .outerjoin(OPT_OUT, opted)
        .outerjoin(sent, sent.c.conversation_id == CONVERSATION.c.id)
        .outerjoin(wrote, wrote.c.conversation_id == CONVERSATION.c.id)
        .where(CONVERSATION.c.campaign_id == campaign_id, CONVERSATION.c.mode.in_(modes))
        .where(~on_the_list)
    )
    for statement in (listed, joined):
        yield from connection.execution_options(yield_per=2000).execute(statement)


def _messages(campaign_id: int) -> Any:
    """Of each conversation: messages that left, that arrived, that failed."""

    def many(*states: str) -> Any:
        return func.count().filter(OUTBOUND.c.state.in_(states))

    return (
        select(
            OUTBOUND.c.conversation_id,
            func.count().label("sent"),
            many("delivered", "read", "replied").label("arrived"),
            many("failed").label("failed"),
        )
        .join(CONVERSATION, CONVERSATION.c.id == OUTBOUND.c.conversation_id)
        .where(CONVERSATION.c.campaign_id == campaign_id, OUTBOUND.c.feedback_id.is_(None))
        .group_by(OUTBOUND.c.conversation_id)
        .subquery()
    )


def _written(campaign_id: int) -> Any:
    """Of each conversation: messages that came in."""
    return (
        select(INBOUND.c.conversation_id, func.count().label("wrote"))
        .join(CONVERSATION, CONVERSATION.c.id == INBOUND.c.conversation_id)
        .where(CONVERSATION.c.campaign_id == campaign_id)
        .group_by(INBOUND.c.conversation_id)
        .subquery()
    )
