"""What every engine promises: one class, a few asynchronous methods, outputs as facts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["running", "completed", "failed"]
EventType = Literal[
    "status",
    "stage",
    "message",
    "tool",
    "code",
    "llm_call",
    "artifact",
    "input_request",
    "checkpoint",
    "log",
    "end",
]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file the engine made.

    `path` is relative to the session's workspace, with forward slashes. `name` is what a reader sees.
    """

    path: str
    name: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOutput:
    """One fact an engine reports.

    `content` is text for a reader (Markdown allowed); `metadata` holds JSON values only. An engine ends
    `execute` with exactly one output whose status is "completed" or "failed"; for "failed", `content` says
    why and what to do.
    """

    status: Status = "running"
    content: str = ""
    artifacts: tuple[Artifact, ...] = ()
    metadata: Json = field(default_factory=dict[str, Any])
    cost_info: Json | None = None
    type: EventType = "message"
    agent: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """What a person says to a running engine: guidance, an edit, an answer, an approval."""

    kind: Literal["guidance", "edit", "answer", "approve", "reject"]
    content: str = ""
    target: str | None = None
    author: str | None = None


class CannotDo(Exception):
    """The engine cannot do this; the message says what it can do instead."""


class EngineFailed(Exception):
    """The task failed in a way the engine understands; the message is meant for the user."""


class Engine(ABC):
    """One task of one session. A worker makes one instance, in a process of its own."""

    @abstractmethod
    async def initialize(self, session_id: str, workspace_dir: str, config: Json) -> None:
        """Get ready: `workspace_dir` holds `inputs/` (read-only), `outputs/`, `checkpoints/` and `logs/`.

        `config` holds `gateway` ({"url", "token"}: the base address for model calls and the key to send),
        `models` (role → the model name to send), `options` (the engine's own, validated against its
        manifest), `services` (literature that the gateway reaches at <url>/services/<name>/…) and `limits`
        ({"code_seconds", "code_memory_mb", "code_processes", "code_file_mb"}).
        """

    @abstractmethod
    def execute(self, task: str, input_data: Json, mode_config: Json) -> AsyncIterator[EngineOutput]:
        """Work on `task` (the whole prompt) and report outputs; the last has a final status.

        `input_data` is the mode's form as validated; a file field holds
        [{"name", "path", "media_type", "size", "text_path"}] with paths as the worker sees them.
        `mode_config` holds `mode_id`, `outputs` (the declared ones: name, type, file, description),
        `outputs_dir` and, when declared outputs were missing at a first end, `repair` (their names).
        """

    async def pause(self) -> Json:
        """Stand still and return a checkpoint."""
        raise CannotDo("this engine cannot pause")

    async def resume(self, checkpoint: Json) -> None:
        """Go on from `checkpoint` at the next `execute`."""
        raise CannotDo("this engine cannot resume from a checkpoint")

    async def intervene(self, intervention: Intervention) -> None:
        """Take what a person said into account."""
        raise CannotDo("this engine takes no interventions")

    @abstractmethod
    async def cleanup(self) -> None:
        """Release what `initialize` took; called once, also after a failure."""

    @abstractmethod
    async def get_cost_estimate(self, input_data: Mapping[str, Any]) -> Json:
        """Return what a run on `input_data` will take, before any model is called.

        {"model_calls": [low, high], "seconds": [low, high], "input_tokens": [low, high],
        "output_tokens": [low, high]}
        """
