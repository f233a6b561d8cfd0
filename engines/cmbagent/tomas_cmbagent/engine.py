"""CMBAgent as an engine of TOMAS. Importing this module imports CMBAgent, so that forked workers share it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import openai

from tomas_cmbagent import options, runner, slim
from tomas_cmbagent.bridge import Bridge
from tomas_cmbagent.estimate import estimate
from tomas_cmbagent.session import Session
from tomas_engine import CannotDo, Engine, EngineFailed, EngineOutput, Intervention

_package, _fonts = slim.import_cmbagent()

from tomas_cmbagent import wiring, workflows  # noqa: E402 - they import parts of CMBAgent

_LONGEST_ANSWER = 20_000  # characters
_MODEL_ERRORS = (openai.OpenAIError, httpx.HTTPError, TimeoutError)


class CMBAgentEngine(Engine):
    """Plans a task and works it off, solves it at one go, or talks with a person about it; see engine.toml."""

    _options = options.Options()

    async def initialize(self, session_id: str, workspace_dir: str, config: dict[str, Any]) -> None:
        """Read the options (CannotDo if they ask what cannot be done) and tie CMBAgent to this session."""
        self._bridge: Bridge | None = None
        self._restart_at = 0
        self._options = options.read(config.get("options", {}))
        self._session = Session(
            workspace=Path(workspace_dir),
            gateway=config["gateway"],
            models=config["models"],
            options=self._options,
            limits=runner.Limits(**config.get("limits", {})),
        )
        for name, content in _fonts.items():
            (self._session.scratch / "matplotlib" / name).write_bytes(content)
        wiring.install(_package, self._session)

    async def execute(
        self,
        task: str,
        input_data: dict[str, Any],
        mode_config: dict[str, Any],
    ) -> AsyncIterator[EngineOutput]:
        """Work on `task`; for a `repair` one agent makes what is missing where the work was done before."""
        self._session.repairing = bool(mode_config.get("repair"))
        restart_at, self._restart_at = self._restart_at, 0
        self._bridge = bridge = Bridge(lambda: self._work(task, restart_at))
        self._session.report = bridge.put
        async for output in bridge.outputs():
            yield output

    async def resume(self, checkpoint: dict[str, Any]) -> None:
        """Go on after the step that `checkpoint` (the metadata of a checkpoint event) names."""
        if not self._session.options.checkpointed:
            raise CannotDo("CMBAgent keeps checkpoints only in planning_and_control with checkpoints turned on.")
        self._restart_at = int(checkpoint["step"]) + 1
        workflows.check_restart(self._session, self._restart_at)

    async def intervene(self, intervention: Intervention) -> None:
        """Take the answer of a person in the mode chat."""
        if intervention.kind != "answer" or not self._session.options.wait_for_answers:
            raise CannotDo("CMBAgent takes answers in the mode chat with wait_for_answers turned on, nothing else.")
        self._session.answers.put(intervention.content)

    async def cleanup(self) -> None:
        """Let the thread go; the worker's exit ends what is left."""
        if self._bridge is not None:
            self._bridge.close()

    async def get_cost_estimate(self, input_data: Mapping[str, Any]) -> dict[str, Any]:
        """Return ranges from the plan's greatest length, the attempts allowed, and the given documents."""
        return dict(estimate(self._options, input_data))

    def _work(self, task: str, restart_at: int) -> None:
        """Run in the engine's thread, and end with the one final report."""
        session = self._session
        try:
            answer = workflows.run(_package, session, task, restart_at)
        except EngineFailed as error:
            fault = str(error)
        except _MODEL_ERRORS as error:
            fault = f"The model call of {session.agent} failed: {wiring.explain(error)}"
        except SystemExit:
            fault = "CMBAgent gave up: a model named an agent that does not exist."
        else:
            session.show_files()
            words = {"answer": answer[:_LONGEST_ANSWER]}
            session.report(EngineOutput(status="completed", content=_completed(session), metadata=words))
            return
        session.show_files()
        session.give_up(fault)
        session.report(EngineOutput(status="failed", type="log", content=fault, metadata={"level": "error"}))


def _completed(session: Session) -> str:
    if session.repairing:
        return "The missing files were made."
    steps = (session.context or {}).get("number_of_steps_in_plan") or 1
    return f"All {steps} steps of the plan are done." if steps > 1 else "The task is done."
