"""The event log: the one place where events are appended and a session's status is written."""

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from tomas.core.clock import now
from tomas.core.errors import SessionNotFound, StaleEpoch
from tomas.core.events import Event
from tomas.core.session import FINAL, Status, check_transition
from tomas.core.text import storable
from tomas.store import tables
from tomas_engine import EngineOutput

_AGENT: Final = 100  # characters the columns take
_STAGE: Final = 200

# Built once: building a statement takes longer than running it. Columns that are given values join in.
_SESSIONS = cast(Table, tables.Session.__table__)
_ADVANCE = (
    update(_SESSIONS)
    .where(_SESSIONS.c.id == bindparam("the_session"))
    .values(last_seq=_SESSIONS.c.last_seq + bindparam("more"))
    .returning(_SESSIONS.c.last_seq)
)
_ADVANCE_AT_EPOCH = _ADVANCE.where(_SESSIONS.c.epoch == bindparam("the_epoch"))
_ADD_EVENTS = insert(cast(Table, tables.EventRow.__table__))
_ADD_MESSAGES = insert(cast(Table, tables.Message.__table__))


async def append(
    db: AsyncSession, session_id: str, outputs: Sequence[EngineOutput], *, epoch: int | None = None
) -> list[Event]:
    """Append `outputs` to the log of a session, with the rows derived from them, and return them as events.

    Numbers follow on without gaps: the row of the session is locked until the caller's commit. With `epoch`
    given, a writer whose attempt is no longer the session's gets StaleEpoch. Ring the session's bell after
    the commit.
    """
    return await db.run_sync(append_in, session_id, outputs, epoch=epoch)


def append_in(
    db: Session, session_id: str, outputs: Sequence[EngineOutput], *, epoch: int | None = None
) -> list[Event]:
    """Do the work of `append`, for units of work that run in one go (see `Database.write`)."""
    if not outputs:
        return []
    moment = now()
    stages = [output.stage for output in outputs if output.type == "stage" and output.stage]
    values: dict[str, Any] = {
        "the_session": session_id,
        "more": len(outputs),
        "updated_at": moment,
        **({"the_epoch": epoch} if epoch is not None else {}),
        **({"stage": storable(stages[-1], _STAGE)} if stages else {}),
    }
    db.flush()  # what the caller has added comes before what is appended
    last = db.connection().scalar(_ADVANCE if epoch is None else _ADVANCE_AT_EPOCH, values)
    if last is None:
        if epoch is not None:
            raise StaleEpoch(f"Attempt {epoch} of session {session_id} has been superseded.")
        raise SessionNotFound(f"There is no session {session_id}.")
    if loaded := db.identity_map.get(identity_key(tables.Session, session_id)):
        for name in ("updated_at", "stage"):
            if name in values:
                set_committed_value(loaded, name, values[name])
        set_committed_value(loaded, "last_seq", last)
    first = last - len(outputs) + 1
    events = [Event(first + i, moment, output) for i, output in enumerate(outputs)]
    _insert(db, session_id, events)
    return events


async def begin(db: AsyncSession, session: tables.Session, outputs: Sequence[EngineOutput]) -> None:
    """Store a new session as queued, its log beginning with `outputs`: in as few statements as will do."""
    check_transition(Status.CREATED, Status.QUEUED)
    queued = EngineOutput(type="status", metadata={"from": Status.CREATED, "to": Status.QUEUED})
    events = [Event(seq, session.created_at, output) for seq, output in enumerate([*outputs, queued], 1)]
    session.status, session.last_seq = Status.QUEUED, len(events)
    db.add(session)
    await db.flush()
    await db.run_sync(_insert, session.id, events)


async def set_status(
    db: AsyncSession, session_id: str, new: Status, reason: str | None = None, *, epoch: int | None = None
) -> None:
    """Move a session to `new`, or raise WrongTransition; a final status also ends its log and drops its keys."""
    session = await db.get(tables.Session, session_id, with_for_update=True, populate_existing=True)
    if session is None:
        raise SessionNotFound(f"There is no session {session_id}.")
    if epoch is not None and session.epoch != epoch:
        raise StaleEpoch(f"Attempt {epoch} of session {session_id} has been superseded.")
    old = Status(session.status)
    check_transition(old, new)
    session.status, session.reason = new, storable(reason) if reason else reason
    session.started_at = session.started_at or (now() if new is Status.RUNNING else None)
    outputs = [EngineOutput(type="status", content=reason or "", metadata={"from": old, "to": new})]
    if new in FINAL:
        session.finished_at, session.keys_encrypted, session.cancel_requested = now(), None, False
        session.lease_until = None
        outcome = "completed" if new is Status.COMPLETED else "failed"
        outputs.append(EngineOutput(type="end", status=outcome, content=reason or "", metadata={"status": new}))
    elif new is Status.QUEUED:
        session.finished_at = None
    await db.flush()
    await append(db, session_id, outputs)


def _insert(db: Session, session_id: str, events: Sequence[Event]) -> None:
    db.connection().execute(_ADD_EVENTS, [_row(session_id, event) for event in events])
    if messages := [_message(session_id, e) for e in events if e.output.type == "message" and e.output.content]:
        db.connection().execute(_ADD_MESSAGES, messages)


def _row(session_id: str, event: Event) -> dict[str, object]:
    return {
        "session_id": session_id,
        "seq": event.seq,
        "type": event.output.type,
        "payload": event.payload,
        "created_at": event.created_at,
    }


def _message(session_id: str, event: Event) -> dict[str, object]:
    output = event.output
    return {
        "session_id": session_id,
        "seq": event.seq,
        "role": output.metadata.get("role", "agent"),
        "agent": storable(output.agent, _AGENT) if output.agent else None,
        "stage": storable(output.stage, _STAGE) if output.stage else None,
        "content": storable(output.content),
        "created_at": event.created_at,
    }
