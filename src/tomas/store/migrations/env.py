"""Lets Alembic meet the database that the settings name, or the connection it is handed."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from tomas.settings import load_settings
from tomas.store.database import Database
from tomas.store.tables import Base


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


async def _run_alone() -> None:
    database = Database(load_settings().database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(_run)
    await database.close()


if handed := context.config.attributes.get("connection"):
    _run(handed)
else:
    asyncio.run(_run_alone())
