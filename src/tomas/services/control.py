"""What a person does to a session that exists: cancel; pause and resume have an issue of their own."""

import time
from typing import Final, NoReturn

from sqlalchemy.ext.asyncio import AsyncSession

from tomas.core.errors import EngineCannot, SessionNotFound, WrongTransition
from tomas.core.session import ACTIVE, FINAL, Status
from tomas.services import log
from tomas.store import tables
from tomas.store.database import Database
from tomas.store.signals import QUEUE, Signals, control_key

_WAIT_SECONDS: Final = 5.0


async def cancel(database: Database, signals: Signals, session_id: str) -> Status:
    """End a session and return its status once nothing of it runs any more.

    WrongTransition if it has ended already. The status is not final yet only if the executor that holds it
    did not answer within five seconds; it ends the session as soon as it does.
    """
    async with database.transaction() as db:
        session = await _locked(db, session_id)
        status = Status(session.status)
        if status in FINAL:
            raise WrongTransition(f"The session is {status} already: there is nothing to cancel.")
        if status in ACTIVE:
            session.cancel_requested = True
        else:
            await log.set_status(db, session_id, Status.CANCELLED, "Cancelled by the user.")
    with signals.listen(session_id) as bell:
        signals.ring(control_key(session_id))
        signals.ring(session_id)
        signals.ring(QUEUE)
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            bell.clear()
            async with database.reading() as db:
                status = Status((await _locked(db, session_id)).status)
            if status in FINAL or time.monotonic() > until:
                return status
            await bell.wait(0.1)


async def pause(database: Database, session_id: str) -> NoReturn:
    """Refuse: sessions cannot be paused yet."""
    await _refuse(database, session_id, "paused")


async def resume(database: Database, session_id: str) -> NoReturn:
    """Refuse: sessions cannot be resumed yet."""
    await _refuse(database, session_id, "resumed")


async def _refuse(database: Database, session_id: str, what: str) -> NoReturn:
    async with database.reading() as db:
        session = await db.get(tables.Session, session_id)
    if session is None:
        raise SessionNotFound(f"There is no session {session_id}.")
    raise EngineCannot(f"Sessions cannot be {what} yet. This one is {session.status}; it can be cancelled.")


async def _locked(db: AsyncSession, session_id: str) -> tables.Session:
    session = await db.get(tables.Session, session_id, with_for_update=True, populate_existing=True)
    if session is None:
        raise SessionNotFound(f"There is no session {session_id}.")
    return session
