"""One worker process as the platform sees it: messages in, messages out, and its certain end."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tomas.core.ids import new_id
from tomas.workers.forkserver import SESSION, ForkServer
from tomas_engine import EngineOutput, process, wire

_NICE = 5  # below the server: a reader is answered while engines compute
_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.kind: TypeAdapter(kind) for kind in (wire.Hello, wire.Done, wire.Beat)}
_OUTPUT: TypeAdapter[EngineOutput] = TypeAdapter(EngineOutput)

Incoming = wire.Hello | wire.Done | wire.Beat | EngineOutput


class BadWorker(Exception):
    """The worker does not speak the protocol; the message shows what it said."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What a worker is started with. `tcp_ports`: the only ports it may connect to."""

    session_id: str
    workspace: Path
    environment: dict[str, str]
    tcp_ports: list[int]


class Worker:
    """A live worker. Use `launch`."""

    def __init__(
        self, pid: int, exited: asyncio.Future[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.pid, self._exited, self._reader, self._writer = pid, exited, reader, writer

    async def send(self, message: wire.ToWorker) -> None:
        """Send a message; a worker that is gone shows at the next `receive`."""
        self._writer.write(wire.encode(message))
        try:
            await self._writer.drain()
        except (BrokenPipeError, ConnectionResetError):
            return

    async def receive(self) -> Incoming | None:
        """Return the next message, None when the worker has ended; BadWorker for anything else."""
        try:
            line = await self._reader.readline()
        except ValueError as error:
            raise BadWorker(f"The engine sent a message of more than {wire.MAX_LINE} bytes.") from error
        if not line:
            return None
        try:
            body = json.loads(line)
            kind = body.pop("kind")
            return _OUTPUT.validate_python(body["output"]) if kind == wire.Output.kind else _parse(kind, body)
        except (ValueError, KeyError, AttributeError, ValidationError) as error:
            raise BadWorker(f"The engine sent something that is no message: {line[:200]!r}") from error

    async def exit_code(self) -> int:
        """Wait for the end; negative for a signal."""
        return await asyncio.shield(self._exited)

    async def kill(self) -> None:
        """End the whole tree and return when the worker is gone."""
        if not self._exited.done():
            await asyncio.to_thread(process.kill_tree, self.pid)
            await self.exit_code()

    def close(self) -> None:
        """Close our ends of the pipes."""
        self._writer.close()


def _parse(kind: str, body: dict[str, Any]) -> Incoming:
    return _ADAPTERS[kind].validate_python(body)


@asynccontextmanager
async def launch(server: ForkServer, start: Launch) -> AsyncGenerator[Worker]:
    """Fork a worker for a session; however the block ends, nothing of it is left running."""
    workspace = start.workspace
    for folder in (".home", ".tmp"):
        (workspace / folder).mkdir(exist_ok=True)
    env = start.environment | {
        "HOME": str(workspace / ".home"),
        "TMPDIR": str(workspace / ".tmp"),
        SESSION: start.session_id,
    }
    request = {"id": new_id(), "env": env, "cwd": str(workspace), "nice": _NICE, "tcp_ports": start.tcp_ports}
    to_worker_read, to_worker_write = os.pipe()
    from_worker_read, from_worker_write = os.pipe()
    log = os.open(workspace / "logs" / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    theirs = (to_worker_read, from_worker_write, log)
    try:
        pid, exited = await server.fork(request, theirs)
    except BaseException:
        os.close(to_worker_write)
        os.close(from_worker_read)
        raise
    finally:
        for fd in theirs:
            os.close(fd)
    reader, writer = await _open(from_worker_read, to_worker_write)
    worker = Worker(pid, exited, reader, writer)
    try:
        yield worker
    finally:
        await asyncio.shield(worker.kill())
        worker.close()


async def _open(read_fd: int, write_fd: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=wire.MAX_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb", 0))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(write_fd, "wb", 0))
    return reader, asyncio.StreamWriter(transport, protocol, None, loop)
