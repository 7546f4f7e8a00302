"""Who took part in a campaign, and whether she may be told what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, select

from bot.gateways.addresses import Channel
from bot.store.inbox import CONSENT, CONTACT, CONVERSATION, OPT_OUT, OUTBOUND, AnyRow
from bot.usecases import feedback, figures
from bot.usecases.effects import ANSWER
from bot.usecases.feedback import Standing
from bot.usecases.services import Services
from flows.effects import Outcome
from flows.spoken import on_channel

PURPOSE = "findings"


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


def people_of(
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
