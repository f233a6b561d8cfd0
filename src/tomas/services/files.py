"""Files: uploads are streamed to disk, and every file is found again by its row alone."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tomas.core.clock import now
from tomas.core.errors import Conflict, InvalidFile, OutOfSpace, TooLarge
from tomas.core.ids import new_id
from tomas.services.formats.media import media_type_of
from tomas.services.paths import inside, shown_name, sync
from tomas.store import files, tables
from tomas.store.database import Database

UPLOADS: Final = "uploads"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CHUNK: Final = 1 << 20  # bytes gathered before they go to the disk


class NotAnUpload(Conflict):
    """The file belongs to a session."""


async def store_upload(
    database: Database, workspace_dir: Path, name: str, stream: AsyncIterator[bytes], max_bytes: int
) -> tables.File:
    """Write `stream` to disk as an upload called `name` and return its row; nothing is left of a failure.

    Raises TooLarge beyond `max_bytes`, InvalidFile if it is empty, OutOfSpace if the disk is full.
    """
    file_id = new_id()
    path = workspace_dir / UPLOADS / file_id
    try:
        written = await _write(path, stream, max_bytes)
        row = tables.File(
            id=file_id,
            kind="upload",
            name=shown_name(name),
            path=f"{UPLOADS}/{file_id}",
            media_type=media_type_of(name),
            size=written.size,
            sha256=written.digest.hexdigest(),
            created_at=now(),
        )
        async with database.transaction() as db:
            db.add(row)
    except BaseException as error:
        with suppress(FileNotFoundError):
            path.unlink()
        if is_full(error):
            raise full_disk() from error
        raise
    return row


async def delete_upload(database: Database, workspace_dir: Path, file_id: str) -> None:
    """Remove an upload; sessions that used it keep their own copy. NotAnUpload for a session's file."""
    async with database.transaction() as db:
        file = await files.get(db, file_id)
        if file.kind != "upload":
            raise NotAnUpload("The file belongs to a session; it goes when the session is deleted.")
        await db.delete(file)
    path = workspace_dir / file.path
    await asyncio.to_thread(path.unlink, missing_ok=True)


def path_of(workspace_dir: Path, file: tables.File) -> Path:
    """Return where a file lies; FileNotFound if it is gone, no regular file, or reached through a link."""
    return inside(workspace_dir, file.path)


def full_disk() -> OutOfSpace:
    """Return the error for a full disk."""
    return OutOfSpace("The server's disk is full: nothing was stored. Free some space, or delete old sessions.")


def is_full(error: BaseException) -> bool:
    """Say whether an error means that the disk, or the user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


@dataclass(slots=True)
class _Written:
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


async def _write(path: Path, stream: AsyncIterator[bytes], max_bytes: int) -> _Written:
    written = _Written()
    waiting = bytearray()
    descriptor = await asyncio.to_thread(_open, path)
    try:
        async for chunk in stream:
            written.size += len(chunk)
            if written.size > max_bytes:
                raise TooLarge(f"The file is larger than the {max_bytes / 1_000_000:g} MB this server accepts.")
            waiting += chunk
            if len(waiting) >= _CHUNK:
                await asyncio.to_thread(_append, descriptor, bytes(waiting), written)
                waiting.clear()
        await asyncio.to_thread(_append, descriptor, bytes(waiting), written)
        if not written.size:
            raise InvalidFile("The file is empty.")
        await asyncio.to_thread(os.fsync, descriptor)
    finally:
        os.close(descriptor)
    await asyncio.to_thread(sync, path.parent)
    return written


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _append(descriptor: int, data: bytes, written: _Written) -> None:
    written.digest.update(data)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
