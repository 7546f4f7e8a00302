"""Sign-offs of whole versions become sign-offs of each of their words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import inspect, text

from bot.store import migrate
from bot.store.database import Database
from bot.usecases.services import Services
from flows.wording import Wording, digest
from tests.support.rows import rows

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def before(services: Services) -> Database:
    """A database as it was under the first schema."""
    database = services.database
    with database.transaction() as work:
        command.downgrade(migrate._config(work.connection), "0001")
    return database


def test_a_sign_off_of_a_version_is_carried_over_word_by_word(
    services: Services, before: Database
) -> None:
    words = [["small/why", "Why?", "কেন?"], ["small/how", "How?", "কীভাবে?"]]
    with before.transaction() as work:
        assert inspect(work.connection).has_table("sign_off")
        work.connection.execute(
            text(
                "INSERT INTO survey_version (id, form_id, version, digest, source, catalogues, "
                "created) VALUES (1, 'small', '1', 'd', 's', :catalogues, :at)"
            ),
            {"catalogues": json.dumps({"bn": words, "ur": []}), "at": AT},
        )
        for number, language in enumerate(("bn", "ur"), 1):
            work.connection.execute(
                text(
                    "INSERT INTO sign_off (id, survey_version_id, language, reviewer, at) "
                    "VALUES (:id, 1, :language, 'Rokeya Khatun', :at)"
                ),
                {"id": number, "language": language, "at": AT},
            )
    migrate.upgrade(before)
    found = rows(services, "translation_entry")
    assert [(row["context"], row["source"], row["text"]) for row in found] == list(
        map(tuple, words)
    )
    for row in found:
        assert (row["language"], row["step"], row["who"]) == ("bn", "sign_off", "Rokeya Khatun")
        assert row["wording"] == Wording(row["context"], row["source"]).digest
        assert row["text_digest"] == digest(row["text"])
        assert row["at"] == AT
    assert not inspect(before.engine).has_table("sign_off")


def test_the_way_back_and_forth_leaves_the_schema_of_the_models(
    services: Services, before: Database
) -> None:
    assert not inspect(before.engine).has_table("translation_entry")
    migrate.upgrade(before)
    assert migrate.current(before) == migrate.expected()
    assert rows(services, "translation_entry") == []
