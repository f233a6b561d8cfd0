"""Runs xelatex and bibtex for Denario: confined and timed as every program a model had a hand in.

Denario's module gets a `Typesetter` in place of `subprocess`. Where there is no xelatex, the stand-in of this
engine's `standin` folder sets the paper in a plain style that says so.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tomas_cmbagent import runner

from tomas_denario import scripts
from tomas_denario.latex import Latex
from tomas_denario.session import Session

_STAND_IN = Path(__file__).resolve().parents[1] / "standin"
_SECONDS = 300
_MEMORY_MB = 2048
_PASSED_ON = ("TEXMFHOME", "TEXMFVAR", "TEXMFCONFIG", "TEXINPUTS", "OSFONTDIR")
# No file of the machine's goes into a paper, no program runs in the course of it.
_CLOSED = {"openout_any": "p", "shell_escape": "f", "max_print_line": "1000", "error_line": "254"}
PARTS_FOLDER = "temp"  # where Denario tries each section on its own


class Typesetter:
    """Has of `subprocess` what Denario uses. `latex` says which programs there are."""

    PIPE, STDOUT = subprocess.PIPE, subprocess.STDOUT
    CalledProcessError = subprocess.CalledProcessError

    def __init__(self, session: Session, latex: Latex) -> None:
        self._session, self.latex = session, latex
        self._good: dict[Path, str] = {}  # sections that were set without an error, by the digest of their text

    @property
    def plain(self) -> bool:
        """Whether the stand-in sets the papers."""
        return self.latex.xelatex is None

    def run(self, command: Sequence[str], *, cwd: Any, check: bool = False, **_options: Any) -> Any:
        """Run one of the two programs, as `subprocess.run` does with its output captured."""
        folder = (self._session.workspace / cwd).resolve()
        name, *arguments = command
        code, output = self._xelatex(folder, arguments) if name == "xelatex" else self._bibtex(folder, arguments)
        done = subprocess.CompletedProcess(list(command), code, stdout=output, stderr="")
        if check:
            done.check_returncode()
        return done

    def _xelatex(self, folder: Path, arguments: list[str]) -> tuple[int, str]:
        file = folder / arguments[-1]
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        whole = folder.name != PARTS_FOLDER
        # LaTeX's second run is for the references of whole papers; what set well once needs no other otherwise.
        if self._good.get(file) == digest and (not whole or (self.plain and file.with_suffix(".pdf").is_file())):
            return 0, ""
        if self.latex.xelatex is None:
            journal = self._session.asked.journal
            fonts = scripts.stage_all(self._session.scratch / "fonts")
            outcome = self._run([sys.executable, str(_STAND_IN), file.name, journal, str(fonts)], folder)
        else:
            ready = scripts.prepare(file, self._session.scratch / "fonts")
            options = ["-interaction=nonstopmode", "-file-line-error", "-no-shell-escape", f"-jobname={file.stem}"]
            outcome = self._run([self.latex.xelatex, *options, ready.name], folder)
        if outcome.exit_code == 0:
            self._good[file] = digest
        return outcome.exit_code, _with_marks(outcome.output)

    def _bibtex(self, folder: Path, arguments: list[str]) -> tuple[int, str]:
        if self.latex.bibtex is None or self.plain:
            return 0, ""  # the stand-in reads the .bib itself
        outcome = self._run([self.latex.bibtex, *arguments], folder)
        return outcome.exit_code, outcome.output

    def _run(self, command: list[str], folder: Path) -> runner.Outcome:
        session = self._session
        env = runner.environment(session.workspace, session.scratch) | _CLOSED
        env |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        limits = replace(
            session.limits,
            code_seconds=min(_SECONDS, session.limits.code_seconds),
            code_memory_mb=max(_MEMORY_MB, session.limits.code_memory_mb),
        )
        return runner.run(command, cwd=folder, env=env, limits=limits, show=lambda _text: None)


def _with_marks(output: str) -> str:
    """Return LaTeX's words with its errors marked the way Denario looks for them: `! ` first in the line."""
    lines = output.splitlines()
    for number, text in enumerate(lines):
        parts = text.split(":", 2)
        if len(parts) == 3 and parts[1].isdigit() and parts[0].endswith((".tex", ".sty", ".cls")):  # noqa: PLR2004
            lines[number] = f"! {parts[2].strip()} (line {parts[1]})"
    return "\n".join([*lines, ""])
