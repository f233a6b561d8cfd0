"""Event streams: reads of the log after a number, woken by a bell. No database session is held while they wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Header, Query

from tomas.core.errors import Invalid
from tomas.store import events
from tomas.store.database import Database
from tomas.store.signals import Signals

BATCH: Final = 500
HEARTBEAT_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 1.0  # the safety net below the bell, and for writers in other processes
_MOST_SEQ: Final = 2**62


def read_position(
    after: Annotated[int | None, Query(ge=0, le=_MOST_SEQ, description="Go on after this event.")] = None,
    last_event_id: Annotated[
        str | None, Header(description="The last event's id, as a browser sends it; it goes before `after`.")
    ] = None,
) -> int:
    """Return the number after which a stream goes on; Invalid for a Last-Event-ID that is none."""
    if last_event_id is None or not last_event_id.strip():
        return after or 0
    text = last_event_id.strip()
    if not (text.isascii() and text.isdigit()) or int(text) > _MOST_SEQ:
        message = "must be the number of an event, as the stream gave it"
        raise Invalid(f"Last-Event-ID {message}, not {text[:50]!r}.", [("Last-Event-ID", message)])
    return int(text)


Position = Annotated[int, Depends(read_position)]


async def frames(database: Database, signals: Signals, session_id: str, seq: int) -> AsyncIterator[bytes]:
    """Yield server-sent events after `seq`, up to and including the session's `end`."""
    quiet_since = time.monotonic()
    with signals.listen(session_id) as bell:
        while True:
            bell.clear()
            # A client that leaves cancels us; a read cut off in its middle would leave its connection behind.
            rows, ended = await asyncio.shield(_read(database, session_id, seq))
            if rows:
                seq = rows[-1][0]
                yield b"".join(frame(*row) for row in rows)
                if ended:
                    return
                quiet_since = time.monotonic()
                continue
            if time.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
                quiet_since = time.monotonic()
                yield b": still here\n\n"
            await bell.wait(_POLL_SECONDS)


def frame(seq: int, kind: str, payload: str) -> bytes:
    """Return one event as it goes over the wire; the payload is JSON on one line."""
    return f"id: {seq}\nevent: {kind}\ndata: {payload}\n\n".encode()


async def _read(database: Database, session_id: str, seq: int) -> tuple[list[events.LogRow], bool]:
    """Return the next events, and whether their last is the end of the session; one followed by a retry is not."""
    async with database.reading() as db:
        rows = await events.after(db, session_id, seq, BATCH)
        ended = bool(rows) and rows[-1][1] == "end" and await events.last_seq(db, session_id) == rows[-1][0]
    return rows, ended
