"""Model calls: the journal the gateway keeps. It is written before a call is sent, and again before it is delivered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.store import tables


class Key(NamedTuple):
    """What makes a call the same as an earlier one of its session."""

    stage: str
    request_hash: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """The attempt a worker's token was made for, and what its session's calls need to know."""

    session_id: str
    attempt: int
    mode_id: str
    engine: str
    rehearsal: bool
    keys_encrypted: bytes | None
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an attempt may call: its session's status and epoch, and when the attempt ended, if it did."""

    status: str
    epoch: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer of an earlier call."""

    id: str
    attempt: int
    provider: str
    model: str
    http_status: int
    headers: dict[str, str]
    body: bytes  # zlib
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int


async def token_owner(db: AsyncSession, token_hash: str) -> TokenOwner | None:
    """Return whom a token belongs to, None if to nobody; whether it may still be used, `standing` says."""
    session, attempt = tables.Session, tables.Attempt
    statement = (
        select(
            session.id,
            attempt.number,
            session.mode_id,
            session.engine,
            session.rehearsal,
            session.keys_encrypted,
            tables.Config.body,
        )
        .select_from(attempt)
        .join(session, session.id == attempt.session_id)
        .join(tables.Config, tables.Config.digest == session.config_digest)
        .where(attempt.token_hash == token_hash)
    )
    row = (await db.execute(statement)).one_or_none()
    return TokenOwner(*row) if row else None


async def answered(db: AsyncSession, session_id: str) -> dict[Key, str]:
    """Return the ids of a session's answered calls, by what was asked."""
    call = tables.Call
    statement = select(call.stage, call.request_hash, call.occurrence, call.id).where(
        call.session_id == session_id, call.status == "answered"
    )
    return {Key(stage, request_hash, n): call_id for stage, request_hash, n, call_id in await db.execute(statement)}


async def standing(db: AsyncSession, session_id: str, attempt: int, *, lock: bool = False) -> Standing | None:
    """Return how an attempt stands, None if its session is gone; with `lock`, the session's row stays as it is."""
    statement = (
        select(tables.Session.status, tables.Session.epoch, tables.Attempt.ended_at)
        .join(tables.Attempt, tables.Attempt.session_id == tables.Session.id)
        .where(tables.Session.id == session_id, tables.Attempt.number == attempt)
    )
    if lock:
        statement = statement.with_for_update(of=tables.Session)
    row = (await db.execute(statement)).one_or_none()
    return Standing(*row) if row else None


async def add(db: AsyncSession, values: Mapping[str, Any]) -> None:
    """Journal a call that is about to be sent; IntegrityError if an equal one is under way or answered."""
    await db.execute(insert(tables.Call), [dict(values)])


async def settle(db: AsyncSession, call_id: str, values: Mapping[str, Any]) -> None:
    """Write what became of a pending call; one that was given up meanwhile stays lost."""
    call = tables.Call
    await db.execute(update(call).where(call.id == call_id, call.status == "pending").values(**values))


async def add_cost(db: AsyncSession, values: Mapping[str, Any]) -> None:
    """Add a row to the usage history."""
    await db.execute(insert(tables.Cost), [dict(values)])


async def add_to_session(
    db: AsyncSession, session_id: str, *, model_calls: int, cost_nano: int, input_tokens: int, output_tokens: int
) -> str | None:
    """Add to a session's sums and return its status, None if it is gone; its row is locked until the commit."""
    session = tables.Session
    values: dict[str, object] = {
        "model_calls": session.model_calls + model_calls,
        "cost_nano": session.cost_nano + cost_nano,
        "input_tokens": session.input_tokens + input_tokens,
        "output_tokens": session.output_tokens + output_tokens,
    }
    return await db.scalar(update(session).where(session.id == session_id).values(values).returning(session.status))


async def recorded(db: AsyncSession, call_id: str) -> Recorded | None:
    """Return the answer of a call, None if it has none or its session is gone."""
    call = tables.Call
    statement = select(
        call.id,
        call.attempt,
        call.provider,
        call.model,
        call.http_status,
        call.response_headers,
        call.response,
        call.input_tokens,
        call.cached_tokens,
        call.output_tokens,
        call.reasoning_tokens,
    ).where(call.id == call_id, call.status == "answered")
    row = (await db.execute(statement)).one_or_none()
    return Recorded(*row) if row else None  # pyright: ignore[reportArgumentType] - an answered call has all of them


async def mark_delivered(db: AsyncSession, call_ids: Collection[str]) -> None:
    """Note that the answers of these calls reached their worker whole."""
    await db.execute(update(tables.Call).where(tables.Call.id.in_(call_ids)).values(delivered=True))


async def lose(db: AsyncSession, session_id: str, key: Key) -> None:
    """Give up a pending call that nobody waits for any more."""
    call = tables.Call
    await _lose(
        db,
        (call.session_id == session_id)
        & (call.stage == key.stage)
        & (call.request_hash == key.request_hash)
        & (call.occurrence == key.occurrence),
    )


class Lost(NamedTuple):
    """A call of which nobody knows whether it was answered, and what it may have cost."""

    session_id: str
    id: str
    agent: str | None
    stage: str
    provider: str
    model: str


async def lose_all(db: AsyncSession, *, only_ended: bool) -> list[Lost]:
    """Give up all pending calls, or with `only_ended` those of attempts that are over; return them."""
    where: ColumnElement[bool] | None = None
    if only_ended:
        over = select(tables.Attempt.session_id).where(
            tables.Attempt.session_id == tables.Call.session_id,
            tables.Attempt.number == tables.Call.attempt,
            tables.Attempt.ended_at.is_not(None),
        )
        where = over.exists()
    return await _lose(db, where)


async def _lose(db: AsyncSession, where: ColumnElement[bool] | None) -> list[Lost]:
    call = tables.Call
    condition = call.status == "pending"
    if where is not None:
        condition &= where
    error = "The gateway ended before the answer was recorded. It may have cost something."
    statement = (
        update(call)
        .where(condition)
        .values(status="lost", error=error)
        .returning(call.session_id, call.id, call.agent, call.stage, call.provider, call.model)
        .execution_options(synchronize_session=False)
    )
    return [Lost(*row) for row in await db.execute(statement)]
