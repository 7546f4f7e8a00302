"""People of a campaign: lists that are read in, and one person whom a facilitator puts down.

A list is written a thousand rows a transaction, so that nobody who writes to us waits for its end. One that
is broken off is simply read in again: whoever is there already is not put down twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bot.gateways import people_files
from bot.gateways.addresses import Channel
from bot.gateways.people_files import PeopleFile
from bot.store import inbox
from bot.store import people as store
from bot.store.inbox import AnyRow
from bot.usecases.people_batches import SIZE, Batch, Seen
from bot.usecases.people_columns import Column, Layout, Place, layout_of, shown
from bot.usecases.people_problems import Problem, problem
from bot.usecases.people_rows import Given, Person, RowReader
from bot.usecases.people_words import Words
from bot.usecases.quiet_hours import LONDON
from bot.usecases.services import Services

Progress = Callable[[int, int], object]
"""Called with the rows that are done, and all there are."""


class PeopleError(ValueError):
    """Something people can not be put down with; the message says what to do."""


class RowRefused(PeopleError):
    """One person who can not be put down, and everything that is wrong with what was said of her."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(one.say for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """How a list was read in.

    Attributes:
        import_id: what `undo` takes it back by; None for a preview.
        rows: people in the list; the heading is none.
        good: rows that were taken.
        bad: what is wrong with the others, in the order of the list; a row may have several problems.
        columns: heading or letter of each column that was used, and what it holds.
        not_kept: headings of the columns that were not.
        notes: what else should be known.
    """

    import_id: int | None
    rows: int
    good: int
    bad: tuple[Problem, ...]
    columns: tuple[tuple[str, str], ...]
    not_kept: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def bad_rows(self) -> int:
        """Rows that were not taken."""
        return len({one.row for one in self.bad})


def import_people(
    services: Services,
    campaign: str,
    name: str,
    raw: bytes,
    *,
    by: str,
    consent: str | None = None,
    language: str | None = None,
    channel: Channel = Channel.SMS,
    keep: Sequence[str] = (),
    preview: bool = False,
    progress: Progress = lambda done, of: None,
) -> Imported:
    """Read a list of people into a campaign: good rows are kept, every other one is explained.

    Args:
        services: the outside world.
        campaign: slug.
        name: the file's name.
        raw: the file's content.
        by: who does it.
        consent: how everybody in the list agreed to be written to; without it the list needs a column.
        language: code for those whose row names none; without it they are asked.
        channel: for those whose row names none.
        keep: headings of further columns that are kept as attributes.
        preview: only say what would happen.
        progress: is told how far it has come.

    Raises:
        PeopleError: no such campaign, it is closed, or it is not held in that language.
        UnreadablePeople: the file is no list of people.
    """
    found = _campaign(services, campaign)
    file = people_files.read(name, raw)
    given = _given(services, found, consent, language, channel)
    words = Words(services.voices.files.vocabularies, services.voices.files.keywords)
    layout = layout_of(file.rows(), is_language=lambda one: bool(words.languages(one)), keep=keep)
    reader = RowReader(layout, words, given)
    import_id = None if preview else _begin(services, found, by, name)
    reading = _Reading(services, found, file, reader, import_id)
    good, bad = reading.run(progress)
    bad.sort(key=lambda one: one.row)
    if import_id is not None:
        _end(services, import_id, bad)
    return Imported(
        import_id=import_id,
        rows=reading.rows,
        good=good,
        bad=tuple(bad),
        columns=tuple((place.heading, _role(place)) for place in layout.places),
        not_kept=layout.not_kept,
        notes=file.notes,
    )


def _role(place: Place) -> str:
    return place.attribute if place.column is Column.ATTRIBUTE else place.column.value


def _campaign(services: Services, slug: str) -> AnyRow:
    with services.database.reading() as connection:
        found = store.campaign(connection, slug)
    if found is None:
        raise PeopleError(f"There is no campaign {slug!r}; `awaaz campaign list` shows them all.")
    if found.state == "closed":
        raise PeopleError(
            f"The campaign {slug!r} is closed: nobody can be put down for it any more."
        )
    return found


def _given(
    services: Services,
    campaign: AnyRow,
    consent: str | None,
    language: str | None,
    channel: Channel,
) -> Given:
    if language is not None and language not in campaign.languages:
        offered = ", ".join(campaign.languages)
        raise PeopleError(f"{campaign.slug} is not held in {language!r}; it is in {offered}.")
    said = " ".join((consent or "").split())
    return Given(
        languages=tuple(campaign.languages),
        region=services.settings.default_region,
        today=_today(services),
        consent=said or None,
        language=language,
        channel=channel,
    )


def _today(services: Services) -> date:
    return services.clock.now().astimezone(ZoneInfo(LONDON)).date()


def _begin(services: Services, campaign: AnyRow, by: str, name: str) -> int:
    with services.database.transaction() as work:
        return inbox.add(
            work.connection,
            store.IMPORT,
            campaign_id=campaign.id,
            who=" ".join(by.split())[:200],
            source=shown(name),
            good=0,
            problems=[],
            at=services.clock.now(),
        )


def _end(services: Services, import_id: int, bad: Sequence[Problem]) -> None:
    with services.database.transaction() as work:
        work.connection.execute(
            update(store.IMPORT)
            .where(store.IMPORT.c.id == import_id)
            .values(problems=[one.stored for one in bad])
        )


@dataclass
class _Reading:
    """A list on its way into the database."""

    services: Services
    campaign: AnyRow
    file: PeopleFile
    reader: RowReader
    import_id: int | None
    rows: int = 0

    def run(self, progress: Progress) -> tuple[int, list[Problem]]:
        good, bad = 0, []
        all_rows, seen = self._rows(), Seen()
        while rows := list(islice(all_rows, SIZE)):
            people = []
            for row in rows:
                read = self.reader.read(row)
                if isinstance(read, Person):
                    people.append(read)
                else:
                    bad += read
            taken, problems = self._batch(people, seen)
            good, bad = good + taken, bad + problems
            self.rows += len(rows)
            progress(self.rows, self.file.count)
        return good, bad

    def _rows(self) -> Iterator[people_files.Row]:
        heading = self.reader.layout.heading
        return (row for row in self.file.rows() if row[0] > heading)

    def _batch(self, people: Sequence[Person], seen: Seen) -> tuple[int, list[Problem]]:
        problems: list[Problem] = []
        first = []
        for person in people:
            index = self.services.keys.index(person.address.address)
            twice = seen.again(index, person)
            if twice is None:
                first.append((person, index))
            else:
                where = (person.row, person.column, "duplicate", person.number)
                problems.append(problem(*where, first=twice))
        if self.import_id is None:
            with self.services.database.reading() as connection:
                batch = Batch(connection, self.services.keys, self.campaign, first)
                taken = len(batch.choose())
        else:
            with self.services.database.transaction() as work:
                store.take_turn(work.connection, self.campaign.organisation_id)
                batch = Batch(work.connection, self.services.keys, self.campaign, first)
                chosen = batch.choose()
                now, imported = self.services.clock.now(), self.import_id
                batch.write(chosen, now=now, source="import", import_id=imported)
                taken = len(chosen)
                work.connection.execute(
                    update(store.IMPORT)
                    .where(store.IMPORT.c.id == imported)
                    .values(good=store.IMPORT.c.good + taken)
                )
        return taken, problems + batch.problems


def add(
    services: Services,
    campaign: str,
    number: str,
    *,
    consent: str,
    language: str | None = None,
    channel: Channel = Channel.SMS,
    nickname: str = "",
    pin: str = "",
) -> str:
    """Put one person down for a campaign, as a facilitator does beside her; returns her pseudonym.

    Args:
        services: the outside world.
        campaign: slug.
        number: as it was written down.
        consent: how she agreed to be written to.
        language: code; without it she is asked.
        channel: how she is written to.
        nickname: what she is called, where several people share the phone.
        pin: four digits that she chose.

    Raises:
        PeopleError: with what is in the way.
    """
    if not consent.strip():
        raise PeopleError(
            "Say how she agreed to be written to, for example --consent 'asked in person'."
        )
    found = _campaign(services, campaign)
    given = _given(services, found, consent, language, channel)
    places = (
        Place(0, Column.PHONE, "number"),
        Place(1, Column.NICKNAME, "nickname"),
        Place(2, Column.PIN, "pin"),
    )
    words = Words(services.voices.files.vocabularies, services.voices.files.keywords)
    read = RowReader(Layout(0, places), words, given).read((1, [number, nickname, pin]))
    if not isinstance(read, Person):
        raise RowRefused(list(read))
    index = services.keys.index(read.address.address)
    with services.database.transaction() as work:
        store.take_turn(work.connection, found.organisation_id)
        batch = Batch(work.connection, services.keys, found, [(read, index)])
        chosen = batch.choose()
        if batch.problems:
            raise RowRefused(batch.problems[:1])
        now = services.clock.now()
        (participant,) = batch.write(chosen, now=now, source="facilitator", import_id=None)
        return store.pseudonym(work.connection, participant)
