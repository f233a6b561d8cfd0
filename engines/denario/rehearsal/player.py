"""Plays the part of the language model for every node of Denario's graphs and every agent of the CMBAgent within.

A rehearsal: no model thinks here. The texts are put together by fixed rules, and every number in them was printed by
a program that ran on the user's data before. `answer` is all that is called from outside.
"""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def _part(name: str) -> Any:
    """Import a module of this folder, which is on no path and part of no package."""
    full_name = f"tomas_rehearsal_denario_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, FOLDER / f"{name}.py")
        if spec is None or spec.loader is None:
            raise ImportError(f"no {name}.py in {FOLDER}")
        module = sys.modules[full_name] = importlib.util.module_from_spec(spec)
        module.__dict__["part"] = _part
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[full_name]
            raise
    return sys.modules[full_name]


team = _part("team")
nodes = _part("nodes")

Answer = dict[str, Any]  # {"content": text} or {"tool": name, "arguments": {…}}


def answer(body: dict[str, Any], headers: Mapping[str, str]) -> Answer:
    """Return what the node or agent that sent `body` (a chat completion request) is told."""
    if not body.get("tools") and not body.get("response_format"):
        text = nodes.answer(body)
        if text is not None:
            return {"content": text}
    return team.answer(body, headers)
