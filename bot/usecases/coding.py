"""Two people code the same answers without looking at each other; where they differ, a third step decides.

Until both are done with an answer, nobody sees what either gave it: not on a page, in a figure, or in a file.
Then both codings stand for good, whatever is decided later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store import inbox, schema
from bot.usecases import open_answers, theme_books
from bot.usecases.open_answers import Beside, OpenAnswer
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_books import Book, ThemeError, checked, record

CODING = inbox.table(schema.Coding)


class NotACoder(ThemeError):
    """Only the two coders of a codebook code."""


class BothDone(ThemeError):
    """Both coders are done with this answer: what they gave it stands."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What one coder gave an answer, and when."""

    themes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Turn:
    """What a coder sees: an answer, what stands beside it, and what she herself gave it.

    Attributes:
        answer: None when she is done with all of them.
        mine: her themes; None while she has not coded it.
        fixed: whether both are done with it, so that nothing changes any more.
        left: answers that she is not done with; `before` the one she coded last, to go back to.
    """

    book: Book
    answer: OpenAnswer | None
    beside: Beside
    mine: tuple[str, ...] | None
    fixed: bool
    left: int
    before: int | None


@dataclass(frozen=True)
class Opened:
    """A codebook with its answers and every coding of them, hidden ones too: for use cases alone."""

    book: Book
    answers: Mapping[int, OpenAnswer]
    codings: Mapping[int, Mapping[int, Coded]]

    @property
    def pairs(self) -> dict[int, tuple[Coded, Coded]]:
        """Answer -> both coders' codings, for answers that both are done with."""
        first, second = (coder[0] for coder in self.book.coders)
        return {
            answer: (by[first], by[second])
            for answer, by in self.codings.items()
            if first in by and second in by
        }


def open_book(
    services: Services,
    connection: Connection,
    organisation: Organisation,
    book_id: int,
    *,
    lock: bool = False,
) -> Opened:
    """A codebook with its answers and codings; raises NotHere."""
    book = theme_books.read(connection, organisation, book_id, lock=lock)
    answers = {
        one.id: one for one in open_answers.of_book(services, connection, organisation, book)
    }
    codings: dict[int, dict[int, Coded]] = {}
    rows = connection.execute(select(CODING).where(CODING.c.book_id == book.id))
    for row in rows:
        if row.answer_id in answers:
            codings.setdefault(row.answer_id, {})[row.staff_id] = Coded(tuple(row.themes), row.at)
    return Opened(book, answers, codings)


def turn(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    book_id: int,
    answer_id: int | None = None,
) -> Turn:
    """The next answer that a coder has not coded, or the one she asks for; the audit log keeps that.

    Raises:
        NotHere: there is no such codebook, or no such answer in it.
        NotACoder: she is not one of its two coders.
    """
    now = services.clock.now()
    by: Mapping[int, Coded] = {}
    with services.database.transaction() as work:
        opened = open_book(services, work.connection, organisation, book_id)
        _check_coder(opened.book, me)
        left = [one for one in opened.answers if me.staff_id not in opened.codings.get(one, {})]
        wanted = answer_id if answer_id is not None else next(iter(left), None)
        if wanted is None:
            answer, others = None, Beside()
        elif wanted not in opened.answers:
            raise NotHere(wanted)
        else:
            answer, by = opened.answers[wanted], opened.codings.get(wanted, {})
            others = open_answers.beside(services, work.connection, [wanted])[wanted]
            about = f"answer:{wanted}"
            record(work.connection, now, organisation, me, "answer.read", about)
    mine = by.get(me.staff_id)
    return Turn(
        book=opened.book,
        answer=answer,
        beside=others,
        mine=None if mine is None else mine.themes,
        fixed=wanted in opened.pairs,
        left=len(left),
        before=_last_of(opened, me.staff_id, wanted),
    )


def _last_of(opened: Opened, coder: int, but: int | None) -> int | None:
    done = [(by[coder].at, one) for one, by in opened.codings.items() if coder in by]
    return max(((at, one) for at, one in done if one != but), default=(None, None))[1]


def _check_coder(book: Book, me: SignedIn) -> None:
    if not book.is_coder(me.staff_id):
        raise NotACoder("Only the two coders of this codebook code.")


def code(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    book_id: int,
    answer_id: int,
    themes: Collection[str],
) -> None:
    """Give an answer its themes, or none that fit; a coder may change hers until the other is done too.

    Raises:
        NotHere: there is no such codebook, or no such answer in it.
        NotACoder: she is not one of its two coders.
        BothDone: nothing changes any more.
        ThemeError: a theme is not in the codebook.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        opened = open_book(services, connection, organisation, book_id, lock=True)
        _check_coder(opened.book, me)
        if answer_id not in opened.answers:
            raise NotHere(answer_id)
        if answer_id in opened.pairs:
            raise BothDone("Both coders are done with this answer: what they gave it stands.")
        before = opened.codings.get(answer_id, {}).get(me.staff_id)
        given = checked(opened.book, themes, () if before is None else before.themes)
        whose = {"book_id": book_id, "answer_id": answer_id, "staff_id": me.staff_id}
        if before is None:
            inbox.add(connection, CODING, **whose, themes=given, at=now)
        else:
            hers = [CODING.c[name] == value for name, value in whose.items()]
            connection.execute(update(CODING).where(*hers).values(themes=given, at=now))
        # Not which themes: whoever reads the log may be the other coder.
        about, detail = f"answer:{answer_id}", {"themes": book_id}
        record(connection, now, organisation, me, "answer.coded", about, detail)
