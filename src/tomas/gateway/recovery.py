"""Recovery: what a gateway that was killed left behind."""

from sqlalchemy.orm import Session

from tomas.core.session import FINAL, Status
from tomas.gateway.events import lost_event
from tomas.services import log
from tomas.store import calls, tables
from tomas.store.database import Database


async def recover(database: Database, *, only_ended: bool = False) -> int:
    """Mark the calls lost whose answers nobody waits for any more, tell their sessions, and return how many.

    Call it before the gateway starts. Where other gateways work on the same database, `only_ended` spares what
    may be theirs: the calls of attempts that are not over.
    """
    return await database.write(lambda db: _recover(db, only_ended=only_ended))


def _recover(db: Session, *, only_ended: bool) -> int:
    lost = calls.lose_all(db, only_ended=only_ended)
    for session_id in dict.fromkeys(call.session_id for call in lost):
        session = db.get(tables.Session, session_id, with_for_update=True)
        if session is not None and Status(session.status) not in FINAL:
            log.append_in(db, session_id, [lost_event(call) for call in lost if call.session_id == session_id])
    return len(lost)
