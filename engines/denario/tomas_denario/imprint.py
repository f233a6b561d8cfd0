"""What the first page of a paper says of how it came about, in place of what is not true of this session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tomas_denario.session import Session

_DENARIOS = r"Anthropic, Gemini \& OpenAI servers. Planet Earth."
_SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": " ", "~": " ", "^": " "})
# The styles of ICML and NeurIPS ask for a Times that XeLaTeX does not know, and then have no bold.
_TIMES = r"""\usepackage{fontspec}
\IfFontExistsTF{texgyretermes-regular.otf}{\setmainfont{texgyretermes}[Extension=.otf,UprightFont=*-regular,
  BoldFont=*-bold,ItalicFont=*-italic,BoldItalicFont=*-bolditalic]}{\renewcommand{\rmdefault}{lmr}}
\renewcommand{\sfdefault}{lmss}\renewcommand{\ttdefault}{lmtt}"""
# As Denario has it, a paper claims to have appeared in the proceedings.
_ICML = r"""\usepackage[accepted]{icml2025}
\makeatletter
\renewcommand{\ICML@appearing}{Set in the style of ICML; neither submitted nor reviewed.}
\def\icmlcorrespondingauthor@text{none}
\makeatother
\icmltitlerunning{Denario}"""
_NEURIPS = r"""\usepackage[preprint]{neurips_2025}
\makeatletter
\renewcommand{\@noticestring}{Set in the style of NeurIPS; neither submitted nor reviewed.}
\makeatother"""
_NOT_TRUE = {
    r"\usepackage[accepted]{icml2025}": f"{_ICML}\n{_TIMES}",
    r"\usepackage[final]{neurips_2025}": f"{_NEURIPS}\n{_TIMES}",
}


def imprinting(save_paper: Callable[[Any, str], None], session: Session) -> Callable[[Any, str], None]:
    """Return Denario's `save_paper` with the authors' line mended in the file it writes."""

    def save(state: Any, name: str) -> None:
        save_paper(state, name)
        file = Path(state["files"]["Paper_folder"]) / name
        text = file.read_text(encoding="utf-8")
        for old, new in (*_NOT_TRUE.items(), (_DENARIOS, line(session))):
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

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
