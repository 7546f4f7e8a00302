"""Pause, resume and close a campaign. The sender looks at the state before every single message."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from bot.store import inbox
from bot.usecases import webhooks
from bot.usecases.campaigns import CampaignError
from bot.usecases.services import Services


def pause(services: Services, slug: str) -> None:
    """Send nothing more for now; what waits goes on waiting. Raises CampaignError."""
    _move(services, slug, {"live", "halted"}, "paused")


def resume(services: Services, slug: str) -> None:
    """Go on sending, also after it was halted. Raises CampaignError."""
    _move(services, slug, {"paused", "halted"}, "live")


def close(services: Services, slug: str) -> None:
    """End it: what still waits is cancelled. Raises CampaignError."""
    campaign_id = _move(services, slug, {"live", "paused", "halted"}, "closed")
    conversations = select(inbox.CONVERSATION.c.id).where(
        inbox.CONVERSATION.c.campaign_id == campaign_id
    )
    with services.database.transaction() as work:
        work.connection.execute(
            update(inbox.OUTBOUND)
            .where(inbox.OUTBOUND.c.state == "queued")
            .where(inbox.OUTBOUND.c.conversation_id.in_(conversations))
            .values(state="cancelled", changed=services.clock.now())
        )


def _move(services: Services, slug: str, before: Collection[str], after: str) -> int:
    campaign = inbox.CAMPAIGN
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(campaign).where(campaign.c.slug == slug).with_for_update()
        ).one_or_none()
        if row is None:
            raise CampaignError(f"There is no campaign {slug!r}.")
        if row.state != after and row.state not in before:
            raise CampaignError(f"The campaign {slug!r} is {row.state}: it can not be {after}.")
        work.connection.execute(update(campaign).where(campaign.c.id == row.id).values(state=after))
        if after == "closed" and row.state != after:
            webhooks.announce(
                work.connection,
                row.organisation_id,
                webhooks.Event.CAMPAIGN_CLOSED,
                services.clock.now(),
                {"campaign": slug},
            )
    return int(row.id)
