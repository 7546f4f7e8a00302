"""`/healthz` is the process; `/readyz` is the database, its migrations, and what waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Flask

from bot.app import create_app
from bot.store.database import Database
from bot.store.inbox import OUTBOUND
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import Person


def ready(app: Flask) -> tuple[int, dict[str, object]]:
    response = app.test_client().get("/readyz")
    return response.status_code, response.get_json()


def test_a_healthy_system_is_ready(app: Flask) -> None:
    assert ready(app) == (
        200,
        {
            "status": "ok",
            "database": "up",
            "migrations": "done",
            "queue": "up",
            "oldest_waiting_seconds": None,
        },
    )


def test_the_age_of_what_waits_is_told(
    services: Services, app: Flask, clock: SettableClock
) -> None:
    open_campaign(services)
    Person(services).says("hello")
    with services.database.transaction() as work:
        work.connection.execute(OUTBOUND.update().values(state="queued"))
    clock.forward(seconds=90)
    assert ready(app)[1]["oldest_waiting_seconds"] == 90


def test_a_queue_that_is_down_is_degraded_not_unready(app: Flask, queue: FakeQueue) -> None:
    queue.down = True
    status, report = ready(app)
    assert (status, report["status"], report["queue"]) == (200, "degraded", "down")


def test_a_database_that_is_not_migrated_is_unready(services: Services, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    app = create_app(services=replace(services, database=empty))
    status, report = ready(app)
    assert (status, report["status"], report["migrations"]) == (503, "unready", "missing")
    empty.dispose()


def test_a_database_that_is_down_is_unready_and_the_process_lives(services: Services) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    app = create_app(services=replace(services, database=away))
    status, report = ready(app)
    assert (status, report) == (503, {"status": "unready", "database": "down"})
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    away.dispose()


def test_a_webhook_without_a_database_asks_twilio_to_come_again(services: Services) -> None:
    from tests.support.signing import TwilioClient, flask_transport

    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    app = create_app(services=replace(services, database=away))
    answer = TwilioClient(flask_transport(app)).sends("hello")
    assert answer.status == 500
    assert b"psycopg" not in answer.body
    away.dispose()
