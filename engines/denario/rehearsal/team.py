"""Plays CMBAgent within Denario: its own player answers for most agents, this for those whose work is Denario's."""

import importlib.util
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

description = part("description")  # type: ignore[name-defined]
ideas = part("ideas")  # type: ignore[name-defined]
report = part("report")  # type: ignore[name-defined]

FOLDER = Path(__file__).resolve().parent
_THEIRS = FOLDER.parents[1] / "cmbagent" / "rehearsal"
_MOST_IDEA = 20_000  # characters of idea and methods that programs are given
Answer = dict[str, Any]


def _load(name: str) -> Any:
    """Import a module of CMBAgent's rehearsal, under the name that its own player uses."""
    full_name = f"tomas_rehearsal_cmbagent_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, _THEIRS / f"{name}.py")
        if spec is None or spec.loader is None:
            raise ImportError(f"no {name}.py in {_THEIRS}")
        module = sys.modules[full_name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[full_name]


cmbagent = _load("player")
playbooks = _load("playbooks")
reading = _load("reading")

_READING = (
    "shown.py",
    "units.py",
    "columns.py",
    "delimited.py",
    "reading.py",
    "laws.py",
    "relations.py",
    "periods.py",
    "structure.py",
    "series.py",
    "images.py",
    "screening.py",
    "describing.py",
    "explore.py",
)
_ANSWERING = (
    "findings.py",
    "fonts.py",
    "plots.py",
    "law_finding.py",
    "law_figures.py",
    "group_finding.py",
    "count_finding.py",
    "period_finding.py",
    "image_finding.py",
    "null_finding.py",
    "series_figures.py",
    "choosing.py",
    "answer.py",
)
_STEPS = {
    "results": (
        playbooks.Step(
            agent="engineer",
            sub_task="Read the given files, say what each column holds, and test every pair of columns for a relation.",
            bullets=(
                "Take columns for numbers, times, dates, groups, texts, labels, constants or blanks by what they hold.",
                "Correct the probabilities for the number of tests (Holm).",
                "Save data/screening.json and print a summary.",
            ),
            explanation="Reads each file and screens all relations.",
            code=_READING,
        ),
        playbooks.Step(
            agent="engineer",
            sub_task="Answer the question that the data answer best, with uncertainties, checks and figures.",
            bullets=(
                "Pick the strongest relation that passed, or the one that a given idea names.",
                "Measure it on rows on which it was not picked, where there are enough.",
                "Test the assumptions, compute the main value in other ways, draw the figures.",
                "Save data/results.json and print the findings in one line.",
            ),
            explanation="Answers one question and draws the answer.",
            code=_ANSWERING,
        ),
        playbooks.Step(
            agent="researcher",
            sub_task="Write the full Results section from what the programs printed.",
            bullets=(
                "Quote numbers only as they were printed.",
                "Name each figure.",
                "Say what the data do not answer.",
            ),
            filename="results.md",
        ),
    ),
    "idea": (
        playbooks.Step(
            agent="idea_maker",
            sub_task="Generate research project ideas related to the data sets.",
            bullets=("Five at most.", "Only what the kinds of the columns allow."),
        ),
        playbooks.Step(
            agent="idea_hater",
            sub_task="Criticise these ideas.",
            bullets=("Number of tests, number of rows, blanks, units.",),
        ),
        playbooks.Step(
            agent="idea_maker",
            sub_task="Select the best idea and report it as a title with a description.",
            bullets=("Take up the criticism.",),
        ),
    ),
    "methods": (
        playbooks.Step(
            agent="researcher",
            sub_task="Give the reasoning behind the idea: questions and assumptions.",
            bullets=("What the columns allow to ask.",),
            filename="reasoning.md",
        ),
        playbooks.Step(
            agent="researcher",
            sub_task="Write the full Methodology description.",
            bullets=("Say what the programs will do, step by step.",),
            filename="methodology.md",
        ),
    ),
}


def answer(body: dict[str, Any], headers: Mapping[str, str]) -> Answer:
    """Return what an agent of the team is told."""
    request = reading.Request(body, headers)
    play = _PARTS.get(request.agent)
    return play(request, _chapter(request, headers)) if play else cmbagent.answer(body, headers)


def _chapter(request: Any, headers: Mapping[str, str]) -> str:
    """Return which of Denario's stages the team works for: told, or known by the words of its instructions."""
    told = {name.lower(): value for name, value in headers.items()}.get("x-tomas-stage", "")
    if told in _STEPS:
        return told
    if re.search(r"Ask idea_maker to generate|research project ideas related to the data sets", request.all_text):
        return "idea"
    if "design a methodology" in request.all_text and "perform the project analysis" not in request.all_text:
        return "methods"
    return "results"


def _steps(request: Any, chapter: str) -> tuple[Any, ...]:
    steps = _STEPS[chapter]
    most = max(2, request.most_steps)  # the last step writes what Denario reads, so one alone would not do
    if len(steps) <= most:
        return steps
    return playbooks.Playbook(FOLDER / "research", steps).at_most(most)


def _plan_setter(_request: Any, chapter: str) -> Answer:
    agents = sorted({step.agent for step in _STEPS[chapter]})
    return cmbagent.tool("record_plan_constraints", needed_agents=agents)


def _planner(request: Any, chapter: str) -> Answer:
    steps = _steps(request, chapter)
    return cmbagent.text("**Plan:**\n" + "\n".join(reading.write_step(i, step) for i, step in enumerate(steps, 1)))


def _engineer(request: Any, _chapter: str) -> Answer:
    book = playbooks.Playbook(FOLDER / "research", _STEPS["results"])
    steps = book.steps_of(request.sub_task, "engineer")
    _, code = book.program(steps, _given(request))
    name = "answer_question.py" if _ANSWERING[-1] in steps[-1].code else "screen_relations.py"
    explanation = " ".join(step.explanation for step in steps)
    again = "**Modifications:**\n\nNone: a rehearsal cannot mend a program.\n\n" if request.failed_before else ""
    return cmbagent.text(
        f"**Code Explanation:**\n\n{explanation} {cmbagent.NOTE}\n\n{again}"
        f"**Python Code:**\n\n```python\n# filename: codebase/{name}\n{code.strip()}\n```"
    )


def _given(request: Any) -> dict[str, Any]:
    """Return what was given, with the idea and the methods for the programs."""
    given = dict(request.given or description.given(request.all_text))
    given.setdefault("files", {})
    asked = re.search(
        r"Task-specific instructions for coding-*\s*\n(.*?)Given these datasets, and information on the features and "
        r"project idea",
        request.system,
        re.DOTALL,
    )
    idea = asked[1].strip()[:_MOST_IDEA] if asked else ""
    own = bool(given.get("inputs", {}).get("idea")) or bool(idea and ideas.NOTE_IDEA not in idea)
    given["research"] = {"idea": idea if own else "", "own_idea": own}
    return given


def _researcher(request: Any, chapter: str) -> Answer:
    if chapter == "methods":
        last = _STEPS["methods"][-1]
        if " ".join(last.sub_task.split()) in request.sub_task:
            own = bool(request.given.get("inputs", {}).get("idea")) or ideas.NOTE_IDEA not in request.all_text
            return _notes("methodology.md", ideas.methods(request.task, own_idea=own))
        asked = ideas.questions(request.task) or ["The counted facts allow no question."]
        return _notes(
            "reasoning.md", "\n".join(["# Questions", "", *(f"- {q}" for q in asked), "", ideas.NOTE_METHODS])
        )
    return _notes("results.md", report.write(request.all_text))


def _notes(name: str, text: str) -> Answer:
    return cmbagent.text(f"<!-- filename: {name} -->\n{text}")


def _idea_maker(request: Any, _chapter: str) -> Answer:
    final = "Select the best idea" in request.sub_task
    found = [ideas.best(request.task)] if final else ideas.five(request.task)
    lines = ["**Ideas**", ""]
    for i, (title, points) in enumerate(found, 1):
        lines += [f"- Idea {i}:", f"\t* {title}", *(f"\t\t- {point}" for point in points)]
    return cmbagent.text("\n".join(lines))


def _idea_formatter(request: Any, _chapter: str) -> Answer:
    found: list[dict[str, Any]] = []
    for line in request.last.splitlines():
        if line.startswith("\t* "):
            found.append({"idea_description": line[3:].strip(), "bullet_points": []})
        elif line.startswith("\t\t- ") and found:
            found[-1]["bullet_points"].append(line[4:].strip())
    return cmbagent.form(sub_tasks=found or [{"idea_description": request.last[:300], "bullet_points": []}])


def _idea_hater(request: Any, _chapter: str) -> Answer:
    return cmbagent.text(f"**IDEA CRITIQUE**\n\n{ideas.criticism(request.task)}")


def _keywords(_request: Any, _chapter: str) -> Answer:
    return cmbagent.tool("record_aas_keywords", aas_keywords=[])


_PARTS = {
    "plan_setter": _plan_setter,
    "planner": _planner,
    "engineer": _engineer,
    "researcher": _researcher,
    "idea_maker": _idea_maker,
    "idea_maker_response_formatter": _idea_formatter,
    "idea_hater": _idea_hater,
    "aas_keyword_finder": _keywords,
}
