"""A job: all that a worker is told of a session."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from tomas.modes.prompt import GivenFile, describe_output, missing_section, render
from tomas.modes.spec import Mode, OutputSpec
from tomas.services.context import SessionContext
from tomas.services.outputs import OUTPUTS, declared
from tomas.store import files, sessions, tables


@dataclass(frozen=True, slots=True)
class Job:
    """One session's work, ready to be handed to an engine."""

    session_id: str
    engine: str
    task_prompt: str
    input_data: dict[str, Any]  # the form; a file field holds [{"name", "path", "media_type", "size", "text_path"}]
    mode_config: dict[str, Any]  # mode_id, outputs, outputs_dir; in a repair also repair: the names asked for again
    options: dict[str, Any]  # the engine's own
    models: dict[str, str]  # role → the alias the gateway knows it by
    services: tuple[str, ...]  # of literature, that the gateway can reach for it
    time_limit: float  # seconds
    outputs: tuple[OutputSpec, ...]

    def repair(self, missing: Sequence[str]) -> Self:
        """Return the same job, asking once more for the outputs called `missing`."""
        prompt = f"{self.task_prompt}\n{missing_section(self.outputs, missing)}\n"
        return replace(self, task_prompt=prompt, mode_config=self.mode_config | {"repair": list(missing)})


async def worker_job(db: AsyncSession, context: SessionContext, session_id: str) -> Job:
    """Return the job of a session; SessionNotFound, ModeNotFound or EngineNotFound if one of them is gone."""
    session = await sessions.get(db, session_id)
    body = (await sessions.config_of(db, session)).body
    rows = await files.of_session(db, session_id, "input")
    mode = context.modes.get(session.mode_id).model_copy(update={"outputs": declared(body)})
    given = await asyncio.to_thread(_given, context.workspace_dir, mode, session, rows)
    outputs_dir = context.workspace_dir / session_id / OUTPUTS
    described = {field: [file.described() for file in several] for field, several in given.items()}
    inputs = {name: value for name, value in session.input_data.items() if name not in given}
    return Job(
        session_id=session_id,
        engine=session.engine,
        task_prompt=render(mode, session.task, inputs, given, outputs_dir),
        input_data=inputs | described,
        mode_config={
            "mode_id": mode.id,
            "outputs": [describe_output(output) for output in mode.outputs],
            "outputs_dir": str(outputs_dir),
        },
        options=body["options"],
        models={role: f"tomas-gpt-{role}" for role in context.engines.get(session.engine).roles},
        services=_services(context, session),
        time_limit=body["limits"]["minutes"] * 60,
        outputs=mode.outputs,
    )


def _services(context: SessionContext, session: tables.Session) -> tuple[str, ...]:
    """Return the services a session may use: none in a rehearsal, those with a key only where there is one."""
    if session.rehearsal:
        return ()
    own = context.keybox.decrypt(session.keys_encrypted) if session.keys_encrypted else {}
    keyed = ("perplexity",) if context.provider_keys.merged(own).access["perplexity"].key else ()
    return ("semantic-scholar", "arxiv", *keyed)


def _given(
    workspace_dir: Path, mode: Mode, session: tables.Session, rows: Sequence[tables.File]
) -> dict[str, list[GivenFile]]:
    by_id = {row.id: row for row in rows}
    by_path = {row.path: row for row in rows}
    given: dict[str, list[GivenFile]] = {}
    for spec in mode.inputs:
        if spec.type != "file" or spec.name not in session.input_data:
            continue
        given[spec.name] = []
        for file_id in session.input_data[spec.name]:
            row = by_id[file_id]
            text = by_path.get(f"{row.path}.txt")
            text_path = workspace_dir / text.path if text else None
            one = GivenFile(
                name=row.name,
                path=str(workspace_dir / row.path),
                media_type=row.media_type,
                size=row.size,
                text_path=str(text_path) if text_path else None,
                text=text_path.read_text("utf-8") if text_path else None,
            )
            given[spec.name].append(one)
    return given
