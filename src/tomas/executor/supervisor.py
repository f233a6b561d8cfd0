"""The supervisor: claims queued sessions in order, keeps each one's fault to itself, takes up lost ones."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from tomas.core.errors import StaleEpoch
from tomas.core.session import Status
from tomas.executor.claims import Claim, claim_next, give_back, lost_sessions
from tomas.executor.execution import Ending, Resources, finish, run
from tomas.store.signals import QUEUE

_POLL_SECONDS: Final = 1.0
_log = structlog.get_logger()


async def supervise(resources: Resources, concurrent: int, *, alone: bool, started: Callable[[], None]) -> None:
    """Work until cancelled; then every worker is ended and its session queued again.

    `alone`: no other executor shares the database, so that sessions found running are lost ones.
    """
    await recover(resources, all_leases=alone)
    started()  # from here on the server may call itself ready
    slots = asyncio.Semaphore(concurrent)
    async with asyncio.TaskGroup() as group:
        with resources.signals.listen(QUEUE) as bell:
            while True:
                bell.clear()
                try:
                    while not slots.locked() and (claim := await _claim(resources)):
                        await slots.acquire()
                        group.create_task(_one(resources, claim, slots))
                    await recover(resources, all_leases=False)
                except (SQLAlchemyError, OSError):
                    _log.exception("the database cannot be used at the moment")
                await bell.wait(_POLL_SECONDS)


async def recover(resources: Resources, *, all_leases: bool) -> None:
    """Queue the sessions whose server is gone."""
    async with resources.database.reading() as db:
        lost = await lost_sessions(db, all_leases=all_leases)
    for session_id, epoch in lost:
        async with resources.database.transaction() as db:
            await give_back(db, session_id, epoch, "The server that worked on it is gone.")
        resources.signals.ring(session_id)


async def _claim(resources: Resources) -> Claim | None:
    async with resources.database.transaction() as db:
        claim = await claim_next(db)
    if claim:
        resources.signals.ring(claim.session_id)
    return claim


async def _one(resources: Resources, claim: Claim, slots: asyncio.Semaphore) -> None:
    workspace = resources.context.workspace_dir / claim.session_id
    try:
        await run(resources, claim)
    except asyncio.CancelledError:  # the server stops: the session is taken up by the next one
        ending = Ending(Status.QUEUED, "The server was stopped.", lost=True)
        await asyncio.shield(finish(resources, claim, ending, workspace))
        raise
    except Exception as error:  # noqa: BLE001 - one session's fault never reaches its siblings
        await _record_fault(resources, claim, workspace, error)
    finally:
        slots.release()
        resources.signals.ring(QUEUE)


async def _record_fault(resources: Resources, claim: Claim, workspace: Path, error: Exception) -> None:
    if _stale(error):
        _log.warning("attempt superseded", session_id=claim.session_id, epoch=claim.epoch)
        return
    _log.error("session failed", session_id=claim.session_id, exc_info=error)
    reason = f"TOMAS itself failed on this session ({type(error).__name__}); the server's log says more."
    try:
        await finish(resources, claim, Ending(Status.FAILED, reason), workspace)
    except Exception:  # noqa: BLE001 - as above; the session is taken up again when its lease runs out
        _log.exception("fault not recorded", session_id=claim.session_id)


def _stale(error: BaseException) -> bool:
    """Say whether an attempt ended because another one had taken over."""
    if isinstance(error, BaseExceptionGroup):
        return any(_stale(one) for one in error.exceptions)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType, reportUnknownMemberType]
    return isinstance(error, StaleEpoch)
