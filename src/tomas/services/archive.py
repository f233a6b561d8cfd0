"""The archive of a session: a zip that is made while it is sent, so that its size does not matter."""

import asyncio
import csv
import io
import os
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tomas.core.clock import isoformat
from tomas.core.errors import FileNotFound
from tomas.core.money import to_usd
from tomas.services.paths import inside
from tomas.store import costs, events, files, sessions, tables
from tomas.store.database import Database

_CHUNK: Final = 1 << 18
_EVENTS: Final = 1_000
_COSTS: Final = 1_000_000
_STORED: Final = frozenset({".png", ".jpg", ".jpeg", ".zip", ".docx", ".xlsx", ".odt", ".gz", ".pkl"})
_HEADER: Final = (
    "created_at", "call_id", "stage", "agent", "provider", "model", "input_tokens", "cached_tokens",
    "output_tokens", "reasoning_tokens", "cost_usd", "price_version",
)  # fmt: skip


async def contents(database: Database, session_id: str) -> Sequence[tables.File]:
    """Return the files an archive will hold, inputs left out; SessionNotFound if there is no such session."""
    async with database.reading() as db:
        await sessions.get(db, session_id)
        return await files.of_session(db, session_id, "output", "artifact")


async def stream(
    database: Database, workspace_dir: Path, session_id: str, rows: Sequence[tables.File]
) -> AsyncIterator[bytes]:
    """Yield the zip: the files of `contents`, `events.jsonl` and `costs.csv`.

    A file that is gone, or has become a link, is left out: nothing outside the session is ever read.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for row in rows:
            async for piece in _file(archive, sink, workspace_dir, session_id, row):
                yield piece
        with archive.open("events.jsonl", "w", force_zip64=True) as target:
            seq = 0
            while page := await _events(database, session_id, seq):
                seq = page[-1][0]
                await asyncio.to_thread(target.write, "".join(f"{payload}\n" for _, _, payload in page).encode())
                yield sink.take()
        archive.writestr("costs.csv", await _costs(database, session_id))
    yield sink.take()


@dataclass(slots=True)
class _Sink:
    """What the zip is written to: cannot seek, gives away what it holds."""

    _pieces: list[bytes] = field(default_factory=list[bytes])

    def write(self, data: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing to close."""

    def take(self) -> bytes:
        """Give away what was written since."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


async def _file(
    archive: zipfile.ZipFile, sink: _Sink, workspace_dir: Path, session_id: str, row: tables.File
) -> AsyncIterator[bytes]:
    try:
        path = inside(workspace_dir, row.path)
        source = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except (FileNotFound, OSError):
        return
    info = zipfile.ZipInfo(row.path.removeprefix(f"{session_id}/"), row.created_at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in _STORED else zipfile.ZIP_DEFLATED
    with source, archive.open(info, "w", force_zip64=True) as target:
        while chunk := await asyncio.to_thread(source.read, _CHUNK):
            await asyncio.to_thread(target.write, chunk)
            if piece := sink.take():
                yield piece


async def _events(database: Database, session_id: str, seq: int) -> list[events.LogRow]:
    async with database.reading() as db:
        return await events.after(db, session_id, seq, _EVENTS)


async def _costs(database: Database, session_id: str) -> str:
    async with database.reading() as db:
        rows = await costs.of_session(db, session_id, _COSTS)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for row in rows:
        cost = "" if row.cost_nano is None else to_usd(row.cost_nano)
        told = {"created_at": isoformat(row.created_at), "cost_usd": cost}
        writer.writerow([told.get(name, getattr(row, name, None)) for name in _HEADER])
    return text.getvalue()
