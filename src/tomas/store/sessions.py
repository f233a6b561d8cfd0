"""Reads of sessions."""

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from tomas.core.errors import SessionNotFound
from tomas.core.session import Status
from tomas.core.text import storable
from tomas.store import tables

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST: Final = 200


def is_id(text: str) -> bool:
    """Say whether `text` is written as ids are; anything else names nothing, on every database alike."""
    return _ID.fullmatch(text) is not None


async def get(db: AsyncSession, session_id: str, *, lock: bool = False) -> tables.Session:
    """Return a session, its row locked until the commit if asked; or raise SessionNotFound."""
    session = None
    if is_id(session_id):
        session = await db.get(tables.Session, session_id, with_for_update=lock or None, populate_existing=lock)
    if session is None:
        raise SessionNotFound(f"There is no session {session_id[:100]!r}.")
    return session


async def config_of(db: AsyncSession, session: tables.Session) -> tables.Config:
    """Return the resolved configuration a session runs with."""
    return await db.get_one(tables.Config, session.config_digest)


async def page(
    db: AsyncSession,
    *,
    cursor: str | None = None,
    limit: int = 50,
    status: Status | None = None,
    mode: str | None = None,
    engine: str | None = None,
    text: str | None = None,
) -> tuple[Sequence[tables.Session], str | None]:
    """Return sessions, newest first, and the cursor of the next page, None at the end.

    The cursor is the last id of a page: a page costs the same wherever it lies. `text` is looked for in title
    and task, letter case aside. The rows come without input data and keys.
    """
    limit = max(1, min(limit, _MOST))
    where = _filters(status, mode, engine, text)
    if cursor is not None:
        if not is_id(cursor):
            return [], None
        where.append(tables.Session.id < cursor)
    statement = (
        select(tables.Session)
        .where(*where)
        .order_by(tables.Session.id.desc())
        .limit(limit + 1)
        .options(defer(tables.Session.input_data, raiseload=True), defer(tables.Session.keys_encrypted, raiseload=True))
    )
    rows = (await db.scalars(statement)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _filters(
    status: Status | None, mode: str | None, engine: str | None, text: str | None
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if status is not None:
        where.append(tables.Session.status == status)
    if mode is not None:
        where.append(tables.Session.mode_id == storable(mode))
    if engine is not None:
        where.append(tables.Session.engine == storable(engine))
    if text := (text or "").strip():
        pattern = storable(text)
        where.append(
            or_(
                tables.Session.title.icontains(pattern, autoescape=True),
                tables.Session.task.icontains(pattern, autoescape=True),
            )
        )
    return where
