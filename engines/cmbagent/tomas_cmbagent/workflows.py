"""Calls CMBAgent's own entry points for one execution, in the engine's thread."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tomas_cmbagent import checkpoints, wiring
from tomas_cmbagent.options import CHAT, ONE_SHOT
from tomas_cmbagent.session import Session
from tomas_engine import EngineFailed

_WORKERS = {"engineer", "researcher", "idea_maker", "idea_hater"}


def run(package: ModuleType, session: Session, task: str, restart_at: int) -> str:
    """Do `task`, from step `restart_at` of its plan if that is not 0; return the last words of the agents.

    EngineFailed with a sentence for the user if it was not done.
    """
    mode = session.options.mode
    if session.repairing:
        return _last_words(_one_shot(package, session, task, "engineer"))
    if mode == ONE_SHOT:
        return _last_words(_one_shot(package, session, task, session.options.first))
    if mode == CHAT:
        return _last_words(_chat(package, session, task))
    if not session.options.checkpoints:
        return _last_words(
            package.planning_and_control(task, **_planning(session), max_rounds_planning=_rounds(session))
        )
    return _with_checkpoints(package, session, task, restart_at)


def check_restart(session: Session, restart_at: int) -> None:
    """CannotDo if the plan cannot be taken up at step `restart_at`."""
    checkpoints.load(session.work_dir, restart_at - 1)


def _with_checkpoints(package: ModuleType, session: Session, task: str, restart_at: int) -> str:
    if restart_at:
        context = checkpoints.load(session.work_dir, restart_at - 1)
        session.context = dict(context.data)
        session.summaries = checkpoints.Summaries(str(context.get(checkpoints.SUMMARY) or ""))
        if restart_at > int(context["number_of_steps_in_plan"] or 0):
            return "All steps of the plan had been done before."
    wiring.keep_checkpoints(package, session)
    return _last_words(
        package.planning_and_control_context_carryover(
            task,
            **_planning(session),
            max_rounds_planning=_rounds(session),
            camb_context_model=session.model("camb_context"),
            plot_judge_model=session.model("plot_judge"),
            restart_at_step=restart_at or -1,
        )
    )


def _planning(session: Session) -> dict[str, Any]:
    options = session.options
    agents = ("planner", "plan_reviewer", "engineer", "researcher", "idea_maker", "idea_hater")
    return {f"{agent}_model": session.model(agent) for agent in agents} | {
        "max_rounds_control": options.max_rounds,
        "max_plan_steps": options.max_plan_steps,
        "max_n_attempts": options.max_n_attempts,
        "n_plan_reviews": options.n_plan_reviews,
        "plan_instructions": options.plan_instructions,
        "engineer_instructions": options.engineer_instructions,
        "researcher_instructions": options.researcher_instructions,
        "hardware_constraints": options.hardware_constraints,
        "work_dir": str(session.work_dir),
    }


def _rounds(session: Session) -> int:
    return session.options.max_rounds


def _one_shot(package: ModuleType, session: Session, task: str, agent: str) -> dict[str, Any]:
    control = session.work_dir / "control"
    return package.one_shot(
        task,
        max_rounds=session.options.max_rounds,
        max_n_attempts=session.options.max_n_attempts,
        engineer_model=session.model("engineer"),
        researcher_model=session.model("researcher"),
        plot_judge_model=session.model("plot_judge"),
        camb_context_model=session.model("camb_context"),
        agent=agent,
        # A repair works where the code and the data of the plan's steps lie.
        work_dir=str(control if session.repairing and control.is_dir() else session.work_dir),
    )


def _chat(package: ModuleType, session: Session, task: str) -> dict[str, Any]:
    return package.human_in_the_loop(
        task,
        work_dir=session.work_dir,
        max_rounds=session.options.max_rounds,
        max_n_attempts=session.options.max_n_attempts,
        engineer_model=session.model("engineer"),
        researcher_model=session.model("researcher"),
        agent=session.options.first,
    )


def _last_words(results: dict[str, Any]) -> str:
    """Return what the last working agent said."""
    for message in reversed(results["chat_history"]):
        if message.get("name") in _WORKERS and isinstance(message.get("content"), str):
            return message["content"].strip()
    raise EngineFailed("CMBAgent ended without a word from an agent that works.")
