"""Who wants to be told what came of it: what was said outside of a survey goes into the consent ledger."""

from __future__ import annotations

from sqlalchemy import select

from bot.store.inbox import CONTACT, CONVERSATION, PARTICIPANT
from bot.usecases import audit, feedback
from bot.usecases.consents import record_consent
from bot.usecases.feedback_hands import FeedbackError, Hand, Why
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.telling_people import PURPOSE


def keep(
    services: Services,
    slug: str,
    pseudonym: str,
    *,
    agreed: bool,
    how: str,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Write down that somebody agreed, or did not agree, to be told what came of a campaign.

    Args:
        pseudonym: of somebody who took part in it.
        agreed: what she said.
        how: where and when she was asked, such as "asked at the Tuesday group".
        hand: who writes it down.

    Raises:
        FeedbackError: it is not said how she was asked, or nobody of that pseudonym took part.
        CampaignError, NotHere: there is no such campaign.
    """
    if not how.strip():
        raise FeedbackError(Why.EMPTY, "Say how she was asked.")
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign = feedback.campaign_of(connection, slug, organisation)
        row = connection.execute(
            select(CONVERSATION, CONTACT.c.channel.label("phone_channel"))
            .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
            .join(CONTACT, CONTACT.c.id == CONVERSATION.c.contact_point_id)
            .where(CONVERSATION.c.campaign_id == campaign.id, PARTICIPANT.c.pseudonym == pseudonym)
            .order_by(CONVERSATION.c.id.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            if organisation is not None:
                raise NotHere(pseudonym)
            raise FeedbackError(Why.NOBODY, f"Nobody called {pseudonym!r} took part in {slug}.")
        act = "given" if agreed else "refused"
        record_consent(
            connection,
            participant_id=row.participant_id,
            contact_point_id=row.contact_point_id,
            organisation_id=campaign.organisation_id,
            conversation_id=row.id,
            channel=row.phone_channel,
            purpose=PURPOSE,
            act=act,
            source="facilitator",
            language=row.language,
            raw=how.strip(),
            at=now,
        )
        audit.record(
            connection,
            now,
            organisation_id=campaign.organisation_id,
            who=hand.name,
            what="feedback.wish",
            about=f"participant:{pseudonym}",
            detail={"act": act, "campaign": campaign.slug},
        )
