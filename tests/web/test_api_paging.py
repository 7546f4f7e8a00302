"""Whoever reads answers page by page loses none and gets none twice, whatever is written meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from bot.research.levels import Level
from bot.usecases.effects import ANSWER
from bot.usecases.services import Services
from tests.support.api import Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.people import Person
from tests.support.rows import rows


@pytest.fixture
def researcher(services: Services, app: Flask) -> Researcher:
    """Two people have begun."""
    open_campaign(services)
    for phone in ("+447700900123", "+447700900124"):
        Person(services, phone).says("hello")
    return Researcher(app, make_token(services, level=Level.FULL))


def row(services: Services, conversation: int, question: str) -> dict[str, Any]:
    now = services.clock.now()
    return {
        "conversation_id": conversation, "question": question, "value": 3, "raw": "3", "how": "t",
        "language": "en", "wording": "w", "answered": now,
    }  # fmt: skip


def names(services: Services) -> tuple[str, ...]:
    """Questions of the survey, whichever they are."""
    (version,) = rows(services, "survey_version")
    survey = services.surveys.parse(version["source"], source="t")
    return tuple(q.name for q in survey.questions if q.takes_answer)[:4]


@settings(
    max_examples=12,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.integers(0, 1), st.integers(0, 3)),
            st.tuples(st.just("read"), st.integers(1, 3), st.just(0)),
        ),
        min_size=4,
        max_size=14,
    )
)
def test_pages_give_every_latest_answer_and_no_row_twice(
    services: Services, researcher: Researcher, steps: list[tuple[str, int, int]]
) -> None:
    with services.database.transaction() as work:
        work.connection.execute(delete(ANSWER))
    services.clock.forward(seconds=1)  # type: ignore[attr-defined]
    people = [found["id"] for found in rows(services, "conversation")]
    questions = names(services)
    seen: list[tuple[int, str, str]] = []
    latest: dict[tuple[int, str], str] = {}
    truth: dict[tuple[int, str], str] = {}
    cursor = ""

    def read(limit: int) -> bool:
        nonlocal cursor
        page = researcher.get(f"/campaigns/listening/answers?limit={limit}{cursor}").get_json()
        for found in page["answers"]:
            key = (found["conversation"], found["question"])
            seen.append((*key, found["raw"]))
            latest[key] = found["raw"]
        cursor = f"&cursor={page['next']}"
        return bool(page["more"])

    for number, (what, first, second) in enumerate(steps):
        if what == "write":
            key = (people[first], questions[second])
            truth[key] = f"reply {number}"
            with services.database.transaction() as work:
                values = row(services, *key) | {"raw": truth[key]}
                work.connection.execute(insert(ANSWER).values(**values))
        else:
            read(first)
        services.clock.forward(seconds=1)  # type: ignore[attr-defined]
    while read(2):
        pass
    assert latest == truth
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_answer_that_is_being_written_is_not_jumped_over(
    services: Services, researcher: Researcher
) -> None:
    (first, second) = (found["id"] for found in rows(services, "conversation"))
    question = names(services)[0]
    with services.database.engine.connect() as slow, slow.begin():
        slow.execute(insert(ANSWER).values(**row(services, first, question)))
        with services.database.transaction() as work:
            # A higher id, and it can be seen before the lower one.
            work.connection.execute(insert(ANSWER).values(**row(services, second, question)))
        busy = researcher.get("/campaigns/listening/answers")
        assert busy.status_code == 503
        assert busy.headers["Retry-After"] == "5"
        assert busy.get_json(force=True)["type"] == "urn:awaaz:problem:busy"
    answers = researcher.all_answers("listening")
    assert [found["conversation"] for found in answers] == [first, second]


def test_people_who_write_at_once_are_all_read(services: Services, researcher: Researcher) -> None:
    people = [found["id"] for found in rows(services, "conversation")]
    questions = names(services)

    def write(conversation: int) -> None:
        for number in range(12):
            with services.database.transaction() as work:
                values = row(services, conversation, questions[number % 4])
                work.connection.execute(
                    insert(ANSWER).values(**values | {"raw": f"{conversation} {number}"})
                )

    writers = [threading.Thread(target=write, args=(person,)) for person in people]
    for writer in writers:
        writer.start()
    latest: dict[tuple[int, str], str] = {}
    cursor, ids = "", []

    def read() -> bool:
        nonlocal cursor
        response = researcher.get(f"/campaigns/listening/answers?limit=5{cursor}")
        if response.status_code == 503:
            return True
        page = response.get_json()
        for found in page["answers"]:
            latest[found["conversation"], found["question"]] = found["raw"]
            ids.append(found["raw"])
        cursor = f"&cursor={page['next']}"
        return bool(page["more"])

    while any(writer.is_alive() for writer in writers):
        read()
    for writer in writers:
        writer.join()
    while read():
        pass
    expected = {(p, questions[n % 4]): f"{p} {n}" for p in people for n in range(8, 12)}
    assert latest == expected
    assert len(ids) == len(set(ids))


def test_an_answer_that_takes_the_id_of_an_erased_one_is_read(
    services: Services, researcher: Researcher
) -> None:
    (first, second) = (found["id"] for found in rows(services, "conversation"))
    question = names(services)[0]

    def write(conversation: int) -> None:
        services.clock.forward(seconds=1)  # type: ignore[attr-defined]
        with services.database.transaction() as work:
            work.connection.execute(insert(ANSWER).values(**row(services, conversation, question)))

    write(first)
    page = researcher.get("/campaigns/listening/answers").get_json()
    with services.database.transaction() as work:
        work.connection.execute(delete(ANSWER).where(ANSWER.c.conversation_id == first))
    write(second)
    after = researcher.get(f"/campaigns/listening/answers?cursor={page['next']}").get_json()
    assert [found["conversation"] for found in after["answers"]] == [second]


def test_a_cursor_belongs_to_its_campaign_and_to_us(
    services: Services, researcher: Researcher
) -> None:
    open_campaign(services, name="Another", walk_in=False, keyword="another")
    cursor = researcher.get("/campaigns/listening/answers").get_json()["next"]
    assert researcher.get(f"/campaigns/another/answers?cursor={cursor}").status_code == 404
    assert researcher.get(f"/campaigns/listening/answers?cursor={cursor}x").status_code == 404
    assert researcher.get(f"/campaigns/listening/answers?cursor={cursor}").status_code == 200
