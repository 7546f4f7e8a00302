"""Making a codebook of themes: for whom it is, who codes, and what its themes mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from bot.store import inbox
from bot.store.inbox import CAMPAIGN
from bot.usecases import staff, theme_books
from bot.usecases.permission import Action, NotHere, allows
from bot.usecases.research_campaigns import campaigns, check_campaigns, opened
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_books import BOOK, BOOK_CAMPAIGN, THEME, ThemeError, record
from flows.survey import Kind

_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")


class CodeTaken(ThemeError):
    """Another theme has this code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A codebook that somebody wants to begin."""

    name: str
    question: str
    language: str
    campaigns: tuple[str, ...]
    coders: tuple[int, int]


def coders(services: Services, organisation: Organisation) -> list[tuple[int, str]]:
    """Who may code: members who may read what people wrote, as (id, name)."""
    return [
        (one.id, one.name)
        for one in staff.members(services, organisation.id)
        if allows(one.roles, Action.DOWNLOAD_ANSWERS)
    ]


def open_questions(
    services: Services, organisation: Organisation, slugs: Sequence[str]
) -> list[str]:
    """Names of the open questions that all of these campaigns ask; raises NotHere."""
    found: list[str] | None = None
    for slug in slugs:
        survey = opened(services, organisation, slug).survey
        names = [q.name for q in survey.questions if q.kind in (Kind.TEXT, Kind.AUDIO)]
        found = names if found is None else [name for name in found if name in names]
    return found or []


def all_open_questions(services: Services, organisation: Organisation) -> list[str]:
    """Names of the open questions that any campaign of the organisation asks."""
    slugs = [one.slug for one in campaigns(services, organisation)]
    each = [open_questions(services, organisation, [slug]) for slug in slugs]
    return list(dict.fromkeys(name for names in each for name in names))


def begin(services: Services, organisation: Organisation, me: SignedIn, wanted: Wanted) -> int:
    """Begin a codebook and return its id.

    Raises:
        NotHere: one of the campaigns is not there.
        ThemeError: not all of them ask this open question, or there are not two coders.
    """
    if wanted.question not in open_questions(services, organisation, wanted.campaigns):
        raise ThemeError("Not all of these campaigns ask this open question.")
    if (
        len(set(wanted.coders)) != 2
        or not set(wanted.coders) <= dict(coders(services, organisation)).keys()
    ):
        raise ThemeError("Two people have to code.")
    if wanted.language not in services.voices.files.vocabularies:
        raise ThemeError(f"There is no language {wanted.language!r}.")
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        check_campaigns(connection, organisation, wanted.campaigns)
        book_id = inbox.add(
            connection,
            BOOK,
            organisation_id=organisation.id,
            name=wanted.name,
            question=wanted.question,
            language=wanted.language,
            first_id=wanted.coders[0],
            second_id=wanted.coders[1],
            made_by=me.email,
            created=now,
        )
        ids = connection.scalars(select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug.in_(wanted.campaigns)))
        lines = [{"book_id": book_id, "campaign_id": one} for one in sorted(ids)]
        connection.execute(insert(BOOK_CAMPAIGN), lines)
        detail = {"question": wanted.question, "campaigns": sorted(set(wanted.campaigns))}
        record(connection, now, organisation, me, "themes.begun", f"themes:{book_id}", detail)
    return book_id


def add_theme(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    book_id: int,
    code: str,
    words: tuple[str, str, str],
) -> None:
    """Add a theme.

    Args:
        code: Latin small letters, digits and underscores, a letter first.
        words: name, definition, example.

    Raises:
        NotHere: there is no such codebook.
        ThemeError: the code is not one.
        CodeTaken: another theme has it.
    """
    if not _CODE.fullmatch(code):
        raise ThemeError(
            "A code has small letters, digits and underscores, and begins with a letter."
        )
    now = services.clock.now()
    name, definition, example = words
    with services.database.transaction() as work:
        theme_books.lock(work.connection, organisation, book_id)
        values = {
            "book_id": book_id, "code": code, "name": name, "definition": definition,
            "example": example, "created": now,
        }  # fmt: skip
        if inbox.insert_once(work.connection, THEME, values) is None:
            raise CodeTaken(code)
        about = f"themes:{book_id}"
        record(work.connection, now, organisation, me, "themes.added", about, {"theme": code})


def change_theme(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    theme_id: int,
    words: tuple[str, str, str],
    *,
    set_aside: bool,
) -> int:
    """Change a theme's words, set it aside or take it up again; the id of its codebook. Raises NotHere."""
    now = services.clock.now()
    name, definition, example = words
    with services.database.transaction() as work:
        connection = work.connection
        before = connection.execute(select(THEME).where(THEME.c.id == theme_id)).one_or_none()
        if before is None:
            raise NotHere(theme_id)
        theme_books.lock(connection, organisation, before.book_id)
        connection.execute(
            update(THEME)
            .where(THEME.c.id == theme_id)
            .values(
                name=name,
                definition=definition,
                example=example,
                set_aside=(before.set_aside or now) if set_aside else None,
            )
        )
        # What the theme meant is kept: figures rest on what the coders read that day. An example may be
        # too close to what somebody wrote to stand in a log that forgets nothing.
        detail: dict[str, object] = {
            "theme": before.code,
            "before": [before.name, before.definition],
            "set_aside": set_aside,
        }
        about = f"themes:{before.book_id}"
        record(connection, now, organisation, me, "themes.changed", about, detail)
    return int(before.book_id)
