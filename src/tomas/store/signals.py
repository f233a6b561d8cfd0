"""Doorbells: who waits for news of a session is woken when there is some. The log itself is the truth."""

import asyncio
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager

QUEUE = "queue"  # rung when a session is queued


class Bell:
    """Wakes one waiter. Clear it, read the log, then wait: nothing that happens between is missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter, now or at its next wait."""
        self._event.set()

    def clear(self) -> None:
        """Forget earlier rings."""
        self._event.clear()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - a safety net, not an error
        """Wait until rung, `timeout` seconds at most."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return


class Signals:
    """The bells of one process. `key` is a session's id, or QUEUE."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)

    @contextmanager
    def listen(self, key: str) -> Generator[Bell]:
        """Hand out a bell for as long as the block lasts."""
        bell = Bell()
        self._bells[key].add(bell)
        try:
            yield bell
        finally:
            self._bells[key].discard(bell)
            if not self._bells[key]:
                del self._bells[key]

    def ring(self, key: str) -> None:
        """Wake everyone who listens for `key`; call it after the commit."""
        for bell in self._bells.get(key, ()):
            bell.ring()


def control_key(session_id: str) -> str:
    """Return the key that is rung when a person wants something of a running session."""
    return f"control:{session_id}"
