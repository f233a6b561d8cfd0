"""Reads of the log and of what is derived from it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.store import tables

type LogRow = tuple[int, str, str]  # seq, type, payload


async def after(db: AsyncSession, session_id: str, seq: int, limit: int, types: Sequence[str] = ()) -> list[LogRow]:
    """Return up to `limit` events that follow `seq`, in order; the payload is the JSON every reader gets."""
    statement = (
        select(tables.EventRow.seq, tables.EventRow.type, tables.EventRow.payload)
        .where(tables.EventRow.session_id == session_id, tables.EventRow.seq > seq)
        .order_by(tables.EventRow.seq)
        .limit(limit)
    )
    if types:
        statement = statement.where(tables.EventRow.type.in_(types))
    return [(row.seq, row.type, row.payload) for row in await db.execute(statement)]


async def last_seq(db: AsyncSession, session_id: str) -> int:
    """Return the number of a session's last event, 0 if there is none."""
    return await db.scalar(select(tables.Session.last_seq).where(tables.Session.id == session_id)) or 0


async def messages_after(db: AsyncSession, session_id: str, seq: int, limit: int) -> Sequence[tables.Message]:
    """Return up to `limit` messages that follow the event `seq`, in order."""
    statement = (
        select(tables.Message)
        .where(tables.Message.session_id == session_id, tables.Message.seq > seq)
        .order_by(tables.Message.seq)
        .limit(limit)
    )
    return (await db.scalars(statement)).all()
