"""The platform's side of an engine's fork server: started when first needed, started anew when it died."""

import asyncio
import json
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import structlog

import tomas_engine
from tomas.core.errors import EngineNotInstalled
from tomas.workers.environment import is_installed, python_of
from tomas.workers.manifest import Manifest
from tomas_engine import process

_START_SECONDS = 120  # an engine's first import from a cold disk
_FORK_SECONDS = 30
SESSION: Final = "TOMAS_SESSION_ID"  # in the environment of a worker and of all that it starts
_log = structlog.get_logger()


class EngineUnusable(Exception):
    """The engine's fork server cannot be started; the message says why."""


class ForkServer:
    """One engine's fork server, as long as it lives."""

    def __init__(self, manifest: Manifest, child: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._manifest, self._process, self._control = manifest, child, control
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._forks: dict[str, asyncio.Future[tuple[int, asyncio.Future[int]]]] = {}
        self._exits: dict[int, asyncio.Future[int]] = {}
        self._sessions: set[str] = set()  # that had a worker here
        self.alive = True

    async def wait_ready(self) -> None:
        """Return when the engine is imported; EngineUnusable if it cannot be."""
        try:
            async with asyncio.timeout(_START_SECONDS):
                await asyncio.shield(self._ready)
        except TimeoutError:
            self.close()
            raise EngineUnusable(
                f"The engine {self._manifest.name} was not ready after {_START_SECONDS} seconds."
            ) from None

    async def fork(self, request: dict[str, Any], fds: Sequence[int]) -> tuple[int, asyncio.Future[int]]:
        """Have a worker forked that takes over `fds`; return its pid and the future of its exit code.

        The exit code is negative for a signal, as `subprocess` has it.
        """
        self._sessions.add(request["env"][SESSION])
        future = self._forks[request["id"]] = asyncio.get_running_loop().create_future()
        data = json.dumps(request).encode() + b"\n"
        while True:
            try:
                sent = socket.send_fds(self._control, [data], list(fds))
                break
            except BlockingIOError:  # the fork server is busy forking others
                await asyncio.sleep(0.001)
        if sent != len(data):
            await asyncio.get_running_loop().sock_sendall(self._control, data[sent:])
        async with asyncio.timeout(_FORK_SECONDS):
            return await future

    async def listen(self) -> None:
        """Take the fork server's reports until it ends; then every wait on it fails."""
        loop = asyncio.get_running_loop()
        buffer = b""
        while data := await self._receive(loop):
            buffer += data
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                self._take(json.loads(line))
        self.alive = False
        self._control.close()
        await self._process.wait()
        # Killed, it could not clear up: its workers died with it, what they had started did not.
        await asyncio.to_thread(process.kill_marked, SESSION, self._sessions)
        error = EngineUnusable(f"The fork server of {self._manifest.name} ended; see its log.")
        for future in (self._ready, *self._forks.values()):
            if not future.done():
                future.set_exception(error)
                future.exception()  # seen here: nobody else may be waiting for it
        for exited in self._exits.values():
            if not exited.done():
                exited.set_result(-9)

    async def _receive(self, loop: asyncio.AbstractEventLoop) -> bytes:
        try:
            return await loop.sock_recv(self._control, 65536)
        except OSError:  # closed by us, or reset by its death
            return b""

    def _take(self, message: dict[str, Any]) -> None:
        if "forked" in message:
            exited = self._exits[message["pid"]] = asyncio.get_running_loop().create_future()
            self._forks.pop(message["forked"]).set_result((message["pid"], exited))
        elif "exited" in message:
            self._exits.pop(message["exited"]).set_result(message["status"])
        elif "failed" in message and not self._ready.done():
            _log.error("engine import failed", engine=self._manifest.name, trace=message["trace"])
            error = EngineUnusable(f"The engine {self._manifest.name} cannot be imported: {message['failed']}")
            self._ready.set_exception(error)
        elif "ready" in message and not self._ready.done():
            self._ready.set_result(None)

    def close(self) -> None:
        """Have it end itself and all below it: it does when its socket closes."""
        if self.alive:
            self.alive = False
            self._control.shutdown(socket.SHUT_RDWR)


class ForkServers:
    """The fork servers of this process, one an engine. Lives as long as its `group`."""

    def __init__(self, engines_dir: Path, logs_dir: Path, group: asyncio.TaskGroup) -> None:
        self._engines_dir, self._logs_dir, self._group = engines_dir, logs_dir, group
        self._servers: dict[str, ForkServer] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, manifest: Manifest) -> ForkServer:
        """Return the ready fork server of an engine, starting it if need be."""
        async with self._locks.setdefault(manifest.name, asyncio.Lock()):
            server = self._servers.get(manifest.name)
            if server is None or not server.alive:
                server = self._servers[manifest.name] = await self._start(manifest)
        await server.wait_ready()
        return server

    async def close(self) -> None:
        """End them all, and with them every worker."""
        for server in self._servers.values():
            server.close()

    async def _start(self, manifest: Manifest) -> ForkServer:
        if not is_installed(manifest, self._engines_dir):
            raise EngineNotInstalled(
                f"The environment of {manifest.name} is not installed. Run: tomas engines install {manifest.name}"
            )
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._logs_dir.mkdir(parents=True, exist_ok=True)
        bootstrap = Path(tomas_engine.__file__).parent / "bootstrap.py"
        command = [
            str(python_of(manifest, self._engines_dir)),
            str(bootstrap),
            str(manifest.folder),
            *("--control-fd", str(theirs.fileno())),
            *("--engine", manifest.name, "--version", manifest.version, "--entry", manifest.entry),
            *(["--preload"] if manifest.preload else []),
        ]
        with theirs, (self._logs_dir / f"{manifest.name}.log").open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=base_environment(manifest, self._engines_dir),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        server = ForkServer(manifest, child, ours)
        self._group.create_task(server.listen())
        return server


def base_environment(manifest: Manifest, engines_dir: Path) -> dict[str, str]:
    """Return the environment a worker starts from: an allow-list, no key, the engine's own interpreter first."""
    python = python_of(manifest, engines_dir)
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ", "SSL_CERT_FILE") if name in os.environ}
    path = os.environ.get("PATH", os.defpath)
    own = {"PATH": f"{python.parent}{os.pathsep}{path}", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | own | {"PYTHONHASHSEED": "0"} | manifest.env
