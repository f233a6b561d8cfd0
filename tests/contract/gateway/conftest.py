"""The gateway under test, for every module here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.gateway.harness import Bed, bed
from tomas.store.database import Database


@pytest.fixture
async def gateway(database: Database, tmp_path: Path) -> AsyncIterator[Bed]:
    """A running gateway with keys of every provider, and one running session on gpt-4.1."""
    async with bed(database, tmp_path) as one:
        await one.session()
        yield one
