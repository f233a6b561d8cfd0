"""Model calls: the journal the gateway keeps. It is written before a call is sent, and again before it is delivered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from tomas.store import tables

# The statements of the way of each call are built once: building them takes longer than running them.
_CALLS = cast(Table, tables.Call.__table__)
_SESSIONS = cast(Table, tables.Session.__table__)
_ATTEMPTS = cast(Table, tables.Attempt.__table__)
_STANDING = (
    select(_SESSIONS.c.status, _SESSIONS.c.epoch, _ATTEMPTS.c.ended_at)
    .join(_ATTEMPTS, _ATTEMPTS.c.session_id == _SESSIONS.c.id)
    .where(_SESSIONS.c.id == bindparam("the_session"), _ATTEMPTS.c.number == bindparam("the_attempt"))
)
_STANDING_LOCKED = _STANDING.with_for_update(of=_SESSIONS)
_ADD = insert(_CALLS)
_SETTLE = update(_CALLS).where(_CALLS.c.id == bindparam("the_call"), _CALLS.c.status == "pending")
_DELIVERED = update(_CALLS).where(_CALLS.c.id == bindparam("the_call")).values(delivered=True)
_ADD_COST = insert(cast(Table, tables.Cost.__table__))
_SUMS = ("model_calls", "cost_nano", "input_tokens", "output_tokens")
_ADD_TO_SESSION = (
    update(_SESSIONS)
    .where(_SESSIONS.c.id == bindparam("the_session"))
    .values({name: _SESSIONS.c[name] + bindparam(f"more_{name}") for name in _SUMS})
    .returning(_SESSIONS.c.status)
)


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


def standing(db: Session, session_id: str, attempt: int, *, lock: bool = False) -> Standing | None:
    """Return how an attempt stands, None if its session is gone; with `lock`, the session's row stays as it is."""
    statement = _STANDING_LOCKED if lock else _STANDING
    row = db.connection().execute(statement, {"the_session": session_id, "the_attempt": attempt}).one_or_none()
    return Standing(*row) if row else None


def add(db: Session, values: Mapping[str, Any]) -> None:
    """Journal a call that is about to be sent; IntegrityError if an equal one is under way or answered."""
    db.connection().execute(_ADD, values)


def settle(db: Session, call_id: str, values: Mapping[str, Any]) -> None:
    """Write what became of a pending call; one that was given up meanwhile stays lost."""
    db.connection().execute(_SETTLE, {**values, "the_call": call_id})


def add_cost(db: Session, values: Mapping[str, Any]) -> None:
    """Add a row to the usage history."""
    db.connection().execute(_ADD_COST, values)


def add_to_session(
    db: Session, session_id: str, *, model_calls: int, cost_nano: int, input_tokens: int, output_tokens: int
) -> str | None:
    """Add to a session's sums and return its status, None if it is gone; its row is locked until the commit."""
    more = zip(_SUMS, (model_calls, cost_nano, input_tokens, output_tokens), strict=True)
    values = {f"more_{name}": value for name, value in more}
    return db.connection().scalar(_ADD_TO_SESSION, {**values, "the_session": session_id})


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


def mark_delivered(db: Session, call_ids: Collection[str]) -> None:
    """Note that the answers of these calls reached their worker whole."""
    db.connection().execute(_DELIVERED, [{"the_call": call_id} for call_id in call_ids])


def lose(db: Session, session_id: str, key: Key) -> None:
    """Give up a pending call that nobody waits for any more."""
    call = tables.Call
    _lose(
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


def lose_all(db: Session, *, only_ended: bool) -> list[Lost]:
    """Give up all pending calls, or with `only_ended` those of attempts that are over; return them."""
    where: ColumnElement[bool] | None = None
    if only_ended:
        over = select(tables.Attempt.session_id).where(
            tables.Attempt.session_id == tables.Call.session_id,
            tables.Attempt.number == tables.Call.attempt,
            tables.Attempt.ended_at.is_not(None),
        )
        where = over.exists()
    return _lose(db, where)


def _lose(db: Session, where: ColumnElement[bool] | None) -> list[Lost]:
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
    return [Lost(*row) for row in db.execute(statement)]
