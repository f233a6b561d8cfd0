"""What every test may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tomas.store.database import Database
from tomas.store.migrate import upgrade


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database in a file of its own."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tomas.db'}")
    await upgrade(database)
    yield database
    await database.close()
