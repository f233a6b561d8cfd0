"""What was done, from what: kept on disk, so that a later attempt goes on and a changed input is noticed.

A stage stands if it ended well, its files are there, and what it was made from is what it would be made from now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tomas_engine import CannotDo

PATH = Path("checkpoints") / "denario.json"


class Ledger:
    """The stages by name: {"from": digest of what it is made from, "done": whether it ended well, "step": …}."""

    def __init__(self, workspace: Path) -> None:
        self._file = workspace / PATH
        self._stages: dict[str, dict[str, Any]] = {}
        if self._file.is_file():
            self._stages = json.loads(self._file.read_text(encoding="utf-8"))

    def check(self) -> None:
        """Raise CannotDo if there is nothing to go on from."""
        if not self._file.is_file():
            raise CannotDo("The files of the checkpoint are gone from the workspace; start anew.")

    def done(self, stage: str, made_from: str) -> bool:
        """Say whether the stage ended well, made from the same."""
        entry = self._stages.get(stage, {})
        return bool(entry.get("done")) and entry["from"] == made_from

    def begun(self, stage: str, made_from: str) -> int | None:
        """Return the last finished step of a stage that was begun from the same (-1: none); None if it was not."""
        entry = self._stages.get(stage)
        return int(entry.get("step", -1)) if entry and entry["from"] == made_from else None

    def begin(self, stage: str, made_from: str) -> int | None:
        """Note that a stage begins; return what `begun` said before, None if it has to start anew."""
        before = self.begun(stage, made_from)
        if before is None:
            self._stages[stage] = {"from": made_from, "done": False}
        else:
            self._stages[stage]["done"] = False
        self._write()
        return before

    def step(self, stage: str, step: int) -> None:
        """Note that a step of a stage is done."""
        self._stages[stage]["step"] = step
        self._write()

    def end(self, stage: str) -> None:
        """Note that a stage ended well."""
        self._stages[stage]["done"] = True
        self._write()

    def clear(self) -> None:
        """Forget everything."""
        self._stages = {}
        self._file.unlink(missing_ok=True)

    def _write(self) -> None:
        self._file.parent.mkdir(exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._stages, indent=1), encoding="utf-8")
        fresh.replace(self._file)


def digest(*values: object, files: Iterable[Path] = ()) -> str:
    """Return the digest of values and of the content of files; one that is not there counts as such."""
    found = hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode())
    for file in files:
        found.update(f"\n{file.name}\n".encode())
        found.update(file.read_bytes() if file.is_file() else b"\0none")
    return found.hexdigest()
