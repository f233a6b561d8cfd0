"""Runs the real Denario behind the real wire, with the scripted model of `denario_model`."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import platformdirs

from tests.contract.engines.cmbagent_harness import TOKEN, Model
from tests.contract.engines.harness import LIMITS, Run, execute, make_workspace, started
from tomas.workers.environment import install
from tomas.workers.forkserver import ForkServer, ForkServers
from tomas.workers.manifest import Manifest, load_manifest
from tomas.workers.process import Worker
from tomas_engine import EngineOutput

FOLDER = Path(__file__).resolve().parents[3] / "engines" / "denario"
ENGINES_DIR = Path(platformdirs.user_data_dir("tomas")) / "engines"
DESCRIPTION = "Displacement of an oscillator against time, in metres and seconds. Text: {braces}, 5 %, Ελληνικά."
Json = dict[str, Any]


class Denario:
    """A fork server with Denario in it, and what a test needs to use it."""

    def __init__(self, server: ForkServer, manifest: Manifest, root: Path) -> None:
        self._server, self._manifest, self._root = server, manifest, root
        self._workspaces = 0

    def workspace(self, name: str = "session") -> Path:
        self._workspaces += 1
        return make_workspace(self._root / f"{name} {self._workspaces}")  # paths may hold blanks

    @asynccontextmanager
    async def worker(
        self,
        model: Model,
        workspace: Path,
        services: tuple[str, ...] = (),
        checkpoint: Json | None = None,
        **options: Any,
    ) -> AsyncGenerator[Worker]:
        config = {
            "gateway": {"url": model.url, "token": TOKEN},
            "models": {role: f"tomas-gpt-{role}" for role in self._manifest.roles},
            "options": self._manifest.validate_options(options),
            "limits": LIMITS,
            "services": list(services),
        }
        async with started(
            self._server, self._manifest, ENGINES_DIR, workspace, config, checkpoint=checkpoint
        ) as worker:
            yield worker

    async def run(
        self,
        model: Model,
        workspace: Path,
        form: Json | None = None,
        services: tuple[str, ...] = (),
        checkpoint: Json | None = None,
        **options: Any,
    ) -> Run:
        async with self.worker(model, workspace, services, checkpoint, **options) as worker:
            filled = form_for(workspace, form or {})
            return await execute(worker, task_for(workspace, filled), filled, mode_for(workspace))


@asynccontextmanager
async def denario(root: Path) -> AsyncGenerator[Denario]:
    manifest = load_manifest(FOLDER)
    await asyncio.to_thread(install, manifest, ENGINES_DIR, lambda _line: None)
    async with asyncio.TaskGroup() as group:
        servers = ForkServers(ENGINES_DIR, root / "logs", group)
        try:
            yield Denario(await servers.get(manifest), manifest, root)
        finally:
            await servers.close()


def put_table(workspace: Path, name: str = "decay.csv") -> Json:
    """Put a table into the session's inputs; return it as the platform tells of it."""
    path = workspace / "inputs" / name
    rows = "".join(f"{i / 10},{2.0 - i / 40:.4f},\n" for i in range(60))
    path.write_text("t_s,x_m,blank\n" + rows)
    return given(path)


def given(path: Path) -> Json:
    return {
        "name": path.name, "path": str(path), "media_type": "text/csv", "size": path.stat().st_size, "text_path": None,
    }  # fmt: skip


def form_for(workspace: Path, form: Json) -> Json:
    filled = {"data_description": DESCRIPTION, **form}
    filled.setdefault("data_files", [put_table(workspace)])
    return filled


def mode_for(workspace: Path) -> Json:
    return {"mode_id": "research", "outputs": [], "outputs_dir": str(workspace / "outputs")}


def task_for(workspace: Path, form: Json) -> str:
    inputs = {name: value for name, value in form.items() if name != "data_files"}
    told = {
        "mode": "research", "inputs": inputs, "files": {"data_files": form["data_files"]},
        "outputs_dir": str(workspace / "outputs"), "outputs": [],
    }  # fmt: skip
    return (
        "# Task\nFind the law of the decay.\n\n## Kind of work\nresearch: From data to a paper.\n\n"
        f"## Given\n```json\n{json.dumps(told, ensure_ascii=False)}\n```\n\n## Deliverables\nWrite paper.pdf.\n\n"
        "## How to work\nQuote uncertainties.\n"
    )


def stages(run: Run) -> list[tuple[str | None, str]]:
    """Return what became of each stage, in order; parts of stages are left out."""
    told = [(output.stage, output.metadata["state"]) for output in run.of("stage")]
    return [(stage, state) for stage, state in told if state != "progress"]


def outputs(workspace: Path) -> set[str]:
    folder = workspace / "outputs"
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


async def until(worker: Worker, ended: Callable[[EngineOutput], bool]) -> EngineOutput:
    """Read what a worker reports up to an output that is waited for."""
    while (message := await worker.receive()) is not None:
        if isinstance(message, EngineOutput) and ended(message):
            return message
    raise AssertionError("the worker ended before")
