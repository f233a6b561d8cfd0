"""What the first page of a paper says of how it came about, in place of a line that is not true of this session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tomas_denario.session import Session

_DENARIOS = r"Anthropic, Gemini \& OpenAI servers. Planet Earth."
_SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": " ", "~": " ", "^": " "})


def imprinting(save_paper: Callable[[Any, str], None], session: Session) -> Callable[[Any, str], None]:
    """Return Denario's `save_paper` with the authors' line mended in the file it writes."""

    def save(state: Any, name: str) -> None:
        save_paper(state, name)
        file = Path(state["files"]["Paper_folder"]) / name
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(_DENARIOS, line(session)), encoding="utf-8")

    return save


def line(session: Session) -> str:
    """Return the line: who wrote this, and on what data."""
    models = sorted(session.models_seen - {"rehearsal", *session.models.values()})
    parts: list[str] = []
    if session.rehearsed:
        parts.append("Rehearsal: no language model wrote this paper; its text was put together by a prepared script.")
    elif models:
        also = " and a rehearsal" if "rehearsal" in session.models_seen else ""
        parts.append(f"Written by agents with the language models {', '.join(models)}{also}.".translate(_SPECIAL))
    else:
        parts.append("Written by agents.")
    if not session.has_data:
        parts.append("No data was given: the analysis rests on the description alone.")
    return " ".join(parts)
