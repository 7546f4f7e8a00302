"""Codebooks of themes: what coders look for in the answers to an open question, in their own language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from bot.store import inbox, schema
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.store.staff import STAFF
from bot.usecases import audit
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

BOOK = inbox.table(schema.ThemeBook)
BOOK_CAMPAIGN = inbox.table(schema.ThemeBookCampaign)
THEME = inbox.table(schema.Theme)

_FIRST, _SECOND = STAFF.alias("first_coder"), STAFF.alias("second_coder")


class ThemeError(ValueError):
    """Something about themes that can not be done; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme.

    Attributes:
        code: short, never changed: files and figures speak of it.
        name: what coders call it; `definition` when it is given, `example` a made-up sentence.
        set_aside: whether it is given to no further answer.
    """

    id: int
    code: str
    name: str
    definition: str
    example: str
    set_aside: bool


@dataclass(frozen=True)
class Book:
    """A codebook of themes.

    Attributes:
        question: name of the open question.
        language: what the coders write in.
        coders: the two, as (id, name); they never change, so that figures are about the same two people.
        campaigns: slugs with their names.
        themes: in the order they were added, those that are set aside too.
    """

    id: int
    name: str
    question: str
    language: str
    coders: tuple[tuple[int, str], tuple[int, str]]
    campaigns: tuple[tuple[str, str], ...]
    themes: tuple[Theme, ...]
    made_by: str
    created: datetime

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all its themes."""
        return tuple(theme.code for theme in self.themes)

    @property
    def current(self) -> tuple[Theme, ...]:
        """The themes that may be given."""
        return tuple(theme for theme in self.themes if not theme.set_aside)

    def is_coder(self, staff_id: int) -> bool:
        """Whether somebody is one of the two."""
        return staff_id in (self.coders[0][0], self.coders[1][0])


def record(
    connection: Connection,
    now: datetime,
    organisation: Organisation,
    me: SignedIn,
    what: str,
    about: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write into the organisation's audit log what was done with open answers; never a word of one."""
    audit.record(
        connection,
        now,
        organisation_id=organisation.id,
        who=me.email,
        what=what,
        about=about,
        detail=dict(detail or {}),
    )


def theme_of(services: Services, organisation: Organisation, theme_id: int) -> tuple[Book, Theme]:
    """A theme and its codebook; raises NotHere."""
    with services.database.reading() as connection:
        book_id = connection.scalar(select(THEME.c.book_id).where(THEME.c.id == theme_id))
        if book_id is None:
            raise NotHere(theme_id)
        book = read(connection, organisation, book_id)
    (theme,) = [one for one in book.themes if one.id == theme_id]
    return book, theme


def books(services: Services, organisation: Organisation) -> list[Book]:
    """Every codebook of the organisation, newest first."""
    statement = _books(organisation).order_by(BOOK.c.id.desc())
    with services.database.reading() as connection:
        return [_book(connection, row) for row in connection.execute(statement).all()]


def book_of(services: Services, organisation: Organisation, book_id: int) -> Book:
    """One codebook; raises NotHere."""
    with services.database.reading() as connection:
        return read(connection, organisation, book_id)


def read(
    connection: Connection, organisation: Organisation, book_id: int, *, lock: bool = False
) -> Book:
    """One codebook, locked until the transaction ends or not; raises NotHere."""
    return _book(connection, _row(connection, organisation, book_id, lock=lock))


def lock(connection: Connection, organisation: Organisation, book_id: int) -> None:
    """Keep others from changing a codebook until the transaction ends; raises NotHere."""
    _row(connection, organisation, book_id, lock=True)


def _books(organisation: Organisation) -> Select[tuple[object, ...]]:
    return (
        select(BOOK, _FIRST.c.name.label("first"), _SECOND.c.name.label("second"))
        .join(_FIRST, _FIRST.c.id == BOOK.c.first_id)
        .join(_SECOND, _SECOND.c.id == BOOK.c.second_id)
        .where(BOOK.c.organisation_id == organisation.id)
    )


def _row(
    connection: Connection, organisation: Organisation, book_id: int, *, lock: bool = False
) -> AnyRow:
    statement = _books(organisation).where(BOOK.c.id == book_id)
    if lock:
        statement = statement.with_for_update(of=BOOK)
    found = connection.execute(statement).one_or_none()
    if found is None:
        raise NotHere(book_id)
    return found


def _book(connection: Connection, row: AnyRow) -> Book:
    campaigns = connection.execute(
        select(CAMPAIGN.c.slug, CAMPAIGN.c.name)
        .join(BOOK_CAMPAIGN, BOOK_CAMPAIGN.c.campaign_id == CAMPAIGN.c.id)
        .where(BOOK_CAMPAIGN.c.book_id == row.id)
        .order_by(CAMPAIGN.c.id)
    )
    themes = connection.execute(select(THEME).where(THEME.c.book_id == row.id).order_by(THEME.c.id))
    return Book(
        id=row.id,
        name=row.name,
        question=row.question,
        language=row.language,
        coders=((row.first_id, row.first), (row.second_id, row.second)),
        campaigns=tuple((one.slug, one.name) for one in campaigns),
        themes=tuple(
            Theme(
                one.id, one.code, one.name, one.definition, one.example, one.set_aside is not None
            )
            for one in themes
        ),
        made_by=row.made_by,
        created=row.created,
    )


def checked(book: Book, themes: Collection[str], before: Collection[str] = ()) -> list[str]:
    """Themes in the order of the codebook; raises ThemeError for one that may not be given.

    Args:
        before: themes that the answer has already: they may stay, even if they were set aside since.
    """
    may = {theme.code for theme in book.current} | set(before)
    if not set(themes) <= may:
        raise ThemeError("A theme that is not in this codebook can not be given.")
    return [code for code in book.codes if code in set(themes)]
