"""Denario as an engine of TOMAS. Importing this module imports Denario and CMBAgent: forked workers share them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from tomas_cmbagent import runner
from tomas_cmbagent.bridge import Bridge

from tomas_denario import imports, latex, options
from tomas_denario.estimate import estimate
from tomas_denario.ledger import Ledger
from tomas_denario.session import Session
from tomas_engine import Engine, EngineFailed, EngineOutput

_package, _denario, _fonts = imports.import_all()

from tomas_denario import wiring  # noqa: E402 - it imports parts of Denario
from tomas_denario.pipeline import Pipeline  # noqa: E402 - as above
from tomas_denario.typesetting import Typesetter  # noqa: E402 - as above


class DenarioEngine(Engine):
    """Takes a data set to a paper, stage by stage; see engine.toml."""

    async def initialize(self, session_id: str, workspace_dir: str, config: dict[str, Any]) -> None:
        """Tie Denario to this session. The worker's current folder is `workspace_dir`."""
        self._bridge: Bridge | None = None
        self._resumed = False
        self._options: dict[str, Any] = config.get("options", {})
        self._session = Session(
            workspace=Path(workspace_dir),
            gateway=config["gateway"],
            models=config["models"],
            limits=runner.Limits(**config.get("limits", {})),
            services=frozenset(config.get("services", ())),
        )
        for name, content in _fonts.items():
            (self._session.scratch / "matplotlib" / name).write_bytes(content)
        self._ledger = Ledger(self._session.workspace)
        typesetter = Typesetter(self._session, latex.find())
        self._pipeline = Pipeline(_package, self._session, typesetter, self._ledger)
        wiring.install(_package, self._session, typesetter, self._pipeline.node_done)

    async def execute(
        self, task: str, input_data: dict[str, Any], mode_config: dict[str, Any]
    ) -> AsyncIterator[EngineOutput]:
        """Go through the stages asked for; what was done before and still stands is kept, also in a repair."""
        session = self._session
        resumed = self._resumed or bool(mode_config.get("repair"))
        self._bridge = bridge = Bridge(lambda: self._work(task, input_data, resumed=resumed))
        session.report = lambda output: bridge.put(self._pipeline.place(output))
        async for output in bridge.outputs():
            yield output

    async def resume(self, checkpoint: dict[str, Any]) -> None:
        """Go on from what the ledger in the workspace says is done; `checkpoint` tells where that was."""
        self._ledger.check()
        self._resumed = True

    async def cleanup(self) -> None:
        """Let the thread go; the worker's exit ends what is left."""
        if self._bridge is not None:
            self._bridge.close()

    async def get_cost_estimate(self, input_data: Mapping[str, Any]) -> dict[str, Any]:
        """Return ranges from the stages asked for, counted in runs of the real package."""
        return dict(estimate(options.read(self._options, input_data), input_data))

    def _work(self, task: str, form: dict[str, Any], *, resumed: bool) -> None:
        """Run in the engine's thread, and end with the one final report."""
        session = self._session
        try:
            session.asked = options.read(self._options, form)
            words = self._pipeline.run(task, form, resumed=resumed)
        except EngineFailed as error:
            session.chapter = ""
            fault = EngineOutput(status="failed", type="log", content=str(error), metadata={"level": "error"})
            session.report(fault)
            return
        session.chapter = ""
        session.report(EngineOutput(status="completed", content=words, metadata={"answer": words}))
