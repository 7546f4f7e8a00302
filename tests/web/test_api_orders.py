"""Ordered files under races, kills and erasure: one order, one file, and nothing left of the forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from bot.gateways.queue import Job
from bot.usecases import erasure, export_making, exports
from bot.usecases.services import Services
from bot.usecases.stored_files import EXPORT_ORDER
from bot.usecases.sweep import sweep
from tests.support.api import Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

WISH = {"campaigns": ["listening"], "format": "csv"}


@pytest.fixture
def researcher(services: Services, app: Flask, queue: FakeQueue) -> Researcher:
    open_campaign(services)
    Person(services).goes_through("hello", *WHOLE)
    queue.work(services)
    return Researcher(app, make_token(services))


def test_one_wish_sent_many_times_at_once_is_one_order(
    services: Services, researcher: Researcher, queue: FakeQueue
) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: researcher.orders("key", **WISH), range(12)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert len(rows(services, "export_order")) == 1
    assert queue.rings == [(Job.EXPORT, (1,))]


def test_an_order_whose_bell_was_lost_is_found_by_the_sweep(
    services: Services, researcher: Researcher, queue: FakeQueue, clock: SettableClock
) -> None:
    queue.down = True
    researcher.orders("key", **WISH)
    queue.down = False
    clock.forward(seconds=5)
    assert sweep(services)["export"] == 1
    queue.work(services)
    assert rows(services, "export_order")[0]["state"] == "ready"
    assert sweep(services)["export"] == 0


def test_a_worker_that_died_is_followed_by_another_and_three_are_enough(
    services: Services,
    researcher: Researcher,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    researcher.orders("key", **WISH)
    (order,) = rows(services, "export_order")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(exports, "write", die)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                export_making.fulfil(services, [order["id"]])
            # While somebody may be at it, nobody else begins.
            assert export_making.fulfil(services, [order["id"]]) == 0
            clock.forward(minutes=10)
    assert export_making.fulfil(services, [order["id"]]) == 1
    researcher.orders("again", **WISH)
    (_, second) = rows(services, "export_order")
    with services.database.transaction() as work:
        work.connection.execute(
            update(EXPORT_ORDER)
            .where(EXPORT_ORDER.c.id == second["id"])
            .values(state="running", attempts=3, lease_expires=clock.now() - timedelta(seconds=1))
        )
    assert export_making.fulfil(services, [second["id"]]) == 0
    (_, second) = rows(services, "export_order")
    assert second["state"] == "failed"
    assert "tell the operator" in second["why"]


def test_whoever_was_overtaken_keeps_nothing(
    services: Services,
    researcher: Researcher,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    researcher.orders("key", **WISH)
    write, others = exports.write, []

    def slow(*arguments: Any, **more: Any) -> Any:
        if not others:
            others.append(1)
            clock.forward(minutes=10)
            assert export_making.fulfil(services, [1]) == 1
        return write(*arguments, **more)

    monkeypatch.setattr(exports, "write", slow)
    assert export_making.fulfil(services, [1]) == 0
    assert len(rows(services, "export_part")) == 1
    assert rows(services, "export_order")[0]["attempts"] == 2


def test_a_long_export_keeps_its_lease(
    services: Services,
    researcher: Researcher,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    researcher.orders("key", **WISH)
    write = exports.write

    def long(services: Services, campaigns: Any, request: Any, file: Any, progress: Any) -> Any:
        for done in range(4):
            clock.forward(minutes=2)
            progress(done)
            assert export_making.fulfil(services, [1]) == 0
        return write(services, campaigns, request, file, progress)

    monkeypatch.setattr(exports, "write", long)
    assert export_making.fulfil(services, [1]) == 1


def test_who_is_forgotten_is_in_no_file_any_more(
    services: Services, researcher: Researcher, queue: FakeQueue
) -> None:
    open_campaign(services, name="Another", walk_in=False, keyword="another")
    hers = researcher.orders("hers", **WISH).headers["Location"].removeprefix("/api/v1")
    other = researcher.orders("other", campaigns=["another"]).headers["Location"]
    queue.work(services)
    erasures(services)
    assert researcher.get(f"{hers}/file").status_code == 410
    assert researcher.get(f"{other.removeprefix('/api/v1')}/file").status_code == 200
    assert {row["order_id"] for row in rows(services, "export_part")} == {2}


def erasures(services: Services) -> None:
    """The first participant asked to be deleted, and is."""
    from bot.store import inbox
    from bot.usecases.effects import ERASURE

    with services.database.transaction() as work:
        found = inbox.add(
            work.connection, ERASURE, participant_id=1, requested=services.clock.now()
        )
    assert erasure.erase(services, [found]) == 1
