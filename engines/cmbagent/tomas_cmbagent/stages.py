"""One stage of CMBAgent's work: what its team is given, and how its end is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cmbagent.agents.planner_response_formatter.planner_response_formatter import _parse_plan_string

from tomas_cmbagent import verdict
from tomas_cmbagent.options import CHAT, ONE_SHOT, PLANNING
from tomas_cmbagent.session import Session
from tomas_engine import EngineFailed

REPAIR = "repair"


def run_stage(session: Session, solve: Callable[[], None], team: Any, given: dict[str, Any]) -> None:
    """Run one conversation of `team`; EngineFailed as soon as its end shows that going on is no use.

    `given` are the keyword arguments of CMBAgent's `solve`, and are changed in place: there is no parameter
    for the instructions of a one_shot or for who begins the planning.
    """
    kind, step = given.get("mode", "default"), given.get("step")
    if kind in (ONE_SHOT, CHAT):
        _begin_alone(session, kind, given)
    elif given.get("initial_agent") == "plan_setter":
        given["initial_agent"] = session.options.first if session.options.mode == PLANNING else "plan_setter"
        session.begin("planning", "Planning")
    elif step is None:
        session.enter_step(1)
    else:
        _begin_step(session, step, given["shared_context"])
    solve()
    if session.stage == "planning":  # a model counted the steps; what counts is how many can be read
        team.final_context["number_of_steps_in_plan"] = len(_parse_plan_string(team.final_context["final_plan"] or ""))
    session.context = team.final_context.data
    if fault := _fault(session, kind, step):
        session.end("failed", fault)
        raise EngineFailed(fault)
    session.end("completed")


def _begin_alone(session: Session, kind: str, given: dict[str, Any]) -> None:
    instructions = {
        "engineer_append_instructions": session.options.engineer_instructions,
        "researcher_append_instructions": session.options.researcher_instructions,
        "hardware_constraints": session.options.hardware_constraints,
    }
    given["shared_context"] = {**instructions, **(given.get("shared_context") or {})}
    agent = str(given["initial_agent"])
    if session.repairing:
        session.begin(REPAIR, "Making what is missing", agent=agent)
    else:
        session.begin(kind.replace("_", " "), f"The {agent.replace('_', ' ')} at work", agent=agent)


def _begin_step(session: Session, step: int, context: Any) -> None:
    session.summaries.mend(context)
    planned = session.plan()
    if step <= len(planned) and context.get("current_status") != "in progress" and step > 1:
        # The step before ended without naming the next: CMBAgent would go on with the old task, or crash.
        task = planned[step - 1]
        context["current_status"] = "in progress"
        context["agent_for_sub_task"] = task["sub_task_agent"]
        context["current_sub_task"] = task["sub_task"]
        context["current_instructions"] = "\n".join(f"- {point}" for point in task.get("bullet_points", []))
    session.enter_step(step)


def _fault(session: Session, kind: str, step: int | None) -> str | None:
    context, rounds = session.context or {}, session.options.max_rounds
    if session.stage == "planning":
        return verdict.of_planning(context, rounds)
    if step is None and kind not in (ONE_SHOT, CHAT):
        step = int(context.get("number_of_steps_in_plan") or 1)
        if session.bad_steps:
            bad_step, run = session.bad_steps[0]
            return verdict.of_last_run(f"step {bad_step} of {step}", run)
    return verdict.of_step(context, step or 1, session.last_run, rounds)
