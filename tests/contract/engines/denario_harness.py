"""Runs the real Denario behind the real wire, with the scripted model of `denario_model`."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
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
        model: "Model | Gateway",
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


class Gateway:
    """A model and the literature services behind one address, as the gateway has them."""

    def __init__(self, model: Model) -> None:
        self.asked: list[tuple[str, Json]] = []  # path and headers of each request to a service
        self.status = 200
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _answer(self, body: Json) -> None:
                if self.path.startswith("/services/"):
                    gateway.asked.append((self.path, dict(self.headers)))
                    status, reply = gateway.status, _service(self.path, body)
                    if status != 200:
                        reply = {"error": {"message": "The key was refused."}}
                else:
                    model.calls.append({"body": body, "headers": dict(self.headers), "path": self.path})
                    status, reply = model.reply(body, self.headers)
                data = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _service(path: str, body: Json) -> Json | str:
    """Answer as the services do; the second reference of Perplexity's is not on the arXiv."""
    if path.startswith("/services/perplexity/"):
        text = body["messages"][-1]["content"].partition("<TEXT>\n")[2].partition("\n</TEXT>")[0]
        urls = ["https://arxiv.org/abs/2001.00001", "https://example.org/no-paper"]
        return {"choices": [{"message": {"content": f"<think>hm</think>{text} [1][2][9]"}}], "citations": urls}
    if path.startswith("/services/arxiv/bibtex/"):
        return (
            '@misc{mueller2020decay,\n  title={Decays of 5% \\& more},\n  author={M{\\"u}ller, A.},\n  year={2020},\n'
            "  eprint={2001.00001}\n}"
        )
    if path.startswith("/services/futurehouse/v0.1/crows"):
        return {"trajectory_id": "7"}
    if path.startswith("/services/futurehouse/"):
        state = {"response": {"answer": {"formatted_answer": "Answer: no\n\nRelated previous work: none was found."}}}
        return {"status": "success", "environment_frame": {"state": {"state": state}}}
    paper = {"title": "A decay", "authors": [{"name": "A. Smith"}], "year": 2020, "abstract": "x", "url": "http://x"}
    return {"total": 1, "data": [paper]}


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
