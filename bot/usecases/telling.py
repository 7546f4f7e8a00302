"""Telling people what came of a campaign, and keeping what they say to it.

Who took part and agreed to be told gets one message in the language of her conversation. Everything after
that is the outbox's: consent once more, quiet hours, pace, WhatsApp's window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, select, update

from bot.gateways.addresses import Channel
from bot.gateways.queue import Job
from bot.store import inbox
from bot.store.inbox import CONSENT, CONTACT, CONVERSATION, OPT_OUT, OUTBOUND, AnyRow
from bot.usecases import audit, feedback, figures
from bot.usecases.consents import record_consent
from bot.usecases.effects import ANSWER
from bot.usecases.feedback import FEEDBACK, Standing
from bot.usecases.feedback_writing import FeedbackError, Hand, Why
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.effects import Outcome
from flows.spoken import on_channel

PURPOSE = "findings"
KIND = "notice"
"""Of messages that tell it: they keep quiet hours."""

EXPIRES = timedelta(days=30)
"""How long a message waits for WhatsApp's window or an approved template before it is given up."""

_AT_A_TIME = 500


class LeftOut(StrEnum):
    """Why somebody who took part is not told."""

    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    NOT_AGREED = "not agreed"
    REFUSED = "refused"
    NO_RECORDING = "no recording by SMS"
    NOT_READY = "not signed off"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part.

    Attributes:
        row: her conversation with her address.
        why: why she is not told; None if she may be.
        told: whether she has been told before.
        agreed: her answer by which she agreed, where the ledger does not hold it yet.
    """

    row: AnyRow
    why: LeftOut | None
    told: bool
    agreed: AnyRow | None = None


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
        people = [] if row is None else _people(services, connection, campaign, row)
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
        FeedbackError: nothing is composed, no language is signed off, or the campaign has not begun.
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
                "No language is signed off: somebody who did not write it does that.",
            )
        people = [
            one
            for one in _people(services, connection, campaign, row)
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


def _people(
    services: Services, connection: Connection, campaign: AnyRow, row: AnyRow
) -> list[Person]:
    """Everybody who took part: who answered a question beyond those that open the way to the others."""
    survey = figures.survey_of(services, connection, campaign)
    names = [one.name for one in survey.questions if one.takes_answer and one.purpose is None]
    rows = connection.execute(_took_part(campaign, names)).all()
    ledger = _ledger(connection, campaign)
    answers = {} if row.asked is None else _answers(connection, campaign, row.asked)
    told = _told(connection, row)
    standings = feedback.ready(feedback.standings_of(services, connection, campaign, row))
    found = []
    for person in rows:
        answer = answers.get(person.id)
        word = ledger.get(person.participant_id)
        newer = answer is not None and (word is None or word.at < answer.answered)
        act = (
            ("given" if answer.value == "yes" else "refused")
            if newer and answer is not None
            else (None if word is None else word.act)
        )
        why = _why_not(person, act, standings)
        found.append(
            Person(
                person,
                why,
                (person.contact_point_id, person.language) in told,
                answer if newer and act == "given" else None,
            )
        )
    return found


def _why_not(person: AnyRow, act: str | None, standings: Mapping[str, Standing]) -> LeftOut | None:
    if (
        person.opted_out is not None
        or person.opt_out is not None
        or person.outcome == Outcome.STOPPED
    ):
        return LeftOut.STOPPED
    if person.closed is not None or person.mode == "assisted" or not person.address:
        return LeftOut.UNREACHABLE
    if act is None:
        return LeftOut.NOT_AGREED
    if act not in ("given", "restored"):
        return LeftOut.REFUSED
    if not on_channel([person.language], Channel(person.channel)):
        return LeftOut.NO_RECORDING
    return None if person.language in standings else LeftOut.NOT_READY


def _took_part(campaign: AnyRow, names: Sequence[str]) -> Any:
    answered = (
        select(ANSWER.c.id)
        .where(ANSWER.c.conversation_id == CONVERSATION.c.id, ANSWER.c.question.in_(names))
        .where(ANSWER.c.value.is_not(None))
        .exists()
    )
    return (
        select(
            CONVERSATION.c.id,
            CONVERSATION.c.participant_id,
            CONVERSATION.c.contact_point_id,
            CONVERSATION.c.language,
            CONVERSATION.c.outcome,
            CONVERSATION.c.mode,
            CONTACT.c.channel,
            CONTACT.c.opted_out,
            CONTACT.c.closed,
            CONTACT.c.address,
            OPT_OUT.c.id.label("opt_out"),
        )
        .join(CONTACT, CONTACT.c.id == CONVERSATION.c.contact_point_id)
        .outerjoin(
            OPT_OUT,
            and_(
                OPT_OUT.c.contact_point_id == CONTACT.c.id,
                OPT_OUT.c.organisation_id == campaign.organisation_id,
            ),
        )
        .where(CONVERSATION.c.campaign_id == campaign.id, CONVERSATION.c.mode != "test")
        .where(CONVERSATION.c.finished.is_not(None), answered)
        .where(
            CONVERSATION.c.outcome.is_(None)
            | CONVERSATION.c.outcome.not_in((Outcome.ERASED, Outcome.REFUSED))
        )
        .order_by(CONVERSATION.c.id)
    )


def _ledger(connection: Connection, campaign: AnyRow) -> dict[int, AnyRow]:
    """Participant -> the last thing she said to this organisation, or to all, about being told."""
    people = select(CONVERSATION.c.participant_id).where(CONVERSATION.c.campaign_id == campaign.id)
    rows = connection.execute(
        select(CONSENT)
        .where(CONSENT.c.purpose == PURPOSE, CONSENT.c.participant_id.in_(people))
        .where(
            CONSENT.c.organisation_id.is_(None)
            | (CONSENT.c.organisation_id == campaign.organisation_id)
        )
        .order_by(CONSENT.c.at, CONSENT.c.id)
    )
    return {row.participant_id: row for row in rows}


def _answers(connection: Connection, campaign: AnyRow, question: str) -> dict[int, AnyRow]:
    """Conversation -> what she said last when she was asked whether she wants to be told."""
    rows = connection.execute(
        select(ANSWER)
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .where(CONVERSATION.c.campaign_id == campaign.id, ANSWER.c.question == question)
        .where(ANSWER.c.value.is_not(None))
        .order_by(ANSWER.c.id)
    )
    return {row.conversation_id: row for row in rows}


def _told(connection: Connection, row: AnyRow) -> set[tuple[int, str]]:
    """(phone, language) that a message was written for; one that was cancelled or given up counts, too."""
    rows = connection.execute(
        select(OUTBOUND.c.contact_point_id, OUTBOUND.c.language).where(
            OUTBOUND.c.feedback_id == row.id
        )
    )
    return {(one.contact_point_id, one.language) for one in rows}
