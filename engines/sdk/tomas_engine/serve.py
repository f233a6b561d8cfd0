"""Runs one engine for one session behind the wire: this is the whole of a worker's life."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Callable

from tomas_engine import wire
from tomas_engine.contract import CannotDo, Engine, EngineFailed, EngineOutput, Intervention
from tomas_engine.process import kill_below

BEAT_SECONDS = 1.0
_HIGH_WATER = 256 * 1024  # bytes waiting for the platform before the engine is held


class Worker:
    """Speaks the wire for one engine. `read_fd` brings the platform's messages, `write_fd` takes ours."""

    def __init__(self, make_engine: Callable[[], Engine], name: str, version: str, read_fd: int, write_fd: int) -> None:
        self._make_engine = make_engine
        self._hello = wire.Hello(protocol=wire.PROTOCOL, engine=name, version=version, pid=os.getpid())
        self._fds = (read_fd, write_fd)

    async def run(self) -> None:
        """Serve until the platform says stop; its silence (end of file) ends the whole tree at once."""
        reader, self._writer = await _open(*self._fds)
        self._send(wire.encode(self._hello))
        async with asyncio.TaskGroup() as tasks:
            beats = tasks.create_task(self._beat())
            engine: Engine | None = None
            while line := await reader.readline():
                match wire.decode_to_worker(line):
                    case wire.Start() as start:
                        engine = await self._start(start)
                    case wire.Execute() as execute if engine:
                        tasks.create_task(self._execute(engine, execute))
                    case wire.Control() as control if engine:
                        tasks.create_task(self._control(engine, control))
                    case _:
                        break
            else:  # the platform is gone: nobody is left to work for
                kill_below(os.getpid())
                os._exit(1)
            beats.cancel()
            if engine:
                await engine.cleanup()
            await self._writer.drain()

    async def _start(self, start: wire.Start) -> Engine | None:
        try:
            engine = self._make_engine()
            await engine.initialize(start.session_id, start.workspace_dir, start.config)
            if start.checkpoint is not None:
                await engine.resume(start.checkpoint)
        except BaseException as error:  # noqa: BLE001 - the worker's boundary: what an engine raises is reported
            self._fail("start", error)
            return None
        self._send(wire.encode(wire.Done(verb="start", status="completed")))
        return engine

    async def _execute(self, engine: Engine, message: wire.Execute) -> None:
        final: EngineOutput | None = None
        try:
            async for output in engine.execute(message.task, message.input_data, message.mode_config):
                final = output if output.status != "running" else final
                self._send(wire.encode_output(output))
                await self._writer.drain()
        except BaseException as error:  # noqa: BLE001 - as above; engines raise SystemExit too
            self._fail("execute", error)
            return
        if final is None:
            error_text = "The engine ended without a result."
            self._send(wire.encode(wire.Done(verb="execute", status="failed", error=error_text)))
        elif final.status == "failed":
            self._send(wire.encode(wire.Done(verb="execute", status="failed", error=final.content)))
        else:
            self._send(wire.encode(wire.Done(verb="execute", status="completed")))

    async def _control(self, engine: Engine, message: wire.Control) -> None:
        data: dict[str, object] = {}
        try:
            if message.verb == "pause":
                data = await engine.pause()
            elif message.verb == "resume":
                await engine.resume(message.data)
            else:
                await engine.intervene(Intervention(**message.data))
        except BaseException as error:  # noqa: BLE001 - as above
            self._fail(message.verb, error)
            return
        self._send(wire.encode(wire.Done(verb=message.verb, status="completed", data=data)))

    def _fail(self, verb: str, error: BaseException) -> None:
        expected = isinstance(error, (EngineFailed, CannotDo))
        text = str(error) if expected else f"{type(error).__name__}: {error}"
        trace = None if expected else "".join(traceback.format_exception(error))
        self._send(wire.encode(wire.Done(verb=verb, status="failed", error=text, trace=trace)))

    async def _beat(self) -> None:
        beat = wire.encode(wire.Beat())
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._send(beat)

    def _send(self, line: bytes) -> None:
        self._writer.write(line)


async def _open(read_fd: int, write_fd: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=wire.MAX_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb", 0))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(write_fd, "wb", 0))
    transport.set_write_buffer_limits(high=_HIGH_WATER)
    return reader, asyncio.StreamWriter(transport, protocol, None, loop)
