"""Writes Denario's data description: what the user said, the files with their paths, and what was found in each.

All agents of Denario read this text, and nothing else of the task.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tomas_cmbagent import runner

from tomas_denario.session import Session
from tomas_engine import EngineFailed

_PROGRAM = Path(__file__).resolve().parents[1] / "facts"
_GIVEN = re.compile(r"^## Given\s*\n```json\s*\n\{.*\}\s*\n```[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^## ", re.MULTILINE)
# Sections of the platform's prompt that are the adapter's business, not the agents'.
_LEFT_OUT = ("Deliverables", "Missing", "Kind of work")
NO_DATA = (
    "No data files were given. Work on the description alone (by theory, or by a simulation that states every "
    "assumption), never invent measurements, and say in the paper that no data was given."
)


def write(session: Session, task: str, form: Mapping[str, Any]) -> None:
    """Write data_description.md; EngineFailed if there are data files and none of them can be read."""
    files = given_files(form)
    facts = _look_into(session, files) if files else []
    if facts and all(fact["error"] for fact in facts):
        reasons = "; ".join(f"{fact['name']}: {fact['error']}" for fact in facts)
        raise EngineFailed(f"None of the data files can be read. {reasons}.")
    for fact in facts:
        if fact["error"]:
            session.note("log", f"{fact['name']} cannot be read: {fact['error']}", level="warning")
    file = session.workspace / session.project / "input_files" / "data_description.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(compose(task, form, facts), encoding="utf-8")


def given_files(form: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return name and path of each data file of the form."""
    return [{"name": str(one["name"]), "path": str(one["path"])} for one in form.get("data_files") or ()]


def compose(task: str, form: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> str:
    """Return the description: the user's words first, the rest in sections."""
    given = _GIVEN.search(task)
    asked = (task[: given.start()] if given else task).partition("\n## Kind of work")[0]
    parts = [asked.strip(), f"## Data description\n{str(form.get('data_description') or '').strip()}", _files(facts)]
    if given:
        parts += [given[0].strip(), *_sections(task[given.end() :])]
    # A description that ends like a file's name would be opened as one.
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _files(facts: Sequence[Mapping[str, Any]]) -> str:
    if not facts:
        return f"## Data files\n{NO_DATA}"
    good, bad = [f for f in facts if not f["error"]], [f for f in facts if f["error"]]
    lines = ["## Data files", "Read the files from these paths; they are read-only.", ""]
    lines += [f"- {fact['path']}" for fact in good]
    lines += ["", "What was found in them, by counting, without any interpretation:"]
    for fact in good:
        lines += ["", f"### {fact['name']} ({fact['kind']})", "", fact["facts"]]
    if bad:
        lines += ["", "These files were given and cannot be read, so nothing may be said of their content:", ""]
        lines += [f"* {fact['name']}: {fact['error']}" for fact in bad]
    return "\n".join(lines)


def _sections(rest: str) -> list[str]:
    """Return the sections that follow the given values, without those for the adapter."""
    starts = [match.start() for match in _HEADING.finditer(rest)]
    sections = [rest[start:end].strip() for start, end in zip(starts, [*starts[1:], len(rest)], strict=True)]
    return [section for section in sections if not section.startswith(tuple(f"## {name}" for name in _LEFT_OUT))]


def _look_into(session: Session, files: list[dict[str, str]]) -> list[dict[str, Any]]:
    asked, found = session.scratch / "data_files.json", session.scratch / "data_facts.json"
    asked.write_text(json.dumps(files), encoding="utf-8")
    found.unlink(missing_ok=True)
    outcome = runner.run(
        [sys.executable, str(_PROGRAM), str(asked), str(found)],
        cwd=session.workspace,
        env=runner.environment(session.workspace, session.scratch),
        limits=session.limits,
        show=lambda _text: None,
    )
    told = json.loads(found.read_text(encoding="utf-8")) if found.is_file() else []
    why = outcome.stopped or f"looking into it ended with exit code {outcome.exit_code}"
    if outcome.exit_code and told:
        told[-1]["error"] = outcome.stopped or told[-1]["error"]
    # What comes after a file that ended the program was not looked at: it may be good.
    not_seen = {"kind": "not looked into", "facts": f"Not looked into, because of {told[-1]['name'] if told else why}."}
    return told + [file | not_seen | {"error": None if told else why} for file in files[len(told) :]]
