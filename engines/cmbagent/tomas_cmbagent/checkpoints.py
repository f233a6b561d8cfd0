"""The state CMBAgent leaves after each step of a plan, and going on from it.

CMBAgent writes its context after planning (step 0) and after each step. Restarted at a step, it forgets the
summaries of the steps before, which its agents then miss in every later prompt; `Summaries` keeps them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import IO, Any

from tomas_engine import CannotDo

SUMMARY = "previous_steps_execution_summary"


def path(work_dir: Path, step: int) -> Path:
    """Return the file of the context after `step`; 0 is the planning."""
    return work_dir / "context" / f"context_step_{step}.pkl"


def load(work_dir: Path, step: int) -> MutableMapping[str, Any]:
    """Return the context after `step`; CannotDo if its files are gone."""
    file = path(work_dir, step)
    if not file.is_file() or not (work_dir / "planning" / "final_plan.json").is_file():
        raise CannotDo(f"The files of the checkpoint after step {step} are gone from the workspace; start anew.")
    with file.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 - written by this engine, in the session's own folder


class Summaries:
    """The summaries of the steps before a restart, put back in front of those that follow."""

    def __init__(self, before: str = "") -> None:
        self._before = before.strip()

    def mend(self, context: MutableMapping[str, Any]) -> None:
        """Make `context` hold the summaries of all steps so far."""
        now = str(context.get(SUMMARY) or "").strip()
        if self._before and not now.startswith(self._before):
            context[SUMMARY] = f"{self._before}\n\n{now}".rstrip()


class PickleOfContexts:
    """Stands in for the `pickle` that CMBAgent writes its contexts with; `saved` hears of each that is whole."""

    def __init__(self, summaries: Summaries, saved: Callable[[Path], None]) -> None:
        self._summaries, self._saved = summaries, saved

    def dump(self, context: MutableMapping[str, Any], stream: IO[bytes]) -> None:
        """Write `context`, mended."""
        self._summaries.mend(context)
        pickle.dump(context, stream)
        stream.flush()
        self._saved(Path(stream.name))

    load = staticmethod(pickle.load)
