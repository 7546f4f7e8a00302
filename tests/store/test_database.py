"""The unit of work: one transaction, bells only after the commit, reading that waits for nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from bot.store import inbox, schema
from bot.store.schema import UtcDateTime
from bot.usecases.services import Services
from tests.support.rows import rows

ORGANISATION = inbox.table(schema.Organisation)
NOW = datetime(2026, 11, 23, 10, 30, 0, 123456, tzinfo=UTC)


def values(slug: str = "one", created: datetime = NOW) -> dict[str, object]:
    return {"slug": slug, "name": slug, "created": created}


def test_bells_ring_after_the_commit(services: Services) -> None:
    rung: list[int] = []
    with services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, **values())
        work.after_commit(lambda: rung.append(len(rows(services, "organisation"))))
        assert rung == []
    assert rung == [1]  # whoever hears the bell finds the row


def test_bells_of_a_transaction_that_failed_stay_silent(services: Services) -> None:
    rung: list[str] = []

    def fail() -> None:
        with services.database.transaction() as work:
            inbox.add(work.connection, ORGANISATION, **values())
            work.after_commit(lambda: rung.append("bell"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rung == []
    assert rows(services, "organisation") == []


def test_inserting_once_says_whether_it_was_there(services: Services) -> None:
    with services.database.transaction() as work:
        first = inbox.insert_once(work.connection, ORGANISATION, values())
        again = inbox.insert_once(work.connection, ORGANISATION, values())
    assert first is not None
    assert again is None
    assert len(rows(services, "organisation")) == 1


def test_a_moment_comes_back_as_it_went_in_and_in_utc(services: Services) -> None:
    dhaka = timezone(timedelta(hours=6))
    with services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, **values("a", NOW))
        inbox.add(work.connection, ORGANISATION, **values("b", NOW.astimezone(dhaka)))
    first, second = (row["created"] for row in rows(services, "organisation"))
    assert first == second == NOW
    assert first.utcoffset() == second.utcoffset() == timedelta(0)


def test_moments_are_compared_as_moments(services: Services) -> None:
    with services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, **values("a", NOW))
    later = (NOW + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-5)))
    with services.database.reading() as connection:
        found = connection.scalar(select(ORGANISATION.c.slug).where(ORGANISATION.c.created < later))
    assert found == "a"


def test_a_moment_without_a_time_zone_is_refused(services: Services) -> None:
    naive = values("a", NOW.replace(tzinfo=None))
    with (
        pytest.raises(StatementError, match="a moment needs a time zone"),
        services.database.transaction() as work,
    ):
        inbox.add(work.connection, ORGANISATION, **naive)


def test_no_moment_is_no_moment(services: Services) -> None:
    dialect = services.database.engine.dialect
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


def test_a_reference_to_nothing_is_refused(services: Services) -> None:
    with pytest.raises(IntegrityError), services.database.transaction() as work:
        inbox.add(
            work.connection, inbox.PARTICIPANT, organisation_id=4711, pseudonym="P", created=NOW
        )


def test_an_error_of_the_database_does_not_show_the_values(services: Services) -> None:
    with services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, **values())
    with pytest.raises(IntegrityError) as failed, services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, slug="one", name="what she wrote", created=NOW)
    assert "what she wrote" not in str(failed.value)


def test_reading_sees_one_moment_and_waits_for_no_writer(services: Services) -> None:
    with services.database.transaction() as work:
        inbox.add(work.connection, ORGANISATION, **values("a"))
    count = select(ORGANISATION.c.id)
    with services.database.reading() as connection:
        assert len(connection.execute(count).all()) == 1
        with services.database.transaction() as work:  # a writer is not held up either
            inbox.add(work.connection, ORGANISATION, **values("b"))
        assert len(connection.execute(count).all()) == 1
    assert len(rows(services, "organisation")) == 2


def test_reading_writes_nothing_on_postgresql(services: Services) -> None:
    from sqlalchemy.exc import DBAPIError

    if services.database.is_sqlite:
        assert services.database.engine.dialect.name == "sqlite"
        return
    with pytest.raises(DBAPIError), services.database.reading() as connection:
        connection.execute(ORGANISATION.insert().values(**values()))


def test_writers_take_turns(services: Services) -> None:
    def write(number: int) -> None:
        for step in range(5):
            with services.database.transaction() as work:
                inbox.insert_once(work.connection, ORGANISATION, values(f"{number}-{step}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert len(rows(services, "organisation")) == 30


def test_sqlite_keeps_what_it_acknowledged(services: Services) -> None:
    if not services.database.is_sqlite:
        assert services.database.engine.dialect.name == "postgresql"
        return
    with services.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
