"""Launch, pause, resume and close a campaign. The sender looks at the state before every single message."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.gateways.queue import Job
from bot.store import launching as people
from bot.store import outbox as store
from bot.store.inbox import CAMPAIGN, CONVERSATION, OUTBOUND
from bot.usecases import checklist, waves, webhooks
from bot.usecases.alerts import AlertKind, raise_alert
from bot.usecases.also import Also, nothing
from bot.usecases.campaigns import CampaignError, named
from bot.usecases.checklist_items import Checklist
from bot.usecases.moves import Move
from bot.usecases.plans import plan_of
from bot.usecases.services import Services

AGAIN = timedelta(days=1)
"""When the clock tries again to launch what could not be launched."""


def launch(services: Services, slug: str, *, also: Also = nothing) -> Checklist:
    """Start a campaign with the survey as it is now; the list of what was checked, warnings included.

    From here on no edit reaches its conversations. Who is on its list is invited by a worker, or by
    `launching.run`; not before its `starts`.

    Raises:
        CampaignError: something on the list keeps it from being launched; every item is a line.
        SurveyError: the survey has problems.
    """
    found = checklist.check(services, slug)
    if found.blocking:
        raise CampaignError("\n".join(item.message for item in found.blocking))
    now = services.clock.now()
    with services.database.transaction() as work:
        row = named(work.connection, slug, lock=True)
        if row.state != "draft":
            raise CampaignError(f"The campaign {slug!r} is {row.state}: it was launched before.")
        version = row.survey_version_id
        if row.survey:
            file = services.surveys.load(row.survey)
            version = services.scripts.freeze(
                work.connection, file.source, row.survey, now, file.catalogues
            )
        if row.follows_id is not None:
            waves.gather(work.connection, row, now)
        waits = row.starts is not None and row.starts > now
        listed = work.connection.scalar(select(people.is_listed(row.id)))
        work.connection.execute(
            update(CAMPAIGN)
            .where(CAMPAIGN.c.id == row.id)
            .values(
                state="launching" if listed or waits else "live",
                survey_version_id=version,
                launched=now,
            )
        )
        webhooks.announce(
            work.connection,
            row.organisation_id,
            webhooks.Event.CAMPAIGN_LAUNCHED,
            now,
            {"campaign": slug},
        )
        also(work.connection, row)
        if listed and not waits:
            work.after_commit(lambda: services.queue.ring(Job.LAUNCH, [row.id]))
    weeks = plan_of(row.plan).follow_up_weeks
    if weeks is not None:
        waves.follow_up(services, slug, weeks=weeks)
    return found


def launch_due(services: Services) -> dict[str, int]:
    """Launch the next waves whose day has come; what stands in the way becomes an alert."""
    now = services.clock.now()
    with services.database.reading() as connection:
        due = connection.execute(
            select(CAMPAIGN.c.id, CAMPAIGN.c.slug)
            .where(CAMPAIGN.c.state == "draft", CAMPAIGN.c.follows_id.is_not(None))
            .where(CAMPAIGN.c.starts <= now)
        ).all()
    launched = 0
    for row in due:
        try:
            launch(services, row.slug)
            launched += 1
        except CampaignError:
            _try_again_tomorrow(services, row.id, now)
    return {"launched": launched}


def _try_again_tomorrow(services: Services, campaign_id: int, now: datetime) -> None:
    with services.database.transaction() as work:
        work.connection.execute(
            update(CAMPAIGN).where(CAMPAIGN.c.id == campaign_id).values(starts=now + AGAIN)
        )
        raise_alert(work.connection, AlertKind.LAUNCH_BLOCKED, now, campaign_id=campaign_id)


def pause(services: Services, slug: str, *, also: Also = nothing) -> None:
    """Send nothing more for now; what waits goes on waiting. Raises CampaignError."""
    _move(services, slug, {"live", "launching", "halted"}, "paused", also)


def resume(services: Services, slug: str, *, also: Also = nothing) -> None:
    """Go on sending and inviting, also after it was halted. Raises CampaignError."""
    campaign_id = _move(services, slug, {"paused", "halted"}, "live", also)
    services.queue.ring(Job.LAUNCH, [campaign_id])


def close(services: Services, slug: str, *, also: Also = nothing) -> None:
    """End it: what still waits is cancelled, and who was not invited yet is not. Raises CampaignError.

    Conversations that go on are ended by the clock, a batch at a time; their answers stay.
    """
    before = {"draft", "launching", "live", "paused", "halted"}
    campaign_id = _move(services, slug, before, "closed", also)
    now = services.clock.now()
    mine = CONVERSATION.c.campaign_id == campaign_id
    with services.database.transaction() as work:
        store.cancel_waiting(
            work.connection,
            now,
            OUTBOUND.c.conversation_id.in_(select(CONVERSATION.c.id).where(mine)),
            # What came of it is told when it is over.
            OUTBOUND.c.feedback_id.is_(None),
        )
    with services.database.transaction() as work:
        work.connection.execute(
            update(CAMPAIGN).where(CAMPAIGN.c.id == campaign_id).values(closed=now)
        )
        people.leave_out(work.connection, campaign_id, "campaign_closed")
        work.connection.execute(
            update(CONVERSATION)
            .where(mine, CONVERSATION.c.finished.is_(None))
            .values(next_at=now, next_what=Move.EXPIRY)
        )


def _move(services: Services, slug: str, before: Collection[str], after: str, also: Also) -> int:
    with services.database.transaction() as work:
        row = named(work.connection, slug, lock=True)
        if row.state != after and row.state not in before:
            raise CampaignError(f"The campaign {slug!r} is {row.state}: it can not be {after}.")
        work.connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.id == row.id).values(state=after))
        if after == "closed" and row.state != after:
            webhooks.announce(
                work.connection,
                row.organisation_id,
                webhooks.Event.CAMPAIGN_CLOSED,
                services.clock.now(),
                {"campaign": slug},
            )
        also(work.connection, row)
    return int(row.id)
