"""What a session left on record: events, messages, results, costs, files, and all of it as an archive."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse

from tomas.api.downloads import attachment, file_response
from tomas.api.problems import responses
from tomas.api.schemas.common import Page, Spent
from tomas.api.schemas.files import FileInfo
from tomas.api.schemas.tasks import CostItem, Costs, EventPage, Message, MessagePage, OutputInfo, Results
from tomas.api.state import Context, Db, State
from tomas.api.streams import Position, frames
from tomas.core.session import FINAL, Status
from tomas.services import archive
from tomas.services import results as results_service
from tomas.store import costs, events, files, sessions

router = APIRouter(prefix="/tasks/{session_id}", tags=["Records"])
After = Annotated[int, Query(ge=0, le=2**62, description="The number of the last one seen.")]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/events", response_model=EventPage, responses=responses(404))
async def list_task_events(
    session_id: str,
    database: Db,
    after: After = 0,
    limit: Limit = 100,
    type: Annotated[list[str] | None, Query(max_length=20)] = None,  # noqa: A002 - the parameter's name
) -> Response:
    """List events by number."""
    async with database.reading() as db:
        session = await sessions.get(db, session_id)
        rows = await events.after(db, session_id, after, limit, type or ())
    more = rows[-1][0] if rows and rows[-1][0] < session.last_seq else None
    body = ",".join(payload for _, _, payload in rows)  # JSON already: serialised once, when it was stored
    text = f'{{"items":[{body}],"next_after":{"null" if more is None else more}}}'
    return Response(text, media_type="application/json")


@router.get("/stream", response_class=Response, responses={204: {}, **responses(404)})
async def stream_task(session_id: str, state: State, position: Position) -> Response:
    """Stream events as they are stored, up to the end; 204 for a client that has seen it."""
    async with state.database.reading() as db:
        session = await sessions.get(db, session_id)
    if Status(session.status) in FINAL and position >= session.last_seq:
        return Response(status_code=204)
    stream = frames(state.database, state.signals, session_id, position)
    return EventSourceResponse(stream, headers={"Cache-Control": "no-store"})


@router.get("/messages", responses=responses(404))
async def list_task_messages(session_id: str, database: Db, after: After = 0, limit: Limit = 100) -> MessagePage:
    """List what agents and people said."""
    async with database.reading() as db:
        await sessions.get(db, session_id)
        rows = await events.messages_after(db, session_id, after, limit)
    more = rows[-1].seq if len(rows) == limit else None
    return MessagePage(items=[Message.model_validate(row) for row in rows], next_after=more)


@router.get("/results", responses=responses(404))
async def get_task_results(session_id: str, database: Db, context: Context) -> Results:
    """Return each declared output by name, whatever else was made, and the costs; also while the session runs."""
    made = await results_service.results(database, context, session_id)
    outputs = [_output(view) for view in made.outputs]
    return Results(
        session_id=session_id,
        status=Status(made.session.status),
        reason=made.session.reason,
        rehearsal=made.rehearsal,
        outputs=outputs,
        artifacts=[FileInfo.of(file) for file in made.artifacts],
        costs=Spent.of(made.costs.total),
    )


@router.get("/costs", responses=responses(404))
async def get_task_costs(session_id: str, database: Db) -> Costs:
    """Return what a session cost: in all, by model, stage and agent, and call by call."""
    async with database.reading() as db:
        await sessions.get(db, session_id)
        summary = await costs.summary(db, session_id)
        rows = await costs.of_session(db, session_id)
    return Costs(
        total=Spent.of(summary.total),
        by_model={name: Spent.of(sums) for name, sums in summary.by_model.items()},
        by_stage={name: Spent.of(sums) for name, sums in summary.by_stage.items()},
        by_agent={name: Spent.of(sums) for name, sums in summary.by_agent.items()},
        items=[CostItem.of(row) for row in rows],
    )


@router.get("/files", responses=responses(404))
async def list_task_files(session_id: str, database: Db) -> Page[FileInfo]:
    """List a session's files: inputs, declared outputs, whatever else it made."""
    async with database.reading() as db:
        await sessions.get(db, session_id)
        rows = await files.of_session(db, session_id)
    return Page(items=[FileInfo.of(row) for row in rows])


@router.get("/files/{file_id}", response_class=Response, responses={200: {}, 206: {}, **responses(404, 416)})
async def download_task_file(session_id: str, file_id: str, database: Db, context: Context) -> Response:
    """Send a file as an attachment; ranges are served."""
    async with database.reading() as db:
        await sessions.get(db, session_id)
        row = await files.get(db, file_id, session_id)
    return file_response(context.workspace_dir, row)


@router.get(
    "/archive", response_class=Response, responses={200: {"content": {"application/zip": {}}}, **responses(404)}
)
async def download_task_archive(session_id: str, database: Db, context: Context) -> Response:
    """Stream a zip of what the session made, with its events and costs."""
    rows = await archive.contents(database, session_id)
    stream = archive.stream(database, context.workspace_dir, session_id, rows)
    return StreamingResponse(stream, media_type="application/zip", headers=attachment(f"{session_id}.zip"))


def _output(view: results_service.OutputView) -> OutputInfo:
    values: dict[str, Any] = {name: getattr(view, name) for name in OutputInfo.model_fields if name != "files"}
    return OutputInfo(**values, files=[FileInfo.of(file) for file in view.files])
