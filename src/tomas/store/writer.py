"""The writer: units of work that wait for SQLite's one writer at the same time share its thread and its commit."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

_BATCH: Final = 64


@dataclass(slots=True)
class _Unit:
    work: Callable[[Session], Any]
    done: asyncio.Future[Any]


class Writer:
    """Runs units of work in batches; `turn` is held meanwhile, so that other writers of the process wait."""

    def __init__(self, engine: Engine, turn: AbstractAsyncContextManager[object]) -> None:
        self._engine, self._turn = engine, turn
        self._waiting: deque[_Unit] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def run[T](self, work: Callable[[Session], T]) -> T:
        """Run `work` and return its result after the commit."""
        loop = asyncio.get_running_loop()
        unit = _Unit(work, loop.create_future())
        self._waiting.append(unit)
        try:
            async with self._turn:
                if unit in self._waiting:  # no one before us took it along
                    batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
                    committed = loop.run_in_executor(self._thread, self._commit, batch)
                    committed.add_done_callback(lambda _: _tell(batch, committed))
                    await asyncio.shield(committed)
            return await unit.done
        except asyncio.CancelledError:
            unit.done.cancel()
            raise

    async def close(self) -> None:
        """Let what runs come to its end, and close the connection."""
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()

    def _commit(self, batch: Sequence[_Unit]) -> list[Any]:
        """Return each unit's result, or the exception in its place."""
        results: list[Any] = []
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            for unit in batch:
                if unit.done.cancelled():
                    results.append(None)
                    continue
                if len(batch) == 1:
                    return [unit.work(session)]
                try:
                    with session.begin_nested():
                        results.append(unit.work(session))
                except Exception as error:  # noqa: BLE001 - handed to the one whose work it is
                    results.append(error)
        return results


def _tell(batch: Sequence[_Unit], committed: asyncio.Future[list[Any]]) -> None:
    if committed.cancelled():
        results: list[Any] = [asyncio.CancelledError()] * len(batch)
    elif error := committed.exception():
        results = [error] * len(batch)
    else:
        results = committed.result()
    for unit, result in zip(batch, results, strict=True):
        if unit.done.done():
            continue
        if isinstance(result, BaseException):
            unit.done.set_exception(result)
            unit.done.exception()  # its waiter may be gone
        else:
            unit.done.set_result(result)
