"""Flights: calls under way. The gateway owns them; whoever waits for one may leave, or join late, at no loss."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Self

from tomas.gateway.refusals import Refusal


class Flight:
    """An answer as it comes: first its head, then its body in parts, all of them kept until the end."""

    def __init__(self) -> None:
        self.status = 0  # of HTTP; 0 until the head is there
        self.headers: Mapping[str, str] = {}
        self.whole = False  # the answer was an answer, recorded and complete
        self.refusal: Refusal | None = None
        self._parts: list[bytes] = []
        self._landed = False
        self._news = asyncio.Event()

    @classmethod
    def recorded(cls, status: int, headers: Mapping[str, str], body: bytes) -> Self:
        """Return a flight that has landed long ago."""
        flight = cls()
        flight.open(status, headers)
        flight.land([body], whole=True)
        return flight

    def open(self, status: int, headers: Mapping[str, str]) -> None:
        """Give the head."""
        self.status, self.headers = status, headers
        self._ring()

    def add(self, part: bytes) -> None:
        """Give a part of the body."""
        self._parts.append(part)
        self._ring()

    def land(self, parts: list[bytes], *, whole: bool) -> None:
        """Give the last parts, and so end it."""
        self._parts += parts
        self.whole, self._landed = whole, True
        self._ring()

    def refuse(self, refusal: Refusal) -> None:
        """End it without an answer, or in the middle of one."""
        self.refusal, self._landed = refusal, True
        self._ring()

    @property
    def landed(self) -> bool:
        """Whether nothing more will come."""
        return self._landed

    @property
    def size(self) -> int | None:
        """The length of the body in bytes, as soon as it is known."""
        return sum(map(len, self._parts)) if self._landed else None

    async def opened(self) -> None:
        """Wait for the head or the refusal."""
        while not self.status and not self._landed:
            await self._news.wait()

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the body from its beginning; parts that wait together come together."""
        at = 0
        while True:
            news, landed = self._news, self._landed
            fresh, at = self._parts[at:], len(self._parts)
            if fresh:
                yield fresh[0] if len(fresh) == 1 else b"".join(fresh)
            elif landed:
                return
            else:
                await news.wait()

    def _ring(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
