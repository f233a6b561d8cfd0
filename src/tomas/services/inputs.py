"""A session's own copy of what the user gave: checked, its text taken out, and closed to writing."""

import asyncio
import hashlib
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tomas.core.clock import now
from tomas.core.errors import FileNotFound, InvalidFile, InvalidInput
from tomas.core.ids import new_id
from tomas.modes.spec import InputSpec, Mode
from tomas.services.formats.media import suffix_of
from tomas.services.inspection import inspect
from tomas.services.paths import inside, safe_name, shown_name, sync
from tomas.store import tables

FOLDERS: Final = ("inputs", "outputs", "checkpoints", "logs")


@dataclass(slots=True)
class Material:
    """The rows of a session's input files, and its form with their ids in place of the uploads'."""

    input_data: dict[str, Any]
    rows: list[tables.File] = field(default_factory=list[tables.File])
    faults: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def file_ids(mode: Mode, values: Mapping[str, Any]) -> list[str]:
    """Return the ids of all files a form names."""
    return [one for spec in mode.inputs if spec.type == "file" for one in values.get(spec.name, ())]


async def materialise(
    workspace_dir: Path, session_id: str, mode: Mode, values: Mapping[str, Any], uploads: Mapping[str, tables.File]
) -> Material:
    """Make the session's folders and fill `inputs/`; InvalidInput or InvalidFile names each field that is wrong.

    The caller removes the folder if anything fails, here or later.
    """
    workspace = workspace_dir / session_id
    await asyncio.to_thread(_make_folders, workspace)
    material = Material(dict(values))
    for spec in mode.inputs:
        if spec.type == "file" and spec.name in values:
            await _fill(workspace_dir, session_id, spec, uploads, material)
    if material.faults:
        told = "; ".join(f"{path}: {fault}" for path, fault in material.faults)
        unknown = all(fault.startswith("there is no file") for _, fault in material.faults)
        raise (InvalidInput if unknown else InvalidFile)(told, material.faults)
    if material.rows:
        await asyncio.to_thread(_close, workspace / "inputs")
    return material


async def _fill(
    workspace_dir: Path, session_id: str, spec: InputSpec, uploads: Mapping[str, tables.File], material: Material
) -> None:
    ids: list[str] = []
    for place, upload_id in enumerate(material.input_data[spec.name]):
        path = f"input_data.{spec.name}" + (f".{place}" if spec.multiple else "")
        upload = uploads.get(upload_id)
        if upload is None:
            material.faults.append((path, f"there is no file {upload_id[:100]!r}: upload it with POST /api/files"))
            continue
        try:
            rows = await _take(workspace_dir, session_id, spec, upload, material.rows)
        except (InvalidFile, FileNotFound) as error:
            material.faults.append((path, f"{upload.name}: {error}"))
        else:
            material.rows += rows
            ids.append(rows[0].id)
    material.input_data[spec.name] = ids


async def _take(
    workspace_dir: Path, session_id: str, spec: InputSpec, upload: tables.File, others: list[tables.File]
) -> list[tables.File]:
    """Copy one file, look into the copy, and return its row and, for a document, that of its text."""
    if suffix_of(upload.name) not in spec.accepted:
        raise InvalidFile(f"{spec.label} takes {', '.join(spec.accepted)}; this file has another suffix.")
    name = safe_name(upload.name, [row.path.rpartition("/")[2] for row in others])
    target = workspace_dir / session_id / "inputs" / name
    text = target.with_name(f"{name}.txt")
    await asyncio.to_thread(_copy, inside(workspace_dir, upload.path), target)
    media_type = await inspect(target, name, text)
    row = _row(session_id, shown_name(upload.name), name, media_type)
    row.size, row.sha256 = upload.size, upload.sha256
    if not text.exists():
        return [row]
    text_row = _row(session_id, f"{row.name}.txt"[-300:], text.name, "text/plain; charset=utf-8")
    data = await asyncio.to_thread(text.read_bytes)
    text_row.size, text_row.sha256 = len(data), hashlib.sha256(data).hexdigest()
    return [row, text_row]


def _row(session_id: str, name: str, file_name: str, media_type: str) -> tables.File:
    return tables.File(
        id=new_id(),
        session_id=session_id,
        kind="input",
        name=name,
        path=f"{session_id}/inputs/{file_name}",
        media_type=media_type,
        created_at=now(),
    )


def _make_folders(workspace: Path) -> None:
    workspace.mkdir(parents=True, mode=0o700)
    for folder in FOLDERS:
        (workspace / folder).mkdir(mode=0o700)


def _copy(source: Path, target: Path) -> None:
    # A copy, not a hard link: code written by models runs as the same user and could write through a link.
    shutil.copyfile(source, target)


def _close(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
        sync(path)
    sync(folder)
    folder.chmod(0o555)


def remove(workspace: Path) -> None:
    """Remove a session's folder, whatever its permissions; links in it are removed, never followed."""
    if workspace.is_symlink() or not workspace.is_dir():
        return
    for folder, names, _ in os.walk(workspace):
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(stat.S_IRWXU)
    shutil.rmtree(workspace)
