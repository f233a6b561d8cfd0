"""Migrations from within the program: the same ones a bare `alembic upgrade head` runs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from tomas.store.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


async def upgrade(database: Database) -> None:
    """Bring the database to the newest revision, in one transaction."""

    def run(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database has, and the newest one."""

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(read), ScriptDirectory.from_config(_config()).get_current_head()
