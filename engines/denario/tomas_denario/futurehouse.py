"""FutureHouse's service over the gateway, in place of its client library.

Denario asks it one question: has anyone worked on this idea? The library drags in 200 MB for two requests.
"""

from __future__ import annotations

import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

from tomas_denario.services import ServiceFailed, Services

_URL = "https://api.platform.futurehouse.org/v0.1"
_JOBS = {"owl": "job-futurehouse-hasanyone"}
_ENDED_BADLY = frozenset({"fail", "cancelled", "truncated"})
_LOOK_SECONDS = 5.0
_LONGEST_SECONDS = 2400.0


class _Client:
    """Has the one method that Denario calls."""

    services: Services

    def __init__(self, api_key: str | None = None) -> None:
        """Take the key and forget it: the gateway has it."""

    def run_tasks_until_done(self, task: SimpleNamespace) -> list[SimpleNamespace]:
        """Ask, and wait for the answer."""
        asked = self.services.post(f"{_URL}/crows", json={"name": task.name, "query": task.query})
        number = asked.json()["trajectory_id"]
        until = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < until:
            found: dict[str, Any] = self.services.get(f"{_URL}/trajectories/{number}", params={"lite": "false"}).json()
            if found.get("status") == "success":
                return [SimpleNamespace(formatted_answer=_answer(found))]
            if found.get("status") in _ENDED_BADLY:
                raise ServiceFailed(f"FutureHouse ended the search with {found['status']!r}.")
            time.sleep(_LOOK_SECONDS)
        raise ServiceFailed(f"FutureHouse did not answer within {_LONGEST_SECONDS / 60:.0f} minutes.")


def install(services: Services) -> None:
    """Put the stand-in where Denario imports the library from."""
    _Client.services = services
    library, models = ModuleType("futurehouse_client"), ModuleType("futurehouse_client.models")
    library.FutureHouseClient = _Client  # type: ignore[attr-defined]
    library.JobNames = SimpleNamespace(from_string=_JOBS.__getitem__)  # type: ignore[attr-defined]
    models.TaskRequest = SimpleNamespace  # type: ignore[attr-defined]
    library.models = models  # type: ignore[attr-defined]
    sys.modules["futurehouse_client"], sys.modules["futurehouse_client.models"] = library, models


def _answer(found: dict[str, Any]) -> str:
    value: Any = found.get("environment_frame") or {}
    for name in ("state", "state", "response", "answer", "formatted_answer"):
        value = (value or {}).get(name)
    if not isinstance(value, str):
        raise ServiceFailed("FutureHouse answered without an answer.")
    # Denario keeps what follows this mark of its question, which the answer repeats.
    return value if "</DESIRED_RESPONSE_FORMAT>" in value else f"</DESIRED_RESPONSE_FORMAT>\n{value}"
