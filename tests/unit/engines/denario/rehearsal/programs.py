"""Runs the rehearsal's programs the way the engine does: files side by side, GIVEN in front of each."""

import importlib.util
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tomas.settings import Settings
from tomas.workers.catalog import load_engines
from tomas.workers.environment import python_of

REHEARSAL = Path(__file__).parents[5] / "engines" / "denario" / "rehearsal"
RESEARCH = REHEARSAL / "research"
Json = dict[str, Any]


def load_player() -> ModuleType:
    """Load the player by its path, as the gateway does."""
    spec = importlib.util.spec_from_file_location("denario_player", REHEARSAL / "player.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def given(files: Sequence[Path], **more: Any) -> Json:
    told = [{"name": f.name, "path": str(f), "media_type": "", "size": 1, "text_path": None} for f in files]
    return {"mode": "research", "inputs": {}, "files": {"data_files": told}, "outputs_dir": "/o", "outputs": [], **more}


def analyse(files: Sequence[Path], folder: Path, **more: Any) -> tuple[Json, Json, str]:
    """Answer the question of some files; return what the writers are told, results.json, and what was printed."""
    return analyse_all([(given(files, **more), folder)])[0]


def analyse_all(jobs: Sequence[tuple[Json, Path]]) -> list[tuple[Json, Json, str]]:
    """Do several analyses in one process; the engine starts one for each, at the price of an import each."""
    for told, folder in jobs:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "given.json").write_text(json.dumps(told), "utf-8")
    printed = _run(["-c", _ANALYSE, str(RESEARCH), *(str(folder) for _, folder in jobs)], jobs[0][1])
    blocks = re.findall(r"^FINDINGS (\{.*\})$", printed, re.MULTILINE)
    assert len(blocks) == len(jobs), printed[-2000:]
    results = [json.loads((folder / "data" / "results.json").read_text("utf-8")) for _, folder in jobs]
    return [(json.loads(b), r, f"FINDINGS {b}\n") for b, r in zip(blocks, results, strict=True)]


_ANALYSE = """
import json, os, runpy, sys
sys.path.insert(0, sys.argv[1])
for folder in sys.argv[2:]:
    os.chdir(folder)
    given = json.load(open("given.json", encoding="utf-8"))
    runpy.run_path(sys.argv[1] + "/answer.py", {"GIVEN": given}, run_name="__main__")
"""
_SCREEN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import answer, screening
for path in sys.argv[2:]:
    study = screening.study({"files": {"d": [{"path": path, "name": path.rpartition("/")[2]}]}})
    best = study.held[0] if study.held else None
    told = None if best is None else [best.x, best.y, best.family + "; " + answer._measure(study, best)]
    print(json.dumps([len(study.candidates), told]))
"""


def screen(files: Sequence[Path], folder: Path) -> list[tuple[int, list[str] | None]]:
    """Return for each file how many relations were tested and which was the strongest, with its law."""
    printed = _run(["-c", _SCREEN, str(RESEARCH), *map(str, files)], folder)
    return [tuple(json.loads(line)) for line in printed.splitlines() if line.startswith("[")]  # type: ignore[misc]


def _run(arguments: list[str], folder: Path) -> str:
    python = python_of(load_engines().get("denario"), Settings().engines_dir)
    environment = {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "HOME": str(folder)}
    done = subprocess.run(
        [str(python), "-W", "error::SyntaxWarning", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
