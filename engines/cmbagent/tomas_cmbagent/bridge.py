"""Carries what a synchronous engine reports from its thread to the worker's event loop, without outrunning it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable

from tomas_engine import EngineOutput

_ROOM = 500  # outputs that may wait for the platform before the engine is held


class Abandoned(BaseException):
    """Nobody listens any more. Not an Exception, since CMBAgent swallows those."""


class Bridge:
    """Runs `work` in a thread of its own; iterating yields what it puts, then raises what it raised."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._room = threading.Condition()
        self._waiting: deque[EngineOutput] = deque()
        self._ended = self._closed = False
        self._error: BaseException | None = None
        # A daemon: a worker that is told to stop does not wait for a model's answer.
        self._thread = threading.Thread(target=self._run, name="cmbagent", daemon=True)

    def put(self, output: EngineOutput) -> None:
        """Report from the engine's thread; waits while the platform is behind."""
        with self._room:
            self._room.wait_for(lambda: len(self._waiting) < _ROOM or self._closed)
            if self._closed:
                raise Abandoned
            self._waiting.append(output)
        self._wake()

    def close(self) -> None:
        """Stop listening, and let the engine's thread end at its next report."""
        with self._room:
            self._closed = True
            self._room.notify_all()
        self._filled.set()

    async def outputs(self) -> AsyncIterator[EngineOutput]:
        """Start the work and yield its outputs in their order."""
        self._thread.start()
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                with self._room:
                    batch, ended = list(self._waiting), self._ended
                    self._waiting.clear()
                    self._room.notify_all()
                for output in batch:
                    yield output
                if ended or self._closed:
                    break
        finally:
            self.close()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            self._error = error
        with self._room:
            self._ended = True
        self._wake()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._filled.set)
