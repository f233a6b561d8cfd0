"""What is known of a session while Denario works on it: CMBAgent's, with the stage of Denario around it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tomas_cmbagent.artifacts import Artifacts
from tomas_cmbagent.options import Options as TeamOptions
from tomas_cmbagent.session import ROLES
from tomas_cmbagent.session import Session as TeamSession

from tomas_denario.options import Options
from tomas_engine import Artifact, EngineOutput

# The folder in which CMBAgent works for a stage; the names are Denario's.
TEAM_FOLDERS = {
    "idea": "idea_generation_output",
    "methods": "method_generation_output",
    "results": "experiment_generation_output",
}
_ROLE_OF_STAGE = {"paper": "writer", "referee": "referee"}
# Files that a reader has no use for: what the user gets lies in outputs/, these are its makings.
_UNTOLD = ("work/paper/", "work/input_files/")
_UNTOLD_ENDINGS = (".log", "/LLM_calls.txt")
_TOLD = "work/input_files/data_description.md"


class _Files(Artifacts):
    """The files worth telling of, each once for each content: Denario writes its texts anew at every stage."""

    def __init__(self, workspace: Path) -> None:
        super().__init__(workspace)
        self._root = workspace
        self._digests: dict[str, str] = {}

    def new(self) -> tuple[Artifact, ...]:
        return tuple(artifact for artifact in super().new() if self._worth_telling(artifact.path))

    def _worth_telling(self, path: str) -> bool:
        if path != _TOLD and (path.startswith(_UNTOLD) or path.endswith(_UNTOLD_ENDINGS)):
            return False
        with (self._root / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        known, self._digests[path] = self._digests.get(path), digest
        return known != digest


@dataclass(slots=True, kw_only=True)
class Session(TeamSession):
    """One task. `chapter` is the stage of Denario under way; `stage` is CMBAgent's own, a part of it."""

    asked: Options = field(default_factory=Options)
    options: TeamOptions = field(default_factory=TeamOptions)
    services: frozenset[str] = frozenset()
    chapter: str = ""
    has_data: bool = False  # whether the user gave files
    fault: str | None = None  # what a refused call said, of the stage under way
    models_seen: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        TeamSession.__post_init__(self)
        self.artifacts = _Files(self.workspace)

    @property
    def project(self) -> Path:
        """Denario's project folder, relative to the workspace, which is the current folder.

        Denario passes paths through a shell unquoted, and the workspace's may hold blanks.
        """
        return Path("work")

    @property
    def work_dir(self) -> Path:
        """CMBAgent's folder in the stage under way."""
        return self.workspace / self.project / TEAM_FOLDERS.get(self.chapter, "input_files")

    def model(self, agent: str) -> str:
        """Return the model name that `agent` sends."""
        role = ROLES.get(agent) or _ROLE_OF_STAGE.get(self.chapter, "default")
        return self.models.get(role) or self.models["default"]

    def place(self, output: EngineOutput) -> EngineOutput:
        """Return what CMBAgent's part reports as a report of the stage of Denario around it."""
        if not self.chapter or output.stage == self.chapter or output.status != "running":
            return output
        told: dict[str, Any] = {"part": output.stage} if output.stage else {}
        metadata = output.metadata | told
        if output.type == "stage":
            metadata |= {"state": "progress", "part_state": output.metadata.get("state")}
        return replace(output, stage=self.chapter, metadata=metadata)

    def note(self, kind: str, content: str, /, *, agent: str | None = None, **metadata: Any) -> None:
        """Report one fact of the stage of Denario under way."""
        part, self.stage = self.stage, self.chapter
        try:
            self.say(kind, content, agent=agent, **metadata)
        finally:
            self.stage = part

    @property
    def rehearsed(self) -> bool:
        """Whether every answer so far came from a rehearsal."""
        return self.models_seen == {"rehearsal"}

    def remember_models(self) -> None:
        """Keep the names of the models that answered, for later attempts."""
        file = self.workspace / "checkpoints" / "models.json"
        file.parent.mkdir(exist_ok=True)
        known = set(json.loads(file.read_text("utf-8"))) if file.is_file() else set[str]()
        self.models_seen |= known
        if self.models_seen - known:
            file.write_text(json.dumps(sorted(self.models_seen)), encoding="utf-8")
