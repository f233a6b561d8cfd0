"""One per engine: imports the engine once, then forks a worker for each session in milliseconds.

It speaks over one unix socket, JSON lines; each request to fork brings three file descriptors (messages to
the worker, messages from it, log file). It stays single-threaded, holds nothing of any session, and when
its socket ends (the platform is gone, however that came) it ends every process below it. That is why it
does not ask the kernel to be killed with its parent: somebody must be left to clear up.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import Any

from tomas_engine import confine, process
from tomas_engine.contract import Engine
from tomas_engine.serve import Worker

_FDS_PER_WORKER = 3
_MAX_REQUEST = 256 * 1024


class ForkServer:
    """Serves fork requests on `control` until it closes."""

    def __init__(self, control: socket.socket, engine: str, version: str, entry: str) -> None:
        self._control = control
        self._engine, self._version, self._entry = engine, version, entry
        self._workers: set[int] = set()
        self._buffer = b""
        self._fds: list[int] = []

    def run(self) -> None:
        """Fork on request and report each worker's end, until the platform is gone."""
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the socket
        while True:
            ready, _, _ = select.select([self._control, wake_read], [], [])
            if wake_read in ready:
                os.read(wake_read, 4096)
                self._reap()
            if self._control in ready and not self._receive():
                process.kill_below(os.getpid())
                return

    def say(self, **message: Any) -> None:
        """Tell the platform."""
        self._control.sendall(json.dumps(message).encode() + b"\n")

    def _receive(self) -> bool:
        data, fds, _, _ = socket.recv_fds(self._control, _MAX_REQUEST, 8 * _FDS_PER_WORKER)
        self._buffer += data
        self._fds += fds
        while b"\n" in self._buffer:
            line, self._buffer = self._buffer.split(b"\n", 1)
            mine, self._fds = self._fds[:_FDS_PER_WORKER], self._fds[_FDS_PER_WORKER:]
            self._fork(json.loads(line), mine)
        return bool(data)

    def _fork(self, request: dict[str, Any], fds: list[int]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                self._become_worker(parent, request, *fds)
                status = 0
            except BaseException:  # noqa: BLE001 - nothing may escape into the fork server's own loop
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                process.kill_below(os.getpid())
                os._exit(status)
        for fd in fds:
            os.close(fd)
        self._workers.add(pid)
        self.say(forked=request["id"], pid=pid)

    def _become_worker(self, parent: int, request: dict[str, Any], read_fd: int, write_fd: int, log_fd: int) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        process.die_with_parent(parent)
        process.adopt_orphans()
        os.setsid()
        self._control.close()
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log_fd, 1)
        os.dup2(log_fd, 2)
        os.close(log_fd)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        os.nice(request["nice"])
        if request["tcp_ports"] is not None:
            confine.restrict_tcp(request["tcp_ports"])
        worker = Worker(load(self._entry), self._engine, self._version, read_fd, write_fd)
        asyncio.run(worker.run())

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            if pid in self._workers:
                self._workers.discard(pid)
                self.say(exited=pid, status=os.waitstatus_to_exitcode(status))
        # What a dead worker left behind is now our child: it belongs to no session any more.
        for orphan in process.children(os.getpid()):
            if orphan not in self._workers:
                process.kill_tree(orphan)


def _wake(_number: int, _frame: object) -> None:
    """Do nothing: the wake-up descriptor has already ended the wait."""


def load(entry: str) -> type[Engine]:
    """Import `module:Class`."""
    module, _, name = entry.partition(":")
    return getattr(importlib.import_module(module), name)


def main() -> None:
    """Start from the command line that the platform builds; see `bootstrap.py`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--entry", required=True)
    parser.add_argument("--preload", action="store_true")
    arguments = parser.parse_args()
    process.adopt_orphans()
    control = socket.socket(fileno=arguments.control_fd)
    server = ForkServer(control, arguments.engine, arguments.version, arguments.entry)
    if arguments.preload:
        try:
            load(arguments.entry)
        except BaseException as error:
            server.say(failed=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
            raise
        gc.collect()
        gc.freeze()  # keeps the collector from touching, and so copying, the pages workers share
    server.say(ready=True)
    server.run()
