"""An exchange: one request of a worker on its way through the policies, and what each of them found out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tomas.gateway.callers import Caller
from tomas.gateway.flights import Flight
from tomas.gateway.refusals import Refusal
from tomas.gateway.state import Runtime
from tomas.gateway.wires import Route
from tomas.services.prices import Usage
from tomas.services.providers import ResolvedModel
from tomas.store.calls import Key

_MOST_STAGE, _MOST_AGENT = 200, 100


@dataclass(slots=True)
class Outcome:
    """What became of a call. `rest`: the last parts of the body, which wait for the commit."""

    status: Literal["answered", "failed"]
    http_status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    rest: list[bytes] = field(default_factory=list[bytes])
    usage: Usage | None = None  # None: nothing was taken
    answered_by: str | None = None
    price_context: Mapping[str, str] = field(default_factory=dict[str, str])
    refusal: Refusal | None = None  # told to the worker in place of a body
    error: str | None = None
    duration_ms: int = 0


@dataclass(slots=True)
class Exchange:
    """One request. What stands below `receive` is filled in by the policies, in this order."""

    runtime: Runtime
    route: Route
    headers: Mapping[str, str]  # names in lower case
    query: Mapping[str, str]
    receive: Callable[[], Awaitable[Any]]

    caller: Caller = field(init=False)
    body: dict[str, Any] = field(init=False)
    raw: bytes = field(init=False)
    key: Key = field(init=False)
    flight: Flight = field(init=False)
    call_id: str = field(init=False)
    target: ResolvedModel = field(init=False)
    role: str | None = None
    outcome: Outcome = field(init=False)

    @property
    def stage(self) -> str:
        """The stage the engine names, empty if none."""
        return _plain(self.headers.get("x-tomas-stage", ""))[:_MOST_STAGE]

    @property
    def agent(self) -> str | None:
        """The agent the engine names."""
        return _plain(self.headers.get("x-tomas-agent", ""))[:_MOST_AGENT] or None

    @property
    def model(self) -> str:
        """The model as it was asked for: an alias or a name."""
        model = self.route.model or self.body.get("model")
        if not isinstance(model, str) or not model.strip():
            raise Refusal(400, "missing_model", "The request names no model.")
        return model.strip()

    @property
    def streamed(self) -> bool:
        """Whether the worker wants the answer as it comes."""
        return bool(self.body.get("stream")) if self.route.streamed is None else self.route.streamed


GoOn = Callable[[Exchange], Awaitable[None]]
Policy = Callable[[Exchange, GoOn], Awaitable[None]]


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isprintable()).strip()
