"""Shapes of sessions: how they are asked for, and what is told of them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tomas.api.schemas.common import Moment, Spent, Strict
from tomas.api.schemas.files import FileInfo
from tomas.core.money import to_usd
from tomas.core.session import Status
from tomas.store import tables
from tomas_engine.contract import EventType


class ExecuteRequest(Strict):
    """A session to be started."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "mode_id": "itops",
                    "task": "Find out what drives our tickets, and what to do about it.",
                    "input_data": {
                        "tickets": ["01a20d74-513c-7862-9231-637ef79ffda0"],
                        "analysis_focus": ["root_cause", "sla"],
                    },
                    "config": {"models": {"default": "openai/gpt-4.1"}},
                },
                {"mode_id": "echo", "task": "Count.", "input_data": {"n": 3}, "stream": False},
            ]
        },
    )
    mode_id: str = Field(description="The mode, as `GET /api/modes` names it.")
    task: str = Field(description="What is to be done, in your own words.")
    input_data: dict[str, Any] = Field({}, description="The mode's form; a file field takes a list of file ids.")
    config: dict[str, Any] = Field(
        {},
        description="`name` of a stored configuration, and over it `options` (the engine's), `models` (by role), "
        "`limits` (`minutes`), `agents`.",
    )
    title: str | None = Field(None, description="What lists show; the task's first line by default.")
    api_keys: dict[str, str] = Field(
        {},
        description="Keys by provider for this session alone: kept encrypted while it lives, never returned.",
    )
    stream: bool = Field(False, description="Answer with the session's event stream.")


class Accepted(BaseModel):
    """The session is stored and will be worked on."""

    session_id: str
    status: Status
    message: str


class TaskStatus(BaseModel):
    """Where a session stands."""

    session_id: str
    status: Status
    reason: str | None = Field(description="Why it failed, was cancelled, or waits.")
    stage: str | None
    rehearsal: bool = Field(description="No language model has a part in it: scripts answer.")
    last_seq: int = Field(description="The number of its last event.")
    model_calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: str
    created_at: Moment
    updated_at: Moment
    started_at: Moment | None
    finished_at: Moment | None

    @classmethod
    def of(cls, session: tables.Session) -> "TaskStatus":
        """Build from the row."""
        return cls.model_validate(told(session))


class TaskSummary(TaskStatus):
    """A session in a list."""

    mode_id: str
    engine: str
    title: str
    parent_id: str | None

    @classmethod
    def of(cls, session: tables.Session) -> "TaskSummary":
        """Build from the row."""
        return cls.model_validate(told(session))


class Task(TaskSummary):
    """A session, whole."""

    task: str
    input_data: dict[str, Any]
    config: dict[str, Any] = Field(description="What it runs with: engine options, models by role, limits.")

    @classmethod
    def with_config(cls, session: tables.Session, config: dict[str, Any]) -> "Task":
        """Build from the rows."""
        shown = {name: config[name] for name in ("options", "models", "limits") if name in config}
        more = {"task": session.task, "input_data": session.input_data, "config": shown}
        return cls.model_validate(told(session) | more)


def told(session: tables.Session) -> dict[str, Any]:
    """Return what every view of a session tells."""
    names = (
        "status",
        "reason",
        "stage",
        "rehearsal",
        "last_seq",
        "model_calls",
        "input_tokens",
        "output_tokens",
        "created_at",
        "updated_at",
        "started_at",
        "finished_at",
        "mode_id",
        "engine",
        "title",
        "parent_id",
    )
    return {name: getattr(session, name) for name in names} | {
        "session_id": session.id,
        "cost_usd": to_usd(session.cost_nano),
    }


class EventArtifact(BaseModel):
    """A file an event speaks of."""

    path: str
    name: str
    media_type: str


class Event(BaseModel):
    """What happened; the same JSON goes over streams."""

    seq: int
    type: EventType
    created_at: str
    status: Literal["running", "completed", "failed"]
    content: str
    artifacts: list[EventArtifact]
    metadata: dict[str, Any]
    cost_info: dict[str, Any] | None
    agent: str | None
    stage: str | None


class EventPage(BaseModel):
    """Events after a number; `next_after` is where the next page begins, null when there is none yet."""

    items: list[Event]
    next_after: int | None


class Message(BaseModel):
    """What an agent or a person said."""

    model_config = ConfigDict(from_attributes=True)
    seq: int
    role: str
    agent: str | None
    stage: str | None
    content: str
    created_at: Moment


class MessagePage(BaseModel):
    """Messages after a number; `next_after` is where the next page begins, null when there is none yet."""

    items: list[Message]
    next_after: int | None


class OutputInfo(BaseModel):
    """A declared output: its content if it is one small text or JSON, links to its files otherwise too."""

    name: str
    type: str
    label: str
    description: str
    required: bool
    status: Literal["ready", "pending", "missing"]
    why: str | None
    content: Any
    files: list[FileInfo]


class Results(BaseModel):
    """What a session made so far."""

    session_id: str
    status: Status
    reason: str | None
    rehearsal: bool
    outputs: list[OutputInfo]
    artifacts: list[FileInfo]
    costs: Spent


class CostItem(BaseModel):
    """One model call's cost; null where its price is not known."""

    call_id: str
    agent: str | None
    stage: str | None
    provider: str
    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: str | None
    price_version: str | None
    created_at: Moment

    @classmethod
    def of(cls, cost: tables.Cost) -> "CostItem":
        """Build from the row."""
        names = set(cls.model_fields) - {"cost_usd"}
        usd = None if cost.cost_nano is None else to_usd(cost.cost_nano)
        return cls(**{name: getattr(cost, name) for name in names}, cost_usd=usd)


class Costs(BaseModel):
    """What a session cost: in all, by model, stage and agent, and call by call (the first thousand)."""

    total: Spent
    by_model: dict[str, Spent]
    by_stage: dict[str, Spent]
    by_agent: dict[str, Spent]
    items: list[CostItem]
