"""Files ordered at the console: chosen, approved by a second person where they hold everything, taken.

The worker that makes them, the parts that they are kept in and their end are those of `export_making`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.gateways.queue import Job
from bot.research.levels import CONTENTS
from bot.store import inbox
from bot.store.inbox import CAMPAIGN, AnyRow
from bot.store.staff import STAFF
from bot.usecases import audit, export_orders
from bot.usecases.codebooks import ExportError, labels_of
from bot.usecases.downloads import record_download
from bot.usecases.export_orders import KEPT, Kept, Wish
from bot.usecases.export_rows import open_source
from bot.usecases.permission import NotHere
from bot.usecases.research_campaigns import check_campaigns
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.stored_files import EXPORT_ORDER

UNDECIDED = timedelta(days=14)
"""How long an order waits for a second person."""

SHOWN = 50
"""Orders in the list; older ones are in the audit log."""


class OwnOrder(ValueError):
    """Whoever asks can not approve."""


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """An order, as the console shows it.

    Attributes:
        reference: its name in addresses.
        wish: what was ordered; `names` what its campaigns are called.
        by: who ordered it; `mine` whether that is who is asking.
        state: waiting (for a second person), refused, queued, running, ready, failed, expired.
        reason: why everything is needed, where it was asked for.
        decided_by: the second person, and `decided` when she said yes or no.
        done: conversations read so far, of `conversations`.
        rows: of the first table, once it is made; `size` in bytes, `digest` its SHA-256.
        losses: what the format could not hold.
        why: why it could not be made.
    """

    reference: str
    wish: Wish
    names: tuple[str, ...]
    by: str
    mine: bool
    state: str
    reason: str
    decided_by: str | None
    decided: datetime | None
    done: int
    conversations: int
    rows: int | None
    size: int | None
    digest: str | None
    losses: tuple[str, ...]
    why: str | None
    created: datetime
    finished: datetime | None
    expires: datetime

    @property
    def under_way(self) -> bool:
        """Whether looking again in a moment may show something else."""
        return self.state in ("queued", "running")

    @property
    def takeable(self) -> bool:
        """Whether who is asking may take the file; everything is for whoever had it approved alone."""
        return self.state == "ready" and _may_take(self.wish, mine=self.mine)


def _may_take(wish: Wish, *, mine: bool) -> bool:
    return mine or not CONTENTS[wish.level].approved


def order(
    services: Services, organisation: Organisation, me: SignedIn, wish: Wish, reason: str = ""
) -> str:
    """Order a file and return its reference; one that holds everything waits for a second person.

    Raises:
        NotHere: one of the campaigns is not there.
        ExportError: nobody was asked in the language of the labels, or the level holds no answers.
    """
    now, whole = services.clock.now(), CONTENTS[wish.level].approved
    if not CONTENTS[wish.level].answers:
        raise ExportError("The level 'none' holds no answers; ask for 'deidentified'.")
    reference = secrets.token_hex(16)
    with services.database.transaction() as work:
        check_campaigns(work.connection, organisation, wish.campaigns)
        labels_of(open_source(services, work.connection, wish.campaigns), wish.labels)
        order_id = inbox.add(
            work.connection,
            EXPORT_ORDER,
            organisation_id=organisation.id,
            staff_id=me.staff_id,
            reference=reference,
            idempotency_key=reference,
            request=wish.to_json(),
            reason=reason or None,
            state="waiting" if whole else "queued",
            losses=[],
            created=now,
            expires=now + (UNDECIDED if whole else KEPT),
        )
        if not whole:
            work.after_commit(lambda: services.queue.ring(Job.EXPORT, [order_id]))
        what = "download.asked_for" if whole else "download.ordered"
        _write_down(work.connection, now, organisation, me, what, reference, wish, reason)
    return reference


def decide(
    services: Services, organisation: Organisation, me: SignedIn, reference: str, *, agree: bool
) -> bool:
    """Say yes or no to somebody else's order; False if that was done, or its time was over, before.

    Raises:
        NotHere: no such order.
        OwnOrder: it is her own.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        row = _row(work.connection, organisation, reference, lock=True)
        if row.staff_id == me.staff_id:
            raise OwnOrder("Somebody else has to approve what you ask for.")
        if row.state != "waiting" or row.expires <= now:
            return False
        work.connection.execute(
            update(EXPORT_ORDER)
            .where(EXPORT_ORDER.c.id == row.id)
            .values(
                state="queued" if agree else "refused",
                approver_id=me.staff_id,
                decided=now,
                expires=now + KEPT,
            )
        )
        if agree:
            work.after_commit(lambda: services.queue.ring(Job.EXPORT, [row.id]))
        what = "download.approved" if agree else "download.refused"
        wish = Wish.from_json(row.request)
        _write_down(work.connection, now, organisation, me, what, reference, wish, "")
    return True


def orders(services: Services, organisation: Organisation, me: SignedIn) -> list[StaffOrder]:
    """The newest orders of the organisation's staff."""
    statement = _orders(organisation).order_by(EXPORT_ORDER.c.id.desc()).limit(SHOWN)
    with services.database.reading() as connection:
        names = _names(connection, organisation)
        return [_told(row, me, names) for row in connection.execute(statement)]


def order_of(
    services: Services, organisation: Organisation, me: SignedIn, reference: str
) -> StaffOrder:
    """One order; raises NotHere."""
    with services.database.reading() as connection:
        row = _row(connection, organisation, reference)
        return _told(row, me, _names(connection, organisation))


def waiting(services: Services, organisation: Organisation, me: SignedIn) -> int:
    """How many orders of others wait for a second person."""
    return sum(
        one.state == "waiting" and not one.mine for one in orders(services, organisation, me)
    )


def fetch(services: Services, organisation: Organisation, me: SignedIn, reference: str) -> Kept:
    """The file of an order; that it is taken is written down first, and again for every part of it.

    Raises:
        NotHere: no such order, or its file is for whoever had it approved alone.
        NotReady: it is still being made.
        Gone: it expired, or could not be made.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        row = _row(work.connection, organisation, reference)
        export_orders.check_ready(row, now)
        wish = Wish.from_json(row.request)
        if not _may_take(wish, mine=row.staff_id == me.staff_id):
            raise NotHere(reference)
        record_download(
            work.connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="export",
            about=" ".join(wish.campaigns),
            level=wish.level.value,
            rows=row.rows,
        )
        detail = {"rows": row.rows, "sha256": row.digest, "size": row.size}
        _write_down(
            work.connection, now, organisation, me, "download.taken", reference, wish, "", detail
        )
    return export_orders.kept(services, row)


def _orders(organisation: Organisation) -> Select[Any]:
    asking, agreeing = STAFF.alias("asking"), STAFF.alias("agreeing")
    return (
        select(EXPORT_ORDER, asking.c.name.label("by"), agreeing.c.name.label("decided_by"))
        .join(asking, asking.c.id == EXPORT_ORDER.c.staff_id)
        .outerjoin(agreeing, agreeing.c.id == EXPORT_ORDER.c.approver_id)
        .where(EXPORT_ORDER.c.organisation_id == organisation.id)
    )


def _row(
    connection: Connection, organisation: Organisation, reference: str, *, lock: bool = False
) -> AnyRow:
    statement = _orders(organisation).where(EXPORT_ORDER.c.reference == reference)
    if lock:
        statement = statement.with_for_update(of=EXPORT_ORDER)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotHere(reference)
    return row


def _names(connection: Connection, organisation: Organisation) -> dict[str, str]:
    ours = CAMPAIGN.c.organisation_id == organisation.id
    rows = connection.execute(select(CAMPAIGN.c.slug, CAMPAIGN.c.name).where(ours))
    return {row.slug: row.name for row in rows}


def _told(row: AnyRow, me: SignedIn, names: Mapping[str, str]) -> StaffOrder:
    wish = Wish.from_json(row.request)
    return StaffOrder(
        reference=row.reference,
        wish=wish,
        names=tuple(names.get(slug, slug) for slug in wish.campaigns),
        by=row.by,
        mine=row.staff_id == me.staff_id,
        state=row.state,
        reason=row.reason or "",
        decided_by=row.decided_by,
        decided=row.decided,
        done=row.done or 0,
        conversations=row.conversations or 0,
        rows=row.rows,
        size=row.size,
        digest=row.digest,
        losses=tuple(row.losses),
        why=row.why,
        created=row.created,
        finished=row.finished,
        expires=row.expires,
    )


def _write_down(
    connection: Connection,
    now: datetime,
    organisation: Organisation,
    me: SignedIn,
    what: str,
    reference: str,
    wish: Wish,
    reason: str,
    more: dict[str, Any] | None = None,
) -> None:
    audit.record(
        connection,
        now,
        organisation_id=organisation.id,
        who=me.email,
        what=what,
        about=f"download:{reference}",
        reason=reason,
        detail={**wish.to_json(), **(more or {})},
    )
