"""The rehearsal player: who asks, what the playbooks say, what is answered. No engine runs here."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engines.cmbagent_harness import load_player

player = load_player()
GIVEN: dict[str, Any] = {
    "mode": "nothing known",
    "inputs": {"a": "``` '''"},
    "files": {},
    "outputs_dir": "/o",
    "outputs": [],
}
TASK = f"# Task\nDo it.\n\n## Given\n```json\n{json.dumps(GIVEN)}\n```\n\n## Deliverables\n…"


def ask(agent: str, *messages: str, system: str = "", **body: Any) -> dict[str, Any]:
    said = [{"role": "system", "content": system}, *({"role": "user", "content": m} for m in messages)]
    return player.answer({"messages": said, **body}, {"X-Tomas-Agent": agent})


def test_a_plan_goes_through_planner_formatter_and_recorder_unchanged() -> None:
    planned = ask("planner", TASK, system="The Plan you suggest must have at most 3 Steps.")["content"]
    formatted = json.loads(ask("planner_response_formatter", planned)["content"])["sub_tasks"]
    steps = player.playbooks.choose(GIVEN).steps
    assert [step["sub_task"] for step in formatted] == [step.sub_task for step in steps]
    assert [step["sub_task_agent"] for step in formatted] == ["engineer", "engineer", "researcher"]
    assert formatted[0]["bullet_points"] == list(steps[0].bullets)
    assert ask("plan_recorder", planned)["arguments"]["number_of_steps_in_plan"] == 3


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_a_plan_keeps_to_its_greatest_length_and_loses_no_program(most: int) -> None:
    playbook = player.playbooks.choose(GIVEN)
    steps = playbook.at_most(most)
    assert len(steps) == min(most, 3)
    assert [name for step in steps for name in step.code] == ["explore.py", "deliver.py"]


@pytest.mark.parametrize(
    ("status", "step", "expected"),
    [("None", 1, ("in progress", 1)), ("in progress", 1, ("completed", 1)), ("completed", 1, ("in progress", 2))],
)
def test_control_takes_one_step_after_the_other(status: str, step: int, expected: tuple[str, int]) -> None:
    plan = (
        "- Step 1:\n\t* sub-task: A\n\t* agent in charge: engineer\n"
        "- Step 2:\n\t* sub-task: B\n\t* agent in charge: researcher\n"
    )
    system = (
        f"the established plan:\n{plan}\nThe current status of this workflow is:\n**Current step in plan:**\n{step}\n\n"
        f"**Current status:**\n{status}\n"
    )
    arguments = ask("control", TASK, system=system)["arguments"]
    assert (arguments["current_status"], arguments["current_plan_step_number"]) == expected
    assert arguments["current_sub_task"] == {1: "A", 2: "B"}[expected[1]]


def test_the_engineer_sends_the_program_of_the_step_with_what_was_given() -> None:
    sub_task = player.playbooks.choose(GIVEN).steps[0].sub_task
    said = ask("engineer", TASK, system=f"**Current sub-task:**\n{sub_task}\n")["content"]
    form = json.loads(ask("engineer_response_formatter", said)["content"])
    assert form["filename"] == "explore.py"
    assert form["relative_path"] == "codebase/"
    scope: dict[str, Any] = {}
    exec(form["python_code"].splitlines()[0], scope)
    assert scope["GIVEN"] == GIVEN


def test_a_task_without_a_plan_gets_every_program_in_one(tmp_path: Path) -> None:
    said = ask("engineer", TASK, system="**Current sub-task:**\nsolve the main task.\n")["content"]
    name, code = player.reading.read_code(said)
    assert name == "all_steps.py"
    written = {n.targets[0].slice.value: ast.literal_eval(n.value) for n in ast.walk(ast.parse(code)) if _is_program(n)}
    assert list(written) == ["explore.py", "deliver.py"]
    for source in written.values():
        compile(source, str(tmp_path), "exec")


def _is_program(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)


@pytest.mark.parametrize(
    ("printed", "status", "next_agent"),
    [
        ("all fine\n[exit code: 0]", "success", "control"),
        ("Traceback …\nKeyError: 'a'\n[exit code: 1]", "failure", "engineer"),
        ("ModuleNotFoundError: No module named 'x'\n[exit code: 1]", "failure", "installer"),
        ("[exit code: 0] said the program\n\n[exit code: 2]", "failure", "engineer"),
        ("nothing that tells", "failure", "engineer"),
    ],
)
def test_a_run_is_judged_by_its_exit_code(printed: str, status: str, next_agent: str) -> None:
    arguments = ask("executor_response_formatter", printed)["arguments"]
    assert (arguments["execution_status"], arguments["next_agent_suggestion"]) == (status, next_agent)


def test_agents_are_known_without_the_header() -> None:
    def agent(system: str = "", **body: Any) -> str:
        return player.reading.Request({"messages": [{"role": "system", "content": system}], **body}, {}).agent

    assert agent("You are the engineer agent.") == "engineer"
    assert agent("You are a plan reviewer. You never") == "plan_reviewer"
    assert agent(tool_choice={"type": "function", "function": {"name": "record_status"}}) == "control"
    assert agent(response_format={"json_schema": {"name": "PlannerResponse"}}) == "planner_response_formatter"


def test_an_agent_without_a_part_still_gets_what_it_must_have() -> None:
    schema = {"properties": {"title": {"type": "string"}, "tags": {"type": "array"}}, "required": ["title", "tags"]}
    asked = ask("stranger", "hello", response_format={"json_schema": {"name": "S", "schema": schema}})
    assert json.loads(asked["content"]) == {"title": "", "tags": []}
    tools = [{"function": {"name": "note", "parameters": {"properties": {"n": {"type": "integer"}}}}}]
    choice = {"type": "function", "function": {"name": "note"}}
    assert ask("stranger", "hello", tools=tools, tool_choice=choice) == {"tool": "note", "arguments": {"n": 0}}
    assert "rehearsal" in ask("stranger", "hello")["content"]


def test_every_playbook_names_files_that_are_there() -> None:
    books = player.playbooks._all()
    assert "general" in books
    for book in books.values():
        for step in book.steps:
            assert step.agent in ("engineer", "researcher")
            assert (step.agent == "engineer") == bool(step.code)
            for name in [*step.code, *([step.writer] if step.writer else [])]:
                compile((book.folder / name).read_text("utf-8"), name, "exec")
        name, code = book.program([s for s in book.steps if s.code], GIVEN)
        compile(code, name, "exec")
        assert not player.playbooks._FENCE.search(code)


def test_the_researchers_notes_carry_their_file_name() -> None:
    sub_task = player.playbooks.choose(GIVEN).steps[2].sub_task
    said = ask("researcher", TASK, "FACTS\n### a.csv\nLooked into 1", system=f"**Current sub-task:**\n{sub_task}\n")
    form = json.loads(ask("researcher_response_formatter", said["content"])["content"])
    assert form["filename"] == "notes.md"
    assert "### a.csv" in form["markdown_block"]
    assert "filename:" not in form["markdown_block"]
