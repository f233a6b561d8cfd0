"""The how-to pages are executed: their files are written, their commands run, their output compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["add-a-mode", "add-an-engine"])
def test_the_page_works_as_written(page: str, tmp_path: Path) -> None:
    """`…` in an expected line stands for anything."""
    commands: list[tuple[str, list[str]]] = []
    for language, title, body in _BLOCK.findall((ROOT / f"docs/how-to/{page}.md").read_text("utf-8")):
        if title:
            path = tmp_path / title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        elif language == "console":
            for line in body.splitlines():
                if line.startswith("$ "):
                    commands.append((line[2:], []))
                else:
                    commands[-1][1].append(line)
    assert commands, "the page has no commands"
    # One shell runs them all, so that an `export` lasts; a line between them tells their outputs apart.
    script = "\n".join(f"echo '<<<{i}>>>'; {command}" for i, (command, _) in enumerate(commands))
    env = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    parts = re.split(r"<<<\d+>>>\n", done.stdout)[1:]
    for (command, expected), output in zip(commands, parts, strict=True):
        for line in filter(None, (line.strip() for line in expected)):
            pattern = ".*".join(map(re.escape, line.split("…")))
            assert re.search(pattern, output, re.DOTALL), f"{command}\nhas no {line!r} in:\n{output}"
