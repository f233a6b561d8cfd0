"""What a session asks of CMBAgent, read from the worker's configuration and refused where it cannot be done."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tomas_engine import CannotDo

PLANNING = "planning_and_control"
ONE_SHOT = "one_shot"
CHAT = "chat"
_FIRST_OF_PLANNING = ("plan_setter", "task_improver", "planner")
_FIRST_OF_WORK = ("engineer", "researcher", "idea_maker", "idea_hater")
_UNREACHABLE = {
    "perplexity": "it has no search tool in this version and would invent its references",
    "camb_context": "it downloads its documentation from the internet, which a worker cannot reach",
    "classy_context": "it downloads its documentation from the internet, which a worker cannot reach",
}
# What an agent's instructions may name in braces; CMBAgent fills it in at each turn.
PLACEHOLDERS = frozenset({
    "main_task", "improved_main_task", "final_plan", "current_plan_step_number", "current_sub_task",
    "agent_for_sub_task", "current_status", "current_instructions", "previous_steps_execution_summary",
    "database_path", "codebase_path", "hardware_constraints", "maximum_number_of_steps_in_plan", "proposed_plan",
    "recommendations", "feedback_left", "number_of_steps_in_plan", "current_codebase", "researcher_filename",
    "planner_append_instructions", "plan_reviewer_append_instructions", "engineer_append_instructions",
    "researcher_append_instructions", "vlm_plot_structured_feedback",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The engine options of engine.toml, with the same defaults; `first` is the agent that begins."""

    mode: str = PLANNING
    initial_agent: str = ""
    checkpoints: bool = True
    max_rounds: int = 100
    max_plan_steps: int = 4
    max_n_attempts: int = 3
    n_plan_reviews: int = 1
    skip_rag_agents: bool = True
    plan_instructions: str = ""
    engineer_instructions: str = ""
    researcher_instructions: str = ""
    hardware_constraints: str = ""
    wait_for_answers: bool = False
    agents: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    @property
    def first(self) -> str:
        """The agent that begins the work."""
        return self.initial_agent or ("plan_setter" if self.mode == PLANNING else "engineer")

    @property
    def checkpointed(self) -> bool:
        """Whether a run leaves checkpoints that a later attempt can go on from."""
        return self.mode == PLANNING and self.checkpoints


def read(given: Mapping[str, Any]) -> Options:
    """Return the options of a session; CannotDo with a sentence for the user where they cannot be met.

    The platform has checked types and ranges against the manifest.
    """
    known = {f.name for f in fields(Options)}
    options = Options(**{name: value for name, value in given.items() if name in known and value is not None})
    if not options.skip_rag_agents:
        raise CannotDo(
            "CMBAgent's retrieval agents (RAG) cannot run here: they keep their documents in OpenAI's Assistants "
            "service and fetch them from GitHub, and neither passes the gateway. Leave skip_rag_agents on."
        )
    if options.mode not in (PLANNING, ONE_SHOT, CHAT):
        raise CannotDo(f"CMBAgent has no mode {options.mode!r}; it has {PLANNING}, {ONE_SHOT} and {CHAT}.")
    _check_first(options)
    _check_agents(options.agents)
    return options


def _check_first(options: Options) -> None:
    if options.first in _UNREACHABLE:
        raise CannotDo(f"The agent {options.first} cannot run here: {_UNREACHABLE[options.first]}.")
    allowed = _FIRST_OF_PLANNING if options.mode == PLANNING else _FIRST_OF_WORK
    if options.first not in allowed:
        raise CannotDo(
            f"In the mode {options.mode} the work cannot begin with {options.first}, only with {', '.join(allowed)}."
        )


def _check_agents(agents: Mapping[str, Any]) -> None:
    """Check the custom agents: each changes the instructions or the description of one of CMBAgent's own."""
    for name, agent in agents.items():
        if not isinstance(agent, Mapping) or not set(agent) <= {"name", "instructions", "description"}:
            raise CannotDo(f"The custom agent {name} may only set instructions and description, both text.")
        try:
            used = {
                part[1] for part in string.Formatter().parse(str(agent.get("instructions", ""))) if part[1] is not None
            }
        except ValueError as error:
            raise CannotDo(f"The instructions of the custom agent {name} are no template: {error}.") from error
        if unknown := sorted(used - PLACEHOLDERS):
            raise CannotDo(
                f"The instructions of the custom agent {name} name {unknown[0]!r} in braces, which CMBAgent does "
                f"not fill in. Write a plain brace as {{{{ or }}}}."
            )
