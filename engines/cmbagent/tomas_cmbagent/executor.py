"""The code executor that CMBAgent's agents get in place of its own."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Any

from autogen.coding.base import CommandLineCodeResult
from autogen.coding.local_commandline_code_executor import LocalCommandLineCodeExecutor
from autogen.coding.utils import _get_file_name_from_content

from tomas_cmbagent import runner

_INSTALLS = re.compile(
    r"(?m)^[^#\n]*\b(pip3?|uv|conda|mamba|poetry|easy_install|apt|apt-get|dnf|yum|npm)\b.*\b(install|add|sync)\b"
)
LOCKED = (
    "Nothing can be installed: the environment is locked and has no network. Write the program with what is there: "
    "the standard library, numpy, scipy, pandas, matplotlib, seaborn, plotly, scikit-learn, statsmodels, xgboost, "
    "sympy, xarray, h5py, openpyxl, python-docx, odfpy, pypdf, lxml, astropy.\n"
)
_PYTHON = {"python", "py"}
_SHELL = {"bash", "sh", "shell"}

RunCode = Callable[[list[str], Path, Path, str], runner.Outcome]  # command, folder, file, source


class Executor(LocalCommandLineCodeExecutor):
    """Saves each block and runs it through `run_code`, where CMBAgent would start it with all its own rights."""

    run_code: RunCode  # set for the session by `wiring.install`

    def execute_code_blocks(self, code_blocks: list[Any]) -> CommandLineCodeResult:
        """Save and run the blocks in their order, up to the first that fails."""
        output, code, first = "", 0, None
        for block in code_blocks:
            language = block.language.lower()
            try:
                self.sanitize_command(language, block.code)
                file = self._save(block.code, language)
            except ValueError as error:
                return CommandLineCodeResult(exit_code=1, output=f"{output}\n{error}\n", code_file=first)
            first = first or str(file)
            code, text = self._run(file, language, block.code)
            output += text
            if code:
                break
        return CommandLineCodeResult(exit_code=code, output=output, code_file=first)

    def _save(self, code: str, language: str) -> Path:
        folder = Path(self._work_dir).resolve()
        name = _get_file_name_from_content(code, folder)  # ValueError if it lies outside the folder
        if name is None:
            suffix = "py" if language in _PYTHON else language
            name = f"tmp_code_{md5(code.encode(), usedforsecurity=False).hexdigest()}.{suffix}"
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
        return file

    def _run(self, file: Path, language: str, code: str) -> tuple[int, str]:
        allowed = self.execution_policies.get("python" if language in _PYTHON else language, False)
        if not allowed:
            return 0, f"Content saved to {file}\n"
        if language in _SHELL and _INSTALLS.search(code):
            return 1, LOCKED
        if language in _PYTHON:
            command = [sys.executable, str(file)]
        elif language in _SHELL:
            command = [shutil.which("bash") or "/bin/sh", str(file)]
        else:
            return 1, f"unknown language {language}\n"
        outcome = type(self).run_code(command, Path(self._work_dir), file, code)
        # CMBAgent passes on what was printed and nothing else; a program may fail without a word.
        return outcome.exit_code, f"\n{outcome.output}\n[exit code: {outcome.exit_code}]\n"
