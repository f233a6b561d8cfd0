"""The results of a session: each declared output by name, whatever else was made, the costs. Also while it runs."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tomas.core.errors import FileNotFound, InvalidFile
from tomas.core.session import FINAL, Status
from tomas.modes.spec import OutputSpec
from tomas.services.context import SessionContext
from tomas.services.files import path_of
from tomas.services.outputs import check_output, declared
from tomas.store import costs, files, sessions, tables
from tomas.store.database import Database

INLINE_BYTES: Final = 256_000  # larger contents are fetched by their link
_INLINE: Final = frozenset({"markdown", "json", "table"})

type OutputStatus = Literal["ready", "pending", "missing"]


@dataclass(frozen=True, slots=True)
class OutputView:
    """One declared output: its files, its content if it is one small text, and why it is not there if it is not.

    `content` is text for markdown and for a CSV table, a JSON value for JSON.
    """

    name: str
    type: str
    label: str
    description: str
    required: bool
    status: OutputStatus
    why: str | None
    content: Any
    files: list[tables.File]


@dataclass(frozen=True, slots=True)
class Results:
    """What a session made so far; with `rehearsal`, no language model had a part in it."""

    session: tables.Session
    outputs: list[OutputView]
    artifacts: list[tables.File]
    costs: costs.Summary

    @property
    def rehearsal(self) -> bool:
        """Whether the rehearsal answered in place of models."""
        return self.session.rehearsal


async def results(database: Database, context: SessionContext, session_id: str) -> Results:
    """Return the results as they stand; SessionNotFound if there is no such session."""
    async with database.reading() as db:
        session = await sessions.get(db, session_id)
        specs = declared((await sessions.config_of(db, session)).body)
        made = await files.of_session(db, session_id, "output", "artifact")
        spent = await costs.summary(db, session_id)
    ended = Status(session.status) in FINAL
    views = await asyncio.to_thread(_views, context.workspace_dir, specs, made, ended)
    return Results(session, views, [file for file in made if file.kind == "artifact"], spent)


def _views(
    workspace_dir: Path, specs: Sequence[OutputSpec], made: Sequence[tables.File], ended: bool
) -> list[OutputView]:
    return [_view(workspace_dir, spec, [file for file in made if file.output == spec.name], ended) for spec in specs]


def _view(workspace_dir: Path, spec: OutputSpec, made: list[tables.File], ended: bool) -> OutputView:
    why = None if made else f"no file {' or '.join(spec.files)} was made" if ended else "not made yet"
    content: Any = None
    for file in made:
        try:
            path = path_of(workspace_dir, file)
            check_output(path, spec.type)
            if len(made) == 1:
                content = _content(path, spec.type)
        except (InvalidFile, FileNotFound, OSError) as error:
            why = f"{file.name}: {error}"
    status: OutputStatus = "ready" if why is None else "missing" if ended else "pending"
    about = spec.model_dump(include={"name", "type", "label", "description", "required"})
    return OutputView(**about, status=status, why=why, content=content, files=made)


def _content(path: Path, kind: str) -> Any:
    if kind not in _INLINE or path.stat().st_size > INLINE_BYTES:
        return None
    if path.suffix.lower() == ".json":
        return json.loads(path.read_bytes())
    return path.read_text("utf-8-sig", errors="replace")
