"""The playbooks: prepared steps with their programs, one folder for each mode and `general` for all others."""

import importlib.util
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parent
_FENCE = re.compile(r"^[ \t]*```", re.MULTILINE)  # would end the program where its reader looks for the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. An engineer's has `code`, several files where steps were drawn together; a researcher's a `writer`."""

    agent: str
    sub_task: str
    bullets: tuple[str, ...] = ()
    explanation: str = ""
    code: tuple[str, ...] = ()
    writer: str = ""
    filename: str = "notes.md"


@dataclass(frozen=True, slots=True)
class Playbook:
    """The steps of one mode."""

    folder: Path
    steps: tuple[Step, ...]

    def at_most(self, count: int) -> tuple[Step, ...]:
        """Draw steps together until no more than `count` are left; programs are kept before texts."""
        steps = list(self.steps)
        while len(steps) > max(count, 1):
            pairs = [i for i in range(len(steps) - 1) if steps[i].agent == steps[i + 1].agent == "engineer"]
            texts = [i for i, step in enumerate(steps) if step.agent != "engineer"]
            if pairs:
                least = min(pairs, key=lambda i: len(steps[i].code) + len(steps[i + 1].code))
                steps[least : least + 2] = [_together(*steps[least : least + 2])]
            else:
                del steps[texts[-1]]
        return tuple(steps)

    def steps_of(self, sub_task: str, agent: str) -> list[Step]:
        """Return the agent's steps that `sub_task` speaks of; all of them if it names none of ours."""
        mine = [step for step in self.steps if step.agent == agent]
        named = [step for step in mine if " ".join(step.sub_task.split()) in sub_task]
        return named or mine

    def program(self, steps: Sequence[Step], given: dict[str, Any]) -> tuple[str, str]:
        """Return file name and source of one program that does `steps`."""
        files = [name for step in steps for name in step.code]
        sources = {name: with_given((self.folder / name).read_text(encoding="utf-8"), given) for name in files}
        if len(files) == 1 and not _FENCE.search(sources[files[0]]):
            return files[0], sources[files[0]]
        complete = files == [name for step in self.steps for name in step.code]
        return "all_steps.py" if complete else f"run_{files[-1]}", _driver(sources)

    def writer(self, name: str) -> Callable[[str], str]:
        """Return the function that writes a researcher's text from all that was said before."""
        return _module(self.folder / name).write


def choose(given: dict[str, Any]) -> Playbook:
    """Return the playbook of the mode that `given` names, else the general one."""
    known = _all()
    return known.get(str(given.get("mode")), known["general"])


def with_given(source: str, given: dict[str, Any]) -> str:
    """Put the line that sets GIVEN in front of a program."""
    data = json.dumps(given, ensure_ascii=False).replace("`", "\\u0060")  # a fence would end the program
    line = f"import json; GIVEN = json.loads({data!r})"
    lines = source.splitlines()
    # A program's first words may have to stay first.
    after = next((i + 1 for i in range(len(lines) - 1, -1, -1) if lines[i].startswith("from __future__")), 0)
    return "\n".join([*lines[:after], line, *lines[after:]])


@cache
def _all() -> dict[str, Playbook]:
    found: dict[str, Playbook] = {}
    for file in sorted(FOLDER.glob("*/playbook.toml")):
        book = tomllib.loads(file.read_text(encoding="utf-8"))
        found[book["mode"]] = Playbook(file.parent, tuple(_step(entry) for entry in book["steps"]))
    return found


def _step(entry: dict[str, Any]) -> Step:
    code = entry.get("code", ())
    return Step(
        agent=entry["agent"],
        sub_task=entry["sub_task"],
        bullets=tuple(entry.get("bullets", ())),
        explanation=entry.get("explanation", ""),
        code=(code,) if isinstance(code, str) else tuple(code),
        writer=entry.get("writer", ""),
        filename=entry.get("filename", "notes.md"),
    )


def _together(first: Step, second: Step) -> Step:
    return replace(
        first,
        sub_task=f"{first.sub_task} Then: {second.sub_task}",
        bullets=first.bullets + second.bullets,
        explanation=f"{first.explanation} {second.explanation}".strip(),
        code=first.code + second.code,
    )


def _driver(sources: dict[str, str]) -> str:
    """Return a program that writes the given ones beside itself and runs them in their order."""
    parts = ["import runpy", "from pathlib import Path", "", "PROGRAMS = {}"]
    for name, source in sources.items():
        parts.append(f"PROGRAMS[{name!r}] = {_quoted(source)}")
    parts += [
        "HERE = Path(__file__).resolve().parent",
        "for name, source in PROGRAMS.items():",
        '    (HERE / name).write_text("# filename: codebase/" + name + "\\n" + source, encoding="utf-8")',
        "for name in PROGRAMS:",
        '    runpy.run_path(str(HERE / name), run_name="__main__")',
    ]
    return "\n".join(parts)


def _quoted(source: str) -> str:
    """Quote a program: readably where that leaves it as it is."""
    source = source.rstrip() + "\n"
    if "'''" in source or _FENCE.search(source):
        return repr(source).replace("`", "\\x60")
    return f"r'''{source}'''"


@cache
def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tomas_rehearsal_{file.parent.name}_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"no writer in {file}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
