"""What is done later: jobs take ids, the clock keeps ticking, the worker waits for its queue."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from bot.gateways.clock import Clock
from bot.gateways.queue import Job, JobQueue
from bot.settings import demo_values
from bot.store.database import Database
from bot.usecases import people_uploads, staff, webhook_endpoints
from bot.usecases.services import Services
from bot.usecases.webhooks import Event
from tests.support import databases
from tests.support.api import ORGANISATION, Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.lists import give_list
from tests.support.people import WHOLE, Person
from tests.support.processes import alive, end, wait_until
from tests.support.rows import rows
from tests.support.settings import VALUES
from tests.support.valkey import Valkey
from workers import jobs, schedule
from workers.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def as_a_process(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs' own services are the test's."""
    monkeypatch.setattr(jobs, "services", lambda: services)


@pytest.mark.usefixtures("as_a_process")
def test_every_job_does_its_use_case(services: Services, sms, clock: SettableClock) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    jobs.analyse([amina.conversation["id"]])
    assert len(rows(services, "score")) == 2
    with services.database.transaction() as work:
        from bot.store.inbox import OUTBOUND

        work.connection.execute(OUTBOUND.update().where(OUTBOUND.c.id == 1).values(state="queued"))
    jobs.send([1])
    assert len(sms.sent) == 1
    amina.goes_through("delete my data", "yes")
    jobs.erase([row["id"] for row in rows(services, "erasure_request")])
    assert rows(services, "inbound") == []


@pytest.mark.usefixtures("as_a_process")
def test_the_job_of_lists_looks_through_one(services: Services) -> None:
    slug = open_campaign(services)
    (place,) = staff.organisations(services)
    long = "number\n" + "07700 900123\n" * people_uploads.AT_ONCE
    waits = give_list(services, place, slug, long)
    assert people_uploads.find(services, place, waits).state == "to_look"
    jobs.people([waits])
    found = people_uploads.find(services, place, waits)
    assert (found.state, found.report and found.report.good) == ("looked", 1)


@pytest.mark.usefixtures("as_a_process")
def test_the_jobs_of_the_api_do_their_use_cases(services: Services, app: Flask) -> None:
    slug = open_campaign(services)
    webhook_endpoints.add(
        services,
        organisation=ORGANISATION,
        url="https://nowhere.invalid/",
        events=tuple(Event),
        made_by="R. Begum",
    )
    Researcher(app, make_token(services)).orders("key", campaigns=[slug])
    jobs.export([1])
    assert rows(services, "export_order")[0]["state"] == "ready"
    jobs.notify([1])
    (notice,) = rows(services, "webhook_delivery")
    assert (notice["event"], notice["attempts"], notice["why"]) == (
        "export.ready",
        1,
        "name not found",
    )


def test_a_tick_sweeps_while_it_holds_the_lease(
    services: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(services)
    queue.down = True
    Person(services).goes_through("hello", *WHOLE)
    queue.down = False
    clock.forward(seconds=5)
    schedule.tick(services, "first")
    assert [job for job, _ in queue.rings] == [Job.ANALYSE]
    queue.rings = []
    schedule.tick(services, "second")  # the first one holds the lease
    assert queue.rings == []
    clock.forward(minutes=5)
    schedule.tick(services, "second")
    assert [job for job, _ in queue.rings] == [Job.ANALYSE]


def test_a_tick_without_a_database_is_a_tick_that_did_nothing(services: Services) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    schedule.tick(replace(services, database=away), "first")
    away.dispose()


@pytest.mark.parametrize("arguments", [[], ["sleep"], ["worker", "clock"]])
def test_the_entry_says_what_it_takes(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert "worker|clock" in str(left.value)


def test_a_wrong_setting_ends_it_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VALUES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as left:
        main(["worker"])
    assert str(left.value).startswith("Set AWAAZ_DATABASE_URL")


def environment(url: str, valkey: Valkey, **more: str) -> dict[str, str]:
    """What a process of the service finds around it; measured when the tests are."""
    kept = {
        k: v for k, v in os.environ.items() if k.startswith("COVERAGE_") or k in ("PATH", "HOME")
    }
    values = {
        "AWAAZ_DATABASE_URL": url,
        "AWAAZ_REDIS_URL": valkey.url,
        "AWAAZ_SWEEP_SECONDS": "0.2",
    }
    return VALUES | kept | values | more


def start(name: str, around: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "workers", name], env=around, cwd=ROOT)


def test_a_worker_and_a_clock_find_what_was_never_rung_for(
    services: Services, database_url: str, valkey: Valkey
) -> None:
    """Real processes on a real queue: also after the queue was killed under them and wiped."""
    services = replace(services, clock=Clock())  # the processes have the real one
    open_campaign(services)
    around = environment(database_url, valkey)
    worker, clock = start("worker", around), start("clock", around)
    try:
        Person(services, "+447700900201").goes_through("hello", *WHOLE)  # its bell rings nowhere
        wait_until(
            lambda: len(rows(services, "score")) == 2, seconds=30, what="the first is scored"
        )
        valkey.end()
        Person(services, "+447700900202").goes_through("hello", *WHOLE)
        valkey.start()
        valkey.wipe()
        wait_until(
            lambda: len(rows(services, "score")) == 4, seconds=30, what="the second is scored"
        )
        # With its bell rung, nobody waits for the clock.
        end(clock)
        queue = JobQueue(valkey.url)
        third = Person(replace(services, queue=queue), "+447700900203")
        third.goes_through("hello", *WHOLE)
        wait_until(
            lambda: len(rows(services, "score")) == 6, seconds=30, what="the third is scored"
        )
    finally:
        codes = [end(process) for process in (worker, clock)]
    assert codes == [0, 0]
    assert not alive(worker.pid)
    assert len({row["conversation_id"] for row in rows(services, "score")}) == 3


def test_the_shared_databases_of_these_tests_are_fresh(services: Services) -> None:
    assert rows(services, "inbound") == []
    assert databases.TEMPLATE not in services.database.url


def test_a_worker_refuses_to_run_for_real_with_the_demonstrations_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (demo_values(Path("data")) | {"AWAAZ_DEMO": "no"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="TWILIO_AUTH_TOKEN"):
        main(["worker"])
