"""Plays the part of the language model for every agent of CMBAgent, offline, from playbooks.

A rehearsal: no model thinks here. The agents, their conversations and the programs are real; the programs come
from playbooks and compute their findings from the user's own files. `answer` is all that is called from outside.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def _part(name: str) -> Any:
    """Import a module of this folder, which is on no path and part of no package."""
    full_name = f"tomas_rehearsal_cmbagent_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, FOLDER / f"{name}.py")
        if spec is None or spec.loader is None:
            raise ImportError(f"no {name}.py in {FOLDER}")
        module = sys.modules[full_name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[full_name]


reading = _part("reading")
playbooks = _part("playbooks")

Answer = dict[str, Any]  # {"content": text} or {"tool": name, "arguments": {…}}
NOTE = "This is a rehearsal: no language model read this."


def answer(body: dict[str, Any], headers: Mapping[str, str]) -> Answer:
    """Return what the agent that sent `body` (a chat completion request) is told."""
    request = reading.Request(body, headers)
    play = _PARTS.get(request.agent)
    if play is not None:
        return play(request)
    return _by_shape(request)


def tool(name: str, **arguments: Any) -> Answer:
    """Answer with a tool call."""
    return {"tool": name, "arguments": arguments}


def text(content: str) -> Answer:
    """Answer with text."""
    return {"content": content}


def form(**fields: Any) -> Answer:
    """Answer with the JSON object that a structured output asks for."""
    return {"content": json.dumps(fields, ensure_ascii=False)}


# -- planning


def _plan_setter(request: Any) -> Answer:
    playbook = playbooks.choose(request.given)
    return tool("record_plan_constraints", needed_agents=sorted({step.agent for step in playbook.steps}))


def _planner(request: Any) -> Answer:
    steps = playbooks.choose(request.given).at_most(request.most_steps)
    return text("**Plan:**\n" + "\n".join(reading.write_step(i, step) for i, step in enumerate(steps, 1)))


def _planner_formatter(request: Any) -> Answer:
    return form(sub_tasks=reading.read_plan(request.last))


def _plan_recorder(request: Any) -> Answer:
    steps = reading.read_plan(request.last)
    return tool("record_plan", plan_suggestion=request.last.strip(), number_of_steps_in_plan=len(steps))


def _plan_reviewer(_request: Any) -> Answer:
    return text(f"**Recommendations:**\n\n- Keep the plan as it is: it is a prepared one. {NOTE}")


def _review_formatter(request: Any) -> Answer:
    lines = [line.strip(" -*") for line in request.last.splitlines()]
    return form(recommendations=[line for line in lines if line and not line.startswith("Recommendations")])


def _review_recorder(request: Any) -> Answer:
    return tool("record_review", plan_review=request.last.strip())


def _task_improver(request: Any) -> Answer:
    return text(request.task)


def _task_recorder(request: Any) -> Answer:
    return tool("record_improved_task", improved_main_task=request.task)


# -- control


def _control(request: Any) -> Answer:
    """Take the next step, or say that the one under way is done."""
    plan = reading.read_plan(request.plan)
    step, status = request.step, request.status
    if not plan:  # one_shot and chat have no plan but "solve the main task.", and come here when that is done
        plan = [{"sub_task": request.sub_task, "sub_task_agent": request.agent_in_charge, "bullet_points": []}]
        status, step = "in progress", 1
    if "progress" in status.lower():
        status = "completed"
    elif status == "completed":
        status, step = "in progress", step + 1
    else:
        status = "in progress"
    task = plan[min(max(step, 1), len(plan)) - 1]
    return tool(
        "record_status",
        current_status=status,
        current_plan_step_number=step,
        current_sub_task=task["sub_task"],
        current_instructions="\n".join(f"- {point}" for point in task["bullet_points"]),
        agent_for_sub_task=task["sub_task_agent"],
    )


# -- work


def _engineer(request: Any) -> Answer:
    """Send the program of the step; after a failure the same again, for there is nobody to think of a better one."""
    playbook = playbooks.choose(request.given)
    steps = playbook.steps_of(request.sub_task, "engineer")
    name, code = playbook.program(steps, request.given)
    explanation = " ".join(step.explanation for step in steps if step.explanation) or "A prepared program."
    again = "**Modifications:**\n\nNone: a rehearsal cannot mend a program.\n\n" if request.failed_before else ""
    return text(
        f"**Code Explanation:**\n\n{explanation} {NOTE}\n\n{again}"
        f"**Python Code:**\n\n```python\n# filename: codebase/{name}\n{code.strip()}\n```"
    )


def _engineer_formatter(request: Any) -> Answer:
    name, code = reading.read_code(request.last)
    explanation = request.last.partition("**Code Explanation:**")[2].partition("**")[0].strip()
    return form(
        filename=name,
        relative_path="codebase/",
        code_explanation=explanation or "A prepared program.",
        modification_summary=None,
        python_code=code,
    )


def _judge_of_runs(request: Any) -> Answer:
    """Judge a run by its exit code, as the other agents are asked to by what it printed."""
    code, error = reading.read_run(request.last)
    if code == 0:
        return tool("post_execution_transfer", next_agent_suggestion="control", execution_status="success")
    next_agent = "installer" if error.startswith("ModuleNotFoundError") else "engineer"
    fix = f"The program ended with exit code {code}: {error}" if error else f"The program ended with exit code {code}."
    return tool(
        "post_execution_transfer", next_agent_suggestion=next_agent, execution_status="failure", fix_suggestion=fix
    )


def _installer(request: Any) -> Answer:
    return form(install_command=f"pip install {reading.missing_module(request.all_text) or 'nothing'}")


def _researcher(request: Any) -> Answer:
    playbook = playbooks.choose(request.given)
    for step in playbook.steps_of(request.sub_task, "researcher"):
        if step.writer:
            return text(f"<!-- filename: {step.filename} -->\n{playbook.writer(step.writer)(request.all_text)}")
    return text(f"# Notes\n\n{NOTE} What the programs found stands in their output and in the files they wrote.")


def _researcher_formatter(request: Any) -> Answer:
    name, notes = reading.read_notes(request.last)
    return form(markdown_block=notes, filename=name)


# -- agents that no playbook scripts


def _idea_maker(_request: Any) -> Answer:
    return text(f"**Ideas**\n\n- Idea 1:\n\t* Look at the given data as it is.\n\t\t- {NOTE}")


def _idea_formatter(_request: Any) -> Answer:
    return form(sub_tasks=[{"idea_description": "Look at the given data as it is.", "bullet_points": [NOTE]}])


def _idea_saver(_request: Any) -> Answer:
    return tool(
        "record_ideas", ideas=[{"idea_description": "Look at the given data as it is.", "bullet_points": [NOTE]}]
    )


def _idea_hater(_request: Any) -> Answer:
    return text(f"**IDEA CRITIQUE**\n\n- Idea 1: nothing to say against it. {NOTE}")


def _summarizer_formatter(_request: Any) -> Answer:
    lists = ("keywords", "key_findings", "scientific_software", "data_sources", "data_sets", "data_analysis_methods")
    return form(title="A rehearsal", authors=[], date="", abstract=NOTE, **{name: [] for name in lists})


def _context_formatter(_request: Any) -> Answer:
    return form(
        file_search_task=NOTE,
        file_consulted=[],
        docstrings=[],
        results="Nothing was searched.",
        python_code={"code": None},
    )


def _keywords(_request: Any) -> Answer:
    return form(results=[])


def _by_shape(request: Any) -> Answer:
    """Answer an agent without a part of its own: by the tool it must call, the JSON it must fill, or in words."""
    if request.forced_tool:
        return tool(request.forced_tool, **reading.filled(request.tool_schema(request.forced_tool)))
    if request.schema is not None:
        return form(**reading.filled(request.schema))
    return text(f"{NOTE} The agent {request.agent} has no part in it.")


_PARTS: dict[str, Callable[[Any], Answer]] = {
    "plan_setter": _plan_setter,
    "planner": _planner,
    "planner_response_formatter": _planner_formatter,
    "plan_recorder": _plan_recorder,
    "plan_reviewer": _plan_reviewer,
    "reviewer_response_formatter": _review_formatter,
    "review_recorder": _review_recorder,
    "task_improver": _task_improver,
    "task_recorder": _task_recorder,
    "control": _control,
    "control_starter": lambda _request: tool("record_status_starter"),
    "terminator": lambda _request: tool("terminate_session"),
    "engineer": _engineer,
    "engineer_response_formatter": _engineer_formatter,
    "executor_response_formatter": _judge_of_runs,
    "installer": _installer,
    "researcher": _researcher,
    "researcher_response_formatter": _researcher_formatter,
    "idea_maker": _idea_maker,
    "idea_maker_response_formatter": _idea_formatter,
    "idea_saver": _idea_saver,
    "idea_hater": _idea_hater,
    "idea_hater_response_formatter": _idea_formatter,
    "summarizer_response_formatter": _summarizer_formatter,
    "camb_response_formatter": _context_formatter,
    "classy_response_formatter": _context_formatter,
    "classy_sz_response_formatter": _context_formatter,
    "cobaya_response_formatter": _context_formatter,
    "list_keywords_finder": _keywords,
    "aaai_keywords_finder": _keywords,
    "aas_keyword_finder": lambda _request: tool("record_aas_keywords", aas_keywords=[]),
    "plot_judge": lambda _request: tool("call_vlm_judge"),
    "plot_debugger": lambda _request: tool("route_plot_judge_verdict"),
}
