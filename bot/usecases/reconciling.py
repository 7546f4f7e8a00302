"""Where two coders stand to each other: how far they are and agree, and what was decided in the end.

Only answers that both are done with are spoken of. Figures are recomputed each time they are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.research import theme_agreement
from bot.research.theme_agreement import Agreement
from bot.store import inbox, schema
from bot.store.staff import STAFF
from bot.usecases import open_answers
from bot.usecases.coding import Coded, Opened, open_book
from bot.usecases.open_answers import Beside, OpenAnswer
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_books import Book, ThemeError, checked, record

DECISION = inbox.table(schema.CodingDecision)


class NotBothDone(ThemeError):
    """There is nothing to decide before both coders are done."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an answer, by whom, why."""

    themes: tuple[str, ...]
    reason: str
    who: str
    staff_id: int
    at: datetime


@dataclass(frozen=True)
class Work:
    """How far a codebook's coding is.

    Attributes:
        answers: that have words.
        done: how many of them each of the two is done with, in the codebook's order.
        both: how many both are done with.
        differing: of them, with other themes from one than from the other; `open` those nobody decided about.
    """

    book: Book
    answers: int
    done: tuple[int, int]
    both: int
    differing: int
    open: int


@dataclass(frozen=True)
class Difference:
    """An answer that two coders read differently, without its words."""

    answer: int
    first: tuple[str, ...]
    second: tuple[str, ...]
    decision: Decision | None


@dataclass(frozen=True)
class Compared:
    """The figures of a codebook, recomputed from the codings each time they are asked for."""

    book: Book
    agreement: Agreement
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Case:
    """An answer with everything that may be seen of it.

    Attributes:
        codings: of both coders, in the codebook's order; None until both are done.
        decisions: oldest first; the last one counts.
    """

    book: Book
    answer: OpenAnswer
    beside: Beside
    codings: tuple[Coded, Coded] | None
    decisions: tuple[Decision, ...]


def decisions(connection: Connection, book_id: int) -> dict[int, list[Decision]]:
    """Answer -> what was decided about it, oldest first."""
    rows = connection.execute(
        select(DECISION, STAFF.c.name)
        .join(STAFF, STAFF.c.id == DECISION.c.staff_id)
        .where(DECISION.c.book_id == book_id)
        .order_by(DECISION.c.id)
    )
    found: dict[int, list[Decision]] = {}
    for row in rows:
        made = Decision(tuple(row.themes), row.reason, row.name, row.staff_id, row.at)
        found.setdefault(row.answer_id, []).append(made)
    return found


def work_on(services: Services, organisation: Organisation, book_id: int) -> Work:
    """How far a codebook's coding is; raises NotHere."""
    with services.database.reading() as connection:
        opened = open_book(services, connection, organisation, book_id)
        decided = decisions(connection, book_id)
    first, second = (
        sum(coder in by for by in opened.codings.values()) for coder, _name in opened.book.coders
    )
    differing = _differing(opened)
    return Work(
        book=opened.book,
        answers=len(opened.answers),
        done=(first, second),
        both=len(opened.pairs),
        differing=len(differing),
        open=sum(answer not in decided for answer in differing),
    )


def _differing(opened: Opened) -> list[int]:
    return sorted(
        answer
        for answer, (first, second) in opened.pairs.items()
        if set(first.themes) != set(second.themes)
    )


def compare(services: Services, organisation: Organisation, book_id: int) -> Compared:
    """Kappa of each theme, alpha of all, and the answers that were read differently; raises NotHere."""
    with services.database.reading() as connection:
        opened = open_book(services, connection, organisation, book_id)
        decided = decisions(connection, book_id)
    pairs = opened.pairs
    both = {answer: (first.themes, second.themes) for answer, (first, second) in pairs.items()}
    return Compared(
        book=opened.book,
        agreement=theme_agreement.agreement(both, opened.book.codes),
        differences=tuple(
            Difference(answer, *both[answer], _last(decided.get(answer, ())))
            for answer in _differing(opened)
        ),
    )


def _last(made: Sequence[Decision]) -> Decision | None:
    return made[-1] if made else None


def case(
    services: Services, organisation: Organisation, me: SignedIn, book_id: int, answer_id: int
) -> Case:
    """An answer, and what both coders gave it once both are done; the audit log keeps that it was read.

    Raises:
        NotHere: there is no such codebook, or no such answer in it.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        opened = open_book(services, connection, organisation, book_id)
        if answer_id not in opened.answers:
            raise NotHere(answer_id)
        others = open_answers.beside(services, connection, [answer_id])[answer_id]
        made = decisions(connection, book_id).get(answer_id, [])
        record(connection, now, organisation, me, "answer.read", f"answer:{answer_id}")
    return Case(
        book=opened.book,
        answer=opened.answers[answer_id],
        beside=others,
        codings=opened.pairs.get(answer_id),
        decisions=tuple(made),
    )


def decide(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    book_id: int,
    answer_id: int,
    themes: Collection[str],
    reason: str,
) -> None:
    """Decide what an answer is about where two coders differ; both codings stay as they are.

    Raises:
        NotHere: there is no such codebook, or no such answer in it.
        NotBothDone: one of the coders is not done with it.
        ThemeError: there is no reason, or a theme is not in the codebook.
    """
    if not reason.strip():
        raise ThemeError("Say why.")
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        opened = open_book(services, connection, organisation, book_id, lock=True)
        if answer_id not in opened.answers:
            raise NotHere(answer_id)
        if answer_id not in opened.pairs:
            raise NotBothDone("Both coders have to be done with this answer first.")
        first, second = opened.pairs[answer_id]
        given = checked(opened.book, themes, {*first.themes, *second.themes})
        inbox.add(
            connection,
            DECISION,
            book_id=book_id,
            answer_id=answer_id,
            staff_id=me.staff_id,
            themes=given,
            reason=reason.strip(),
            at=now,
        )
        about, detail = f"answer:{answer_id}", {"themes": book_id}
        record(connection, now, organisation, me, "answer.decided", about, detail)
