"""Gives the referee the source of the paper beside the pictures of its pages, in which numbers are easily misread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

_SOURCES = ("paper_v4_final.tex", "paper_v2_no_citations.tex")  # the first that is there
_MOST = 200_000  # characters


def with_source(prompt: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """Return Denario's prompt for the referee with the paper's LaTeX source behind the instructions."""

    def ask(state: Any) -> list[Any]:
        messages = prompt(state)
        folder = Path(state["files"]["Paper_folder"])
        source = next((folder / name for name in _SOURCES if (folder / name).is_file()), None)
        if source is not None:
            text = source.read_text(encoding="utf-8")[:_MOST]
            told = f"The paper's source in LaTeX, of which the pictures show the pages:\n\n{text}"
            messages[0].content.insert(1, {"type": "text", "text": told})
        return messages

    return ask
