"""Uploads reach the disk whole, or leave nothing."""

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.contract.services.context import echo_session, make_context
from tests.contract.store.rows import file_row
from tomas.core.errors import FileNotFound, InvalidFile, OutOfSpace, TooLarge
from tomas.core.ids import new_id
from tomas.services.files import NotAnUpload, delete_upload, path_of, store_upload
from tomas.store import files, tables
from tomas.store.database import Database


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def nothing_stored(database: Database, folder: Path) -> bool:
    async with database.reading() as db:
        rows = await db.scalar(select(func.count()).select_from(tables.File))
    return rows == 0 and not list((folder / "uploads").glob("*"))


async def test_an_upload_is_stored_as_it_came(any_database: Database, tmp_path: Path) -> None:
    chunks = [b"a" * 700_000, b"", b"b" * 700_000, b"c"]
    row = await store_upload(any_database, tmp_path, "../../täst\n.CSV", stream(*chunks), 2_000_000)
    async with any_database.reading() as db:
        stored = await files.get(db, row.id)
    assert (stored.kind, stored.name, stored.media_type) == ("upload", "täst.CSV", "text/csv")
    assert stored.size == 1_400_001
    assert path_of(tmp_path, stored).read_bytes() == b"".join(chunks)
    assert stored.sha256 == hashlib.sha256(b"".join(chunks)).hexdigest()


async def test_a_file_of_just_the_size_that_is_taken(database: Database, tmp_path: Path) -> None:
    assert (await store_upload(database, tmp_path, "a", stream(b"12345"), 5)).size == 5


async def test_a_larger_one_is_refused(database: Database, tmp_path: Path) -> None:
    taken: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 1_000_000

    with pytest.raises(TooLarge, match="larger than the 3 MB"):
        await store_upload(database, tmp_path, "a.csv", endless(), 3_000_000)
    assert len(taken) == 4
    assert await nothing_stored(database, tmp_path)


async def test_an_empty_one_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="empty"):
        await store_upload(database, tmp_path, "a.csv", stream(b""), 10)
    assert await nothing_stored(database, tmp_path)


async def test_one_that_breaks_off_leaves_nothing(database: Database, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store_upload(database, tmp_path, "a.csv", broken(), 10**9)
    assert await nothing_stored(database, tmp_path)


async def test_a_full_disk_is_told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutOfSpace, match="disk is full"):
        await store_upload(database, tmp_path, "a.csv", stream(b"x"), 10)
    assert await nothing_stored(database, tmp_path)


async def test_a_row_that_cannot_be_stored_takes_its_file_along(database: Database, tmp_path: Path) -> None:
    await database.close()
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE files")
    with pytest.raises(Exception, match="no such table"):
        await store_upload(database, tmp_path, "a.csv", stream(b"x"), 10)
    assert not list((tmp_path / "uploads").glob("*"))


async def test_an_upload_is_removed_with_its_file(any_database: Database, tmp_path: Path) -> None:
    row = await store_upload(any_database, tmp_path, "a", stream(b"x"), 10)
    await delete_upload(any_database, tmp_path, row.id)
    assert await nothing_stored(any_database, tmp_path)
    with pytest.raises(FileNotFound):
        await delete_upload(any_database, tmp_path, row.id)


async def test_a_sessions_file_is_no_upload(database: Database, tmp_path: Path) -> None:
    session = await echo_session(database, make_context(tmp_path))
    file = file_row(session.id, f"{session.id}/outputs/a")
    async with database.transaction() as db:
        db.add(file)
    with pytest.raises(NotAnUpload, match="belongs to a session"):
        await delete_upload(database, tmp_path, file.id)


def test_a_row_leads_nowhere_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key")
    (tmp_path / "ws" / "s" / "outputs").mkdir(parents=True)
    (tmp_path / "ws" / "s" / "outputs" / "plot.png").symlink_to(tmp_path / "secret")
    for path in ("s/outputs/plot.png", "../secret", "s/../../secret", str(tmp_path / "secret")):
        with pytest.raises(FileNotFound):
            path_of(tmp_path / "ws", file_row(new_id(), path))
