"""Sessions: made whole or not at all, handed to the executor, removed when they have ended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tomas.core.clock import now
from tomas.core.errors import Conflict, EngineNotInstalled, InvalidInput
from tomas.core.ids import new_id
from tomas.core.session import FINAL, Status
from tomas.core.text import fault_in
from tomas.modes.spec import Mode
from tomas.modes.validation import TEXTAREA_LIMIT, validate_input
from tomas.services import configs, inputs, log, models
from tomas.services.context import Limits, SessionContext
from tomas.services.files import full_disk, is_full
from tomas.services.jobs import Job, worker_job
from tomas.services.overlays import engine_options
from tomas.store import configs as stored_configs
from tomas.store import files, sessions, tables
from tomas.store.database import Database
from tomas.workers.environment import is_installed
from tomas.workers.manifest import Manifest
from tomas_engine import EngineOutput

__all__ = ["Job", "Limits", "NewSession", "SessionContext", "SessionNotEnded", "create", "delete", "worker_job"]

_TITLE: Final = 300
_TITLE_FROM_TASK: Final = 80


class SessionNotEnded(Conflict):
    """The session has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A request for a session, as it came in."""

    mode_id: str
    task: str
    input_data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])  # name, options, models, limits, agents
    title: str | None = None
    api_keys: Mapping[str, str] = field(default_factory=dict[str, str])  # by provider; for this session only


@dataclass(frozen=True, slots=True)
class _Resolved:
    name: str | None
    body: dict[str, Any]
    rehearsal: bool


async def create(database: Database, context: SessionContext, new: NewSession) -> tables.Session:
    """Check a request wholly, then store its session, queued, with its inputs and first events.

    It opens its own transaction, after the slow work, and leaves neither rows nor files behind when it fails.
    Ring the bell QUEUE afterwards.
    """
    mode = context.modes.get(new.mode_id)
    manifest = context.engines.get(mode.engine)
    title = _check_words(new, mode)
    values = validate_input(mode, new.input_data)
    keys = models.checked_keys(new.api_keys)
    resolved = await _resolve(context, mode, manifest, new.config, keys)
    if not is_installed(manifest, context.engines_dir):
        command = f"tomas engines install {manifest.name}"
        raise EngineNotInstalled(f"The environment of the engine {manifest.name} is not installed. Run: {command}")
    session = tables.Session(
        id=new_id(),
        mode_id=mode.id,
        engine=manifest.name,
        title=title,
        task=new.task.strip(),
        status=Status.CREATED,
        rehearsal=resolved.rehearsal,
        keys_encrypted=context.keybox.encrypt(keys) if keys and not resolved.rehearsal else None,
        created_at=now(),
        updated_at=now(),
    )
    workspace = context.workspace_dir / session.id
    try:
        material = await _materialise(database, context, mode, session.id, values)
        session.input_data = material.input_data
        await _insert(database, session, material.rows, resolved)
    except BaseException as error:
        await asyncio.to_thread(inputs.remove, workspace)
        if is_full(error):
            raise full_disk() from error
        raise
    return session


async def delete(database: Database, context: SessionContext, session_id: str) -> None:
    """Remove an ended session, its files and its folder; its costs stay. SessionNotEnded if it still goes on."""
    async with database.transaction() as db:
        session = await sessions.get(db, session_id, lock=True)
        if Status(session.status) not in FINAL:
            raise SessionNotEnded(f"The session is {session.status}. Cancel it first, then delete it.")
        await db.delete(session)
    await asyncio.to_thread(inputs.remove, context.workspace_dir / session_id)


async def _materialise(
    database: Database, context: SessionContext, mode: Mode, session_id: str, values: dict[str, Any]
) -> inputs.Material:
    uploads: dict[str, tables.File] = {}
    if asked := inputs.file_ids(mode, values):
        async with database.reading() as db:
            uploads = await files.by_ids(db, asked)
    return await inputs.materialise(context.workspace_dir, session_id, mode, values, uploads)


async def _insert(
    database: Database, session: tables.Session, rows: Sequence[tables.File], resolved: _Resolved
) -> None:
    said = EngineOutput(type="message", content=session.task, metadata={"role": "user"})
    async with database.transaction() as db:
        session.config_digest = await stored_configs.keep(db, resolved.body, resolved.name)
        await log.begin(db, session, [said])
        db.add_all(rows)


async def _resolve(
    context: SessionContext, mode: Mode, manifest: Manifest, asked: Mapping[str, Any], keys: dict[str, str]
) -> _Resolved:
    overlay, name = await configs.requested(context.configs_dir, manifest, asked)
    options = engine_options(manifest, mode.engine_options, overlay)
    chosen = models.choose(context, manifest, overlay.models, keys)
    minutes = (overlay.limits.minutes, mode.time_limit, context.limits.session_minutes)
    body: dict[str, Any] = {
        "options": options,
        "models": chosen.models,
        "limits": {"minutes": min(limit for limit in minutes if limit)},
        "outputs": [output.model_dump(mode="json") for output in mode.outputs],
    }
    return _Resolved(name, body, chosen.rehearsal)


def _check_words(new: NewSession, mode: Mode) -> str:
    """Return the title: the given one, or the task's first line."""
    faults: list[tuple[str, str]] = []
    for name, text, limit in (("task", new.task, TEXTAREA_LIMIT), ("title", new.title or "", _TITLE)):
        if fault := fault_in(text):
            faults.append((name, fault))
        elif len(text) > limit:
            faults.append((name, f"is {len(text):,} characters long; at most {limit:,} are taken"))
    if not new.task.strip():
        faults.append(("task", "is empty: say what is to be done"))
    if faults:
        raise InvalidInput("; ".join(f"{name} {fault}" for name, fault in faults), faults)
    first = " ".join(new.task.strip().partition("\n")[0].split())
    shortened = first if len(first) <= _TITLE_FROM_TASK else first[: _TITLE_FROM_TASK - 1] + "…"
    return (new.title or "").strip() or shortened or mode.name
