"""The same people again: a follow-up campaign, its list, and its launch on the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, func, literal, or_, select

from bot.store import inbox
from bot.store.inbox import (
    CAMPAIGN,
    CONTACT,
    CONVERSATION,
    ENROLMENT,
    OPT_OUT,
    AnyRow,
    insert_ignoring,
)
from bot.usecases.also import Also, nothing
from bot.usecases.campaigns import CampaignError, named, slug_of
from bot.usecases.moves import COUNTED
from bot.usecases.quiet_hours import LONDON
from bot.usecases.services import Services
from flows.effects import Outcome


def follow_up(services: Services, slug: str, *, weeks: int, also: Also = nothing) -> str:
    """Make the draft of a campaign's next wave: same survey, same people, so many weeks later.

    Everybody who was invited, or joined, is on its list; who has stopped, refused or can not be reached is
    on it as left out, so that attrition stays visible. The clock launches it at its `starts`, with the
    list as it is by then.

    Args:
        services: the outside world.
        slug: the campaign that it follows.
        weeks: after that one's launch, or from now if it was not launched yet.
        also: what else is written down with it.

    Raises:
        CampaignError: there is no such campaign, or its next wave has been made before.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        before = named(work.connection, slug, lock=True)
        wave = before.wave + 1
        name = f"{_first_name(work.connection, before)} wave {wave}"
        values = {
            "organisation_id": before.organisation_id,
            "initiative_id": before.initiative_id,
            "follows_id": before.id,
            "wave": wave,
            "survey_version_id": before.survey_version_id,
            "survey": before.survey,
            "slug": slug_of(name),
            "name": name,
            "languages": before.languages,
            "plan": {**(before.plan or {}), "follow_up_weeks": None},
            "state": "draft",
            "starts": _weeks_later(before.launched or now, weeks),
            "created": now,
        }
        made = inbox.insert_once(work.connection, CAMPAIGN, values)
        if made is None:
            raise CampaignError(f"There is a campaign {name!r} already: see `awaaz campaign list`.")
        row = named(work.connection, values["slug"])
        gather(work.connection, row, now)
        also(work.connection, row)
    return str(values["slug"])


def _weeks_later(moment: datetime, weeks: int) -> datetime:
    """At the same hour on people's clocks, also across the days on which they change."""
    local = moment.astimezone(ZoneInfo(LONDON))
    return local + timedelta(weeks=weeks)


def _first_name(connection: Connection, row: AnyRow) -> str:
    """What the first wave is called."""
    while row.follows_id is not None:
        row = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == row.follows_id)).one()
    return str(row.name)


def gather(connection: Connection, campaign: AnyRow, now: datetime) -> None:
    """Put the people of the wave before on a campaign's list; who is on it already stays as she is."""
    gather_from(connection, campaign.id, campaign.follows_id, now)


def gather_from(connection: Connection, campaign_id: int, before_id: int, now: datetime) -> None:
    """Put the people of one campaign on another's list; who is on it already stays as she is."""
    why = _why()
    columns = {
        "campaign_id": literal(campaign_id, CAMPAIGN.c.id.type),
        "participant_id": CONVERSATION.c.participant_id,
        "contact_point_id": CONVERSATION.c.contact_point_id,
        "language": CONVERSATION.c.language,
        "state": case((why.is_(None), "listed"), else_="left_out"),
        "why": why,
        "created": literal(now, CAMPAIGN.c.created.type),
    }
    latest = (
        select(func.max(CONVERSATION.c.id))
        .where(CONVERSATION.c.campaign_id == before_id, CONVERSATION.c.mode.in_(COUNTED))
        .group_by(CONVERSATION.c.participant_id)
    )
    talked = (
        select(*(column.label(name) for name, column in columns.items()))
        .join(CONTACT, CONTACT.c.id == CONVERSATION.c.contact_point_id)
        .where(CONVERSATION.c.id.in_(latest))
        .where(or_(CONVERSATION.c.outcome.is_(None), CONVERSATION.c.outcome != Outcome.ERASED))
    )
    _add(connection, list(columns), talked)
    silent = columns | {
        name: ENROLMENT.c[name]
        for name in ("participant_id", "contact_point_id", "language", "why")
    }
    silent["state"] = literal("left_out")
    # Who could not be asked the last time is not asked now, but counts among those who were lost.
    lost = (
        select(*(column.label(name) for name, column in silent.items()))
        .where(ENROLMENT.c.campaign_id == before_id)
        .where(
            ENROLMENT.c.state == "left_out", ENROLMENT.c.why.in_(("opted_out", "closed", "refused"))
        )
    )
    _add(connection, list(silent), lost)


def _why() -> ColumnElement[Any]:
    """Why somebody of the last wave is not asked again."""
    stopped = (
        select(OPT_OUT.c.id)
        .where(OPT_OUT.c.contact_point_id == CONTACT.c.id)
        .where(OPT_OUT.c.organisation_id == CAMPAIGN.c.organisation_id)
        .where(CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .exists()
    )
    return case(
        (or_(CONTACT.c.opted_out.is_not(None), stopped), "opted_out"),
        (CONVERSATION.c.outcome == Outcome.REFUSED, "refused"),
        else_=None,
    )


def _add(connection: Connection, names: list[str], source: Any) -> None:
    statement = insert_ignoring(connection, ENROLMENT)
    connection.execute(statement.from_select(names, source, include_defaults=False))
