"""Uploads: files a session may be given."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tomas.api.downloads import file_response
from tomas.api.problems import responses
from tomas.api.schemas.files import FileInfo
from tomas.api.state import Context, Db, State
from tomas.api.uploads import Upload
from tomas.core.errors import FileNotFound, TooLarge
from tomas.services.files import delete_upload, store_upload
from tomas.store import files

router = APIRouter(prefix="/files", tags=["Files"])
_FRAME: Final = 16 * 1024  # bytes a form takes beside its file
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
                }
            }
        },
    }
}


@router.post("", status_code=201, responses=responses(413, 507), openapi_extra=_FORM)
async def upload_file(request: Request, state: State) -> FileInfo:
    """Store a file, in the form's field `file`; it is written to disk as it arrives."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > state.max_upload_bytes + _FRAME:
        raise TooLarge(f"The upload has {int(length):,} bytes; this server takes {state.max_upload_bytes:,}.")
    upload = Upload(request)
    name = await upload.name()
    workspace_dir = state.context.workspace_dir
    return FileInfo.of(await store_upload(state.database, workspace_dir, name, upload.chunks(), state.max_upload_bytes))


@router.get("/{file_id}", response_class=Response, responses={200: {}, 206: {}, **responses(404, 416)})
async def download_file(file_id: str, database: Db, context: Context) -> Response:
    """Send an upload back, as an attachment; ranges are served."""
    async with database.reading() as db:
        row = await files.get(db, file_id)
    if row.session_id is not None:
        raise FileNotFound(f"The file belongs to a session: /api/tasks/{row.session_id}/files/{file_id}.")
    return file_response(context.workspace_dir, row)


@router.delete("/{file_id}", status_code=204, responses=responses(404, 409))
async def delete_file(file_id: str, database: Db, context: Context) -> None:
    """Remove an upload; sessions that were given it keep their copy."""
    await delete_upload(database, context.workspace_dir, file_id)
