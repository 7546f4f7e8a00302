"""A reading is corrected by a person who has looked: a further answer counts, what was typed stays.

A correction is a row of its own beside the older ones, as it is when the participant goes back herself. What
she answers after it counts again. Consent, privacy and the language are hers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.gateways.queue import Job
from bot.store import inbox, schema
from bot.store import outbox as store
from bot.store.database import UnitOfWork
from bot.store.inbox import CAMPAIGN, CONVERSATION, AnyRow
from bot.usecases import audit
from bot.usecases.effects import ANSWER, ASKED_AGAIN, wording_digest
from bot.usecases.permission import NotHere
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.correcting import HOW, NotAnAnswer, correct, may_be_corrected
from flows.expressions import Value
from flows.offering import choices_now
from flows.state import State
from flows.survey import SELECTS, Question

CORRECTION = inbox.table(schema.Correction)
REASON_LENGTH = 1000
VALUE_LENGTH = 4000


class NothingToCorrect(NotHere):
    """No reading of this question is in this conversation, or it is nobody else's to correct."""


class Refused(ValueError):
    """The question can not be answered like that."""


@dataclass(frozen=True, slots=True)
class Correctable:
    """A reading, and what could stand in its place.

    Attributes:
        conversation: id of the conversation.
        pseudonym: whose it is.
        question: name of the question.
        label: its words in the survey's own language.
        language: code of that language.
        kind: what answer it takes, in XLSForm's word.
        options: code and words of each option; empty for a question without.
        value: what counts now; None for no answer.
        how: the rule it was read by, or why there is no answer.
        raw: what she wrote.
        raw_language: code of the language she wrote in.
    """

    conversation: int
    pseudonym: str
    question: str
    label: str
    language: str
    kind: str
    options: tuple[tuple[str, str], ...]
    value: Value | None
    how: str
    raw: str
    raw_language: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """The newest reading of a question: an answer, or a reply that was not understood."""

    value: Value | None
    how: str
    raw: str
    language: str
    wording: str | None
    inbound_id: int | None
    asked: datetime | None
    answered: datetime


def open_reading(
    services: Services, organisation: Organisation, conversation_id: int, question: str
) -> Correctable:
    """The reading of a question as it stands, and what could be put in its place.

    Raises:
        NothingToCorrect: there is none in this organisation, or it is hers alone.
    """
    with services.database.reading() as connection:
        row = _conversation(connection, organisation, conversation_id)
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
        asked = _question(script, question)
        reading = _reading(connection, conversation_id, question)
    shown: Sequence[tuple[str, str]] = ()
    if asked.kind in SELECTS:
        offered = choices_now(asked, State.from_json(row.state), services.clock.now())
        shown = [(choice.name, choice.label.source) for choice in offered]
    return Correctable(
        conversation=conversation_id,
        pseudonym=row.pseudonym,
        question=question,
        label="" if asked.label is None else asked.label.source,
        language=script.survey.source_language,
        kind=asked.kind.value,
        options=tuple(shown),
        value=reading.value,
        how=reading.how,
        raw=reading.raw,
        raw_language=reading.language,
    )


def put_right(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    conversation_id: int,
    question: str,
    *,
    value: str | tuple[str, ...],
    reason: str,
) -> None:
    """Put another value in the place of what was read; scores are worked out again.

    Args:
        services: the outside world.
        organisation: whose conversation it is.
        me: who corrects it.
        conversation_id: the conversation.
        question: name of the question.
        value: codes of options, in order for a ranking; else a number, a day (2026-05-04) or a text.
        reason: why; kept beside the answer.

    Raises:
        NothingToCorrect: there is no such reading in this organisation, or it is hers alone.
        Refused: the question can not be answered like that.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        row = _conversation(connection, organisation, conversation_id)
        # A phone's row is locked before its conversation, as an incoming message does.
        store.lock_contact(connection, row.contact_point_id)
        row = inbox.conversation(connection, conversation_id)
        script = services.scripts.get(connection, row.survey_version_id, row.languages)
        _question(script, question)
        reading = _reading(connection, conversation_id, question)
        try:
            found = correct(script.survey, State.from_json(row.state), question, value, now)
        except NotAnAnswer:
            raise Refused(question) from None
        answer_id = _add(connection, script, conversation_id, question, found.value, reading)
        connection.execute(
            insert(CORRECTION).values(
                answer_id=answer_id,
                staff_id=me.staff_id,
                reason=reason.strip()[:REASON_LENGTH],
                at=now,
            )
        )
        for name, worked_out in found.worked_out.items():
            _recalculated(connection, script, conversation_id, name, worked_out)
        _analyse_again(services, work, row, found.state)
        audit.record(
            connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="reading.corrected",
            about=f"conversation:{conversation_id}",
            detail={"question": question, "answer": answer_id},
        )


def _analyse_again(services: Services, work: UnitOfWork, row: AnyRow, state: State) -> None:
    """Keep the state; what has ended is scored and marked anew."""
    finished = row.finished is not None
    analysed = None if finished else row.analysed
    inbox.save_conversation(work.connection, row.id, state=state.to_json(), analysed=analysed)
    if finished:
        work.after_commit(lambda: services.queue.ring(Job.ANALYSE, [row.id]))


def _conversation(
    connection: Connection, organisation: Organisation, conversation_id: int
) -> AnyRow:
    found = connection.scalar(
        select(CONVERSATION.c.id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CONVERSATION.c.id == conversation_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
    )
    if found is None:
        raise NothingToCorrect(conversation_id)
    return inbox.conversation(connection, conversation_id)


def _question(script: Script, name: str) -> Question:
    found = script.survey.by_name.get(name)
    if found is None or not may_be_corrected(found):
        raise NothingToCorrect(name)
    return found


def _reading(connection: Connection, conversation_id: int, question: str) -> _Reading:
    """The answer that counts now; where there is none, what was last not understood."""
    answer = connection.execute(
        select(ANSWER)
        .where(ANSWER.c.conversation_id == conversation_id, ANSWER.c.question == question)
        .order_by(ANSWER.c.id.desc())
        .limit(1)
    ).one_or_none()
    again = connection.execute(
        select(ASKED_AGAIN)
        .where(ASKED_AGAIN.c.conversation_id == conversation_id)
        .where(ASKED_AGAIN.c.question == question)
        .order_by(ASKED_AGAIN.c.id.desc())
        .limit(1)
    ).one_or_none()
    if answer is not None:
        # Left out after the last try: what she had written stands with the tries.
        raw = answer.raw or (again.raw if again is not None else "")
        value = tuple(answer.value) if isinstance(answer.value, list) else answer.value
        return _Reading(
            *(value, answer.missing or answer.how, raw, answer.language, answer.wording),
            *(answer.inbound_id, answer.asked, answer.answered),
        )
    if again is None:
        raise NothingToCorrect(question)
    return _Reading(
        *(None, again.why, again.raw, again.language, None),
        *(again.inbound_id, None, again.at),
    )


def _add(
    connection: Connection,
    script: Script,
    conversation_id: int,
    question: str,
    value: Value,
    reading: _Reading,
    *,
    how: str = HOW,
) -> int:
    wording = reading.wording or wording_digest(script, question, reading.language)
    return inbox.add(
        connection,
        ANSWER,
        conversation_id=conversation_id,
        inbound_id=reading.inbound_id,
        question=question,
        value=list(value) if isinstance(value, tuple) else value,
        missing=None,
        raw=reading.raw,
        how=how,
        language=reading.language,
        wording=wording,
        asked=reading.asked,
        answered=reading.answered,
    )


def _recalculated(
    connection: Connection, script: Script, conversation_id: int, question: str, value: Value
) -> None:
    """What is worked out from answers: at the time and message it was, with its new value."""
    before = _reading(connection, conversation_id, question)
    _add(connection, script, conversation_id, question, value, before, how=before.how)
