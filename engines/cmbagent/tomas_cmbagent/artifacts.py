"""Finds the files that came into being in a session's workspace."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from tomas_engine import Artifact

_SEARCHED = ("outputs", "work")
# CMBAgent's own book-keeping: conversations are events, costs are metered at the gateway.
_SKIPPED = {"__pycache__", "chats", "context", "cost", "time"}
_SKIPPED_SUFFIXES = {".pkl", ".pyc"}
_SKIPPED_PREFIX = "timing_report_"


class Artifacts:
    """Knows which files were reported, by size and time of change."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._seen: dict[str, tuple[int, int]] = {}

    def new(self) -> tuple[Artifact, ...]:
        """Return the files that are new or changed since the last call, by path."""
        found: list[Artifact] = []
        for name in _SEARCHED:
            for file in sorted(_files(self._workspace / name)):
                state = file.stat()
                path = file.relative_to(self._workspace).as_posix()
                mark = (state.st_size, state.st_mtime_ns)
                if self._seen.get(path) != mark:
                    self._seen[path] = mark
                    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                    found.append(Artifact(path=path, name=file.name, media_type=media_type))
        return tuple(found)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files below `folder`; links are not followed, they may lead out of the workspace."""
    if not folder.is_dir() or folder.is_symlink():
        return
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name in _SKIPPED or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.is_file() and not (entry.suffix in _SKIPPED_SUFFIXES or entry.name.startswith(_SKIPPED_PREFIX)):
            yield entry
