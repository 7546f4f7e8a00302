"""The people of a campaign as staff see them, and lists that are taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from bot.gateways.phone_numbers import masked
from bot.store import people as store
from bot.store import people_undo
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.usecases import audit
from bot.usecases.people import PeopleError, Progress
from bot.usecases.people_batches import SIZE, UNSAID
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation


class NoSuchList(NotHere):
    """No list of this organisation has this id."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a list that was taken back.

    Attributes:
        removed: people who were only here for it: they are gone, with their numbers.
        left_out: people who are here for other reasons too: this campaign will not ask them.
        kept: people who were invited already, or left out before: nothing was changed.
    """

    removed: int
    left_out: int
    kept: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of a campaign: her pseudonym, and the last digits of her number."""

    id: int
    pseudonym: str
    channel: str
    number: str
    language: str | None
    state: str
    why: str | None


@dataclass(frozen=True, slots=True)
class List:
    """A list that was read in: `problems` have row, column and reason."""

    id: int
    campaign: str
    source: str
    who: str
    at: datetime
    good: int
    problems: tuple[dict[str, int | str], ...]
    undone: datetime | None


def listed(services: Services, campaign: str) -> Iterator[Listed]:
    """The people of a campaign, in the order they were put down; read a thousand at a time.

    Raises:
        PeopleError: there is no such campaign.
    """
    with services.database.reading() as connection:
        found = store.campaign(connection, campaign)
    if found is None:
        raise PeopleError(
            f"There is no campaign {campaign!r}; `awaaz campaign list` shows them all."
        )
    return _listed(services, found.id)


def _listed(services: Services, campaign_id: int) -> Iterator[Listed]:
    after = 0
    while True:
        with services.database.reading() as connection:
            rows = store.listed(connection, campaign_id, after, SIZE)
        if not rows:
            return
        for row in rows:
            yield Listed(
                id=row.id,
                pseudonym=row.pseudonym,
                channel=row.channel,
                number=_masked(services, row.address),
                language=row.language,
                state=row.state,
                why=row.why,
            )
        after = rows[-1].id


def _masked(services: Services, address: bytes) -> str:
    if not address:
        return ""  # forgotten at her wish
    text = services.keys.decrypt(bytes(address), column="contact_point.address")
    return masked(text) or f"…{text[-3:]}"


def lists(services: Services, campaign: str) -> list[List]:
    """The lists that were read into a campaign, newest first."""
    statement = (
        select(store.IMPORT, CAMPAIGN.c.slug.label("campaign"))
        .join(CAMPAIGN, CAMPAIGN.c.id == store.IMPORT.c.campaign_id)
        .where(CAMPAIGN.c.slug == campaign)
        .order_by(store.IMPORT.c.id.desc())
    )
    return _lists(services, statement)


def undo(
    services: Services, import_id: int, *, progress: Progress = lambda done, of: None
) -> Undone:
    """Take a list back: whoever has not been invited yet will not be.

    People who were only here for this list are removed with their numbers, and with the consent that it
    claimed for them, as if it had never been read. Taking it back twice changes nothing.

    Raises:
        PeopleError: there is no such list.
    """
    with services.database.reading() as connection:
        row = connection.execute(
            select(store.IMPORT).where(store.IMPORT.c.id == import_id)
        ).one_or_none()
    if row is None:
        raise PeopleError(
            f"There is no list {import_id}; `awaaz people lists` shows those there are."
        )
    removed = left_out = last = 0
    while (found := _undo_some(services, row, last)) is not None:
        last = found[0]
        removed, left_out = removed + found[1], left_out + found[2]
        progress(removed + left_out, row.good)
    return Undone(removed, left_out, _close(services, import_id))


def _undo_some(services: Services, row: AnyRow, after: int) -> tuple[int, int, int] | None:
    """Up to a thousand people: the last enrolment, how many were removed, how many left out."""
    with services.database.transaction() as work:
        connection = work.connection
        rows = people_undo.not_invited(connection, row.id, after, SIZE)
        if not rows:
            return None
        everybody = [one.participant_id for one in rows]
        alone = people_undo.without_ties(connection, everybody, row.id)
        tied = [one for one in rows if one.participant_id not in alone]
        people_undo.remove(connection, alone)
        people_undo.remove_contacts(connection, {one.contact_point_id for one in rows})
        people_undo.leave_out(connection, [one.id for one in tied])
        _take_consent_back(connection, tied, services.clock.now())
    return rows[-1].id, len(alone), len(tied)


def _take_consent_back(connection: Connection, tied: Sequence[AnyRow], now: datetime) -> None:
    """What the list claimed stays in the ledger, and that it was taken back is written below it."""
    entries = [
        {
            "participant_id": one.participant_id,
            "contact_point_id": one.contact_point_id,
            "organisation_id": one.organisation_id,
            "channel": one.channel,
            "purpose": "contact",
            "act": "undone",
            "source": "import",
            "language": one.language or UNSAID,
            "raw": "",
            "at": now,
        }
        for one in tied
    ]
    store.add_all(connection, store.CONSENT, entries)


def _close(services: Services, import_id: int) -> int:
    """Note that a list was taken back; how many of its people stay as they are."""
    with services.database.transaction() as work:
        imported, enrolment = store.IMPORT, store.ENROLMENT
        work.connection.execute(
            update(imported)
            .where(imported.c.id == import_id, imported.c.undone.is_(None))
            .values(undone=services.clock.now())
        )
        kept = select(func.count()).where(
            enrolment.c.import_id == import_id, enrolment.c.why.is_distinct_from("undone")
        )
        return int(work.connection.scalar(kept) or 0)


def lists_of(services: Services, organisation: Organisation) -> list[List]:
    """The lists that were read into any campaign of an organisation, newest first; two hundred at most."""
    statement = (
        select(store.IMPORT, CAMPAIGN.c.name.label("campaign"))
        .join(CAMPAIGN, CAMPAIGN.c.id == store.IMPORT.c.campaign_id)
        .where(CAMPAIGN.c.organisation_id == organisation.id)
        .order_by(store.IMPORT.c.id.desc())
        .limit(200)
    )
    return _lists(services, statement)


def _lists(services: Services, statement: Select[Any]) -> list[List]:
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [
        List(
            id=row.id,
            campaign=row.campaign,
            source=row.source,
            who=row.who,
            at=row.at,
            good=row.good,
            problems=tuple(row.problems),
            undone=row.undone,
        )
        for row in rows
    ]


def take_back(
    services: Services, organisation: Organisation, import_id: int, me: SignedIn
) -> Undone:
    """Take a list of this organisation back; raises NoSuchList."""
    statement = (
        select(store.IMPORT.c.id)
        .join(CAMPAIGN, CAMPAIGN.c.id == store.IMPORT.c.campaign_id)
        .where(store.IMPORT.c.id == import_id, CAMPAIGN.c.organisation_id == organisation.id)
    )
    with services.database.reading() as connection:
        found_id = connection.scalar(statement)
    if found_id is None:
        raise NoSuchList(import_id)
    found = undo(services, import_id)
    detail = {"removed": found.removed, "left_out": found.left_out, "kept": found.kept}
    with services.database.transaction() as work:
        audit.record(
            work.connection,
            services.clock.now(),
            organisation_id=organisation.id,
            who=me.email,
            what="people.undone",
            about=f"list:{import_id}",
            detail=detail,
        )
    return found
