"""The audit log: every link holds, and whoever bends one is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from bot.store import audit as log
from bot.store.audit import CHAIN, ENTRY
from bot.usecases import audit
from bot.usecases.services import Services
from tests.console.conftest import OURS, Site
from tests.support.rows import rows


def write(
    services: Services,
    count: int,
    organisation_id: int | None = 7,
    who: str = "amina@example.org",
) -> None:
    for number in range(count):
        with services.database.transaction() as work:
            audit.record(
                work.connection, services.clock.now(), organisation_id=organisation_id,
                who=who, what="concern.noted", about=f"concern:{number}",
                reason="ضروری", detail={"b": 1, "a": [number]},
            )  # fmt: skip


def test_what_is_written_is_verified_in_order(services: Services) -> None:
    assert audit.verify(services, 7) == audit.Verified(0, audit.BEGINNING, None, True)
    write(services, 3)
    write(services, 1, organisation_id=8)
    write(services, 1, organisation_id=None)
    found = audit.verify(services, 7)
    assert (found.count, found.broken, found.well) == (3, None, True)
    assert [entry.place for entry in audit.entries(services, 7)] == [3, 2, 1]
    assert [entry.place for entry in audit.entries(services, 7, limit=1, before=3)] == [2]
    assert audit.entries(services, 7)[0].hash == found.head
    assert audit.verify(services, None).count == 1


def test_a_long_log_is_read_a_part_at_a_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_AT_A_TIME", 2)
    for count in range(1, 6):
        write(services, 1)
        assert audit.verify(services, 7).count == count


def test_what_is_rolled_back_is_not_in_the_log(services: Services) -> None:
    def fail() -> None:
        with services.database.transaction() as work:
            now = services.clock.now()
            audit.record(work.connection, now, organisation_id=7, who="a", what="b.c", about="d")
            raise RuntimeError

    write(services, 1)
    with pytest.raises(RuntimeError):
        fail()
    write(services, 1)
    assert audit.verify(services, 7).count == 2


def change(**values: Any) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(
        update(ENTRY).where(ENTRY.c.place == 2).values(**values)
    )


def take(place: int) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(delete(ENTRY).where(ENTRY.c.place == place))


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        (change(who="somebody@example.org"), 2),
        (change(reason=""), 2),
        (change(detail={"a": [1], "b": 2}), 2),
        (change(hash="f" * 64), 2),
        (change(previous="f" * 64), 2),
        (change(place=9), 2),
        (take(1), 1),
        (take(2), 2),
        (take(4), 4),
    ],
    ids=["who", "why", "detail", "hash", "link", "place", "first", "middle", "last"],
)
def test_whatever_is_changed_or_taken_out_is_found(
    services: Services, tamper: Callable[[Connection], Any], broken: int
) -> None:
    write(services, 4)
    with services.database.transaction() as work:
        tamper(work.connection)
    found = audit.verify(services, 7)
    assert not found.well
    assert found.broken == broken


def test_a_log_that_is_rewritten_as_a_whole_is_found_by_a_hash_that_was_written_down(
    services: Services,
) -> None:
    write(services, 3)
    known = audit.entries(services, 7)[1].hash
    assert audit.verify(services, 7, expected=known).well
    with services.database.transaction() as work:
        work.connection.execute(delete(ENTRY))
        work.connection.execute(delete(CHAIN))
    write(services, 2, who="somebody.else@example.org")
    assert audit.verify(services, 7).well
    found = audit.verify(services, 7, expected=known)
    assert found.broken is None
    assert not found.well


def test_the_page_shows_and_checks_the_log(site: Site) -> None:
    browser = site.browser("A")
    for number in range(3):
        browser.post(
            f"/console/{OURS}/organisation/invitations", email=f"p{number}@example.org",
            role="facilitator",
        )  # fmt: skip
    address = f"/console/{OURS}/organisation/audit"
    browser.get(address)
    assert browser.text.count("Invited") == 3
    assert "organisation.admin.ours@example.org" in browser.text
    browser.get(f"{address}?before=2")
    assert browser.text.count("Invited") == 1
    browser.post(address)
    assert "The log is as it was written. 3 entries were checked." in browser.text
    browser.post(address, expected="0" * 64)
    assert "The hash that you entered is not in the log." in browser.text
    with site.services.database.transaction() as work:
        work.connection.execute(update(ENTRY).where(ENTRY.c.place == 2).values(who="x"))
    browser.post(address)
    assert "The log was tampered with, from entry 2 on." in browser.text
    # Nobody's invitation link is in the log.
    assert all("invitation/" not in str(row) for row in rows(site.services, "audit_entry"))
