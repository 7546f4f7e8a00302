"""A list of people that was given to a page: looked at, confirmed, read in, and how far it has come.

The list itself is kept encrypted, and goes as soon as it has been read in or given up; whatever nobody
confirms goes after a day. A short list is read at once; a long one by a worker, a thousand rows at a time,
while the page says how far it is. Where nobody hears the bell it is read at once as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.gateways import people_files
from bot.gateways.addresses import Channel
from bot.gateways.people_files import UnreadablePeople
from bot.gateways.queue import Job
from bot.store import inbox, schema
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.usecases import audit, people, people_reports
from bot.usecases.participant_changes import NoSuchCampaign
from bot.usecases.people import Imported, PeopleError
from bot.usecases.people_columns import shown
from bot.usecases.people_reports import Report
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation

UPLOAD = inbox.table(schema.PeopleUpload)

LARGEST = 10_000_000
"""Bytes of a list that is given to a page; `awaaz people import` takes larger ones."""

AT_ONCE = 2000
"""Rows that are read while the page is waited for."""

KEPT = timedelta(days=1)
LOST = timedelta(minutes=2)
"""A worker that has not come a step further for so long is gone."""

_COLUMNS = {"content": "people_upload.content", "report": "people_upload.report"}
_NEXT = {"to_look": "looking", "to_take": "taking"}


class NoSuchUpload(NotHere):
    """No list of this organisation that waits has this id."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A list that was given to a page.

    Attributes:
        state: to_look, looking, looked, to_take, taking, taken or refused.
        done: rows that were read so far.
        rows: all there are, a heading included.
    """

    id: int
    name: str
    campaign: str
    slug: str
    state: str
    done: int
    rows: int
    import_id: int | None
    report: Report | None

    @property
    def busy(self) -> bool:
        """Whether it is being read, or waits for it."""
        return self.state in {"to_look", "looking", "to_take", "taking"}


def keep(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    *,
    campaign: str,
    name: str,
    raw: bytes,
    consent: str,
    language: str | None,
    channel: Channel,
) -> int:
    """Keep a list and look through it; the id that its page is found by.

    Args:
        services: the outside world.
        organisation: whose campaign it is for.
        me: who gives it.
        campaign: slug.
        name: of the file.
        raw: its content.
        consent: how everybody in it agreed; empty where a column says so row by row.
        language: for whose row names none.
        channel: for whose row names none.

    Raises:
        NoSuchCampaign: the campaign is not this organisation's.
        UnreadablePeople: the file is no list of people.
    """
    rows = people_files.read(name, raw).count
    now = services.clock.now()
    with services.database.transaction() as work:
        found = work.connection.scalar(
            select(CAMPAIGN.c.id).where(
                CAMPAIGN.c.slug == campaign, CAMPAIGN.c.organisation_id == organisation.id
            )
        )
        if found is None:
            raise NoSuchCampaign(campaign)
        upload_id = inbox.add(
            work.connection,
            UPLOAD,
            organisation_id=organisation.id,
            campaign_id=found,
            who=me.email,
            name=shown(name),
            given={"consent": consent, "language": language, "channel": channel.value},
            content=services.keys.encrypt_bytes(raw, column=_COLUMNS["content"]),
            state="to_look",
            rows=rows,
            created=now,
            changed=now,
        )
    _go_on(services, upload_id, rows)
    return upload_id


def _go_on(services: Services, upload_id: int, rows: int) -> None:
    if rows <= AT_ONCE or not services.queue.ring(Job.PEOPLE, [upload_id]):
        read(services, [upload_id])


def find(services: Services, organisation: Organisation, upload_id: int) -> Upload:
    """A list and how far it has come; raises NoSuchUpload."""
    with services.database.reading() as connection:
        row = _one(connection, organisation, upload_id)
    return Upload(
        id=row.id,
        name=row.name,
        campaign=row.campaign,
        slug=row.slug,
        state=row.state,
        done=row.done,
        rows=row.rows,
        import_id=row.import_id,
        report=None if row.report is None else _report(services, row.report),
    )


def _report(services: Services, sealed: bytes) -> Report:
    text = services.keys.decrypt(bytes(sealed), column=_COLUMNS["report"])
    return people_reports.opened(text)


def _one(connection: Connection, organisation: Organisation, upload_id: int) -> AnyRow:
    row = connection.execute(
        select(UPLOAD, CAMPAIGN.c.name.label("campaign"), CAMPAIGN.c.slug)
        .join(CAMPAIGN, CAMPAIGN.c.id == UPLOAD.c.campaign_id)
        .where(UPLOAD.c.id == upload_id, UPLOAD.c.organisation_id == organisation.id)
    ).one_or_none()
    if row is None:
        raise NoSuchUpload(upload_id)
    return row


def confirm(services: Services, organisation: Organisation, upload_id: int) -> None:
    """Read a list in that was looked through; again changes nothing. Raises NoSuchUpload."""
    with services.database.transaction() as work:
        row = _one(work.connection, organisation, upload_id)
        changed = work.connection.execute(
            update(UPLOAD)
            .where(UPLOAD.c.id == upload_id, UPLOAD.c.state == "looked")
            .values(state="to_take", done=0, changed=services.clock.now())
        )
    if changed.rowcount:
        _go_on(services, upload_id, row.rows)


def give_up(services: Services, organisation: Organisation, upload_id: int) -> bool:
    """Forget a list that was not read in; False while it is read, and afterwards. Raises NoSuchUpload."""
    with services.database.transaction() as work:
        _one(work.connection, organisation, upload_id)
        gone = work.connection.execute(
            delete(UPLOAD).where(
                UPLOAD.c.id == upload_id, UPLOAD.c.state.in_(("to_look", "looked", "refused"))
            )
        )
    return bool(gone.rowcount)


def read(services: Services, ids: list[int]) -> None:
    """Look through lists, or read them in: whatever is next with each. For the worker, and short lists."""
    for upload_id in ids:
        row = _claimed(services, upload_id)
        if row is not None:
            _read(services, row)


def _claimed(services: Services, upload_id: int) -> AnyRow | None:
    """The list, if nobody else reads it by now."""
    now = services.clock.now()
    with services.database.transaction() as work:
        row = work.connection.execute(
            select(UPLOAD, CAMPAIGN.c.slug)
            .join(CAMPAIGN, CAMPAIGN.c.id == UPLOAD.c.campaign_id)
            .where(UPLOAD.c.id == upload_id, _waits(now))
            .with_for_update(of=UPLOAD)
        ).one_or_none()
        if row is not None:
            state = _NEXT.get(row.state, row.state)
            _change(services, work.connection, upload_id, state=state)
    return row


def _waits(now: datetime) -> ColumnElement[bool]:
    left = UPLOAD.c.state.in_(tuple(_NEXT.values())) & (UPLOAD.c.changed < now - LOST)
    return UPLOAD.c.state.in_(tuple(_NEXT)) | left


def _change(services: Services, connection: Connection, upload_id: int, **values: Any) -> None:
    connection.execute(
        update(UPLOAD)
        .where(UPLOAD.c.id == upload_id)
        .values(changed=services.clock.now(), **values)
    )


def _read(services: Services, row: AnyRow) -> None:
    raw = services.keys.decrypt_bytes(bytes(row.content), column=_COLUMNS["content"])
    preview = row.state in {"to_look", "looking"}

    def progress(done: int, _of: int) -> None:
        with services.database.transaction() as work:
            _change(services, work.connection, row.id, done=done)

    try:
        found = people.import_people(
            services,
            row.slug,
            row.name,
            raw,
            by=row.who,
            consent=row.given["consent"] or None,
            language=row.given["language"],
            channel=Channel(row.given["channel"]),
            preview=preview,
            progress=progress,
        )
    except (PeopleError, UnreadablePeople) as error:
        _finish(services, row, None, state="refused", report=Report(why=str(error)))
        return
    state = "looked" if preview else "taken"
    _finish(services, row, found, state=state, report=people_reports.report_of(found))


def _finish(
    services: Services, row: AnyRow, found: Imported | None, *, state: str, report: Report
) -> None:
    sealed = services.keys.encrypt(people_reports.packed(report), column=_COLUMNS["report"])
    import_id = None if found is None else found.import_id
    values: dict[str, Any] = {"state": state, "report": sealed, "import_id": import_id}
    if state != "looked":
        values["content"] = None
    with services.database.transaction() as work:
        _change(services, work.connection, row.id, **values)
        if found is not None and import_id is not None:
            audit.record(
                work.connection,
                services.clock.now(),
                organisation_id=row.organisation_id,
                who=row.who,
                what="people.imported",
                about=f"list:{import_id}",
                detail={"campaign": row.slug, "taken": found.good, "refused": found.bad_rows},
            )


def waiting(connection: Connection, now: datetime, late: datetime, limit: int) -> list[int]:
    """Lists that nobody reads although they should be."""
    statement = (
        select(UPLOAD.c.id)
        .where(_waits(now), UPLOAD.c.changed < late)
        .order_by(UPLOAD.c.id)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def remove_old(services: Services) -> None:
    """Forget what nobody confirmed, and what was wrong with the rows of what was read in."""
    with services.database.transaction() as work:
        work.connection.execute(
            delete(UPLOAD).where(UPLOAD.c.created < services.clock.now() - KEPT)
        )
