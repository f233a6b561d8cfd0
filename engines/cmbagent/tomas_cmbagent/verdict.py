"""Judges whether CMBAgent did what it was asked.

Its functions return normally whatever happened, and its agents call a program a success because a model said
so. What counts here is its own state, the plan, and the exit code of the last program of each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomas_cmbagent.runner import Outcome

_LAST_LINES = 3


def of_planning(context: Mapping[str, Any], max_rounds: int) -> str | None:
    """Say why there is no plan to work by; None if there is one."""
    if context.get("final_plan") and context.get("number_of_steps_in_plan"):
        return None
    return (
        f"The planners did not settle on a plan within {max_rounds} rounds. "
        "Allow more rounds (max_rounds), fewer reviews (n_plan_reviews), or state the task more narrowly."
    )


def of_step(context: Mapping[str, Any], step: int, last_run: Outcome | None, max_rounds: int) -> str | None:
    """Say why step number `step` of the plan was not done; None if it was."""
    steps = int(context.get("number_of_steps_in_plan") or 1)
    where = f"step {step} of {steps}" if steps > 1 else "the task"
    attempts, allowed = int(context.get("n_attempts") or 0), int(context.get("max_n_attempts") or 0)
    if allowed and attempts >= allowed:
        tries = "once" if attempts == 1 else f"{attempts} times"
        return (
            f"In {where} the code failed {tries}, which is the limit (max_n_attempts). {_error_of(last_run)}"
            "Look at the code and its output above; a retry goes on from the last finished step."
        )
    status, reached = str(context.get("current_status")), int(context.get("current_plan_step_number") or 0)
    done = (reached == step and status == "completed") or (step < steps and reached == step + 1)
    if not done:
        why = "gave up" if status == "failed" else f"did not finish within {max_rounds} rounds (max_rounds)"
        return f"The agents {why} in {where}. A retry goes on from the last finished step."
    return of_last_run(where, last_run)


def of_last_run(where: str, run: Outcome | None) -> str | None:
    """Say that the last program of a step failed; None if it did not, or there was none."""
    if run is None or not run.exit_code:
        return None
    return (
        f"In {where} the last program ended with exit code {run.exit_code}, "
        f"although the agents took it for a success. {_error_of(run)}"
    )


def _error_of(run: Outcome | None) -> str:
    if run is None:
        return ""
    lines = [line.strip() for line in run.output.strip().splitlines() if line.strip()][-_LAST_LINES:]
    return f"Its last error: {lines[-1][:500]}\n" if run.exit_code and lines else ""
