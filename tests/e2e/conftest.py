"""A real server in a process of its own, and a client for it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

TESTS = Path(__file__).parents[1]


@dataclass
class Server:
    """`tomas serve` on a free port of loopback."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or _free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        settings = {
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'tomas.db'}",
            "WORKSPACE_DIR": str(self.folder / "workspace"),
            "CONFIGS_DIR": str(self.folder / "configs"),
            "MODES_DIR": str(TESTS / "modes"),
            "EXTRA_ENGINES_DIR": str(TESTS / "engines"),
            "REHEARSAL": "true",
        }
        tomas = Path(sys.executable).parent / "tomas"
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(tomas), "serve"],
                cwd=self.folder,
                env=inherited | settings | self.settings,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._wait_ready()

    def _wait_ready(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                pytest.fail(f"the server ended with {self.process.returncode}:\n{self.log()}")
            try:
                if httpx2.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        pytest.fail(f"the server was not ready after 60 seconds:\n{self.log()}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)

    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")[-8000:]

    # What the tests do with it.

    def get(self, path: str, **more: Any) -> Any:
        answer = httpx2.get(self.url + path, timeout=30, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def execute(self, mode: str, task: str = "test", **body: Any) -> str:
        answer = httpx2.post(
            f"{self.url}/api/execute", json={"mode_id": mode, "task": task, "input_data": {}} | body, timeout=30
        )
        assert answer.status_code == 202, answer.text
        return answer.json()["session_id"]

    def upload(self, path: Path) -> str:
        with path.open("rb") as file:
            answer = httpx2.post(f"{self.url}/api/files", files={"file": (path.name, file)}, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()["file_id"]

    def status(self, session_id: str) -> dict[str, Any]:
        return self.get(f"/api/tasks/{session_id}/status")

    def wait(self, session_id: str, seconds: float = 120) -> dict[str, Any]:
        """The status once it is final."""
        until = time.monotonic() + seconds
        while (status := self.status(session_id))["status"] not in {"completed", "failed", "cancelled"}:
            if time.monotonic() > until:
                pytest.fail(f"still {status} after {seconds} s:\n{self.log()}")
            time.sleep(0.05)
        return status

    def events(self, session_id: str) -> list[dict[str, Any]]:
        """Every event, page by page."""
        events: list[dict[str, Any]] = []
        while True:
            after = events[-1]["seq"] if events else 0
            page = self.get(f"/api/tasks/{session_id}/events", params={"after": after, "limit": 1000})["items"]
            if not page:
                return events
            events += page


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers that are stopped at the end of the module."""
    servers: list[Server] = []

    def make(**settings: str) -> Server:
        server = Server(tmp_path_factory.mktemp("server"), settings)
        servers.append(server)
        server.start()
        return server

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    """One server for the tests of a module."""
    return make_server()
