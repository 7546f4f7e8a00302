"""What people said in their own words: the original first, then what others wrote about it.

An answer is the newest row of its question in a conversation. What was spoken is read as somebody wrote it
down; until then it has no words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from bot.store import inbox, schema
from bot.store.inbox import CAMPAIGN, CONVERSATION, PARTICIPANT, AnyRow
from bot.usecases import theme_books
from bot.usecases.attachments import ATTACHMENT, TRANSCRIPT
from bot.usecases.effects import ANSWER
from bot.usecases.permission import NotHere
from bot.usecases.research_campaigns import check_campaigns
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.events import Media
from flows.reading.folding import folds
from flows.survey import Kind

TERM_NOTE = inbox.table(schema.TermNote)
SPOKEN = "voice note"
"""How an answer was read whose value is the name of a recording."""
HITS = 100
"""Answers that a search shows."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An answer in somebody's own words.

    Attributes:
        text: as it was typed, or as a person wrote down what was said; empty until somebody does.
        language: of the text; `direction` ltr or rtl.
        spoken: whether it came as a voice note.
        campaign: slug, and `campaign_name` what its people call it.
    """

    id: int
    text: str
    language: str
    direction: str
    spoken: bool
    question: str
    campaign: str
    campaign_name: str
    wave: int
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Translated:
    """What an answer says in another language, by a named person."""

    language: str
    direction: str
    text: str
    note: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A word that no other language has, explained by a named person."""

    term: str
    language: str
    direction: str
    explanation: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Beside:
    """What stands beside an answer: the newest translation into each language, and every note on a term."""

    translations: tuple[Translated, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes:
        hits: answers with what stands beside them, newest first, at most `HITS`.
        found: how many there are in all.
        looked: how many answers were looked at.
    """

    hits: tuple[tuple[OpenAnswer, Beside], ...] = ()
    found: int = 0
    looked: int = 0


def _answers(organisation: Organisation) -> Select[Any]:
    """Newest answers of each question in the organisation's campaigns that are words or voice notes."""
    newest = (
        select(func.max(ANSWER.c.id))
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .group_by(ANSWER.c.conversation_id, ANSWER.c.question)
    )
    return (
        select(
            ANSWER.c.id, ANSWER.c.value, ANSWER.c.how, ANSWER.c.language, ANSWER.c.question,
            ANSWER.c.inbound_id, CONVERSATION.c.survey_version_id,
            CAMPAIGN.c.slug, CAMPAIGN.c.name, CAMPAIGN.c.wave, CAMPAIGN.c.languages,
            PARTICIPANT.c.pseudonym,
        )
        .join(CONVERSATION, CONVERSATION.c.id == ANSWER.c.conversation_id)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .join(PARTICIPANT, PARTICIPANT.c.id == CONVERSATION.c.participant_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .where(ANSWER.c.id.in_(newest), ANSWER.c.missing.is_(None))
        .order_by(ANSWER.c.id)
    )  # fmt: skip


def of_book(
    services: Services, connection: Connection, organisation: Organisation, book: theme_books.Book
) -> list[OpenAnswer]:
    """The answers that a codebook is for and that have words, oldest first."""
    slugs = [slug for slug, _name in book.campaigns]
    statement = _answers(organisation).where(
        CAMPAIGN.c.slug.in_(slugs), ANSWER.c.question == book.question
    )
    return [one for one in _read(services, connection, statement) if one.text]


def every(
    services: Services, connection: Connection, organisation: Organisation
) -> list[OpenAnswer]:
    """All answers of the organisation that have words, oldest first."""
    return [one for one in _read(services, connection, _answers(organisation)) if one.text]


def one(
    services: Services, connection: Connection, organisation: Organisation, answer_id: int
) -> OpenAnswer:
    """One answer of the organisation; raises NotHere."""
    statement = _answers(organisation).where(ANSWER.c.id == answer_id)
    for found in _read(services, connection, statement):
        return found
    raise NotHere(answer_id)


def _read(services: Services, connection: Connection, statement: Select[Any]) -> list[OpenAnswer]:
    rows = [
        row
        for row in connection.execute(statement).all()
        if isinstance(row.value, str) and _is_open(services, connection, row)
    ]
    heard = _written_down(connection, [r.inbound_id for r in rows if r.how == SPOKEN])
    return [_open_answer(services, row, heard) for row in rows]


def _is_open(services: Services, connection: Connection, row: AnyRow) -> bool:
    script = services.scripts.get(connection, row.survey_version_id, row.languages)
    question = script.survey.by_name.get(row.question)
    return question is not None and question.kind in (Kind.TEXT, Kind.AUDIO)


def _written_down(
    connection: Connection, inbound: Collection[int | None]
) -> dict[int, tuple[str, str]]:
    """Message -> (language, text) of what somebody last wrote down of its voice note."""
    found: dict[int, tuple[str, str]] = {}
    for ids in _batches([one for one in inbound if one is not None]):
        rows = connection.execute(
            select(ATTACHMENT.c.inbound_id, TRANSCRIPT.c.language, TRANSCRIPT.c.text)
            .join(TRANSCRIPT, TRANSCRIPT.c.attachment_id == ATTACHMENT.c.id)
            .where(ATTACHMENT.c.inbound_id.in_(ids), TRANSCRIPT.c.step == "transcription")
            .where(ATTACHMENT.c.kind == Media.AUDIO.value)
            .order_by(TRANSCRIPT.c.id)
        )
        found |= {row.inbound_id: (row.language, row.text) for row in rows}
    return found


def _batches(ids: Collection[int]) -> list[list[int]]:
    """Ids in lots that a database takes in one statement."""
    there = sorted(set(ids))
    return [there[place : place + _BATCH] for place in range(0, len(there), _BATCH)]


def _open_answer(
    services: Services, row: AnyRow, heard: Mapping[int, tuple[str, str]]
) -> OpenAnswer:
    spoken = row.how == SPOKEN
    language, text = heard.get(row.inbound_id, (row.language, "")) if spoken else (
        row.language, row.value
    )  # fmt: skip
    return OpenAnswer(
        id=row.id,
        text=text.strip(),
        language=language,
        direction=services.voices.files.direction(language),
        spoken=spoken,
        question=row.question,
        campaign=row.slug,
        campaign_name=row.name,
        wave=row.wave,
        pseudonym=row.pseudonym,
    )


def beside(
    services: Services, connection: Connection, answers: Collection[int]
) -> dict[int, Beside]:
    """Answer -> what stands beside it, for every one of them."""
    translations: dict[int, dict[str, Translated]] = {}
    terms: dict[int, list[Term]] = {}
    direction = services.voices.files.direction
    for ids in _batches(answers):
        for row in connection.execute(_translations(ids)):
            kept = Translated(
                row.language, direction(row.language), row.text, row.note, row.who, row.at
            )
            translations.setdefault(row.answer, {})[row.language] = kept
        notes = select(TERM_NOTE).where(TERM_NOTE.c.answer_id.in_(ids)).order_by(TERM_NOTE.c.id)
        for row in connection.execute(notes):
            term = Term(
                row.term, row.language, direction(row.language), row.explanation, row.who, row.at
            )
            terms.setdefault(row.answer_id, []).append(term)
    return {
        answer: Beside(tuple(translations.get(answer, {}).values()), tuple(terms.get(answer, ())))
        for answer in answers
    }


def _translations(ids: Sequence[int]) -> Select[Any]:
    """Translations of answers, and those of the voice notes that are their answers."""
    return (
        select(ANSWER.c.id.label("answer"), TRANSCRIPT)
        .select_from(ANSWER)
        .outerjoin(
            ATTACHMENT,
            (ATTACHMENT.c.inbound_id == ANSWER.c.inbound_id)
            & (ATTACHMENT.c.kind == Media.AUDIO.value)
            & (ANSWER.c.how == SPOKEN),
        )
        .join(
            TRANSCRIPT,
            or_(
                TRANSCRIPT.c.answer_id == ANSWER.c.id,
                TRANSCRIPT.c.attachment_id == ATTACHMENT.c.id,
            ),
        )
        .where(ANSWER.c.id.in_(ids), TRANSCRIPT.c.step == "translation")
        .order_by(TRANSCRIPT.c.id)
    )


def search(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    words: str,
    campaign: str = "",
) -> Search:
    """Look for words in answers, translations and notes on terms, in every language and spelling of them.

    Both sides are folded as replies are (`flows.reading.folding`): digits of any script, accents and short
    vowels that are written or not, cases. Every word has to be there, in any order, a part of a word counts.
    The audit log keeps that somebody searched and how many answers were shown, never the words.

    Raises:
        NotHere: there is no such campaign.
    """
    wanted = [folds(word) for word in words.split()]
    wanted = [forms for forms in wanted if any(forms)]
    if not wanted:
        return Search()
    statement = _answers(organisation)
    with services.database.transaction() as work:
        connection = work.connection
        if campaign:
            check_campaigns(connection, organisation, [campaign])
            statement = statement.where(CAMPAIGN.c.slug == campaign)
        answers = [one for one in _read(services, connection, statement) if one.text]
        others = beside(services, connection, [one.id for one in answers])
        hits = [one for one in answers if _has(wanted, one, others[one.id])]
        hits.reverse()
        shown = tuple((one, others[one.id]) for one in hits[:HITS])
        detail: dict[str, object] = {"campaign": campaign, "shown": len(shown)}
        now = services.clock.now()
        what, about = "answers.searched", f"organisation:{organisation.slug}"
        theme_books.record(connection, now, organisation, me, what, about, detail)
    return Search(shown, len(hits), len(answers))


def _has(wanted: Sequence[tuple[str, ...]], answer: OpenAnswer, others: Beside) -> bool:
    parts = [answer.text, *(one.text for one in others.translations)]
    parts += [text for term in others.terms for text in (term.term, term.explanation)]
    folded = [form for part in parts for form in folds(part)]
    return all(any(form in text for form in forms if form for text in folded) for forms in wanted)
