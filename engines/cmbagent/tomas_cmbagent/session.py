"""What is known of a session while CMBAgent works on it: where it stands, and how it reports."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tomas_cmbagent import runner
from tomas_cmbagent.artifacts import Artifacts
from tomas_cmbagent.checkpoints import Summaries
from tomas_cmbagent.options import Options
from tomas_engine import EngineOutput

_LONGEST = 64_000  # characters of one message; the whole conversation lies in the work folder
# Which of the models a session may name each agent speaks with; all others use "default".
ROLES = {
    "engineer": "engineer",
    "plan_reviewer": "planner",
    "planner": "planner",
    "researcher": "researcher",
    "formatter": "formatter",
}


@dataclass(slots=True, kw_only=True)
class Session:
    """One task. `stage` and `agent` mark each report and each model call."""

    workspace: Path
    gateway: dict[str, str]
    models: dict[str, str]
    options: Options
    limits: runner.Limits
    stage: str = ""
    agent: str | None = None
    report: Callable[[EngineOutput], None] = lambda _output: None
    artifacts: Artifacts = field(init=False)
    answers: queue.Queue[str] = field(default_factory=queue.Queue[str])
    context: dict[str, Any] | None = None  # CMBAgent's own state at the end of the last stage
    last_run: runner.Outcome | None = None  # of the stage under way
    summaries: Summaries = field(default_factory=Summaries)
    repairing: bool = False
    bad_steps: list[tuple[int, runner.Outcome]] = field(default_factory=list[tuple[int, runner.Outcome]])
    _in_stage: bool = False
    _step: int = 0
    _runs: int = 0

    def __post_init__(self) -> None:
        self.workspace = self.workspace.resolve()
        self.artifacts = Artifacts(self.workspace)
        for folder in (self.work_dir, self.workspace / ".home", self.scratch / "matplotlib"):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def work_dir(self) -> Path:
        """CMBAgent's own folder: code, data, conversations, plan, its pickled contexts."""
        return self.workspace / "work"

    @property
    def scratch(self) -> Path:
        """A place for what nobody needs to see."""
        return self.workspace / ".tmp"

    def model(self, agent: str) -> str:
        """Return the model name that `agent` sends."""
        return self.models.get(ROLES.get(agent, "default")) or self.models["default"]

    def say(self, kind: str, content: str, /, *, agent: str | None = None, **metadata: Any) -> None:
        """Report one fact of the stage under way."""
        if len(content) > _LONGEST:
            content = f"{content[:_LONGEST]}\n[… {len(content) - _LONGEST:,} more characters …]"
        self.report(
            EngineOutput(
                type=kind,  # type: ignore[arg-type]
                content=content,
                agent=agent,
                stage=self.stage or None,
                metadata=json.loads(json.dumps(metadata, default=str)),
            )
        )

    def begin(self, stage: str, title: str, **metadata: Any) -> None:
        """Report that a stage begins."""
        self.stage, self.last_run, self._in_stage = stage, None, True
        self.say("stage", title, state="started", **metadata)

    def plan(self) -> list[dict[str, Any]]:
        """Return the steps of the final plan: each has sub_task, sub_task_agent and bullet_points."""
        file = self.work_dir / "planning" / "final_plan.json"
        return json.loads(file.read_text(encoding="utf-8"))["sub_tasks"] if file.is_file() else []

    def enter_step(self, step: int) -> None:
        """Report that step number `step` of the plan begins, unless it is the one under way."""
        stage = f"step {step}"
        if stage == self.stage:
            return
        if self.stage.startswith("step ") and not self.options.checkpointed:  # one conversation over all steps
            if self.last_run is not None and self.last_run.exit_code:
                self.bad_steps.append((self._step, self.last_run))
            self.end("completed")
        self._step = step
        plan = self.plan()
        task = plan[step - 1] if 0 < step <= len(plan) else {"sub_task": "", "sub_task_agent": None}
        title = f"Step {step} of {len(plan)}: {task['sub_task']}"
        self.begin(stage, title, step=step, steps=len(plan), agent=task["sub_task_agent"])

    def end(self, state: Literal["completed", "failed"], content: str = "") -> None:
        """Report that the stage under way ended."""
        self.show_files()
        self.say("stage", content, state=state)
        self._in_stage = False

    def give_up(self, why: str) -> None:
        """Report the stage under way as failed, if there is one."""
        if self._in_stage:
            self.end("failed", why)

    def show_files(self) -> None:
        """Report every file that is new or changed since this was last asked."""
        if found := self.artifacts.new():
            names = ", ".join(artifact.name for artifact in found)
            self.report(EngineOutput(type="artifact", content=names, artifacts=found, stage=self.stage or None))

    def run_code(self, command: list[str], folder: Path, file: Path, source: str) -> runner.Outcome:
        """Run a program that an agent wrote, reporting its source, its output and its end."""
        self._runs += 1
        facts = {"run": self._runs, "file": file.relative_to(self.workspace).as_posix()}
        language = "bash" if file.suffix in (".sh", ".bash") else "python"
        self.say("code", source, agent="executor", phase="start", language=language, **facts)
        self.last_run = runner.run(
            command,
            cwd=folder,
            env=runner.environment(self.workspace, self.scratch),
            limits=self.limits,
            show=lambda text: self.say("code", text, agent="executor", phase="output", **facts),
        )
        end = {"exit_code": self.last_run.exit_code, "seconds": round(self.last_run.seconds, 3)}
        self.say("code", self.last_run.stopped or "", agent="executor", phase="end", **facts, **end)
        self.show_files()
        return self.last_run
