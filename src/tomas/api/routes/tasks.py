"""Sessions: lists and single ones, and what is done to them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from tomas.api.problems import responses
from tomas.api.schemas.common import Page
from tomas.api.schemas.tasks import Accepted, Task, TaskStatus, TaskSummary
from tomas.api.state import Context, Db, State
from tomas.core.session import Status
from tomas.services import control
from tomas.services import sessions as service
from tomas.store import sessions

router = APIRouter(prefix="/tasks", tags=["Tasks"])


@router.get("", responses=responses())
async def list_tasks(
    database: Db,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: Annotated[Status | None, Query()] = None,
    mode: Annotated[str | None, Query(max_length=100)] = None,
    engine: Annotated[str | None, Query(max_length=100)] = None,
    text: Annotated[str | None, Query(max_length=500, description="Looked for in title and task.")] = None,
) -> Page[TaskSummary]:
    """List sessions, newest first."""
    async with database.reading() as db:
        rows, after = await sessions.page(
            db, cursor=cursor, limit=limit, status=status, mode=mode, engine=engine, text=text
        )
    return Page(items=[TaskSummary.of(row) for row in rows], next_cursor=after)


@router.get("/{session_id}", responses=responses(404))
async def get_task(session_id: str, database: Db) -> Task:
    """Return a session, with its task, inputs and configuration."""
    async with database.reading() as db:
        session = await sessions.get(db, session_id)
        return Task.with_config(session, (await sessions.config_of(db, session)).body)


@router.delete("/{session_id}", status_code=204, responses=responses(404, 409))
async def delete_task(session_id: str, database: Db, context: Context) -> None:
    """Remove a session that has ended, with its files; its costs stay in the usage history."""
    await service.delete(database, context, session_id)


@router.get("/{session_id}/status", responses=responses(404))
async def get_task_status(session_id: str, database: Db) -> TaskStatus:
    """Say where a session stands."""
    async with database.reading() as db:
        return TaskStatus.of(await sessions.get(db, session_id))


@router.post("/{session_id}/cancel", responses={202: {"model": Accepted}, **responses(404, 409)})
async def cancel_task(session_id: str, state: State) -> Accepted:
    """End a session: every process of it is gone when the answer comes; what it made stays."""
    status = await control.cancel(state.database, state.signals, session_id)
    message = "Nothing of the session runs any more." if status is Status.CANCELLED else "The session is being ended."
    return Accepted(session_id=session_id, status=status, message=message)


@router.post("/{session_id}/pause", responses=responses(404, 409))
async def pause_task(session_id: str, database: Db) -> Any:
    """Pause a session; not possible yet."""
    await control.pause(database, session_id)


@router.post("/{session_id}/resume", responses=responses(404, 409))
async def resume_task(session_id: str, database: Db) -> Any:
    """Resume a session; not possible yet."""
    await control.resume(database, session_id)
