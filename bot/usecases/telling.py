"""Telling people what came of a campaign, and keeping what they say to it.

Who took part and agreed to be told gets one message in the language of her conversation. Everything after
that is the outbox's: consent once more, quiet hours, pace, WhatsApp's window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from bot.gateways.queue import Job
from bot.store import inbox
from bot.store.inbox import OUTBOUND, AnyRow
from bot.usecases import audit, feedback
from bot.usecases.consents import record_consent
from bot.usecases.feedback import FEEDBACK, Standing
from bot.usecases.feedback_hands import FeedbackError, Hand, Why
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from bot.usecases.telling_people import PURPOSE, LeftOut, Person, people_of

KIND = "notice"
"""Of messages that tell it: they keep quiet hours."""

EXPIRES = timedelta(days=30)
"""How long a message waits for WhatsApp's window or an approved template before it is given up."""

_AT_A_TIME = 500


@dataclass(frozen=True)
class Audience:
    """Whom it can be told now, by language.

    Attributes:
        ready: language -> people who can be told now.
        told: language -> people who were told before.
        left_out: (language, why) -> people.
    """

    ready: Mapping[str, int]
    told: Mapping[str, int]
    left_out: Mapping[tuple[str, LeftOut], int]

    @property
    def all(self) -> int:
        """People who can be told now, in all languages."""
        return sum(self.ready.values())

    @property
    def languages(self) -> list[str]:
        """Every language that somebody of them spoke."""
        return sorted({*self.ready, *self.told, *(code for code, _why in self.left_out)})

    def left_out_in(self, language: str) -> list[tuple[LeftOut, int]]:
        """Why how many people of a language are not told."""
        return [
            (why, self.left_out[language, why])
            for why in LeftOut
            if (language, why) in self.left_out
        ]


def audience(services: Services, slug: str, organisation: Organisation | None = None) -> Audience:
    """Whom it can be told now, and who is left out why; raises CampaignError or NotHere."""
    with services.database.reading() as connection:
        campaign = feedback.campaign_of(connection, slug, organisation)
        row = feedback.row_of(connection, campaign)
        people = [] if row is None else people_of(services, connection, campaign, row)
    return Audience(
        ready=Counter(one.row.language for one in people if one.why is None and not one.told),
        told=Counter(one.row.language for one in people if one.told),
        left_out=Counter((one.row.language, one.why) for one in people if one.why and not one.told),
    )


def send(
    services: Services, slug: str, *, hand: Hand, organisation: Organisation | None = None
) -> Audience:
    """Tell everybody who can be told now and was not told before; whom it is told, and who is left out.

    Languages that are signed off later are sent later, by another call. Whoever was told is not told again.

    Raises:
        FeedbackError: nothing is composed, the English is not signed off, or the campaign has not begun.
        CampaignError, NotHere: there is no such campaign.
    """
    now, found = services.clock.now(), audience(services, slug, organisation)
    with services.database.transaction() as work:
        connection = work.connection
        campaign = feedback.campaign_of(connection, slug, organisation)
        row = feedback.row_of(connection, campaign, lock=True)
        if row is None:
            raise FeedbackError(
                Why.NOT_COMPOSED, f"Nothing is composed yet: awaaz feedback compose {slug}."
            )
        if campaign.state not in ("live", "closed"):
            raise FeedbackError(
                Why.STATE, f"{slug} is {campaign.state}: it is told of one that is live or closed."
            )
        standings = feedback.ready(feedback.standings_of(services, connection, campaign, row))
        if not standings:
            raise FeedbackError(
                Why.NOT_SIGNED_OFF,
                "The English is not signed off: somebody who did not write it does that.",
            )
        people = [
            one
            for one in people_of(services, connection, campaign, row)
            if one.why is None and not one.told
        ]
        _keep_agreements(connection, campaign, people)
        ids = list(_queue(connection, row, standings, people, now))
        values = {"last_sent": now, "sent": row.sent or now} if ids else {}
        if values:
            connection.execute(update(FEEDBACK).where(FEEDBACK.c.id == row.id).values(**values))
        audit.record(
            connection,
            now,
            organisation_id=campaign.organisation_id,
            who=hand.name,
            what="feedback.sent",
            about=f"campaign:{campaign.slug}",
            detail={"people": len(ids), "languages": sorted(standings)},
        )
        work.after_commit(lambda: _ring(services, ids))
    return found


def _ring(services: Services, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _AT_A_TIME):
        services.queue.ring(Job.SEND, ids[start : start + _AT_A_TIME])


def _queue(
    connection: Connection,
    row: AnyRow,
    standings: Mapping[str, Standing],
    people: Sequence[Person],
    now: datetime,
) -> Iterator[int]:
    """A message for each phone and language: on a shared phone it is told once."""
    phones = {(one.row.contact_point_id, one.row.language): one.row for one in people}
    for person in phones.values():
        standing = standings[person.language]
        yield inbox.add(
            connection,
            OUTBOUND,
            contact_point_id=person.contact_point_id,
            conversation_id=person.id,
            feedback_id=row.id,
            language=person.language,
            body=standing.message,
            prompt=standing.message,
            buttons=[],
            audio=standing.recording,
            state="queued",
            kind=KIND,
            expires=now + EXPIRES,
            created=now,
            changed=now,
        )


def _keep_agreements(connection: Connection, campaign: AnyRow, people: Sequence[Person]) -> None:
    """What she answered in the survey is what she is told by: it goes into the consent ledger."""
    for one in people:
        if one.agreed is None:
            continue
        record_consent(
            connection,
            participant_id=one.row.participant_id,
            contact_point_id=one.row.contact_point_id,
            organisation_id=campaign.organisation_id,
            conversation_id=one.row.id,
            inbound_id=one.agreed.inbound_id,
            channel=one.row.channel,
            purpose=PURPOSE,
            act="given",
            source="message",
            wording=one.agreed.wording,
            language=one.agreed.language,
            raw=one.agreed.raw,
            at=one.agreed.answered,
        )
