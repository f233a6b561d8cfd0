"""The wire between platform and worker: JSON lines over a pair of pipes, each message defined here once.

Platform to worker: Start, Execute, Control, Stop. Worker to platform: Hello, Ready, Output, Done, Beat.
The worker's own standard output and error never touch these pipes: they go to a log file.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tomas_engine.contract import EngineOutput, Json

PROTOCOL = 1
MAX_LINE = 16 * 1024 * 1024  # bytes; a longer line is a broken worker, not a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The session a worker is for; sent once, before anything else. `checkpoint` starts a later attempt."""

    kind: ClassVar[str] = "start"
    session_id: str
    workspace_dir: str
    config: Json
    checkpoint: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execute:
    """Do the task; may be sent again for a repair of missing outputs."""

    kind: ClassVar[str] = "execute"
    task: str
    input_data: Json
    mode_config: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Pause, resume or intervene; answered by a Done of the same `verb`."""

    kind: ClassVar[str] = "control"
    verb: Literal["pause", "resume", "intervene"]
    data: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Clean up and exit."""

    kind: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The worker lives. A platform that speaks another protocol ends it."""

    kind: ClassVar[str] = "hello"
    protocol: int
    engine: str
    version: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One EngineOutput, as a fact to be stored."""

    kind: ClassVar[str] = "output"
    output: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The end of an `execute` or a control. `error` is a sentence for the user, None when all went well."""

    kind: ClassVar[str] = "done"
    verb: str
    status: Literal["completed", "failed"]
    error: str | None = None
    trace: str | None = None
    data: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """The worker's event loop still turns."""

    kind: ClassVar[str] = "beat"


ToWorker = Start | Execute | Control | Stop
ToPlatform = Hello | Output | Done | Beat
_TO_WORKER = {c.kind: c for c in (Start, Execute, Control, Stop)}


class WireError(ValueError):
    """A line that is no message of this protocol."""


def encode(message: ToWorker | ToPlatform) -> bytes:
    """Return `message` as one line of JSON, its newline included."""
    body = {"kind": message.kind} | {f.name: getattr(message, f.name) for f in dataclasses.fields(message)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace") + b"\n"


def encode_output(output: EngineOutput) -> bytes:
    """Return `output` as an Output line."""
    return encode(Output(output=dataclasses.asdict(output)))


def decode_to_worker(line: bytes) -> ToWorker:
    """Read one message of the platform; WireError if it is none."""
    try:
        body: dict[str, Any] = json.loads(line)
        return _TO_WORKER[body.pop("kind")](**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WireError(f"not a message of protocol {PROTOCOL}: {line[:200]!r}") from error
