"""Reads what an agent of CMBAgent sends to its model: who it is, the task, the plan, where the work stands."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

_GIVEN = re.compile(r"^## Given\s*\n+```json\s*\n(\{.*\})\s*\n```", re.MULTILINE)
_CODE = re.compile(r"```python\n(?:# filename: *(\S+)\n)?(.*?)\n```", re.DOTALL)
_EXIT = re.compile(r"^\[exit code: (-?\d+)\]$", re.MULTILINE)
_STEP = re.compile(r"^\s*- Step \d+:\s*$", re.MULTILINE)
_TOOL_OF = {
    "record_plan_constraints": "plan_setter",
    "record_status": "control",
    "record_status_starter": "control_starter",
    "post_execution_transfer": "executor_response_formatter",
    "record_plan": "plan_recorder",
    "record_review": "review_recorder",
    "terminate_session": "terminator",
    "record_improved_task": "task_recorder",
    "record_ideas": "idea_saver",
}
_FORM_OF = {
    "EngineerResponse": "engineer_response_formatter",
    "PlannerResponse": "planner_response_formatter",
    "PlanReviewerResponse": "reviewer_response_formatter",
    "StructuredMardown": "researcher_response_formatter",
    "InstallerResponse": "installer",
}


class Request:
    """One chat completion request of one agent."""

    def __init__(self, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        self.body = body
        self._headers = {name.lower(): value for name, value in headers.items()}
        self.messages: list[dict[str, Any]] = body.get("messages", [])

    @cached_property
    def agent(self) -> str:
        """Its name: sent along, or known by the tool it must call or the form it must fill."""
        if named := self._headers.get("x-tomas-agent"):
            return named
        if self.forced_tool in _TOOL_OF:
            return _TOOL_OF[self.forced_tool]
        name = (self.body.get("response_format") or {}).get("json_schema", {}).get("name", "")
        if name in _FORM_OF:
            return _FORM_OF[name]
        found = re.search(r"You are (?:the|a) ([\w ]+?) agent|You are a (plan reviewer)", self.system)
        return (found[1] or found[2]).replace(" ", "_") if found else "unknown"

    @cached_property
    def system(self) -> str:
        """The instructions."""
        return "\n".join(_text(m) for m in self.messages if m.get("role") in ("system", "developer"))

    @cached_property
    def last(self) -> str:
        """The last message."""
        return _text(self.messages[-1]) if self.messages else ""

    @cached_property
    def all_text(self) -> str:
        """All messages."""
        return "\n".join(_text(m) for m in self.messages)

    @cached_property
    def given(self) -> dict[str, Any]:
        """The JSON object under "## Given" of the task; empty if the task has none."""
        for match in _GIVEN.finditer(self.all_text):
            try:
                found = json.loads(match[1])
            except ValueError:  # a document may look like a task
                continue
            if isinstance(found, dict) and "outputs_dir" in found:
                return found
        return {}

    @cached_property
    def task(self) -> str:
        """The whole task, as the first message of the conversation brings it."""
        said = [_text(m) for m in self.messages if m.get("role") not in ("system", "developer")]
        return next((words for words in said if "## Given" in words), said[0] if said else "")

    @property
    def most_steps(self) -> int:
        """How long the planner's plan may be."""
        found = re.search(r"must have at most (\d+) Steps", self.system)
        return int(found[1]) if found else 100

    @property
    def plan(self) -> str:
        """The plan, without what comes after it in the instructions."""
        found = re.search(
            r"established plan:(.*?)(?:The current status of this workflow|\*\*Current step in plan)",
            self.system,
            re.DOTALL,
        )
        return found[1] if found else ""

    @property
    def step(self) -> int:
        """The number of the step under way."""
        found = self._field("Current step in plan")
        return int(found) if found.isdigit() else 1

    @property
    def status(self) -> str:
        """The status of the step under way."""
        return self._field("Current status")

    @property
    def sub_task(self) -> str:
        """What the step under way is about."""
        return self._field("Current sub-task")

    @property
    def agent_in_charge(self) -> str:
        """Who does the step under way."""
        named = self._field("Agent in charge")
        return named if named and named != "None" else "engineer"

    @property
    def failed_before(self) -> bool:
        """Whether a program of this conversation has failed."""
        return "Execution status: failure" in self.all_text

    @cached_property
    def forced_tool(self) -> str:
        """The tool it must call, if any."""
        choice = self.body.get("tool_choice")
        return choice.get("function", {}).get("name", "") if isinstance(choice, dict) else ""

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema it must fill, if any."""
        return (self.body.get("response_format") or {}).get("json_schema", {}).get("schema")

    def tool_schema(self, name: str) -> dict[str, Any]:
        """Return the schema of a tool's arguments."""
        functions = (entry.get("function", {}) for entry in self.body.get("tools", []))
        return next((f.get("parameters", {}) for f in functions if f.get("name") == name), {})

    def _field(self, name: str) -> str:
        found = re.search(rf"\*\*{re.escape(name)}:\*\*[ \t]*\n[ \t]*(.*)", self.system)
        return found[1].strip() if found else ""


def write_step(number: int, step: Any) -> str:
    """Write a step of a plan the way the planner does."""
    bullets = "".join(f"\n             - {_line(bullet)}" for bullet in step.bullets)
    return (
        f"   - Step {number}:\n         * sub-task: {_line(step.sub_task)}\n"
        f"         * agent: {step.agent}\n         * bullet points:{bullets}"
    )


def read_plan(plan: str) -> list[dict[str, Any]]:
    """Read the steps of a plan, as the planner or its formatter wrote them."""
    steps: list[dict[str, Any]] = []
    for part in _STEP.split(plan)[1:]:
        step: dict[str, Any] = {"sub_task": "", "sub_task_agent": "engineer", "bullet_points": []}
        for line in map(str.strip, part.splitlines()):
            name, _, value = line.removeprefix("* ").partition(":")
            if line.startswith("* ") and name == "sub-task":
                step["sub_task"] = value.strip()
            elif line.startswith("* ") and name in ("agent", "agent in charge"):
                step["sub_task_agent"] = value.strip()
            elif line.startswith("- "):
                step["bullet_points"].append(line[2:].strip())
        steps.append(step)
    return steps


def read_code(said: str) -> tuple[str, str]:
    """Return file name and code of the program in an engineer's answer."""
    found = _CODE.search(said)
    if found is None:
        return "nothing.py", 'raise SystemExit("the engineer sent no program")'
    return PurePosixPath(found[1] or "program.py").name, found[2]


def read_notes(said: str) -> tuple[str, str]:
    """Return file name and text of a researcher's notes."""
    found = re.match(r"\s*<!-- filename: *(\S+) -->\n", said)
    return (PurePosixPath(found[1]).name, said[found.end() :]) if found else ("notes.md", said)


def read_run(said: str) -> tuple[int, str]:
    """Return the exit code of a run and the last line it printed; code 1 if none can be read."""
    found = list(_EXIT.finditer(said))
    printed = said[: found[-1].start()] if found else said
    lines = [line.strip() for line in printed.splitlines() if line.strip(" =")]
    return (int(found[-1][1]) if found else 1), (lines[-1] if lines else "")


def missing_module(said: str) -> str:
    """Return the module that the last run missed."""
    names = re.findall(r"No module named '([\w.]+)'", said)
    return names[-1].partition(".")[0] if names else ""


def filled(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the least that meets a JSON schema of an object."""
    empty: dict[str, Any] = {"string": "", "array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}
    properties = schema.get("properties", {})
    return {name: empty.get(properties[name].get("type", "")) for name in schema.get("required", properties)}


def _line(words: str) -> str:
    return " ".join(words.split())


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content or ""
