"""The migrations make exactly the schema that the code speaks of, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot.store import migrate
from bot.store.schema import Base
from bot.usecases.services import Services


def test_the_migrations_and_the_models_say_the_same(services: Services) -> None:
    with services.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_is_at_the_revision_that_the_code_expects(services: Services) -> None:
    assert migrate.expected() is not None
    assert migrate.current(services.database) == migrate.expected()


def test_migrating_twice_changes_nothing(services: Services) -> None:
    before = sorted(inspect(services.database.engine).get_table_names())
    migrate.upgrade(services.database)
    assert sorted(inspect(services.database.engine).get_table_names()) == before
    assert set(before) >= set(Base.metadata.tables)
