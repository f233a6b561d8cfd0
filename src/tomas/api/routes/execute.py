"""Start sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from fastapi.sse import EventSourceResponse

from tomas.api.problems import responses
from tomas.api.schemas.tasks import Accepted, ExecuteRequest
from tomas.api.state import ApiState, State
from tomas.api.streams import frames
from tomas.core.session import Status
from tomas.services import sessions
from tomas.store import tables
from tomas.store.signals import QUEUE

router = APIRouter(tags=["Tasks"])
_STREAMED: dict[str, Any] = {"description": "The session's events.", "content": {"text/event-stream": {}}}
Asked = Annotated[ExecuteRequest, Body()]


@router.post(
    "/execute",
    status_code=202,
    response_model=Accepted,
    responses={200: _STREAMED, **responses(404, 409, 413, 507)},
)
async def execute_task(asked: Asked, state: State, response: Response) -> Any:
    """Store a session and queue it; with `stream`, answer with its events."""
    session = await _create(asked, state)
    if asked.stream:
        return _stream(state, session)
    response.headers["Location"] = f"/api/tasks/{session.id}"
    message = "Rehearsal: scripts answer, no language model." if session.rehearsal else "The session is queued."
    return Accepted(session_id=session.id, status=Status(session.status), message=message)


@router.post(
    "/execute/stream",
    response_class=Response,
    responses={200: _STREAMED, **responses(404, 409, 413, 507)},
)
async def execute_task_stream(asked: Asked, state: State) -> Response:
    """Store a session, queue it, and answer with its events; it goes on if the client leaves."""
    return _stream(state, await _create(asked, state))


async def _create(asked: ExecuteRequest, state: ApiState) -> tables.Session:
    new = sessions.NewSession(**asked.model_dump(exclude={"stream"}))
    session = await sessions.create(state.database, state.context, new)
    state.signals.ring(QUEUE)
    return session


def _stream(state: ApiState, session: tables.Session) -> Response:
    headers = {"Location": f"/api/tasks/{session.id}", "X-Session-Id": session.id}
    return EventSourceResponse(
        frames(state.database, state.signals, session.id, 0), headers=headers | {"Cache-Control": "no-store"}
    )
