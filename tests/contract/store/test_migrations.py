"""The migrations make what the models say, on every database."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from tomas.store.database import Database
from tomas.store.migrate import revisions, upgrade
from tomas.store.tables import Base


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_migrations_make_the_models_tables(any_database: Database) -> None:
    async with any_database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_a_difference_would_be_seen(any_database: Database) -> None:
    async with any_database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE costs ADD COLUMN stray INTEGER"))
        assert await connection.run_sync(_differences)


async def test_constraints_stand_in_the_database_itself(any_database: Database) -> None:
    async with any_database.engine.connect() as connection:
        checks = await connection.run_sync(_check_constraints)
    assert {"ck_sessions_status", "ck_sessions_counts", "ck_events_seq", "ck_files_kind", "ck_calls_status"} <= checks


def _check_constraints(connection: Connection) -> set[str]:
    from sqlalchemy import inspect

    inspector = inspect(connection)
    names = [c["name"] for table in Base.metadata.tables for c in inspector.get_check_constraints(table)]
    return {name for name in names if name}


async def test_an_empty_database_has_no_revision_and_gets_the_newest(any_url: str) -> None:
    database = Database(any_url)
    try:
        before, newest = await revisions(database)
        assert before is None
        await upgrade(database)
        assert await revisions(database) == (newest, newest)
        await upgrade(database)  # again: nothing to do
    finally:
        await database.close()
