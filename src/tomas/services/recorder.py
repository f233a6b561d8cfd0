"""The recorder: puts what an engine reports into the log, in batches, before anyone is told."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.services import log, outputs
from tomas.store import tables
from tomas.store.database import Database
from tomas.store.signals import Signals
from tomas_engine import EngineOutput

BATCH: Final = 64
_LINGER_SECONDS: Final = 0.005
_WAITING: Final = 1024  # outputs held before the engine is made to wait


class Recorder:
    """Records one attempt at a session. A stale attempt's write raises StaleEpoch out of `run`."""

    def __init__(self, database: Database, signals: Signals, session_id: str, epoch: int, workspace: Path) -> None:
        self._database, self._signals = database, signals
        self._session_id, self._epoch, self._workspace = session_id, epoch, workspace
        self._queue: asyncio.Queue[EngineOutput | None] = asyncio.Queue(_WAITING)

    async def put(self, output: EngineOutput) -> None:
        """Take one output; waits while the database is behind."""
        await self._queue.put(output)

    async def close(self) -> None:
        """Have `run` write what is left and end."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Write batches until closed."""
        ended = False
        while not ended:
            batch: list[EngineOutput] = []
            item = await self._queue.get()
            if item is not None and self._queue.empty():
                await asyncio.sleep(_LINGER_SECONDS)  # events come in bursts: one commit for the burst
            while item is not None:
                batch.append(item)
                if len(batch) == BATCH or self._queue.empty():
                    break
                item = self._queue.get_nowait()
            ended = item is None
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[EngineOutput]) -> None:
        paths = [artifact.path for output in batch for artifact in output.artifacts]
        found = await asyncio.to_thread(outputs.describe, self._workspace, paths) if paths else []
        async with self._database.transaction() as db:
            await log.append(db, self._session_id, batch, epoch=self._epoch)
            if found:
                await outputs.register(db, self._session_id, found)
            if checkpoints := [output.metadata for output in batch if output.type == "checkpoint"]:
                await self._keep(db, checkpoints[-1])
        self._signals.ring(self._session_id)

    async def _keep(self, db: AsyncSession, checkpoint: dict[str, object]) -> None:
        attempt = (tables.Attempt.session_id == self._session_id) & (tables.Attempt.number == self._epoch)
        await db.execute(update(tables.Attempt).where(attempt).values(checkpoint=checkpoint))
