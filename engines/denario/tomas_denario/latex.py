"""Which LaTeX there is, and whether it can set a journal's style: asked before any model call is made for a paper."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tomas_engine import EngineFailed

_TABLE = Path(__file__).resolve().parents[1] / "latex.toml"
_LOOK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Latex:
    """The programs; `xelatex` is None where there is none, and the stand-in sets the paper."""

    xelatex: str | None
    bibtex: str | None
    kpsewhich: str | None


def find() -> Latex:
    """Look for the programs on the PATH."""
    return Latex(*(shutil.which(name) for name in ("xelatex", "bibtex", "kpsewhich")))


def journals() -> Mapping[str, Mapping[str, Any]]:
    """Return the table of latex.toml."""
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def check(latex: Latex, journal: str) -> None:
    """Raise EngineFailed if the LaTeX that is there lacks what `journal` needs, naming the packages to install."""
    if latex.xelatex is None:
        return
    needs = journals()[journal]
    if missing := _missing(latex, needs["files"]):
        command = f"apt-get install --no-install-recommends {' '.join(needs['packages'])}"
        raise EngineFailed(
            f"LaTeX is installed, but not what the journal {journal} needs: {', '.join(missing)}. "
            f"Install it (Debian: {command}) or choose another journal."
        )


def _missing(latex: Latex, names: list[str]) -> list[str]:
    if latex.kpsewhich is None:
        return ["kpsewhich"]
    # Without a shell, in the worker's own environment: it asks TeX's file index and starts nothing.
    done = subprocess.run(  # noqa: S603 - a fixed program with names from our own table
        [latex.kpsewhich, *names], capture_output=True, text=True, check=False, timeout=_LOOK_SECONDS
    )
    found = {Path(line).name for line in done.stdout.splitlines()}
    return [name for name in names if name not in found]
