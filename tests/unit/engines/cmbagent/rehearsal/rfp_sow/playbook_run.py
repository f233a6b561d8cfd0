"""Runs the programs of the playbook as the engine does: side by side in codebase/, one process after the other."""

import importlib.util
import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[6]
REHEARSAL = ROOT / "engines" / "cmbagent" / "rehearsal"
BOOK = REHEARSAL / "rfp_sow"
SAMPLES = ROOT / "tests" / "data" / "rfp_sow"
DEMO = ROOT / "examples" / "rfp_sow" / "harrow_valley_water_rfp.md"
TO_REQUIREMENTS = (
    "read_document.py",
    "headings.py",
    "structure.py",
    "vocabulary.py",
    "obligations.py",
    "kinds.py",
    "requirements.py",
    "amounts.py",
    "procurement.py",
    "facts.py",
)


@dataclass
class Played:
    """What a run left behind: the folder of its outputs and all that its programs printed."""

    outputs: Path
    printed: str

    def json(self, name: str) -> Any:
        return json.loads((self.outputs / name).read_text(encoding="utf-8"))

    def text(self, name: str) -> str:
        return (self.outputs / name).read_text(encoding="utf-8")


def programs() -> list[str]:
    """All programs of the playbook in their order."""
    steps = tomllib.loads((BOOK / "playbook.toml").read_text(encoding="utf-8"))["steps"]
    return [
        name
        for step in steps
        for name in ([step["code"]] if isinstance(step.get("code"), str) else step.get("code", []))
    ]


def play(
    folder: Path,
    document: Path,
    names: tuple[str, ...] | list[str],
    *,
    python: str = sys.executable,
    text: bool = True,
    **inputs: Any,
) -> Played:
    """Run `names` on `document`; `text` says whether the platform extracted its text."""
    spec = importlib.util.spec_from_file_location("rfp_sow_playbooks", REHEARSAL / "playbooks.py")
    assert spec is not None
    assert spec.loader is not None
    playbooks = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = playbooks
    spec.loader.exec_module(playbooks)
    outputs = folder / "outputs"
    (folder / "codebase").mkdir(parents=True, exist_ok=True)
    outputs.mkdir(exist_ok=True)
    given = {
        "mode": "rfp_sow",
        "inputs": {"cloud_provider": "AWS", **inputs},
        "files": {
            "rfp_document": [
                {"name": document.name, "path": str(document), "text_path": str(document) if text else None, "size": 1}
            ]
        },
        "outputs_dir": str(outputs),
        "outputs": [],
    }
    for name in names:
        source = playbooks.with_given((BOOK / name).read_text(encoding="utf-8"), given)
        (folder / "codebase" / name).write_text(source, encoding="utf-8")
    printed = []
    for name in names:
        run = subprocess.run(
            [python, f"codebase/{name}"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert run.returncode == 0, f"{name}: {run.stderr}"
        printed.append(run.stdout)
    return Played(outputs, "".join(printed))
