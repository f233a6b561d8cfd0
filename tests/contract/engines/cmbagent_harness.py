"""Runs the real CMBAgent without the platform: its fork server, workers over the wire, a scripted model."""

import hashlib
import importlib.util
import json
import os
import select
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import platformdirs

import tomas_engine
from tomas.workers.environment import install, python_of
from tomas.workers.manifest import load_manifest
from tomas_engine import wire

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "engines" / "cmbagent"
TOKEN = "session-token-0123456789"
Json = dict[str, Any]


def load_player() -> ModuleType:
    """Load the rehearsal player by its path, as the gateway does."""
    spec = importlib.util.spec_from_file_location("cmbagent_player", FOLDER / "rehearsal" / "player.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def engine_python() -> Path:
    """Return the interpreter of CMBAgent's environment, making the environment if it is not there."""
    manifest, engines = load_manifest(FOLDER), Path(platformdirs.user_data_dir("tomas")) / "engines"
    install(manifest, engines, lambda _line: None)
    return python_of(manifest, engines)


class Model:
    """An OpenAI-compatible server on loopback whose answers come from `answer`; it remembers each call."""

    def __init__(self, answer: Callable[[Json, Any], Any]) -> None:
        self.answer = answer
        self.calls: list[Json] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.calls.append({"body": body, "headers": dict(self.headers), "path": self.path})
                status, reply = model.reply(body, self.headers)
                data = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def reply(self, body: Json, headers: Any) -> tuple[int, Json]:
        """Return status and body; `answer` may return a status with an error in place of an answer."""
        answer = self.answer(body, headers)
        if isinstance(answer, tuple):
            return answer
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
        message: Json = {"role": "assistant", "content": answer.get("content")}
        if "tool" in answer:
            function = {"name": answer["tool"], "arguments": json.dumps(answer["arguments"])}
            message["tool_calls"] = [{"id": f"call_{digest}", "type": "function", "function": function}]
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool" in answer else "stop"}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        head = {"id": f"chatcmpl-{digest}", "object": "chat.completion", "created": 1700000000, "model": body["model"]}
        return 200, head | {"choices": [choice], "usage": usage}

    def agents(self) -> list[str]:
        """Return who called, in order."""
        return [call["headers"]["X-Tomas-Agent"] for call in self.calls]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Run:
    """What a worker said of one execution."""

    outputs: list[Json] = field(default_factory=list)
    done: Json = field(default_factory=dict)
    others: list[Json] = field(default_factory=list)  # ends of other verbs meanwhile
    seconds: float = 0.0
    longest_silence: float = 0.0

    def of(self, kind: str, **metadata: Any) -> list[Json]:
        """Return the outputs of a type whose metadata hold the given values."""
        return [o for o in self.outputs if o["type"] == kind and metadata.items() <= o["metadata"].items()]

    @property
    def stages(self) -> list[tuple[str, str]]:
        return [(o["stage"], o["metadata"]["state"]) for o in self.of("stage")]

    @property
    def final(self) -> Json:
        finals = [o for o in self.outputs if o["status"] != "running"]
        assert len(finals) == 1, "an execution ends with exactly one final output"
        assert finals[0] is self.outputs[-1]
        return finals[0]

    @property
    def files(self) -> set[str]:
        return {artifact["path"] for o in self.of("artifact") for artifact in o["artifacts"]}


class Worker:
    """A forked worker of one session."""

    def __init__(self, pid: int, read_fd: int, write_fd: int, workspace: Path, url: str) -> None:
        self.pid, self.workspace, self._url = pid, workspace, url
        self._read_fd, self._write_fd, self._buffer = read_fd, write_fd, b""
        self.hello = self.receive()

    def send(self, message: Any) -> None:
        os.write(self._write_fd, wire.encode(message))

    def receive(self, timeout: float = 60) -> Json:
        end = time.monotonic() + timeout
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._read_fd], [], [], max(0, end - time.monotonic()))
            assert ready, "the worker is silent"
            data = os.read(self._read_fd, 1 << 20)
            assert data, "the worker has ended: " + self.log()[-2000:]
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)

    def log(self) -> str:
        return (self.workspace / "logs" / "worker.log").read_text(errors="replace")

    def start(self, checkpoint: Json | None = None, limits: Json | None = None, **options: Any) -> Json:
        roles = ("default", "planner", "engineer", "researcher", "formatter")
        config = {
            "gateway": {"url": self._url, "token": TOKEN},
            "models": {role: f"tomas-gpt-{role}" for role in roles},
            "options": options,
            "limits": limits or {},
        }
        self.send(wire.Start(session_id="s", workspace_dir=str(self.workspace), config=config, checkpoint=checkpoint))
        return self._until_done("start").done

    def execute(self, task: str, meet: Callable[[Json], None] = lambda _output: None, **mode_config: Any) -> Run:
        """Have the task done; `meet` sees each output as it comes."""
        self.send(wire.Execute(task=task, input_data={}, mode_config=mode_config))
        return self._until_done("execute", meet)

    def _until_done(self, verb: str, meet: Callable[[Json], None] = lambda _output: None) -> Run:
        run, begun = Run(), time.monotonic()
        heard = begun
        while True:
            message = self.receive()
            now = time.monotonic()
            run.longest_silence, heard = max(run.longest_silence, now - heard), now
            match message["kind"]:
                case "output":
                    run.outputs.append(message["output"])
                    meet(message["output"])
                case "done" if message["verb"] == verb:
                    run.done, run.seconds = message, now - begun
                    return run
                case "done":
                    run.others.append(message)

    def close(self) -> None:
        self.send(wire.Stop())
        while select.select([self._read_fd], [], [], 10)[0] and os.read(self._read_fd, 1 << 20):
            pass
        os.close(self._read_fd)
        os.close(self._write_fd)


class Engines:
    """A fork server with CMBAgent in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ours, theirs = socket.socketpair()
        sdk = Path(tomas_engine.__file__).parent
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [
                str(engine_python()), str(sdk / "bootstrap.py"), str(FOLDER), "--control-fd", str(theirs.fileno()),
                "--engine", "cmbagent", "--version", "1",
                "--entry", "tomas_cmbagent.engine:CMBAgentEngine", "--preload",
            ],
            pass_fds=[theirs.fileno()],
            env={"PATH": os.defpath, "HOME": str(folder), "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1",
                 "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=folder,
        )  # fmt: skip
        theirs.close()
        self._buffer = b""
        assert self._say() == {"ready": True}
        self.import_seconds = time.monotonic() - begun

    def _say(self) -> Json:
        while b"\n" not in self._buffer:
            data = self._ours.recv(65536)
            assert data, "the fork server has ended"
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)

    def workspace(self) -> Path:
        workspace = self._folder / uuid.uuid4().hex[:8]
        for name in ("inputs", "outputs", "checkpoints", "logs", ".home", ".tmp"):
            (workspace / name).mkdir(parents=True)
        return workspace

    @contextmanager
    def worker(self, model: Model, workspace: Path | None = None) -> Iterator[Worker]:
        workspace = workspace or self.workspace()
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        log = os.open(workspace / "logs" / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        env = {
            "PATH": os.defpath, "HOME": str(workspace / ".home"), "TMPDIR": str(workspace / ".tmp"), "LANG": "C.UTF-8",
            "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
            "TOMAS_SESSION_ID": "s",
        }  # fmt: skip
        request = {"id": "1", "env": env, "cwd": str(workspace), "nice": 0, "tcp_ports": [model.port]}
        socket.send_fds(self._ours, [json.dumps(request).encode() + b"\n"], [to_read, from_write, log])
        for fd in (to_read, from_write, log):
            os.close(fd)
        message = self._say()
        while "forked" not in message:
            message = self._say()
        worker = Worker(message["pid"], from_read, to_write, workspace, model.url)
        try:
            yield worker
        finally:
            worker.close()
            while "exited" not in self._say():
                pass

    def close(self) -> None:
        self._ours.close()
        self.process.wait(10)


def task_for(workspace: Path, outputs: list[Json], files: dict[str, Path] | None = None, mode: str = "general") -> str:
    """Write the prompt the platform writes, with `files` copied into the session's inputs."""
    given_files: dict[str, list[Json]] = {}
    for name, path in (files or {}).items():
        copied = workspace / "inputs" / path.name
        shutil.copyfile(path, copied)
        given_files[name] = [
            {"name": path.name, "path": str(copied), "media_type": "text/csv", "size": copied.stat().st_size,
             "text_path": None}
        ]  # fmt: skip
    given = {
        "mode": mode, "inputs": {}, "files": given_files, "outputs_dir": str(workspace / "outputs"), "outputs": outputs,
    }  # fmt: skip
    return (
        "# Task\nSay what is in the data. Braces {like these} and ``` are part of it.\n\n"
        f"## Kind of work\n{mode}: A test.\n\n## Given\n```json\n{json.dumps(given)}\n```\n\n"
        "## Deliverables\nWrite each of these.\n"
    )
