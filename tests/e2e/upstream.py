"""A scripted OpenAI-wire provider on loopback: it plays the agents, counts what it is asked, and may misbehave."""

import hashlib
import importlib.util
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tomas.workers.catalog import shipped_engines

Json = dict[str, Any]
USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "prompt_tokens_details": {"cached_tokens": 200},
}


@dataclass
class Upstream:
    """What the provider saw, and how it behaves. `alter` may change an answer before it is sent."""

    engine: str = "cmbagent"
    status: int = 200
    alter: Callable[[Json, Json], Json] = field(default=lambda _body, answer: answer)
    requests: list[Json] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    url: str = ""

    def answer(self, body: Json, headers: dict[str, str]) -> tuple[int, Json]:
        self.requests.append(body)
        self.keys.add(headers.get("authorization", ""))
        if self.status != 200:
            message = f"the provider says {self.status}; your key {headers.get('authorization', '')} was used"
            return self.status, {"error": {"message": message, "type": "error", "code": "scripted"}}
        answer = self.alter(body, self._player().answer(body, headers))
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
        message: Json = {"role": "assistant", "content": answer.get("content")}
        if "tool" in answer:
            function = {"name": answer["tool"], "arguments": json.dumps(answer["arguments"])}
            message["tool_calls"] = [{"id": f"call_{digest}", "type": "function", "function": function}]
        finish = "tool_calls" if "tool" in answer else "stop"
        return 200, {
            "id": f"chatcmpl-{digest}",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": body.get("model"),
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": USAGE,
        }

    def _player(self) -> Any:
        path = shipped_engines() / self.engine / "rehearsal" / "player.py"
        return load(path)


def load(path: Path) -> Any:
    """Import a file by its path."""
    spec = importlib.util.spec_from_file_location(f"player_{path.parents[1].name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def serving(upstream: Upstream) -> Generator[Upstream]:
    """Serve it on a free port for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            status, answer = upstream.answer(body, {name.lower(): value for name, value in self.headers.items()})
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        upstream.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield upstream
        server.shutdown()
        thread.join()
