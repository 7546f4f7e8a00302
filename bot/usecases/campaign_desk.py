"""What staff do with a campaign of their organisation: launch, pause, end, ask again, try it themselves.

Each is the use case of the command line, for an organisation, and written into its log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from bot.gateways.addresses import Address
from bot.store.inbox import AnyRow
from bot.usecases import alerts as alert_log
from bot.usecases import audit, campaign_state, checklist, trials, waves
from bot.usecases.alerts import ALERT
from bot.usecases.also import Also
from bot.usecases.campaign_drafts import NoSuchCampaign, Step, campaign_of, mark
from bot.usecases.checklist_items import Checklist, Item, Severity
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation


class Move(StrEnum):
    """What is done with a campaign that was launched."""

    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"


_MOVES = {
    Move.PAUSE: (campaign_state.pause, "campaign.paused"),
    Move.RESUME: (campaign_state.resume, "campaign.resumed"),
    Move.CLOSE: (campaign_state.close, "campaign.closed"),
}

TOPICS: Mapping[str, tuple[str, ...]] = {
    "languages": ("language",),
    "templates": ("template",),
    "people": ("people", "opted_out", "closed", "busy", "duplicates", "overlap"),
    "quota": ("quota",),
    "time": ("time", "pace"),
    "ramadan": ("ramadan",),
}
"""A line of the checklist as a page shows it -> the kinds of items that stand in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist.

    Attributes:
        topic: what was looked at.
        severity: the worst that was found; None when it is well.
        items: what was found.
    """

    topic: str
    severity: Severity | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The checklist of a draft, a line for each topic."""

    checklist: Checklist
    lines: tuple[Line, ...]


def ready(services: Services, organisation: Organisation, slug: str) -> Ready:
    """What is to be looked at before a draft is launched.

    Raises:
        NoSuchCampaign: it is no campaign of this organisation.
        CampaignError: its survey is gone.
    """
    with services.database.reading() as connection:
        campaign_of(connection, organisation, slug)
    found = checklist.check(services, slug)
    return Ready(found, tuple(_line(topic, found.items) for topic in TOPICS))


def _line(topic: str, items: Sequence[Item]) -> Line:
    mine = [item for item in items if item.kind in TOPICS[topic]]
    worst = next((level for level in Severity if any(i.severity is level for i in mine)), None)
    if worst is Severity.NOTE:
        worst = None
    return Line(topic, worst, tuple(_together(mine)))


def _together(items: Sequence[Item]) -> list[Item]:
    """Texts that nobody has signed off, counted by language: nobody reads a line for each."""
    texts = Counter(item.values["language"] for item in items if item.code == "obstacle")
    counted = [
        Item("language", Severity.BLOCKING, "", "obstacles", {"language": code, "texts": count})
        for code, count in texts.items()
    ]
    return counted + [item for item in items if item.code not in ("obstacle", "unsigned")]


def launch(
    services: Services, organisation: Organisation, me: SignedIn, slug: str
) -> Checklist | None:
    """Launch a draft; None when the checklist does not let it.

    Raises:
        NoSuchCampaign: it is no draft of this organisation.
        CampaignError: it was launched by somebody else this very moment.
    """
    found = ready(services, organisation, slug)
    if found.checklist.blocking:
        return None
    return campaign_state.launch(
        services, slug, also=_writer(services, organisation, me, "campaign.launched")
    )


def move(
    services: Services, organisation: Organisation, me: SignedIn, slug: str, wanted: Move
) -> None:
    """Pause, resume or end a campaign.

    Raises:
        NoSuchCampaign: it is no campaign of this organisation.
        CampaignError: it is in a state in which that can not be done.
    """
    with services.database.reading() as connection:
        campaign_of(connection, organisation, slug)
    act, what = _MOVES[wanted]
    act(services, slug, also=_writer(services, organisation, me, what))


def _writer(
    services: Services, organisation: Organisation, me: SignedIn, what: str, **detail: Any
) -> Also:
    def write(connection: Connection, row: AnyRow) -> None:
        audit.record(
            connection,
            services.clock.now(),
            organisation_id=organisation.id,
            who=me.email,
            what=what,
            about=f"campaign:{row.id}",
            detail=detail,
        )

    return write


def ask_again(
    services: Services, organisation: Organisation, me: SignedIn, slug: str, weeks: int
) -> str:
    """Make the draft of the next wave; its slug.

    Raises:
        NoSuchCampaign: it is no campaign of this organisation.
        CampaignError: its next wave has been made before.
    """
    with services.database.reading() as connection:
        campaign_of(connection, organisation, slug)
    write = _writer(services, organisation, me, "campaign.follows", weeks=weeks)
    return waves.follow_up(services, slug, weeks=weeks, also=write)


def try_it(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    slug: str,
    address: Address,
    language: str,
) -> bool:
    """Send a campaign's first message to oneself; whether it left. The number is written nowhere.

    Raises:
        NoSuchCampaign: it is no campaign of this organisation.
        CampaignError: it is not in that language, or not complete in it.
    """
    with services.database.reading() as connection:
        campaign_of(connection, organisation, slug)
    write = _writer(services, organisation, me, "campaign.tried")

    def tried(connection: Connection, row: AnyRow) -> None:
        mark(connection, row, Step.TRIAL)
        write(connection, row)

    return trials.send_trial(services, slug, address, language, also=tried)


def see_to(
    services: Services, organisation: Organisation, me: SignedIn, slug: str, alert_id: int
) -> None:
    """Say that an alert about a campaign was looked at; raises NoSuchCampaign."""
    with services.database.transaction() as work:
        row = campaign_of(work.connection, organisation, slug)
        about = work.connection.scalar(select(ALERT.c.campaign_id).where(ALERT.c.id == alert_id))
        if about != row.id:
            raise NoSuchCampaign(slug)
        alert_log.acknowledge(work.connection, alert_id, services.clock.now())
        _writer(services, organisation, me, "campaign.alert_seen", alert=alert_id)(
            work.connection, row
        )
