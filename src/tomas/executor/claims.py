"""Claims: how a queued session becomes an attempt of ours, and how it is given back."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.core.clock import now
from tomas.core.session import ACTIVE, Status
from tomas.services import log
from tomas.store import tables

LEASE: Final = timedelta(seconds=30)
_POISON_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a session: its fence, its worker's gateway token, and where the last one stood."""

    session_id: str
    epoch: int
    token: str
    checkpoint: dict[str, Any] | None


async def claim_next(db: AsyncSession) -> Claim | None:
    """Take the oldest queued session, if there is one."""
    statement = (
        select(tables.Session)
        .where(tables.Session.status == Status.QUEUED)
        .order_by(tables.Session.created_at, tables.Session.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    session = await db.scalar(statement)
    if session is None:
        return None
    token = secrets.token_urlsafe(32)
    session.epoch += 1
    session.lease_until = now() + LEASE
    await db.flush()
    await log.set_status(db, session.id, Status.RUNNING)
    attempt = tables.Attempt(
        session_id=session.id,
        number=session.epoch,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        started_at=now(),
    )
    db.add(attempt)
    return Claim(session.id, session.epoch, token, await last_checkpoint(db, session.id))


async def last_checkpoint(db: AsyncSession, session_id: str) -> dict[str, Any] | None:
    """Return the newest checkpoint any attempt left."""
    statement = (
        select(tables.Attempt.checkpoint)
        .where(tables.Attempt.session_id == session_id, tables.Attempt.checkpoint.is_not(None))
        .order_by(tables.Attempt.number.desc())
        .limit(1)
    )
    return await db.scalar(statement)


async def renew(db: AsyncSession, claim: Claim) -> bool:
    """Extend the lease; False when another attempt has taken over."""
    statement = (
        update(tables.Session)
        .where(tables.Session.id == claim.session_id, tables.Session.epoch == claim.epoch)
        .values(lease_until=now() + LEASE)
        .returning(tables.Session.id)
    )
    return await db.scalar(statement) is not None


async def end_attempt(db: AsyncSession, session_id: str, epoch: int, outcome: str, error: str | None) -> None:
    """Close the attempt's row; its token is good for nothing from here on."""
    statement = (
        update(tables.Attempt)
        .where(tables.Attempt.session_id == session_id, tables.Attempt.number == epoch)
        .values(ended_at=now(), outcome=outcome, error=error)
    )
    await db.execute(statement)


async def give_back(db: AsyncSession, session_id: str, epoch: int, why: str) -> Status:
    """Queue a session whose worker or server was lost; fail it when it loses every worker it gets."""
    await end_attempt(db, session_id, epoch, "lost", why)
    attempts = list(
        await db.execute(
            select(tables.Attempt.checkpoint, tables.Attempt.outcome)
            .where(tables.Attempt.session_id == session_id)
            .order_by(tables.Attempt.number.desc())
            .limit(_POISON_ATTEMPTS)
        )
    )
    poison = len(attempts) == _POISON_ATTEMPTS and all(
        checkpoint is None and outcome == "lost" for checkpoint, outcome in attempts
    )
    new = Status.FAILED if poison else Status.QUEUED
    reason = f"{why} {_POISON_ATTEMPTS} attempts were lost without getting further." if poison else why
    await log.set_status(db, session_id, new, reason, epoch=epoch)
    return new


async def lost_sessions(db: AsyncSession, *, all_leases: bool) -> list[tuple[str, int]]:
    """Return (id, epoch) of sessions that nobody works on: their lease has run out, or `all_leases` is void."""
    statement = select(tables.Session.id, tables.Session.epoch).where(tables.Session.status.in_(ACTIVE))
    if not all_leases:
        statement = statement.where(tables.Session.lease_until < now())
    return [(row.id, row.epoch) for row in await db.execute(statement)]
