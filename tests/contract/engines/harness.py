"""Drives an engine behind the real wire, the way the platform does, without the platform."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tomas.workers.forkserver import ForkServer, base_environment
from tomas.workers.manifest import Manifest
from tomas.workers.process import Launch, Worker, launch
from tomas_engine import EngineOutput, wire

LIMITS = {"code_seconds": 60, "code_memory_mb": 4096, "code_processes": 256, "code_file_mb": 256}


@dataclass
class Run:
    """What came of one `execute`."""

    outputs: list[EngineOutput] = field(default_factory=list)
    done: wire.Done | None = None

    def of(self, kind: str) -> list[EngineOutput]:
        return [output for output in self.outputs if output.type == kind]


def make_workspace(root: Path) -> Path:
    for folder in ("inputs", "outputs", "checkpoints", "logs"):
        (root / folder).mkdir(parents=True)
    return root


@asynccontextmanager
async def started(
    server: ForkServer, manifest: Manifest, engines_dir: Path, workspace: Path, config: dict[str, Any], **start: Any
) -> AsyncGenerator[Worker]:
    """A worker that has said hello and taken Start; the start's own Done is left to `execute`."""
    port = int(str(config["gateway"]["url"]).rpartition(":")[2] or 9)
    environment = base_environment(manifest, engines_dir)
    async with launch(server, Launch("session", workspace, environment, [port])) as worker:
        hello = await worker.receive()
        assert isinstance(hello, wire.Hello)
        assert hello.protocol == wire.PROTOCOL
        await worker.send(wire.Start(session_id="session", workspace_dir=str(workspace), config=config, **start))
        yield worker


async def execute(worker: Worker, task: str, input_data: dict[str, Any], mode_config: dict[str, Any]) -> Run:
    """Run one task to its Done; a worker that ends before leaves `done` None."""
    await worker.send(wire.Execute(task=task, input_data=input_data, mode_config=mode_config))
    run = Run()
    while (message := await worker.receive()) is not None:
        if isinstance(message, EngineOutput):
            run.outputs.append(message)
        elif isinstance(message, wire.Done) and (message.verb == "execute" or message.status == "failed"):
            run.done = message
            break
    return run
