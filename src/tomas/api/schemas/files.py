"""Shapes of files."""

from pydantic import BaseModel, Field

from tomas.api.schemas.common import Moment
from tomas.store import tables


class FileInfo(BaseModel):
    """A file: an upload, a session's input, or something a session made."""

    file_id: str
    name: str
    path: str | None = Field(description="Below the session's folder; null for an upload.")
    kind: str
    output: str | None = Field(description="The declared output it belongs to.")
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    created_at: Moment
    url: str

    @classmethod
    def of(cls, file: tables.File) -> "FileInfo":
        """Build from the row."""
        of_session = file.session_id is not None
        return cls(
            file_id=file.id,
            name=file.name.rpartition("/")[2],
            path=file.path.partition("/")[2] if of_session else None,
            kind=file.kind,
            output=file.output,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            created_at=file.created_at,
            url=f"/api/tasks/{file.session_id}/files/{file.id}" if of_session else f"/api/files/{file.id}",
        )
