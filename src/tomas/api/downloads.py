"""Files as answers: attachments that can never act as pages of this server."""

from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse

from tomas.core.errors import FileNotFound
from tomas.services.files import path_of
from tomas.store import tables


def file_response(workspace_dir: Path, file: tables.File) -> Response:
    """Send a file by its row; ranges and conditional requests are answered. FileNotFound if it is gone."""
    path = path_of(workspace_dir, file)
    if not path.is_file():
        raise FileNotFound(f"The file {file.name} is no longer there.")
    headers = attachment(file.name.rpartition("/")[2])
    return FileResponse(path, media_type=file.media_type, headers=headers)


def attachment(name: str) -> dict[str, str]:
    """Return the headers under which a browser stores a file rather than show it, whatever it holds."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name) or "file"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
