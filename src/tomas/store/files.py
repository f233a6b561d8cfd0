"""Reads of files' rows."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.core.errors import FileNotFound
from tomas.store import tables
from tomas.store.sessions import is_id


async def get(db: AsyncSession, file_id: str, session_id: str | None = None) -> tables.File:
    """Return a file's row, of that session if one is given; or raise FileNotFound."""
    file = await db.get(tables.File, file_id) if is_id(file_id) else None
    if file is None or (session_id is not None and file.session_id != session_id):
        of = f" of session {session_id}" if session_id else ""
        raise FileNotFound(f"There is no file {file_id[:100]!r}{of}.")
    return file


async def by_ids(db: AsyncSession, file_ids: Collection[str]) -> dict[str, tables.File]:
    """Return the rows there are for `file_ids`, by id."""
    asked = [file_id for file_id in file_ids if is_id(file_id)]
    if not asked:
        return {}
    return {file.id: file for file in await db.scalars(select(tables.File).where(tables.File.id.in_(asked)))}


async def of_session(db: AsyncSession, session_id: str, *kinds: str) -> Sequence[tables.File]:
    """Return a session's files by path, of these kinds or of all."""
    statement = select(tables.File).where(tables.File.session_id == session_id)
    if kinds:
        statement = statement.where(tables.File.kind.in_(kinds))
    return (await db.scalars(statement.order_by(tables.File.path))).all()
