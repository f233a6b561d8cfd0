"""A client of the API, typed by the shapes it returns: what the command line uses, and programs may import.

with Client("http://127.0.0.1:8000") as tomas:
tickets = tomas.upload(Path("tickets.csv"))
session = tomas.execute("itops", "What drives our tickets?", {"tickets": [tickets["file_id"]], ...})
for event in tomas.stream(session["session_id"]):
print(event["type"], event["content"])
results = tomas.results(session["session_id"])
"""

import json
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx2

Json = dict[str, Any]
FINAL: Final = frozenset({"completed", "failed", "cancelled"})
_TIMEOUT: Final = httpx2.Timeout(60, read=120)
_RECONNECTS: Final = 10


class ApiError(Exception):
    """The server refused a request; `problem` is its whole answer (RFC 9457), the message its detail."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or "The server failed."))
        self.problem = dict(problem)
        self.status = int(problem.get("status", 0))
        self.code = str(problem.get("code", ""))
        faults: list[dict[str, str]] = problem.get("errors") or []
        self.fields = [(fault["field"], fault["message"]) for fault in faults]


class Unreachable(Exception):
    """There is no server at the address."""


class Client:
    """Talks to one server. Answers are the JSON that the OpenAPI document describes."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx2.Client(base_url=self.url, timeout=_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ready(self) -> bool:
        """Say whether the server is there and can take work."""
        try:
            return self._http.get("/health/ready", timeout=5).is_success
        except httpx2.TransportError:
            return False

    def modes(self, *, hidden: bool = False) -> list[Json]:
        """Return the task types."""
        return self._get("/api/modes", hidden=hidden)["items"]

    def mode(self, mode_id: str) -> Json:
        """Return one task type."""
        return self._get(f"/api/modes/{quote(mode_id, safe='')}")

    def upload(self, path: Path, name: str | None = None) -> Json:
        """Send a file and return what is known of it; `file_id` is what a file field takes."""
        with path.open("rb") as file:
            return self._call("POST", "/api/files", files={"file": (name or path.name, file)})

    def execute(self, mode_id: str, task: str, input_data: Mapping[str, Any] | None = None, **more: Any) -> Json:
        """Start a session; `more` takes `config`, `title` and `api_keys`. The answer holds `session_id`."""
        body = {"mode_id": mode_id, "task": task, "input_data": dict(input_data or {})} | more
        return self._call("POST", "/api/execute", json=body)

    def tasks(self, **filters: Any) -> Json:
        """Return a page of sessions; filters are `status`, `mode`, `engine`, `text`, `limit`, `cursor`."""
        return self._get("/api/tasks", **filters)

    def status(self, session_id: str) -> Json:
        """Say where a session stands."""
        return self._get(f"/api/tasks/{session_id}/status")

    def results(self, session_id: str) -> Json:
        """Return the declared outputs by name, other artifacts, and the costs."""
        return self._get(f"/api/tasks/{session_id}/results")

    def events(self, session_id: str, after: int = 0, types: list[str] | None = None) -> list[Json]:
        """Return every event after a number, or those of some types."""
        found: list[Json] = []
        start: int | None = after
        while start is not None:
            page = self._get(f"/api/tasks/{session_id}/events", after=start, limit=1000, type=types)
            found += page["items"]
            start = page["next_after"] if page["items"] else None
        return found

    def cancel(self, session_id: str) -> Json:
        """End a session."""
        return self._call("POST", f"/api/tasks/{session_id}/cancel")

    def stream(self, session_id: str, after: int = 0) -> Iterator[Json]:
        """Yield events as they are stored, up to the session's end, also over broken connections."""
        broken = 0
        while True:
            before = after
            try:
                for event in self._events_of(session_id, after):
                    after = event["seq"]
                    yield event
                    if event["type"] == "end":
                        return
                if self.status(session_id)["status"] in FINAL and self.status(session_id)["last_seq"] <= after:
                    return
            except httpx2.TransportError as error:
                broken = 0 if after > before else broken + 1
                if broken > _RECONNECTS:
                    raise Unreachable(f"The connection to {self.url} broke and could not be made again.") from error
            time.sleep(min(0.1 * 2**broken, 5))

    def _events_of(self, session_id: str, after: int) -> Iterator[Json]:
        headers = {"Last-Event-ID": str(after)} if after else {}
        with self._http.stream("GET", f"/api/tasks/{session_id}/stream", headers=headers) as answer:
            if answer.status_code == HTTPStatus.NO_CONTENT:
                return
            if answer.is_error:
                answer.read()
                raise _error(answer)
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])

    def _get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params={name: value for name, value in params.items() if value is not None})

    def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._http.request(method, path, **more)
        except httpx2.TransportError as error:
            raise Unreachable(f"There is no TOMAS server at {self.url} ({type(error).__name__}).") from error
        if answer.is_error:
            raise _error(answer)
        return answer.json() if answer.content else None


def _error(answer: httpx2.Response) -> ApiError:
    try:
        problem = answer.json()
    except ValueError:
        problem = {"status": answer.status_code, "detail": f"The server answered {answer.status_code}."}
    return ApiError(problem)
