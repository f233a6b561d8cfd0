"""What a session made: its files are found, typed and put on record; declared outputs are judged by their content."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.core.clock import now
from tomas.core.errors import FileNotFound, InvalidFile, SessionNotFound
from tomas.core.ids import new_id
from tomas.modes.spec import OutputSpec
from tomas.services.formats.check import check_content
from tomas.services.formats.images import check_image
from tomas.services.formats.media import media_type_of, suffix_of
from tomas.services.formats.pdf import check_pdf
from tomas.services.formats.tables import check_csv
from tomas.services.formats.text import encoding_of
from tomas.services.paths import inside
from tomas.store import tables

OUTPUTS: Final = "outputs"
_UNTOLD: Final = frozenset({"inputs", "checkpoints", "__pycache__"})  # folders whose files are nobody's artifacts
_MOST_FILES: Final = 5_000  # a run that writes more keeps them in its workspace only
_MOST_PATH: Final = 900  # characters
_CHUNK: Final = 1 << 20
_ROWS: Final = 500  # rows an INSERT takes


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the workspace; `path` is relative to it, with forward slashes."""

    path: str
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Collected:
    """The declared outputs: the files of each that is there and good, and (name, why) of each that is not."""

    found: dict[str, list[Path]] = field(default_factory=dict[str, list[Path]])
    missing: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def describe(workspace: Path, paths: Sequence[str]) -> list[Found]:
    """Describe those of `paths` that are regular files of the workspace; inputs, links and all else are passed over."""
    asked = [path for path in dict.fromkeys(paths) if path.partition("/")[0] != "inputs"]
    described = (_described(workspace, path) for path in asked)
    return [found for found in described if found]


def scan(workspace: Path) -> list[Found]:
    """Describe every file there is, outputs first; inputs, checkpoints and hidden folders are left out."""
    paths = sorted(_walk(workspace), key=lambda path: (not path.startswith(f"{OUTPUTS}/"), path))
    return describe(workspace, paths[:_MOST_FILES])


async def register(db: AsyncSession, session_id: str, found: Sequence[Found]) -> None:
    """Put files on record, or bring their rows up to date; those of a declared output are of the kind "output"."""
    if not found:
        return
    body = await db.scalar(
        select(tables.Config.body)
        .join(tables.Session, tables.Session.config_digest == tables.Config.digest)
        .where(tables.Session.id == session_id)
    )
    if body is None:
        raise SessionNotFound(f"There is no session {session_id}.")
    specs = declared(body)
    rows = [_row(session_id, one, specs) for one in found]
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), _ROWS):
        statement = insert(tables.File).values(rows[start : start + _ROWS])
        changed = {name: statement.excluded[name] for name in ("size", "sha256", "media_type", "output", "kind")}
        await db.execute(statement.on_conflict_do_update(index_elements=["session_id", "path"], set_=changed))


def declared(body: Mapping[str, Any]) -> tuple[OutputSpec, ...]:
    """Return the outputs a session was promised, as its configuration keeps them."""
    return tuple(OutputSpec.model_validate(spec) for spec in body.get("outputs", ()))


def collect(workspace: Path, outputs: Sequence[OutputSpec]) -> Collected:
    """Look for the declared outputs and open each; an optional one that is not there is not missing."""
    collected = Collected()
    folder = workspace / OUTPUTS
    below = sorted(_walk(folder, all_folders=True)) if folder.is_dir() else []
    for output in outputs:
        paths = [path for path in below if output.owns(path)]
        why = None if paths else f"no file {' or '.join(output.files)} in outputs/"
        for path in paths:
            try:
                check_output(inside(folder, path), output.type)
            except (InvalidFile, FileNotFound) as error:
                why = f"{path}: {error}"
        if why is None:
            collected.found[output.name] = [folder / path for path in paths]
        elif output.required or paths:
            collected.missing.append((output.name, why))
    return collected


def check_output(path: Path, kind: str) -> None:
    """Raise InvalidFile unless the file is what an output of this type must be."""
    if path.stat().st_size == 0:
        raise InvalidFile("The file is empty.")
    _CHECKS[kind](path)


def _check_markdown(path: Path) -> None:
    if encoding_of(path) not in {"utf-8", "utf-8-sig"}:
        raise InvalidFile("The text is not in UTF-8.")
    with path.open(encoding="utf-8") as file:
        if not any(line.strip() for line in file):
            raise InvalidFile("The text holds nothing but blanks.")


def _check_json(path: Path) -> None:
    try:
        json.loads(path.read_bytes(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidFile(f"The file is no strict JSON: {error}.") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _check_table(path: Path) -> None:
    if suffix_of(path.name) == ".json":
        _check_json(path)
    else:
        check_csv(path, "\t" if suffix_of(path.name) == ".tsv" else None)


def _check_file(path: Path) -> None:
    check_content(path, path.name)


_CHECKS: Final[Mapping[str, Callable[[Path], object]]] = {
    "markdown": _check_markdown,
    "json": _check_json,
    "plot": check_image,
    "table": _check_table,
    "pdf": check_pdf,
    "file": _check_file,
}


def _walk(root: Path, *, all_folders: bool = False) -> Iterator[str]:
    """Yield the paths of all files below `root`, relative to it; links to folders are not followed."""
    for folder, names, files in os.walk(root):
        if not all_folders:
            names[:] = [name for name in names if name not in _UNTOLD and not name.startswith(".")]
        for name in files:
            yield Path(folder, name).relative_to(root).as_posix()


def _described(workspace: Path, path: str) -> Found | None:
    """Describe one file; None for what cannot be named in a row, is no regular file, or is gone already."""
    try:
        path.encode()
        if len(path) > _MOST_PATH:
            return None
        descriptor = os.open(inside(workspace, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (UnicodeEncodeError, FileNotFound, OSError):
        return None
    digest, size = hashlib.sha256(), 0
    with os.fdopen(descriptor, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Found(path, size, digest.hexdigest(), media_type_of(path))


def _row(session_id: str, one: Found, specs: Sequence[OutputSpec]) -> dict[str, object]:
    folder, _, below = one.path.partition("/")
    output = next((spec.name for spec in specs if folder == OUTPUTS and spec.owns(below)), None)
    return {
        "id": new_id(),
        "session_id": session_id,
        "kind": "output" if output else "artifact",
        "name": one.path[-300:],
        "path": f"{session_id}/{one.path}",
        "output": output,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "created_at": now(),
    }
